"""What a rendered page may and may not hold, checked on its parsed form."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from bs4 import BeautifulSoup, Tag

LOADING = {"src", "srcset", "data", "poster", "action", "formaction", "background", "ping", "manifest", "cite"}


def parse(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "lxml")


@lru_cache(maxsize=2)
def parsed(html: str) -> BeautifulSoup:
    """The same tree each time, to look at and not to change."""
    return parse(html)


def check_self_contained(html: str) -> None:
    """No script, nothing loaded, no way out: only fragments of the page itself."""
    page = parsed(html)
    assert not page.find_all(["script", "iframe", "object", "embed", "link", "base", "form", "img", "audio", "video"])
    for tag in page.find_all(True):
        assert isinstance(tag, Tag)
        for name, value in tag.attrs.items():
            assert name not in LOADING, f"<{tag.name} {name}>"
            assert not name.startswith("on"), f"<{tag.name} {name}>"
            if name in ("href", "xlink:href"):
                assert str(value).startswith("#"), f"<{tag.name} {name}={value}>"
    for style in page.find_all("style"):
        assert not re.search(r"url\(|@import|expression\(", style.text)
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert isinstance(policy, Tag)
    assert policy["content"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def check_accessible(html: str) -> None:
    """Language, one h1, headings without jumps, named tables with scoped heads, ids once, no dead fragment."""
    page = parsed(html)
    assert page.html is not None and page.html["lang"] == "en"
    assert page.title is not None and page.title.text.strip()
    levels = [int(tag.name[1]) for tag in page.find_all(re.compile("^h[1-6]$"))]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(levels)), levels
    for table in page.find_all("table"):
        assert table.caption and table.caption.text.strip()
        assert table.find_all("th") and all(
            th.get("scope") in ("row", "col", "rowgroup") for th in table.find_all("th")
        )
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    targets = {str(tag["href"])[1:] for tag in page.find_all(href=True)}
    assert targets <= set(ids), targets - set(ids)
    assert len(page.find_all("main")) == 1
    for svg in page.find_all("svg"):
        assert svg.get("aria-hidden") == "true", "a picture that only repeats its text is hidden from a screen reader"
