"""The user's own lists: what can be read, what is refused with a way out, and what they say of a third party."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import time
from pathlib import Path

import orjson
import pytest

from crawler import kept
from crawler.vendors import identify
from crawler.vendors.filters import easyprivacy, ready
from crawler.vendors.filters.index import MAX_EVERYWHERE
from crawler.vendors.filters.lists import BUNDLED, FilterList, FilterLists, NotAFilterList, of_content, read
from crawler.vendors.model import Hit, KnownBy

PAGE = "https://www.acme.example/"
URL = "https://px.nobody-knows.example/picture"
LIST = "! Title: House rules\n! Version: 2026.11\n||nobody-knows.example^\n"


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of this test."""
    monkeypatch.setattr(kept.platformdirs, "user_cache_path", lambda name: tmp_path / "cache" / name)
    return tmp_path / "cache"


def a_list(text: str, name: str = "mine.txt") -> FilterList:
    return of_content(text.encode(), name, name)


def hit_of(*lists: FilterList, url: str = URL) -> Hit:
    hit = identify(url, resource_type="image", page_url=PAGE)
    assert hit is not None
    return FilterLists(lists).mark(hit, url, PAGE, "image", "GET")


def test_title_and_version_are_told_with_the_rule() -> None:
    hit = hit_of(a_list(LIST))
    assert hit.known_by is KnownBy.FILTER_LIST
    assert hit.tracker_rule == hit.basis == "House rules 2026.11: ||nobody-knows.example^"
    assert hit.lifted_rule is None


@pytest.mark.parametrize(
    ("header", "name", "version"),
    [
        ("", "mine.txt", "sha256 "),
        ("! Title: A\n! Last modified: 27 Nov 2026 10:00 UTC\n", "A", "27 Nov 2026 10:00 UTC"),
        ("# Title: A\n# version: 3\n! Version: 4\n", "A", "3"),
        ("! Title: %title%\n! Version: %timestamp%\n", "mine.txt", "sha256 "),
        ("! Title: A\x1b[31m\u202eB\n! Version: " + "9" * 500 + "\n", "A [31m B", "9" * 80),
    ],
)
def test_the_header(header: str, name: str, version: str) -> None:
    own = a_list(header + "||spy.test^\n")
    assert own.name == name and own.version.startswith(version) and len(own.version) <= 80
    assert own.engine.rules == 1


def test_an_exception_is_told_and_lifts_its_own_list_only() -> None:
    lifting = a_list(LIST + "@@||px.nobody-knows.example^$image\n")
    hit = hit_of(lifting)
    assert hit.known_by is KnownBy.NOBODY and hit.tracker_rule is None
    assert hit.lifted_rule == (
        "House rules 2026.11: ||nobody-knows.example^, lifted by its exception @@||px.nobody-knows.example^$image"
    )
    both = hit_of(lifting, a_list("||nobody-knows.example^$image", "other.txt"))
    assert both.tracker_rule is not None and both.tracker_rule.startswith("other.txt sha256 ")
    assert both.lifted_rule == hit.lifted_rule


def test_it_stands_beside_easyprivacy() -> None:
    url = "https://px.nobody-knows.example/i.gif?u=1"
    alone = hit_of(url=url)
    assert alone.tracker_rule == "EasyPrivacy 2025-10-31: /i.gif?"
    assert hit_of(a_list(LIST), url=url).tracker_rule == (
        "EasyPrivacy 2025-10-31: /i.gif?; House rules 2026.11: ||nobody-knows.example^"
    )
    # An exception of the user's does not turn off what EasyPrivacy says.
    assert hit_of(a_list("@@||nobody-knows.example^\n||else.test^"), url=url) == alone


@pytest.mark.parametrize(
    ("url", "known_by"),
    [
        ("https://www.facebook.com/tr/?id=1234567890&ev=PageView", KnownBy.CATALOGUE),
        ("https://cdn.wpengine.com/x.js", KnownBy.THIRD_PARTY_WEB),
    ],
)
def test_who_has_a_name_keeps_it(url: str, known_by: KnownBy) -> None:
    alone, marked = hit_of(url=url), hit_of(a_list("! Title: Mine\n! Version: 1\n*$third-party\n"), url=url)
    assert alone.known_by is known_by
    assert (marked.known_by, marked.basis, marked.vendor) == (known_by, alone.basis, alone.vendor)
    assert marked.tracker_rule is not None and marked.tracker_rule.endswith("Mine 1: *$third-party")


def test_judgements_do_not_touch_each_other() -> None:
    before = identify(URL, resource_type="image", page_url=PAGE)
    assert hit_of(a_list(LIST)).known_by is KnownBy.FILTER_LIST
    assert identify(URL, resource_type="image", page_url=PAGE) == before
    assert [row["name"] for row in BUNDLED.facts()] == ["EasyPrivacy"]


