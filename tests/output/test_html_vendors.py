"""The table of vendors in the report."""

from __future__ import annotations

import fictional
import page
from bs4 import Tag
from hostile import HIDING, NASTY
from rendered import render


def test_the_vendors_table_says_what_was_sent_and_nothing_of_it_does_harm() -> None:
    verdicts = fictional.verdicts()
    user_data = [{"kind": "email", "form": "plain", "parameter": NASTY + HIDING, "basis": "documented"}]
    sends = {"client_ids": ["cid"], "page_data": [], "user_data": user_data, "encodings": [], "undecodable_bytes": 0}
    verdicts["vendors"][0]["sends"] = {"control": sends, "gpc": "nonsense"}
    html = render(verdicts)
    section = page.parse(html).find(id="vendors")
    assert isinstance(section, Tag)
    assert "sends email plain (" in section.get_text() and "browser ids (cid)" in section.get_text()
    assert NASTY not in html and "\u202e" not in html
    assert not section.find_all(["script", "img"])
