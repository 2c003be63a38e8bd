"""Cookies, what scripts did and what they stored: in words, bounded, and harmless in every output."""

from __future__ import annotations

import ast
import csv
import inspect
import io
import re
from typing import Any

import fictional
import fictional_inventory as inventory
import page
import pytest
from bs4 import Tag
from rendered import render

from crawler.evidence import behaviour as evidence_behaviour
from crawler.output import csv_tables, markdown
from crawler.output.browser_words import INTERFACES, does, lifetime, refusal, when
from crawler.output.inventory_view import MAX_ACTORS, MAX_ROWS, actor_views, cookie_views, item_views

EVIL = '=HYPERLINK("https://e.example")<script>|`**\x00\x1b[31m\u202e\ud800 "\'><img src=x onerror=alert(1)>'


def section(html: str, name: str) -> str:
    found = page.parsed(html).find(id=name)
    assert isinstance(found, Tag)
    return " ".join(found.get_text(" ").split())


def line(html: str, name: str, starts: str) -> str:
    found = page.parsed(html).find(id=name)
    assert isinstance(found, Tag)
    rows = [" ".join(row.get_text(" ").split()) for row in found.select("tbody tr")]
    (row,) = (row for row in rows if row.startswith(starts))
    return row


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (None, "session"), (0.0, "under a minute"), (1 / 48, "30 minutes"), (1 / 24, "1 hour"), (0.5, "12 hours"),
        (1.0, "1 day"), (1.2, "1 day"), (90.0, "90 days"), (400.0, "400 days"), (729.99, "2 years"), (730.0, "2 years"),
        (3650.0, "10 years"), (912.5, "2.5 years"), (1e12, "without end"), (float("inf"), "without end"),
        (float("nan"), "without end"), (True, "session"), (-3.0, "under a minute"),
    ],
)  # fmt: skip
def test_lifetimes_in_words(days: Any, says: str) -> None:
    assert lifetime(days) == says


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("EXCLUDE_SAMESITE_UNSPECIFIED_TREATED_AS_LAX", "no SameSite"),
        ("ExcludeSameSiteUnspecifiedTreatedAsLax", "no SameSite"),
        ("SchemefulSameSiteLax", "SameSite=Lax"),
        ("EXCLUDE_USER_PREFERENCES", "settings refuse it"),
        ("ThirdPartyPhaseout", "third parties"),
        ("EXCLUDE_OF_TOMORROW", "EXCLUDE_OF_TOMORROW"),
    ],
)
def test_refusals_in_words(reason: str, says: str) -> None:
    assert says in refusal(reason)


@pytest.mark.parametrize(
    ("kind", "apis", "says"),
    [
        ("opt-out-signal", ["Navigator.globalPrivacyControl"], "reads the Global Privacy Control property"),
        ("opt-out-signal", ["Navigator.doNotTrack", "Navigator.globalPrivacyControl"],
         "reads the Do Not Track property, reads the Global Privacy Control property"),
        ("opt-out-signal", ["Navigator.somethingNew"], INTERFACES["opt-out-signal"]),
        ("canvas", ["HTMLCanvasElement.toDataURL", "OffscreenCanvas.convertToBlob"], "reads the pixels of a canvas"),
        ("canvas", ["CanvasRenderingContext2D.fillText", "HTMLCanvasElement.toDataURL"], INTERFACES["canvas"]),
        ("fonts", [], INTERFACES["fonts"]),
        ("of-tomorrow", ["X.y"], "of-tomorrow"),
    ],
)  # fmt: skip
def test_no_more_is_said_than_what_was_called(kind: str, apis: list[str], says: str) -> None:
    assert does(kind, apis) == says


def test_every_kind_of_call_has_words() -> None:
    tree = ast.parse(inspect.getsource(evidence_behaviour))
    calls = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "ApiCall")
    at = next(i for i, n in enumerate(calls.body) if isinstance(n, ast.AnnAssign) and ast.unparse(n.target) == "kind")
    documented = ast.literal_eval(ast.unparse(calls.body[at + 1]))
    assert {name.strip(" .\n") for name in re.split(r",\s*", documented)} == set(INTERFACES)


def test_steps_in_words() -> None:
    assert (when("load"), when(""), when(None), when("scroll"), when("of-tomorrow")) == (
        "", "", "", "while scrolling", "of-tomorrow",
    )  # fmt: skip


