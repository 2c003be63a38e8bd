from __future__ import annotations

import re
from html.parser import HTMLParser

from crawler.demo.company_site import CompanySite
from crawler.demo.exchange import Call
from crawler.demo.policy_page import blocks
from crawler.demo.world import COMPANY_HOST, policy_text


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.inside = False
        self.words: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside |= tag == "article"
        if self.inside and tag == "a":
            self.links.append(dict(attrs)["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.words.append(data)


def _policy_page() -> _Words:
    site = CompanySite(COMPANY_HOST, fixed=False, policy_text=policy_text())
    call = Call(
        at_s=0, scheme="https", host=COMPANY_HOST, method="GET", path="/privacy-policy", query="", headers={}, body=b""
    )
    answer = site.answer(call)
    assert answer is not None
    words = _Words()
    words.feed(answer.body.decode())
    return words


def test_the_page_says_the_policy_word_for_word() -> None:
    shown = " ".join("".join(_policy_page().words).split())
    written = " ".join(re.sub(r"(?m)^- ", "", policy_text()).split())
    assert shown == f"Privacy Policy {written}"


def test_links_lead_where_the_words_say() -> None:
    links = _policy_page().links
    assert links.count("/privacy-choices") == 2
    for address in (
        "https://globalprivacycontrol.org/",
        "http://www.allaboutcookies.org/manage-cookies/index.html",
        "https://google.com/policies/privacy/partners/",
        "https://tools.google.com/dlpage/gaoptout",
        "https://policies.google.com/privacy",
        "https://policies.google.com/terms?hl=en",
        "http://optout.aboutads.info/#/",
        "http://optout.networkadvertising.org/#/",
        "mailto:support@larkfield-software.example",
    ):
        assert address in links


def test_sixteen_sections_stand_under_headings() -> None:
    found = blocks(policy_text(), "/choices")
    headings = [block.rows[0][0].text for block in found if block.kind == "h2"]
    assert len(headings) == 16
    assert headings[0].startswith("1. Collection") and headings[-1] == "16. Contact Us"
    assert [b.kind for b in found].count("contents") == 1
    minor = [block.rows[0][0].text for block in found if block.kind == "h3"]
    assert "Authorized Agents" in minor
    assert len(minor) == 2
