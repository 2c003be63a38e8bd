"""How fast requests are named and their opt-out state is read, with all catalogues loaded, on one core.

The requests are the examples and near misses of the catalogue, each made another by a number in it, so that nothing is
answered out of a cache. Beside it the filter list alone, and `adblock` (adblock-rust) over the same list and the same
requests where that package is installed (it is one of the development group), both also over those requests alone that
no rule is about, which is what a list sees most. Start-up is that of a new process until a request to a host that no
list knows is answered, for which all of them are loaded: without and with what the last process kept, less an empty
Python.

A machine that others use too is slow now and then, so requests are timed in rounds, and the best and the median round
are told: the best is what the code can do, the median what it did here.
"""

from __future__ import annotations

import gzip
import importlib
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from crawler.parsing import facts
from crawler.signals import restriction
from crawler.vendors import catalogue, identify_request
from crawler.vendors.filters import easyprivacy
from crawler.vendors.known import EXAMPLE_PAGE

REQUESTS = 40_000
_STARTS = 5
_ROUND = 2_000
_STRINGS = "us_privacy=1YYN&gpp=DBABLA~BVAUAAAAAABk.QA&gpp_sid=7&gcs=G100&gcd=13p3p3p3p5l1&npa=1&dma=0"
_LOAD = "from crawler.vendors import identify; identify('https://a.nobody.test/x', page_url='https://www.example.com/')"
_MEMORY = (
    "import psutil; process = psutil.Process(); before = process.memory_info().rss\n"
    f"{_LOAD}; print(process.memory_info().rss - before)"
)


def main() -> None:
    """Measure and print."""
    empty = _start("pass", None)
    with tempfile.TemporaryDirectory() as cache:
        anew = _start(_LOAD, cache, forget=True) - empty
        kept = _start(_LOAD, cache) - empty
    print(
        f"start-up with {len(catalogue().vendors)} products: {anew:.2f} s of CPU time read anew, {kept:.2f} kept ready"
    )
    told = subprocess.run([sys.executable, "-c", _MEMORY], check=True, capture_output=True, text=True)
    print(f"memory of code and all lists: {int(told.stdout) / 2**20:.0f} MB")
    requests = _requests()
    _rate("named and decoded", requests, _name_and_decode)
    _rate("the same with strings", [_with_strings(*request) for request in requests], _name_and_decode)
    engine = easyprivacy.engine()
    other = _adblock()
    if other is None:
        print("adblock: not installed, not compared")
    for what, some in (
        ("", requests),
        (", no rule", [r for r in requests if engine.match(r[0], EXAMPLE_PAGE, "image", r[1]).rule is None]),
    ):
        _rate(f"filter list{what}", some, lambda r: engine.match(r[0], EXAMPLE_PAGE, "image", r[1]))
        if other is not None:
            _rate(f"adblock{what}", some, lambda r: other(r[0], EXAMPLE_PAGE, "image"))


def _requests() -> list[tuple[str, str, str | None]]:
    seen = [
        (e.url, e.method, e.body)
        for vendor in catalogue().vendors.values()
        for e in (*vendor.proof.examples, *vendor.proof.near_misses)
    ]
    random.Random(1).shuffle(seen)
    found = []
    for number in range(REQUESTS):
        url, method, body = seen[number % len(seen)]
        separator = "&" if "?" in url else "?"
        found.append((f"{url}{separator}_n={number}", method, body))
    return found


def _with_strings(url: str, method: str, body: str | None) -> tuple[str, str, str | None]:
    """The request of a page with a consent tool: its opt-out strings, and consent mode as Google's tags write it."""
    path, mark, rest = url.partition("?")
    return f"{path}?{_STRINGS}{'&' if mark else ''}{rest}", method, body


def _name_and_decode(request: tuple[str, str, str | None]) -> None:
    url, method, body = request
    apart = facts(url, method, body)
    hit = apart and identify_request(apart, resource_type="image", page_url=EXAMPLE_PAGE)
    if apart is not None and hit is not None:
        restriction(hit.signals, apart, sec_gpc=False)


def _rate(what: str, requests: list[tuple[str, str, str | None]], do: Callable[..., object]) -> None:
    rates = []
    for first in range(0, len(requests) - _ROUND + 1, _ROUND):
        part = requests[first : first + _ROUND]
        begin = time.process_time()
        for request in part:
            do(request)
        rates.append(len(part) / (time.process_time() - begin))
    # The first round fills what is kept between requests, as in any audit.
    rates = rates[1:]
    print(f"{what:<22} {max(rates):>9,.0f} best, {statistics.median(rates):>9,.0f} median requests/s of CPU time")


def _start(code: str, cache: str | None, *, forget: bool = False) -> float:
    best = float("inf")
    for _ in range(_STARTS):
        if forget and cache:
            shutil.rmtree(cache)
        environment = os.environ | ({"XDG_CACHE_HOME": cache} if cache else {})
        before = _of_children()
        subprocess.run([sys.executable, "-c", code], check=True, env=environment)
        best = min(best, _of_children() - before)
    return best


def _of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _adblock() -> Callable[..., object] | None:
    try:
        adblock = importlib.import_module("adblock")
    except ImportError:
        return None
    rules = adblock.FilterSet()
    path = easyprivacy.FOLDER / "easyprivacy.txt.gz"
    rules.add_filter_list(gzip.decompress(path.read_bytes()).decode())
    check: Callable[..., object] = adblock.Engine(rules).check_network_urls
    return check


if __name__ == "__main__":
    main()
