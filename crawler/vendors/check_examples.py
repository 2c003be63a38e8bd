"""Holds every product's examples and near misses against the whole catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.parsing import facts
from crawler.parties import Party, party
from crawler.vendors.identify import by_catalogue
from crawler.vendors.known import EXAMPLE_PAGE, Catalogue
from crawler.vendors.model import Hit
from crawler.vendors.product import Endpoint, Vendor
from crawler.vendors.proof import Example, NearMiss

# Path regexes of host-less endpoints are joined to one, which moves the numbers of groups.
_REFERENCE = re.compile(r"\(\?P|\\[1-9]")


def problems(catalogue: Catalogue) -> Iterator[str]:
    """What does not behave, one sentence each, beginning with the file's name. Nothing when all is well."""
    bad = [f"{v.key}.yaml: {problem}" for v in catalogue.vendors.values() for problem in _bad_regexes(v)]
    if bad:
        # Nothing can be matched before every regex can be read.
        yield from bad
        return
    for vendor in catalogue.vendors.values():
        for problem in _problems(catalogue, vendor):
            yield f"{vendor.key}.yaml: {problem}"


def _problems(catalogue: Catalogue, vendor: Vendor) -> Iterator[str]:
    used: set[int] = set()
    for number, example in enumerate(vendor.proof.examples):
        for problem in _example(catalogue, vendor, example, used):
            yield f"examples[{number}]: {problem}: {example.url[:120]}"
    for number, near_miss in enumerate(vendor.proof.near_misses):
        hit = _identified(catalogue, near_miss)
        if hit and hit.vendor == vendor.key:
            yield f"near_misses[{number}]: is taken for {vendor.key} by [{hit.basis}]: {near_miss.url[:120]}"
    for number, endpoint in enumerate(vendor.endpoints):
        if number not in used:
            yield f"endpoints[{number}]: no example uses it ({endpoint.role}: {_first(endpoint)})"
    if vendor.endpoints and not vendor.proof.near_misses:
        yield "near_misses: give at least one"
    if not vendor.proof.sources:
        yield "sources: give at least one"


def _example(catalogue: Catalogue, vendor: Vendor, example: Example, used: set[int]) -> Iterator[str]:
    request = facts(example.url, example.method, example.body)
    if request is None:
        yield "is not a URL with a host"
        return
    own = party(request.host, example.page_url) is not Party.THIRD
    best = catalogue.index.best(request, hostless_only=own)
    if best is None:
        yield "matches no endpoint of any product"
        return
    shape = best.shape
    if shape.vendor.key != vendor.key:
        yield f"is taken for {shape.vendor.key} by [{shape.describe(best.pattern)}]"
        return
    used.add(shape.position)
    if catalogue.index.tie(request, hostless_only=own):
        yield "another product has an endpoint that is just as specific; make one of them more specific"
    got = by_catalogue(catalogue, request, own=own)
    assert got is not None
    for field in ("role", "account", "event", "variant"):
        wanted = getattr(example, field)
        if wanted is not None and wanted != getattr(got, field):
            yield f"{field} is `{getattr(got, field)}`, expected `{wanted}`"


def _identified(catalogue: Catalogue, case: NearMiss) -> Hit | None:
    request = facts(case.url, case.method, case.body)
    if request is None:
        return None
    return by_catalogue(catalogue, request, own=party(request.host, case.page_url or EXAMPLE_PAGE) is not Party.THIRD)


def _first(endpoint: Endpoint) -> str:
    return " ".join([*endpoint.hosts[:1], *endpoint.paths[:1]]) or "any host"


def _bad_regexes(vendor: Vendor) -> Iterator[str]:
    for number, endpoint in enumerate(vendor.endpoints):
        given = [p[3:] for p in endpoint.paths if p.startswith("re:")]
        given += [w[3:] for wanted in endpoint.params.values() for w in wanted if w.startswith("re:")]
        given += [endpoint.body.removeprefix("re:")] if endpoint.body else []
        extractors = [
            x.partition(":")[2]
            for x in (*endpoint.account, *endpoint.event)
            if x.startswith(("path:", "host:", "body:"))
        ]
        for text in (*given, *extractors):
            try:
                groups = re.compile(text).groups
            except re.error as error:
                yield f"endpoints[{number}]: regex `{text}`: {error}"
                continue
            if _REFERENCE.search(text):
                yield f"endpoints[{number}]: regex `{text}`: named groups and references to groups are not supported"
            if text in extractors and groups != 1:
                yield f"endpoints[{number}]: regex `{text}` must have exactly one group"
