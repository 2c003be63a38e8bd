"""The address of a name server as a person writes it. Loads nothing, so that a wrong one is told at once."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Self

PORT = 53


class InvalidNameServer(ValueError):
    """No address of a name server; the text says what is wrong and how to write one."""


@dataclass(frozen=True, slots=True)
class NameServerAddress:
    """Where a name server listens. `str()` of it always has the port, and `read` takes it."""

    host: str
    """An IPv4 or IPv6 address, without brackets."""
    port: int = PORT

    @classmethod
    def read(cls, text: str) -> Self:
        """`192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]` or `[2001:db8::53]:5353`. Raises `InvalidNameServer`."""
        given = text.strip()
        host, colon, port = given.rpartition(":")
        if not colon or given.endswith("]"):
            host, colon, port = given, "", str(PORT)
        bracketed = host.startswith("[") and host.endswith("]")
        try:
            address = str(ipaddress.IPv6Address(host[1:-1]) if bracketed else ipaddress.IPv4Address(host))
        except ValueError:
            raise InvalidNameServer(f"{text[:200]!r} {_what(given)}; {_FORMS}") from None
        if not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) <= 65535):
            raise InvalidNameServer(f"{text[:200]!r} has no port from 1 to 65535 behind the colon; {_FORMS}")
        return cls(address, int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


_FORMS = "write ADDRESS[:PORT], such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353"


def _what(given: str) -> str:
    if given.count(":") > 1 and not given.startswith("["):
        return "is an IPv6 address without brackets, or none"
    return "is no IP address, and the name of a name server would have to be asked of another one"