def test_a_cookies_line_tells_its_story(report: str) -> None:
    ga = line(report, "cookies", "_ga")
    for part in ("larkspur-ledger.example · first party", "Google Analytics 4", "script of Google Tag Manager",
                 "www.googletagmanager.com/gtag/js?id=G-X1Y2Z3:284", "changed 48 times", "400 days", "asked 2 years",
                 "www.larkspur-ledger.example 1,240 requests", "asked 2 years documented 2 years",
                 "value in requests to Google Analytics 4 , Hotjar (without a signal) and 4 more"):  # fmt: skip
        assert part in ga, part
    refused = line(report, "cookies", "uid")
    assert "not kept asked 395 days refused: it does not say that other sites may use it (no SameSite)" in refused
    assert "asked" not in line(report, "cookies", "_ttp"), "it was kept for as long as was asked"
    assert "script, while scrolling" in line(report, "cookies", "_fbp")
    assert "deleted 3 times" in line(report, "cookies", "_fbp")
    assert "Meta Pixel by its name alone" in line(report, "cookies", "_fbp")
    assert "documented 120 days (from memory)" in line(report, "cookies", "_fbp")
    third = line(report, "cookies", "li_sugr")
    assert "kept apart for larkspur-ledger.example" in third and "and 2 more hosts" in third
    assert "response" in line(report, "cookies", "session") and " session " in line(report, "cookies", "session")


def test_a_cookie_that_nobody_knows_is_marked(verdicts: dict[str, Any]) -> None:
    unknown = {"name": "zq7", "vendor": "", "basis": "", "setter_url": None, "unclassified": True}
    verdicts["cookies"] = [verdicts["cookies"][0] | unknown]
    assert "unclassified" in line(render(verdicts), "cookies", "zq7")
    assert next(csv.DictReader(io.StringIO(csv_tables.cookies(verdicts))))["unclassified"] == "yes"


@pytest.mark.parametrize(
    ("changes", "marked"),
    [
        ({"documented_lifetime_days": 90.0, "asked_lifetime_days": 730.0, "lifetime_days": 400.0}, True),
        ({"documented_lifetime_days": 90.0, "asked_lifetime_days": None, "lifetime_days": 400.0}, True),
        ({"documented_lifetime_days": 0, "asked_lifetime_days": 30.0, "lifetime_days": 30.0}, True),
        ({"documented_lifetime_days": 90.0, "asked_lifetime_days": 90.0, "lifetime_days": 90.0}, False),
        ({"documented_lifetime_days": 730.0, "asked_lifetime_days": 730.0, "lifetime_days": 400.0}, False),
        ({"documented_lifetime_days": None, "asked_lifetime_days": 730.0, "lifetime_days": 400.0}, False),
        ({"documented_lifetime_days": "90", "asked_lifetime_days": True, "lifetime_days": None}, False),
        ({"documented_lifetime_days": 90.0, "asked_lifetime_days": 730.0, "stored": False}, False),
    ],
)
def test_a_cookie_that_is_kept_too_long_is_marked(
    verdicts: dict[str, Any], changes: dict[str, Any], marked: bool
) -> None:
    verdicts["cookies"] = [verdicts["cookies"][0] | changes]
    assert ("▲ longer than documented" in line(render(verdicts), "cookies", "_ga")) is marked


def test_a_cookie_without_a_name_is_called_that(verdicts: dict[str, Any]) -> None:
    verdicts["cookies"] = [verdicts["cookies"][0] | {"name": ""}]
    assert "without a name" in section(render(verdicts), "cookies")


def test_a_cookie_that_was_deleted_again_is_none_of_a_session(verdicts: dict[str, Any]) -> None:
    gone = {"name": "gone", "lifetime_days": None, "asked_lifetime_days": 0.007, "changes": {"deleted": 2}}
    verdicts["cookies"] = [verdicts["cookies"][0] | gone]
    told = section(render(verdicts), "cookies")
    assert "deleted again" in told and " session " not in told


def test_third_parties_come_first_and_what_was_refused_after_what_was_kept(verdicts: dict[str, Any]) -> None:
    assert [c.name for c in cookie_views(verdicts)] == [
        "li_sugr", "uid", "_ga", "_hjSessionUser_401", "_fbp", "_ttp", "session",
    ]  # fmt: skip