def test_facts_say_what_was_judged_by() -> None:
    own = a_list(LIST + "a.test##.ad\n||b.test^$csp=x\n")
    bundled, mine = FilterLists((own,)).facts()
    packed = (easyprivacy.FOLDER / "easyprivacy.txt.gz").read_bytes()
    assert bundled["sha256"] == hashlib.sha256(gzip.decompress(packed)).hexdigest()
    assert bundled["rules"] > 50_000 and not bundled["own"]
    assert mine == {
        "name": "House rules", "version": "2026.11", "sha256": own.sha256, "rules": 1, "skipped": 2, "own": True,
    }  # fmt: skip
    assert own.unsupported == 1  # what hides elements is no rule about requests, and nobody needs to hear of it


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no rule about requests"),
        (b"! only a comment\na.test##.ad\n", "such a rule looks like ||tracker.example^"),
        (b"0.0.0.0 tracker.test\n127.0.0.1 other.test\n", "no rule about requests"),
        (b"<!DOCTYPE html><html>||a.test^</html>", "is a web page"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is no text"),
    ],
)
def test_what_is_no_list_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(NotAFilterList, match=r"^mine: .*") as refused:
        of_content(content, "mine.txt", "mine")
    assert says in str(refused.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.txt", tmp_path):
        with pytest.raises(NotAFilterList, match=r"cannot be read: .*; name a file"):
            read(path)


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + LIST.encode(),
        LIST.encode("utf-16"),
        LIST.replace("\n", "\r\n").encode(),
        LIST.encode() + "||m\xfcnchen.test^\n".encode("latin-1"),
        LIST.encode() + b"\x85\xff\xfe||\n",
    ],
)
def test_encodings(content: bytes) -> None:
    own = of_content(content, "mine.txt", "mine")
    assert (own.name, own.version) == ("House rules", "2026.11")
    assert own.engine.match(URL, PAGE, "image").rule == "||nobody-knows.example^"


def test_a_hostile_list_is_read_in_bounded_time_and_what_is_left_out_is_counted() -> None:
    lines = [
        *(f"/(a+)+{n}$/" for n in range(200)),
        *(f"/.*{n}.*{n}.*{n}/" for n in range(200)),
        "/(" + "|".join("ab" * n for n in range(300)) + ")*x/",
        "||a.test/" + "*a" * 2_000,
        "x" * 100_000,
        "$domain=" + "|".join(f"d{n}.test" for n in range(5_000)),
        *(f"$image,to=t{n}.test" for n in range(MAX_EVERYWHERE + 50)),
        *(f"||h{n}.test^" for n in range(1_000)),
    ]
    begin = time.process_time()
    own = a_list("\n".join(lines))
    assert own.engine.skipped["regex that may take too long"] == 400
    assert own.engine.skipped["too long"] == 3
    assert own.engine.skipped["asked of every request, and too many of these"] == 50
    assert own.engine.rules == 1 + MAX_EVERYWHERE + 1_000
    for url in ("https://a.test/" + "a" * 10_000, "https://x.test/?" + "1" * 10_000, "https://t7.test/"):
        own.engine.match(url, PAGE, "image")
    assert time.process_time() - begin < 20
    assert own.engine.match("https://t7.test/", PAGE, "image").blocked
    assert own.engine.match("https://a.test/" + "a" * 2_000, PAGE).blocked


def test_ten_megabytes() -> None:
    text = "\n".join(f"||tracker-{n}.example^$third-party" for n in range(50_000))
    text += "\n" + "\n".join(f"||plain-{n}.example^" for n in range(400_000))
    assert len(text) > 10_000_000
    begin = time.process_time()
    own = a_list(text)
    assert own.engine.rules == 450_000
    assert own.engine.match("https://tracker-49999.example/", PAGE).blocked
    assert time.process_time() - begin < 60


def test_the_kept_form_answers_as_the_list_does_and_a_broken_one_is_read_anew(own_cache: Path) -> None:
    first = a_list(LIST)
    (file,) = own_cache.rglob("filter-list-*.json")
    again = a_list(LIST)
    assert again.engine.match(URL, PAGE) == first.engine.match(URL, PAGE)
    for broken in (b"", b"{}", b"[]", file.read_bytes()[:50], orjson.dumps({"rules": "1"})):
        file.write_bytes(broken)
        assert a_list(LIST).engine.match(URL, PAGE).blocked
        assert file.read_bytes() != broken
    for number in range(kept.VERSIONS + 3):
        a_list(f"||a{number}.test^")
    assert len(list(own_cache.rglob("filter-list-*.json"))) == kept.VERSIONS


def test_a_list_that_cannot_be_kept_is_read_each_time(own_cache: Path) -> None:
    for _ in range(2):
        found = ready.load("of a list", lambda: ["||a.test^", "||b.test/\ud800^"])
        assert found["plain"] == "a.test"
    assert not list(own_cache.rglob("*.json"))


def test_without_a_folder_that_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(kept.platformdirs, "user_cache_path", lambda name: tmp_path / "file" / name)
    assert a_list(LIST).engine.match(URL, PAGE).blocked
