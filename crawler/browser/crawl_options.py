"""How a company is crawled."""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.browser.launch import LaunchOptions
from crawler.browser.settle import Settling
from crawler.evidence import Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOptions:
    """The options of a crawl, with their defaults."""

    launch: LaunchOptions
    arms: tuple[Arm, ...] = (Arm.CONTROL, Arm.GPC)
    repeat: int = 3
    trace: bool = True
    """One explaining visit per page, apart from the arms that are compared."""
    jobs: int = 2
    max_pages: int = 30
    max_depth: int = 4
    attempts: int = 3
    """Tries per visit before it is a gap."""
    obey_robots: bool = True
    settling: Settling = field(default_factory=Settling)
    navigation_timeout_s: float = 30.0
    deadline_s: float = 90.0
