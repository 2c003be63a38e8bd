"""The filter lists of one judgement: EasyPrivacy, and those that the user brings along with `--filter-list`.

Every list is judged for itself: an exception lifts only what its own list blocks. To accept a finding there are
waivers, which have a reason, an owner and an end.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crawler.vendors.filters import easyprivacy, ready
from crawler.vendors.filters.engine import FilterEngine
from crawler.vendors.model import Hit, KnownBy

MAX_BYTES = 64 * 2**20
"""Of a list's file; the largest public lists have some ten million."""
MAX_LISTS = 20
"""Of the user, in one judgement."""
_HEADER_LINES = 100
_HEADER = re.compile(r"[!#]\s*(title|version|last modified)\s*:\s*(\S.*)", re.IGNORECASE)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_PAGE = re.compile(r"\s*<(?:!doctype|html|head|body|\?xml)", re.IGNORECASE)
IGNORED = frozenset({"cosmetic"})
"""Reasons for which a line is left out without a word: it is not about requests."""


class NotAFilterList(ValueError):
    """The file cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class FilterList:
    """A list of the user."""

    name: str
    """Its title, else the file's name."""
    version: str
    """Its version or date, else the beginning of its hash."""
    sha256: str
    file_name: str
    """Letters, digits, dot, dash and underscore."""
    engine: FilterEngine
    content: bytes
    """The file, to be kept beside what was judged by it."""

    @property
    def unsupported(self) -> int:
        """Lines about requests that were left out."""
        return sum(number for reason, number in self.engine.skipped.items() if reason not in IGNORED)


@dataclass(frozen=True, slots=True, eq=False)
class FilterLists:
    """What a judgement is made with, besides the catalogue; `own` are the user's lists."""

    own: tuple[FilterList, ...] = ()

    def facts(self) -> list[dict[str, Any]]:
        """Of every list: `{"name", "version", "sha256", "rules", "skipped", "own"}`."""
        bundled = easyprivacy.engine()
        first = _facts(bundled, bundled.list_name, bundled.list_version, easyprivacy.sha256())
        return [first, *(_facts(x.engine, x.name, x.version, x.sha256, own=True) for x in self.own)]

    def mark(self, hit: Hit, url: str, page_url: str, resource_type: str, method: str) -> Hit:
        """A third party's hit with what the user's lists say of the request."""
        verdicts = [x.engine.match(url, page_url, resource_type, method) for x in self.own]
        blocked = [str(v) for v in verdicts if v.blocked]
        lifted = [str(v) for v in verdicts if v.exception]
        if not blocked and not lifted:
            return hit
        rule = _joined(hit.tracker_rule, blocked)
        unnamed = hit.known_by in (KnownBy.NOBODY, KnownBy.FILTER_LIST)
        return replace(
            hit,
            tracker_rule=rule,
            lifted_rule=_joined(hit.lifted_rule, lifted),
            known_by=KnownBy.FILTER_LIST if unnamed and rule else hit.known_by,
            basis=rule if unnamed and rule else hit.basis,
        )


BUNDLED = FilterLists()
"""EasyPrivacy alone."""


def read(path: Path) -> FilterList:
    """Read a list in the syntax of Adblock Plus or uBlock Origin. Raises `NotAFilterList`."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise NotAFilterList(f"{path}: cannot be read: {error.strerror}; name a file with a filter list") from error
    return of_content(content, path.name, str(path))


def of_content(content: bytes, file_name: str, where: str) -> FilterList:
    """A list from the content of a file; `where` names it in errors. Raises `NotAFilterList`."""
    if len(content) > MAX_BYTES:
        raise NotAFilterList(f"{where}: is larger than {MAX_BYTES // 2**20} MB; split it into several lists")
    text = _text(content, where)
    if _PAGE.match(text):
        raise NotAFilterList(f"{where}: is a web page, not a filter list; download the list itself (its raw text)")
    lines = text.splitlines()
    digest = hashlib.sha256(content).hexdigest()
    index = ready.load(digest, lambda: lines)
    if not index["rules"]:
        raise NotAFilterList(
            f"{where}: holds no rule about requests in {len(lines)} lines; such a rule looks like ||tracker.example^"
        )
    title, version = _header(lines)
    file_name = _UNSAFE.sub("-", file_name).strip(".-")[-80:] or "list.txt"
    name = title or file_name
    version = version or f"sha256 {digest[:12]}"
    engine = FilterEngine(list_name=name, list_version=version, index=index)
    return FilterList(name, version, digest, file_name, engine, content)


def _text(content: bytes, where: str) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    if b"\0" in content:
        raise NotAFilterList(f"{where}: is no text; a filter list is a text file with a rule in each line")
    # A rule in another encoding loses its letters beyond ASCII; URLs have none of those.
    return content.decode("utf-8-sig", "replace")


def _header(lines: list[str]) -> tuple[str, str]:
    found: dict[str, str] = {}
    for line in lines[:_HEADER_LINES]:
        match = _HEADER.match(line.strip())
        if match and "%" not in match[2]:  # a template that nobody filled in
            found.setdefault(match[1].lower(), _clean(match[2]))
    return found.get("title", ""), found.get("version") or found.get("last modified", "")


def _clean(text: str) -> str:
    return _UNREADABLE.sub(" ", text)[:80].strip()


def _facts(engine: FilterEngine, name: str, version: str, sha256: str, *, own: bool = False) -> dict[str, Any]:
    skipped = sum(engine.skipped.values())
    return {
        "name": name, "version": version, "sha256": sha256, "rules": engine.rules, "skipped": skipped, "own": own,
    }  # fmt: skip


def _joined(before: str | None, rules: Iterable[str]) -> str | None:
    return "; ".join([*([before] if before else []), *rules]) or None