def test_what_scripts_did_is_told_by_whose_they_were(report: str) -> None:
    text = section(report, "behaviour")
    assert "8 of 8 visits went well" in text and "no accusations" in text and "no finding rests on it" in text
    names = ["Hotjar session-replay · 2 scripts", "TikTok Pixel advertising · 1 script", "OneTrust consent",
             "The site’s own scripts 3 scripts", "Scripts without an address"]  # fmt: skip
    places = [text.find(name) for name in names]
    assert -1 not in places and places == sorted(places)
    fields = line(report, "behaviour", "Reads what stands in form fields")
    assert "HTMLInputElement.value" in fields and "29 1 of 8 visits, while fields had the focus" in fields
    assert "script.hotjar.com/modules.8da33a8f469c3b5ffcec.js:1" in fields
    assert "input, keydown, mousemove, touchstart" in line(report, "behaviour", "Listens to keys")


def test_a_run_without_explaining_visits_says_so(verdicts: dict[str, Any]) -> None:
    del verdicts["behaviour"], verdicts["visits"]["trace"]
    assert "This run made no explaining visits" in section(render(verdicts), "behaviour")
    verdicts["visits"]["trace"] = [3, 4]
    assert "3 of 4 visits went well" in section(render(verdicts), "behaviour")


def test_what_else_was_kept(report: str) -> None:
    written = line(report, "storage", "_hjUserAttributesHash")
    assert "written 8 times local storage www.larkspur-ledger.example first party Hotjar script.hotjar.com" in written
    gone = line(report, "storage", "probe")
    assert "written 8 times, gone again at the end" in gone and gone.endswith("explaining visit")
    assert "14 responses cache (CacheStorage)" in line(report, "storage", "offline-v3")
    assert "0 records database (IndexedDB)" in line(report, "storage", "ledger-drafts/invoices")
    assert "the site’s own script" in line(report, "storage", "theme")


@pytest.mark.parametrize(("number", "open_rows"), [(25, 25), (26, 20)])
def test_a_few_more_rows_are_not_worth_folding(verdicts: dict[str, Any], number: int, open_rows: int) -> None:
    verdicts["cookies"] = [inventory.cookie(f"c{n}", "a.example", "first", "", "http") for n in range(number)]
    cookies = page.parse(render(verdicts)).find(id="cookies")
    assert isinstance(cookies, Tag)
    assert len([row for row in cookies.select("tbody tr") if row.find_parent("details") is None]) == open_rows
    assert len(cookies.select("tbody tr")) == number


def test_a_run_of_ten_thousand_stays_readable(verdicts: dict[str, Any]) -> None:
    small = len(render(verdicts))
    for key in ("cookies", "behaviour", "storage"):
        verdicts[key] = verdicts[key] * 1500
    first = verdicts["behaviour"][0]
    verdicts["behaviour"][0] = {**first, "uses": first["uses"] * 1000}
    verdicts["not_listed"] = {"cookies": 7000, "api_calls": 90_000, "storage": 1}
    html = render(verdicts)
    page.check_self_contained(html)
    page.check_accessible(html)
    assert len(html) < small + 1_500_000
    soup = page.parsed(html)
    for name, most in (("cookies", MAX_ROWS), ("storage", MAX_ROWS)):
        found = soup.find(id=name)
        assert isinstance(found, Tag) and found.details is not None
        assert len(found.select("tbody tr")) == most
        assert len([row for row in found.select("tbody tr") if row.find_parent("details") is None]) == 20
    actors = soup.find(id="behaviour")
    assert isinstance(actors, Tag) and len(actors.select("tr.part")) == MAX_ACTORS
    assert "10,100 more in cookies.csv" in section(html, "cookies")
    assert "7,000 rows of the evidence found no room" in section(html, "cookies")
    assert "90,000 rows" in section(html, "behaviour") and "1 row of the evidence" in section(html, "storage")
    assert len(markdown.render(verdicts)) < 400_000


