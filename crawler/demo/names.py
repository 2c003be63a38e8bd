"""A name server on loopback that knows the demo company's aliases: A and CNAME records over UDP, and nothing else.

It resolves nothing for the browser, whose hosts are mapped. It is asked what a host's name stands for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.rrset

TTL_S = 60


class NameServer(asyncio.DatagramProtocol):
    """Every name is 127.0.0.1, by way of its alias where it has one. What is no question gets no answer."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        self._aliases = aliases
        self._transport: asyncio.DatagramTransport | None = None

    async def listen(self) -> str:
        """Take a free port; returns address and port. Raises `OSError`."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        host, port = self._transport.get_extra_info("sockname")[:2]
        return f"{host}:{port}"

    def close(self) -> None:
        """Give the port back; nothing happens when it has none."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """Answer one question."""
        try:
            answer = self.answer(data)
        except (dns.exception.DNSException, ValueError, IndexError):
            return
        if self._transport is not None:
            self._transport.sendto(answer, addr)

    def answer(self, data: bytes) -> bytes:
        """The answer to one message. Raises `DNSException`, or `IndexError` where nothing is asked."""
        question = dns.message.from_wire(data)
        answer = dns.message.make_response(question, recursion_available=True)
        answer.flags |= dns.flags.AA
        name = question.question[0].name.to_text().lower()
        if (target := self._aliases.get(name.rstrip("."))) is not None:
            answer.answer.append(dns.rrset.from_text(name, TTL_S, "IN", "CNAME", f"{target}."))
            name = f"{target}."
        answer.answer.append(dns.rrset.from_text(name, TTL_S, "IN", "A", "127.0.0.1"))
        return answer.to_wire()
