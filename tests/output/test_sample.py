"""The report that is given away: whole, small, and without a trace of the machine that made it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import page
import pytest

from tests.sample import HEIGHT, MAX_PICTURE, SAMPLE, WIDTH, paths_of_this_machine


@pytest.fixture(scope="module")
def html() -> str:
    return (SAMPLE / "report.html").read_text(encoding="utf-8")


def test_the_sample_is_a_whole_report_of_the_fictional_company(html: str) -> None:
    page.check_self_contained(html)
    page.check_accessible(html)
    assert "Larkfield Software is a fictional company" in html and "Gate fails" in html
    assert len(page.parse(html).find_all("section", class_="note")) == 47


def test_the_sample_names_no_folder_of_a_machine(html: str) -> None:
    assert paths_of_this_machine(html) == []
    assert not any(folder in html for folder in ("/tmp", "/home/", "/root/", "/Users/", "C:\\"))


def test_a_folder_of_this_machine_is_noticed() -> None:
    assert paths_of_this_machine(f"<dd>{Path(tempfile.gettempdir()) / 'x'}</dd>") == [tempfile.gettempdir()]


def test_the_picture_is_of_its_size_and_small() -> None:
    png = (SAMPLE / "report.png").read_bytes()
    assert png.startswith(b"\x89PNG\r\n\x1a\n") and len(png) <= MAX_PICTURE
    assert (int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")) == (WIDTH, HEIGHT)
