"""The demo world: one TLS server and one plain one on loopback that play the company and every vendor by name, and a
name server that tells which names stand for others.

    async with World() as world:
        chromium(f"--host-resolver-rules={world.host_resolver_rules}")

Nothing leaves the machine: a browser with these rules reaches nothing but this server, and a host or path that nobody
plays is answered 404 and marked `unexpected` in the log.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from types import TracebackType
from typing import Self

from aiohttp import web

from crawler.browser.authority import Authority
from crawler.demo import site_map, vendor_hosts
from crawler.demo.company_site import CompanySite
from crawler.demo.exchange import Answer, Call, issued, not_found
from crawler.demo.faults import Fault
from crawler.demo.names import NameServer

COMPANY_HOST = "www.larkfield-software.example"
_BODY_LIMIT_BYTES = 8 * 1024 * 1024


def policy_text() -> str:
    """The demo company's policy as plain text."""
    return resources.files("crawler.demo").joinpath("policy.txt").read_text(encoding="utf-8")


class World:
    """An async context manager; the attributes below it may be read once it is entered.

    `company_host` may be any host: the same site is then served under that name, and its bare or `www.` sibling
    redirects to it. `policy` replaces the text of the policy page.
    """

    def __init__(
        self,
        company_host: str = COMPANY_HOST,
        fixed: bool = False,
        *,
        status: int | None = None,
        bot_wall: bool = False,
        stall: bool = False,
        fault_paths: tuple[str, ...] = (),
        policy: str | None = None,
    ) -> None:
        self.site = CompanySite(company_host, fixed=fixed, policy_text=policy if policy is not None else policy_text())
        self.fixed = fixed
        self.site_url = f"https://{company_host}/"
        self.log: list[Call] = []
        """Every request that reached the server, oldest first."""
        hosts = (*self.site.hosts, f"*.{self.site.domain}", *vendor_hosts.HOSTS)
        self.authority = Authority(dict.fromkeys(hosts))
        self.spki = self.authority.spki
        """For --ignore-certificate-errors-spki-list."""
        self.host_resolver_rules = ""
        """For --host-resolver-rules: every host and port leads here."""
        self.name_server = ""
        """Address and port of the one that tells which of the company's hosts are aliases."""
        self.tls_port = 0
        self.plain_port = 0
        self._fault = Fault(status=status, bot_wall=bot_wall, stall=stall, paths=fault_paths)
        self._names = NameServer(self.site.aliases)
        self._runner: web.AppRunner | None = None
        self._ending = asyncio.Event()

    @property
    def unexpected(self) -> tuple[Call, ...]:
        """Requests for hosts and paths that nobody plays."""
        return tuple(call for call in self.log if call.unexpected)

    def urls(self) -> tuple[str, ...]:
        """The pages that an audit should visit."""
        return tuple(self.site_url.rstrip("/") + path for path in site_map.AUDITED)

    async def __aenter__(self) -> Self:
        application = web.Application(client_max_size=_BODY_LIMIT_BYTES)
        application.router.add_route("*", "/{path:.*}", self._serve)
        # What is still open at the end, an idle connection of a browser say, must not hold it up.
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        tls = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self.authority.server_context())
        plain = web.TCPSite(self._runner, "127.0.0.1", 0)
        await tls.start()
        await plain.start()
        self.tls_port, self.plain_port = (address[1] for address in self._runner.addresses)
        self.name_server = await self._names.listen()
        self.host_resolver_rules = (
            f"MAP *:80 127.0.0.1:{self.plain_port},MAP *:443 127.0.0.1:{self.tls_port},MAP * 127.0.0.1:{self.tls_port}"
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._names.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def serve_forever(self) -> None:
        """Serve until cancelled, for a look by hand; prints how to start a browser."""
        async with self:
            print(f"chromium --host-resolver-rules='{self.host_resolver_rules}' \\")
            print(f"  --ignore-certificate-errors-spki-list={self.spki} {self.site_url}")
            await asyncio.Event().wait()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        call = Call(
            at_s=time.time(),
            scheme=request.scheme,
            host=request.host.partition(":")[0].rstrip(".").lower(),
            method=request.method,
            path=request.path,
            query=request.rel_url.raw_query_string,
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
        )
        return await self._respond(call)

    async def _respond(self, call: Call) -> web.StreamResponse:
        if call.host in self.site.hosts and call.host != self.site.cdn_host and self._fault.covers(call.path):
            self.log.append(call)
            if self._fault.stall:
                await self._ending.wait()
            return _response(self._fault.answer(call.host))
        answer = self.site.answer(call) or vendor_hosts.answer(call)
        if answer is None:
            self.log.append(replace(call, unexpected=True))
            return _response(not_found())
        self.log.append(call)
        return _response(replace(answer, cookies=issued(answer.cookies, call)))


def _response(answer: Answer) -> web.Response:
    response = web.Response(status=answer.status, body=answer.body)
    if answer.content_type is not None:
        response.headers["Content-Type"] = answer.content_type
    for name, value in answer.headers:
        response.headers.add(name, value)
    for cookie in answer.cookies:
        response.headers.add("Set-Cookie", cookie)
    return response


@contextlib.contextmanager
def in_thread(world: World) -> Iterator[World]:
    """Serve a world from a thread of its own, for callers that have an event loop elsewhere or none."""
    started = threading.Event()
    failed: list[BaseException] = []
    running: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        stopping = asyncio.Event()
        try:
            async with world:
                running.append((asyncio.get_running_loop(), stopping))
                started.set()
                await stopping.wait()
        except OSError as error:
            failed.append(error)
        finally:
            started.set()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="demo-world", daemon=True)
    thread.start()
    started.wait()
    try:
        if not running:
            raise failed[0] if failed else RuntimeError("the demo world did not start")
        yield world
    finally:
        for loop, stopping in running:
            loop.call_soon_threadsafe(stopping.set)
        thread.join()
