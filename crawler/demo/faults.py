"""What goes wrong on purpose: a company's host that answers with an error, shows a bot wall, or never answers."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.demo.exchange import Answer, page

_WALL = """<!doctype html><html lang="en-US"><head><meta charset="utf-8"><title>Just a moment...</title>
<meta name="robots" content="noindex,nofollow"></head>
<body><div class="main-wrapper" role="main"><h1>{host}</h1>
<p id="challenge-running">Verifying you are human. This may take a few seconds.</p>
<div id="cf-challenge-running"></div>
<p>{host} needs to review the security of your connection before proceeding.</p></div>
<script>window._cf_chl_opt = {{cType: "managed", cRay: "0000000000000000"}};</script></body></html>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong on the company's pages. Vendors' hosts stay as they are."""

    status: int | None = None
    """Answer with this status and a short text."""
    bot_wall: bool = False
    """Answer 403 with a challenge page, as content delivery networks do."""
    stall: bool = False
    """Take the request and never answer."""
    paths: tuple[str, ...] = ()
    """Only on these paths; on all of them when empty."""

    def covers(self, path: str) -> bool:
        """Whether this fault befalls a path of the company's host."""
        faulty = self.stall or self.bot_wall or self.status is not None
        return faulty and (not self.paths or path in self.paths)

    def answer(self, host: str) -> Answer:
        """The wrong answer; of no use when `stall` is set."""
        if self.bot_wall:
            walled = page(_WALL.format(host=host), status=403)
            marks = (("Server", "cloudflare"), ("cf-mitigated", "challenge"), ("CF-RAY", "0000000000000000-DEM"))
            return Answer(
                status=403, body=walled.body, content_type=walled.content_type, headers=(*walled.headers, *marks)
            )
        status = self.status or 500
        return Answer(status=status, body=f"error {status}\n".encode(), content_type="text/plain; charset=utf-8")
