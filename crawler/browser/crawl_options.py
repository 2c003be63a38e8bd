"""How a company is crawled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crawler.browser.chosen import Browser
from crawler.browser.launch import LaunchOptions
from crawler.browser.settle import Settling
from crawler.evidence import Arm, from_row, to_row


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOptions:
    """The options of a crawl, with their defaults."""

    launch: LaunchOptions
    arms: tuple[Arm, ...] = (Arm.CONTROL, Arm.GPC)
    repeat: int = 3
    trace: bool = True
    """One explaining visit per page, apart from the arms that are compared."""
    jobs: int = 4
    max_pages: int = 30
    max_depth: int = 4
    attempts: int = 3
    """Tries per visit before it is a gap."""
    obey_robots: bool = True
    settling: Settling = field(default_factory=Settling)
    navigation_timeout_s: float = 30.0
    deadline_s: float = 90.0
    name_server: str | None = None
    """Address and port of the one to ask what the company's hosts are aliases for, mapped ones among them; None for the
    machine's own, which are not asked for mapped hosts. As `NameServerAddress.read` takes it."""
    keep_netlog: bool = False
    """Keep the browser's own log of every visit, unredacted."""

    def stored(self) -> dict[str, Any]:
        """All of them but the browser, as a JSON object for the manifest; `restored` is its inverse."""
        row = to_row(self)
        del row["launch"]["browser"]
        return row

    @classmethod
    def restored(cls, row: Mapping[str, Any], browser: Browser) -> CrawlOptions:
        """The options that a manifest holds. Raises `KeyError`, `TypeError` or `ValueError` for what is none."""
        launch = from_row(LaunchOptions, {**row["launch"], "browser": browser})
        return from_row(cls, {**row, "launch": launch})
