"""One fault each: where it is, what becomes of its visits, and what of a run that has it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.browser.fault_world import SITE
from tests.faults.site import HEALTHY_CALLS


@dataclass(frozen=True)
class Case:
    """`reasons` of the visit; None for one that counts, several where it depends on who is faster."""

    where: str
    """A path of the site, or the address of another site."""
    reasons: tuple[str | None, ...] = (None,)
    detail: str = ""
    """Words of the gap."""
    sends: tuple[str, ...] = ()
    """Addresses that must be among the requests, gap or not."""
    name: str = ""

    @property
    def url(self) -> str:
        return self.where if "://" in self.where else SITE + self.where

    @property
    def code(self) -> int:
        """Exit code of a run in which this page stands beside a healthy one."""
        return 0 if None in self.reasons else 3


def part(name: str, address: str) -> Case:
    """A page that is fine but for one of its parts; the recording must hold both the part and what comes after it."""
    return Case(f"/{name}", sends=(address, f"https://tracker.test/pixel?page={name}"))


TOLERATED = (
    Case("/healthy", sends=HEALTHY_CALLS),
    part("stalled-part", "https://tracker.test/stall"),
    part("dripping-part", "https://tracker.test/drip"),
    part("part-in-a-loop", "https://tracker.test/loop"),
    part("part-without-name", "https://bad.test/x.gif"),
    part("part-untrusted", "https://untrusted.test/x.gif"),
    part("part-reset", "https://tracker.test/reset"),
    part("part-refused", "https://refused.test/x.gif"),
    part("part-asks-for-a-password", f"{SITE}/401"),
    part("half-a-part", "https://tracker.test/half"),
    Case("/downloads", sends=(f"{SITE}/file.bin?0",)),
    Case("/auto-download", sends=("https://tracker.test/pixel?page=download",)),
    Case("/beforeunload"),
    Case("/dialogs", sends=("https://tracker.test/pixel?page=dialogs",)),
    Case("/popups", sends=(f"{SITE}/ok?popup1", f"{SITE}/ok?popup29")),
)
"""Faults of a page that do not keep it from being seen: the run passes."""

LOST = (
    Case("/stall", ("timeout",), "navigation", (f"{SITE}/stall",)),
    Case("/drip", ("timeout",), "navigation", (f"{SITE}/drip",)),
    Case("/loop", ("unreachable",), "TOO_MANY_REDIRECTS"),
    Case("/loop-by-script", ("flood", "timeout")),
    Case("/loop-by-refresh", ("flood", "timeout"), ""),
    Case("/401", ("http-error",), "401"),
    Case("/reset", ("unreachable",), "ERR_"),
    Case("/dialogs-for-ever", ("timeout",)),
    Case("/more-popups", ("flood", "timeout")),
    Case("/first-only", ("http-error",), "503"),
    Case("https://bad.test/", ("unreachable",), "NAME_NOT_RESOLVED"),
    Case("https://untrusted.test/", ("unreachable",), "ERR_CERT"),
    Case("https://expired.test/", ("unreachable",), "ERR_CERT"),
    Case("https://other-name.test/", ("unreachable",), "ERR_CERT"),
    Case("https://refused.test/", ("unreachable",), "CONNECTION_REFUSED"),
)
"""Faults that keep a page from being seen: each is a gap, and the run cannot pass."""
