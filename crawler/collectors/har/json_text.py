"""JSON as tools really write it: bytes to a document, where a few characters that are no text do not spoil the whole.

Half of a surrogate pair (`"\\ud83d"`, an emoji that was cut in two) is allowed by JSON's grammar and stands for no
character; strict readers refuse the file. Source: RFC 8259, section 8.2, from memory.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

REPLACEMENT = "\ufffd"
_HIGH, _LOW = rb"\\u[dD][89abAB][0-9a-fA-F]{2}", rb"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
# An escaped backslash is read first, so that the text `\\ud800` stays what it is.
_ESCAPE = re.compile(rb"\\\\|(?P<pair>" + _HIGH + _LOW + rb")|(?P<half>" + _HIGH + rb"|" + _LOW + rb")")


def loads(data: bytes) -> tuple[Any, int]:
    """The document, and how many characters had to be replaced. Raises `ValueError` for what is no JSON."""
    try:
        return orjson.loads(data.removeprefix(b"\xef\xbb\xbf")), 0
    except orjson.JSONDecodeError as error:
        mended, replaced = _mended(data)
        if not replaced and mended == data:
            raise
        try:
            return orjson.loads(mended), replaced
        except orjson.JSONDecodeError:
            raise error from None


def _mended(data: bytes) -> tuple[bytes, int]:
    """The same in UTF-8, with whatever is no character replaced."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    text = data.decode(encoding, "replace")
    # A file may hold the replacement itself; only further ones are ours.
    replaced = text.count(REPLACEMENT) - data.count(REPLACEMENT.encode()) if encoding == "utf-8-sig" else 0
    halves = 0

    def mend(found: re.Match[bytes]) -> bytes:
        nonlocal halves
        if found["half"] is None:
            return found.group()
        halves += 1
        return REPLACEMENT.encode()

    return _ESCAPE.sub(mend, text.encode("utf-8")), max(replaced, 0) + halves
