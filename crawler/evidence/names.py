"""What stands behind the hosts of a site: the names that its own names are aliases for."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.evidence.arm import Arm

TOLD = ("browser", "system", "given")
"""Sources of a `HostName` that looked: an empty chain then means that the host has no other name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostName:
    """One host of the site, or of the company, that a visit sent requests to, and what is known of its other names.

    Every such host has a row, so that "leads nowhere else" and "was not looked at" stay two things. Hosts of third
    parties have none: they are named as they are.
    """

    visit: str
    arm: Arm
    repetition: int
    page_url: str
    host: str
    chain: tuple[str, ...]
    """Targets of its CNAME records in their order, in lower case; the last is the canonical name."""
    source: str
    """browser: its own answer, out of its network log. system: the browser asked the operating system, which tells it
    addresses alone; the same name servers were asked again. given: a name server that the run was given for
    the purpose (`--name-server`), which is asked for every host without a known alias, mapped ones too.
    Not told, and why: mapped (`--host-resolver-rules`), hosts (the machine's hosts file), address (it is one), failed
    (nobody answered, or too late), unknown (no lookup in the log: a proxy, or damage)."""
