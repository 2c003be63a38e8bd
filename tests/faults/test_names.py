"""Names that a site gives to things, full of markup and escape codes: shown as what they are, obeyed nowhere."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from aiohttp import web

from crawler.browser.authority import Authority
from tests.browser.fault_world import HOSTS, SITE, FaultWorld, html
from tests.faults.company import expectations
from tests.faults.product import Run, finish, started
from tests.faults.site import arguments, served, site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

_EVIL = "<img src=x onerror=alert(1)>\\u001b[2J\\u202e=HYPERLINK(1)"
"""As a JavaScript string has it: markup, a terminal's order, a turn of the writing's direction, a formula."""
_NAMING = f"""
const evil = "{_EVIL}";
document.title = evil;
localStorage.setItem(evil, evil); sessionStorage.setItem(evil, evil);
indexedDB.open(evil).onsuccess = () => 0; caches.open(evil);
({{[evil]() {{ document.cookie = "tr<script>alert(1)<\\/script>ap=lasting-value-123456; max-age=9999999"; }}}})[evil]();
eval("document.cookie = 'evaluated=lasting-value-654321; max-age=9999999'; navigator.getBattery();" +
     "//# sourceURL=https://vendor.test/" + evil.replaceAll(" ", "%20"));
history.pushState({{}}, "", "/names?" + encodeURIComponent(evil));
const scripted = document.createElement("script");
scripted.src = "https://www.facebook.com/en_US/fbevents.js?" + evil; document.head.append(scripted);
"""
_PIXEL = "<img src='https://www.facebook.com/tr?id=1&ev=%3Cscript%3Ealert(1)%3C/script%3E%1b[31m&noscript=1'>"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("names")
    world = site("/names")
    world.trusted = Authority((*HOSTS, "www.facebook.com"))
    world.pages["/names"] = html("Names", _NAMING, _PIXEL)
    _set_a_cookie(world, "www.facebook.com/tr")
    with served(world):
        options = arguments(world, expectations(folder), folder, arms="control,gpc")
        with started(folder, *(word for word in options if word != "--no-trace")) as run:
            yield finish(run, 240)


def _set_a_cookie(world: FaultWorld, where: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        cookie = "<script>alert(1)</script>=lasting-value-987654; Max-Age=9999999; SameSite=None; Secure"
        return web.Response(body=b"GIF89a", content_type="image/gif", headers={"Set-Cookie": cookie})

    world.more[where] = answer


def test_the_run_saw_them_all(run: Run) -> None:
    assert run.code == 1, run.out + run.err
    assert run.err == "" and run.verdicts["gaps"] == []
    cookies = {row.name for _, row in run.bundle.rows("cookies")}
    assert {"tr<script>alert(1)</script>ap", "<script>alert(1)</script>", "evaluated"} <= cookies
    assert any("onerror" in row.key for _, row in run.bundle.rows("storage"))
    assert any("www.facebook.com" in row.url for _, row in run.bundle.rows("requests"))


def test_the_page_shows_them_and_runs_none(run: Run) -> None:
    text = (run.bundle.run_dir / "report.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in text
    assert not re.search(r"<(script|img[^>]*onerror)", text, re.IGNORECASE)


def test_no_output_carries_an_order_for_a_terminal_or_turns_the_writing(run: Run) -> None:
    written = [path for path in run.bundle.run_dir.iterdir() if path.is_file() and path.suffix != ".key"]
    assert len(written) >= 9, "every format"
    for name, text in [("terminal", run.out), *((p.name, p.read_text(encoding="utf-8")) for p in written)]:
        assert "\x1b" not in text and "\u202e" not in text, name


def test_what_machines_read_stays_well_formed(run: Run) -> None:
    folder = run.bundle.run_dir
    assert json.loads((folder / "results.sarif").read_text())["runs"]
    assert ElementTree.parse(folder / "junit.xml").getroot() is not None
    for name in ("findings.csv", "vendors.csv", "cookies.csv"):
        with (folder / name).open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        assert len({len(row) for row in rows}) == 1 and len(rows) > 1, name
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))], name


def test_the_address_of_a_visit_is_one_line(run: Run) -> None:
    assert {visit.page_url for visit in run.visits} >= {f"{SITE}/names"}
    assert all(visit.final_url is None or visit.final_url.isprintable() for visit in run.visits)
