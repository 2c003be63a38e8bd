"""The demo's name server: what it says of aliases, asked as the crawler asks."""

from __future__ import annotations

import asyncio
import socket

from crawler.browser.name_servers import NameServers
from crawler.demo.names import NameServer
from crawler.demo.world import World


def test_the_world_tells_what_its_alias_stands_for_until_repaired() -> None:
    async def ask(world: World) -> dict[str, tuple[str, ...] | str]:
        async with world:
            return await NameServers.at(world.name_server).chains(sorted({*world.site.hosts, world.site.go_host}))

    for fixed, chain in ((False, ("go.pardot.com",)), (True, ())):
        chains = asyncio.run(ask(World(fixed=fixed)))
        assert chains == {
            "go.larkfield-software.example": chain,
            "cdn.larkfield-software.example": (),
            "larkfield-software.example": (),
            "www.larkfield-software.example": (),
        }


def test_rubbish_gets_no_answer_and_the_next_question_does() -> None:
    async def talk() -> dict[str, tuple[str, ...] | str]:
        server = NameServer({"a.example": "b.example"})
        address = await server.listen()
        host, port = address.rsplit(":", 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for rubbish in (b"", b"\0", b"\0" * 12, b"\xff" * 40):
                sender.sendto(rubbish, (host, int(port)))
        found = await NameServers.at(address).chains(["a.example", "c.example"])
        server.close()
        server.close()
        return found

    assert asyncio.run(talk()) == {"a.example": ("b.example",), "c.example": ()}
