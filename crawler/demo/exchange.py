"""One call that reached the demo's server and the answer to it: values, so that every host is a plain function."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

_PIXEL = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")
"""A transparent GIF of one pixel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request as it reached the server: the ground truth that a recording is held against."""

    at_s: float
    """Unix time."""
    scheme: str
    host: str
    """In lower case, without port."""
    method: str
    path: str
    """Percent-decoded."""
    query: str
    """As sent, without the question mark."""
    headers: Mapping[str, str]
    """Names in lower case; the last one wins where a name came twice."""
    body: bytes
    unexpected: bool = False
    """Nobody plays this host or path: the demo's own pages never ask for it."""

    @property
    def url(self) -> str:
        """Scheme, host, path and query as one string."""
        return f"{self.scheme}://{self.host}{self.path}" + (f"?{self.query}" if self.query else "")

    @property
    def params(self) -> dict[str, str]:
        """The query's fields; the last one wins where a name came twice."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def gpc(self) -> bool:
        """True when the request itself carried `Sec-GPC: 1`."""
        return self.headers.get("sec-gpc") == "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a host answers. `cookies` are whole Set-Cookie lines."""

    status: int = 200
    body: bytes = b""
    content_type: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[str, ...] = ()


def issued(cookies: tuple[str, ...], call: Call) -> tuple[str, ...]:
    """The Set-Cookie lines that a caller gets: `{visitor}` becomes a value of its own, which a returning one keeps."""
    sent = call.headers.get("cookie", "")
    lines = []
    for line in cookies:
        if "{visitor}" not in line:
            lines.append(line)
        elif f"{line.partition('=')[0]}=" not in sent:
            lines.append(line.replace("{visitor}", secrets.token_hex(12)))
    return tuple(lines)


def page(html: str, status: int = 200, cookies: tuple[str, ...] = ()) -> Answer:
    """An HTML document that no cache keeps."""
    return Answer(
        status=status,
        body=html.encode(),
        content_type="text/html; charset=utf-8",
        headers=(("Cache-Control", "no-store"), ("Vary", "Sec-GPC, Cookie")),
        cookies=cookies,
    )


def script(source: str, cookies: tuple[str, ...] = ()) -> Answer:
    """A JavaScript file."""
    return Answer(body=source.encode(), content_type="text/javascript; charset=utf-8", cookies=cookies)


def pixel(cookies: tuple[str, ...] = ()) -> Answer:
    """A GIF of one pixel that no cache keeps."""
    return Answer(body=_PIXEL, content_type="image/gif", headers=(("Cache-Control", "no-store"),), cookies=cookies)


def no_content(cookies: tuple[str, ...] = ()) -> Answer:
    """204, as beacons are answered."""
    return Answer(status=204, headers=(("Cache-Control", "no-store"),), cookies=cookies)


def redirect(location: str, cookies: tuple[str, ...] = (), status: int = 302) -> Answer:
    """A hop to somewhere else that may set cookies on its way."""
    return Answer(status=status, headers=(("Location", location), ("Cache-Control", "no-store")), cookies=cookies)


def json_for(call: Call, value: Any, cookies: tuple[str, ...] = ()) -> Answer:
    """JSON that the calling page may read, credentials included."""
    return Answer(
        body=json.dumps(value).encode(),
        content_type="application/json",
        headers=(*cors(call), ("Cache-Control", "no-store")),
        cookies=cookies,
    )


def preflight(call: Call) -> Answer:
    """The yes to a CORS preflight."""
    allowed = (
        ("Access-Control-Allow-Methods", "GET, POST"),
        ("Access-Control-Allow-Headers", "authorization, content-type"),
    )
    return Answer(status=204, headers=(*cors(call), *allowed))


def cors(call: Call) -> tuple[tuple[str, str], ...]:
    """Headers that let the calling origin read the answer."""
    origin = call.headers.get("origin", "*")
    return (("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true"), ("Vary", "Origin"))


def not_found() -> Answer:
    """404 in plain text."""
    return Answer(status=404, body=b"not found\n", content_type="text/plain; charset=utf-8")
