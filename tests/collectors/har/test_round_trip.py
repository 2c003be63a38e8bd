"""A run that was written as a HAR, read as the recording of another tool."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from crawler.bundle import Bundle
from crawler.collectors.har.archive import NotAHar, read
from crawler.collectors.har.record import record
from crawler.evidence import Arm, Visit
from crawler.output import har
from tests.rules.world import REQUESTS, SITE, a_bundle, a_company, a_request, a_visit, visits_of

PAGES = [SITE + "/", SITE + "/contact"]


def written(visits: list[Visit], **changes: Any) -> str:
    """The archive of a run: each visit with its document and a pixel, and headers as the arm has them."""
    bundle = a_bundle(visits)
    bundle.streams["requests"] = [
        a_request(
            url, v, resource_type=kind, headers={"x": "1"} | ({"sec-gpc": "1"} if v.arm is Arm.GPC else {}), **more
        )
        for v in visits
        for url, kind, more in ((v.page_url, "document", {}), (REQUESTS["meta-pixel"], "image", changes))
    ]
    return "".join(har.render(bundle))


def read_again(tmp_path: Path, text: str) -> Bundle:
    (tmp_path / "x.har").write_text(text)
    (tmp_path / "acme.yaml").write_text("company: Acme\n")
    record([read(tmp_path / "x.har")], a_company(path=tmp_path / "acme.yaml"), tmp_path / "again")
    return Bundle(tmp_path / "again")


def test_visits_that_explain_are_left_out_and_told_of(tmp_path: Path) -> None:
    compared, explaining = visits_of(PAGES), visits_of(PAGES, (Arm.TRACE,), 2)
    bundle = read_again(tmp_path, written([*explaining[:2], *compared, *explaining[2:]]))
    again = [visit for _, visit in bundle.rows("visits")]
    assert Counter((v.page_url, v.arm) for v in again) == Counter((v.page_url, v.arm) for v in compared)
    assert all(visit.signal is not None and visit.signal.proven for visit in again)
    assert len(list(bundle.rows("requests"))) == 2 * len(compared)
    told = [(gap.reason, gap.detail) for _, gap in bundle.rows("gaps") if gap.arm == "all"]
    assert told == [
        (
            "har",
            "x.har: 4 of its pages are visits of this program that only explain what others saw (arm trace). They are "
            "left out, with their requests.",
        )
    ]


def test_an_explaining_page_without_a_date_hands_its_requests_to_no_other(tmp_path: Path) -> None:
    document = json.loads(written([a_visit(PAGES[0], Arm.CONTROL, 1), a_visit(PAGES[1], Arm.TRACE, 1)]))
    document["log"]["pages"][1]["startedDateTime"] = "at noon"
    bundle = read_again(tmp_path, json.dumps(document))
    assert {row.url for _, row in bundle.rows("requests")} == {PAGES[0], REQUESTS["meta-pixel"]}
    assert len(list(bundle.rows("requests"))) == 2


def test_a_file_of_visits_that_explain_holds_nothing_to_judge(tmp_path: Path) -> None:
    with pytest.raises(NotAHar, match="holds only visits that explain others"):
        read_again(tmp_path, written(visits_of(PAGES, (Arm.TRACE,), 1)))


@pytest.mark.parametrize(
    ("error", "wire_class"),
    [("net::ERR_ABORTED", "aborted"), (None, "pending"), (None, "blocked"), ("net::ERR_NAME_NOT_RESOLVED", "failed")],
)
def test_what_never_left_stays_at_home(tmp_path: Path, error: str | None, wire_class: str) -> None:
    visit = a_visit(PAGES[0], Arm.CONTROL, 1)
    text = written([visit], on_wire=False, status=None, error=error, wire_class=wire_class)
    _, pixel = (row for _, row in read_again(tmp_path, text).rows("requests"))
    assert (pixel.on_wire, pixel.wire_class, pixel.status) == (False, wire_class, None)
