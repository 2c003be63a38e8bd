"""The policy as a page: the plain text of `policy.txt` as headings, paragraphs and lists, word for word."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBERED = re.compile(r"(\d{1,2})\. [A-Z]")
_ADDRESS = re.compile(
    r"(?P<web>https?://[^\s,]+[^\s,.])|(?P<mail>[\w.]+@[\w.-]+\w)|(?P<bare>google\.com/policies/privacy/partners/)"
    r"|(?P<choice>click here)"
)
_MINOR_HEADING_LENGTH = 110
"""Characters. A short line without a full stop that starts no list is a heading within a section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A run of words, with the address it leads to when it is a link."""

    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One heading, paragraph or list; a list has one row of parts per item."""

    kind: str
    """contents, h2, h3, p or ul."""
    rows: tuple[tuple[Part, ...], ...]
    anchor: str = ""


def blocks(text: str, choices_path: str) -> tuple[Block, ...]:
    """The policy's lines as blocks. `choices_path` is where both `click here` lead to.

    The first list is the table of contents; its items link to the numbered headings.
    """
    found: list[Block] = []
    items: list[str] = []

    def close_list() -> None:
        if not items:
            return
        if any(block.kind == "contents" for block in found):
            found.append(Block(kind="ul", rows=tuple(_parts(item, choices_path) for item in items)))
        else:
            entries = tuple((Part(text=item, href=f"#section-{i}"),) for i, item in enumerate(items, 1))
            found.append(Block(kind="contents", rows=entries))
        items.clear()

    for line in filter(None, (line.strip() for line in text.splitlines())):
        if line.startswith("- "):
            items.append(line[2:])
            continue
        close_list()
        numbered = _NUMBERED.match(line)
        if numbered:
            found.append(Block(kind="h2", rows=((Part(text=line),),), anchor=f"section-{numbered[1]}"))
        elif len(line) < _MINOR_HEADING_LENGTH and line.rstrip("”")[-1] not in ".:,;" and not _ADDRESS.search(line):
            found.append(Block(kind="h3", rows=((Part(text=line),),)))
        else:
            found.append(Block(kind="p", rows=(_parts(line, choices_path),)))
    close_list()
    return tuple(found)


def _parts(line: str, choices_path: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    end = 0
    for match in _ADDRESS.finditer(line):
        if match.start() > end:
            parts.append(Part(text=line[end : match.start()]))
        parts.append(Part(text=match[0], href=_href(match, choices_path)))
        end = match.end()
    if end < len(line):
        parts.append(Part(text=line[end:]))
    return tuple(parts)


def _href(match: re.Match[str], choices_path: str) -> str:
    if match["web"]:
        return match["web"]
    if match["mail"]:
        return f"mailto:{match['mail']}"
    if match["bare"]:
        return f"https://{match['bare']}"
    return choices_path
