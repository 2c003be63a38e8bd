"""Drives the real visit engine through the truth world."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import async_playwright

from crawler.browser.find import find
from crawler.browser.launch import LaunchOptions
from crawler.browser.settle import Settling
from crawler.browser.visit import Engine, Recording
from crawler.browser.visit_plan import PlannedVisit
from crawler.bundle.redact import Redactor
from crawler.evidence import Arm
from tests.truth.contexts import url
from tests.truth.kinds import ORIGINS
from tests.truth.log import TruthLog
from tests.truth.server import truth_world

STARTS = {"site": url("start_302", "page"), "plain": url("document", "plain-page")}
"""First address of each visit."""


@dataclass
class Made:
    """One visit: what was recorded, and what arrived."""

    name: str
    arm: Arm
    recording: Recording
    truth: TruthLog


async def make(workspace: Path, arm: Arm, name: str, keep: Path | None = None) -> Made:
    """Visit one page of the truth world in one arm, in a world of its own."""
    async with truth_world() as world, async_playwright() as playwright:
        engine = Engine(
            playwright,
            LaunchOptions(
                browser=find(allow_install=False),
                host_resolver_rules=world.rules,
                spki_hashes=(world.spki,),
                extra_args=("--short-reporting-delay",),
            ),
            workspace=workspace,
            sites=(ORIGINS["site"], ORIGINS["plain"]),
            own_domains=(),
            settling=Settling(least_s=2.5, quiet_s=1.0, cap_s=20),
            redactor=Redactor(),
            keep_netlog=keep,
            navigation_timeout_s=60,
            deadline_s=180,
        )
        recording = await engine.visit(PlannedVisit(number=1, url=STARTS[name], arm=arm, repetition=1))
        await asyncio.sleep(0.5)
    return Made(name, arm, recording, world.log)
