"""Findings in the report: one line in brief, one card in full, accepted ones apart."""

from __future__ import annotations

from typing import Any

import fictional
import page
from bs4 import Tag
from rendered import place, render


def test_a_finding_says_all_that_a_person_needs(report: str) -> None:
    finding = fictional.findings()[0]
    card = page.parse(report).find(id=f"finding-{finding['fingerprint']}")
    assert isinstance(card, Tag)
    text = card.get_text(" ", strip=True)
    for part in ("We also honour opt-out preference signals such as the Global Privacy Control.", finding["message"],
                 finding["certainty"], finding["cannot_tell"], finding["remedy"], "24 of 24 visits", "requests:412",
                 "https://analytics.tiktok.com/api/v2/pixel", "no opt-out parameter", "status 200", "Sec-GPC: 1 sent",
                 "from a worker", "tags.js:12", *finding["pages"]):  # fmt: skip
        assert part in text, part


def test_a_finding_says_after_what_the_vendor_showed(report: str) -> None:
    by_vendor = {f["vendor"]: f["fingerprint"] for f in fictional.findings()}
    soup = page.parse(report)
    hotjar, tiktok = (soup.find(id=f"finding-{by_vendor[name]}") for name in ("hotjar", "tiktok-pixel"))
    assert isinstance(hotjar, Tag) and isinstance(tiktok, Tag)
    text = " ".join(hotjar.get_text(" ").split())
    assert "When First called after scrolling. How sure" in text
    assert "requests:655 003-control-1 while scrolling" in text
    assert "When" not in [term.get_text() for term in tiktok.find_all("dt")]
    note = soup.find(id="claim-L35")
    assert isinstance(note, Tag) and "First called after scrolling." in note.get_text()


def test_every_finding_has_one_line_in_brief(report: str) -> None:
    index = page.parse(report).find(id="index")
    assert isinstance(index, Tag)
    lines = [row for row in index.select("tbody tr") if "part" not in (row.get("class") or [])]
    assert len(lines) == len(fictional.findings())
    by_link = {str(row.th.a["href"]): " ".join(row.get_text(" ").split()) for row in lines if row.th and row.th.a}
    for finding in fictional.findings():
        line = by_link[f"#finding-{finding['fingerprint']}"]
        for part in (finding["severity"], finding["rule"], *finding["claims"]):
            assert part in line
        for seen, of in finding["visits"].values():
            assert f"{seen} of {of}" in line
    worst = next(iter(by_link.values()))
    assert "TikTok Pixel" in worst and "critical" in worst


def test_only_the_first_evidence_is_open(report: str) -> None:
    opened = page.parse(report).select("details[open]")
    assert len(opened) == 1 and "requests:412" in opened[0].get_text()


def test_a_finding_for_information_is_a_short_card(report: str) -> None:
    card = page.parse(report).find(id=f"finding-{fictional.findings()[5]['fingerprint']}")
    assert isinstance(card, Tag) and "brief" in card["class"]
    assert card.details is not None and not card.details.has_attr("open")
    card.details.decompose()
    text = card.get_text(" ", strip=True)
    assert "LinkedIn Insight Tag" in text and "24 of 24" in text and "L30" in text
    assert card.table is None and card.blockquote is None


def test_a_remedy_names_the_product(verdicts: dict[str, Any]) -> None:
    verdicts["findings"][0]["remedy"] = "With GPC on, do not load the vendor, or ask for the vendor's restricted mode."
    html = render(verdicts)
    assert "With GPC on, do not load TikTok Pixel, or ask for the vendor" in html
    assert "do not load the vendor" not in html


def test_two_findings_about_the_whole_site_are_told_apart(verdicts: dict[str, Any]) -> None:
    whole = verdicts["findings"][0] | {"vendor": None, "visits": {}, "rule": "crawl-incomplete", "claims": []}
    verdicts["findings"] = [whole | {"arm": arm, "fingerprint": arm * 3} for arm in ("control", "gpc")]
    index = page.parse(render(verdicts)).find(id="index")
    assert isinstance(index, Tag)
    text = " ".join(index.get_text(" ").split())
    assert "The site itself crawl-incomplete without a signal" in text
    assert "The site itself crawl-incomplete with GPC" in text


def test_accepted_findings_are_kept_apart_and_say_until_when(report: str) -> None:
    assert place(report, "Contradictions") < place(report, "Accepted, with an end date")
    assert "Accepted by privacy team until 2027-01-31" in report


def test_an_expired_acceptance_counts_again(verdicts: dict[str, Any]) -> None:
    verdicts["findings"][-1]["waiver"] |= {"state": "expired"}
    html = render(verdicts)
    assert "Accepted, with an end date" not in html
    assert "this counts again" in html
