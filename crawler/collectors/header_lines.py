"""Header lines as NetLog writes them."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_to_bytes

_ESCAPED = "%ESCAPED:\u200b "


def text_of(value: Any) -> str:
    """A string as it was before NetLog escaped it: it marks and percent-escapes whatever is not ASCII."""
    text = str(value)
    if not text.startswith(_ESCAPED):
        return text
    return unquote_to_bytes(text[len(_ESCAPED) :].encode("utf-8", "surrogatepass")).decode("utf-8", "replace")


def headers_of(lines: Any) -> dict[str, str]:
    """Header lines by lower-case name; a repeated name is joined by a comma, Set-Cookie by a line feed."""
    headers: dict[str, str] = {}
    for line in lines:
        line = text_of(line)
        colon = line.find(":", 1)
        if colon < 0:
            continue
        name, value = line[:colon].strip().lower(), line[colon + 1 :].strip()
        if name in headers:
            value = headers[name] + ("\n" if name == "set-cookie" else ", ") + value
        headers[name] = value
    return headers


def status_of(lines: Any) -> int | None:
    """The status code of a response, None when its lines have none."""
    for line in lines:
        if line.startswith("HTTP/"):
            code = line.split(" ", 2)[1:2]
        elif line.startswith(":status:"):
            code = [line[8:].strip()]
        else:
            continue
        return int(code[0]) if code and code[0].isascii() and code[0].isdigit() else None
    return None