@pytest.mark.parametrize("value", [EVIL, "</style></details></table>" + EVIL, "{{ 7 * 7 }}", "A" * 300_000, "\n\t\r"])
def test_nothing_that_a_site_names_does_harm(verdicts: dict[str, Any], value: str) -> None:
    names = ("vendor", "name", "purpose", "party", "domain", "set_by", "setter_url", "setter_vendor", "step", "area",
             "origin", "key", "kind", "url")  # fmt: skip
    lists = ("partition_keys", "blocked_reasons", "apis", "details")
    for table in ("cookies", "behaviour", "storage"):
        for row in [*verdicts[table], *(use for actor in inventory.behaviour() for use in actor["uses"])]:
            row |= {key: value for key in names if key in row}
            row |= {key: [value] * 30 for key in lists if key in row}
    for actor in verdicts["behaviour"]:
        for use in actor["uses"]:
            use |= {"kind": value, "url": value, "apis": [value], "details": [value], "step": value}
    for cookie in verdicts["cookies"]:
        cookie |= {"sent_to": [{"host": value, "requests": 3}], "changes": {value: 3, "deleted": 1}}
        cookie |= {"value_sent_to": [{"vendor": value, "name": value, "arms": [value] * 9, "visits": 3}] * 30}
        cookie |= {"basis": value, "documented_lifetime_days": value, "why": value}
    manifest = fictional.manifest()
    manifest["visits"][0]["reconciliation"] = {
        "wire_only": {value: 3}, "unexplained": [f"GET {value}"], "netlog_complete": True, "matched": 1,
    }  # fmt: skip
    manifest["visits"][0]["steps"] = [{"name": value}]
    html = render(verdicts, manifest=manifest)
    page.check_self_contained(html)
    page.check_accessible(html)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", html)
    assert len(html) < 1_200_000
    text = markdown.render(verdicts, {}, manifest)
    outside = "".join(part for n, part in enumerate(text.split("`")) if n % 2 == 0)
    assert "<script" not in outside and not set(text) & set("\x00\x1b\u202e\ud800")
    for table in (csv_tables.cookies(verdicts), csv_tables.vendors(verdicts)):
        table.encode("utf-8")
        assert not set(table) & set("\x00\x1b\u202e\ud800")
        for cells in csv.reader(io.StringIO(table)):
            assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("value", [None, 7, "text", [1], {"x": 1}])
def test_verdicts_of_another_version_break_nothing(verdicts: dict[str, Any], value: Any) -> None:
    for key in ("behaviour", "storage"):
        verdicts[key] = [dict.fromkeys(row, value) for row in verdicts[key]]
    verdicts["cookies"] = [{"name": "n", "arms": ["gpc"]} | {k: value for k in row if k not in ("name", "arms")}
                           for row in verdicts["cookies"]]  # fmt: skip
    verdicts["not_listed"] = value
    page.check_accessible(render(verdicts))
    assert len(actor_views(verdicts)) == 5 and len(item_views(verdicts)) == 6


def test_the_cookie_file_has_every_cookie_and_column(verdicts: dict[str, Any]) -> None:
    verdicts["cookies"] *= 100
    rows = list(csv.DictReader(io.StringIO(csv_tables.cookies(verdicts))))
    assert len(rows) == len(verdicts["cookies"]) and tuple(rows[0]) == csv_tables.COOKIE_COLUMNS
    assert rows[0]["asked_lifetime_days"] == "730.0" and rows[0]["lifetime_days"] == "400.0"
    assert rows[0]["changes"] == "set:48 changed:48" and rows[0]["stored"] == "yes"
    assert rows[4]["sent_to"].startswith("px.ads.linkedin.com:26 www.linkedin.com:24")
    assert rows[0]["value_sent_to"] == "google-analytics:24 hotjar:24" and rows[0]["basis"] == "setter"
    assert rows[0]["documented_lifetime_days"] == "730.0" and rows[6]["unclassified"] == "no"
    assert rows[5]["blocked_reasons"] == "EXCLUDE_SAMESITE_UNSPECIFIED_TREATED_AS_LAX" and rows[5]["stored"] == "no"


def test_what_scripts_did_stands_in_the_vendor_file_and_in_markdown(verdicts: dict[str, Any]) -> None:
    verdicts["vendors"][6]["behaviour"] = {"canvas": 2, "field-read": 29}
    rows = list(csv.DictReader(io.StringIO(csv_tables.vendors(verdicts))))
    assert rows[6]["behaviour"] == "canvas:2 field-read:29" and rows[0]["behaviour"] == ""
    text = markdown.render(verdicts)
    assert "## What scripts did" in text
    assert "| Hotjar | reads what stands in form fields (29 calls); listens to keys" in text.replace("\\", "")
