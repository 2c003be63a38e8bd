"""From files to a run's folder: what is said of a whole file, and files that are hostile everywhere."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.bundle import Bundle, durable
from crawler.claims import Company
from crawler.collectors.har.archive import NotAHar, read
from crawler.collectors.har.record import record
from tests.collectors.har.text import archive, entry
from tests.rules.world import a_company

SITE = "https://www.example.com/"


@pytest.fixture
def company(tmp_path: Path) -> Company:
    (tmp_path / "company.yaml").write_text("company: Example\n")
    return a_company(sites=(SITE,), path=tmp_path / "company.yaml")


def recorded(tmp_path: Path, company: Company, document: Any) -> Bundle:
    path = tmp_path / "x.har"
    path.write_text(json.dumps(document), encoding="utf-8")
    record([read(path)], company, tmp_path / "run")
    return Bundle(tmp_path / "run")


def test_what_is_said_of_the_file(tmp_path: Path, company: Company) -> None:
    given = [entry(SITE, mime="text/html"), entry(SITE + "a", 5, headers={"X": "\ud83d"}), {}, {"request": {"url": ""}}]
    given[1]["startedDateTime"] = "5 minutes ago"
    bundle = recorded(tmp_path, company, archive(*given))
    told = [(gap.reason, gap.detail) for _, gap in bundle.rows("gaps") if gap.arm == "all"]
    assert told == [
        ("error", "x.har: 2 of 4 entries could not be read: 1 with no address, 1 with no request."),
        (
            "har",
            "x.har: 1 of 4 entries without a date that can be read (expected: startedDateTime as in "
            "2026-11-01T12:00:00.000Z). They are judged all the same, at their place in the file; when they were sent "
            "is not known.",
        ),
        ("har", "x.har: what is no text, such as half a surrogate pair, was replaced in 1 places."),
    ]
    assert [row.url for _, row in bundle.rows("requests")] == [SITE, SITE + "a"]


def _nested(levels: int, make: Any) -> Any:
    found: Any = make(None)
    for _ in range(levels):
        found = make(found)
    return found


HOSTILE = [
    None, True, -1, 1e300, 2**64 - 1, "", "\x00", "x" * 100_000, "http://[", "https://:0:0:/%zz", "\u202e\ud83d",
    [], [1, None, {}], {}, [{"name": "a", "value": [1]}], "0001-01-01T00:00:00+14:00",
    "https://" + "a." * 3000 + "test/", _nested(900, lambda inner: {"a": inner}), _nested(900, lambda inner: [inner]),
]  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from places(inner, (*at, key))


def plain() -> dict[str, Any]:
    stack = {"callFrames": [{"url": "u", "functionName": "f", "lineNumber": 1}], "parent": {"callFrames": []}}
    return archive(
        entry(
            SITE, 0, status=302, redirect="/b", mime="text/html", headers={"Cookie": "a=12345678abcdef"},
            response_headers=[("Set-Cookie", "uid=7c1d9e40aa52; Max-Age=9"), ("Date", "Sun, 01 Nov 2026 12:00:00 GMT")],
        ),
        entry(SITE + "b", 1, _initiator={"type": "script", "url": "x", "lineNumber": 1, "stack": stack}, _error="x"),
        entry("https://t.test/i?u=7c1d9e40aa52", 2, method="POST", body={"text": "eD0x", "encoding": "base64"}),
    )  # fmt: skip


def test_any_value_anywhere_makes_a_run_or_is_refused(
    tmp_path: Path, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable.os, "fsync", lambda _: None)
    path, made = tmp_path / "x.har", 0
    for number, at in enumerate(places(plain())):
        for which in range(number % 4, len(HOSTILE), 4):
            document = copy.deepcopy(plain())
            within: Any = document
            for key in at[:-1]:
                within = within[key]
            within[at[-1]] = HOSTILE[which]
            path.write_text(json.dumps(document), encoding="utf-8")
            folder = tmp_path / f"{number}-{which}"
            try:
                record([read(path)], company, folder)
            except NotAHar:
                continue
            made += 1
            if made % 7 == 0:
                assert Bundle(folder).verify() == [] and len(list(Bundle(folder).rows("visits"))) >= 1
    assert made > 200
