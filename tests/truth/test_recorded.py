"""Recorded = happened: what reached the servers of the truth world against the rows of a visit, byte by byte.

Nothing may be lost, made up or changed. Who asked is told late on a busy machine, and other tests keep it busy, so one
explanation in a hundred may be another one; `python -m tests.truth`, the acceptance test, allows none.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from crawler.evidence import Arm
from tests.truth import comparison, visits

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
WIDTH = {"site": (60, 12), "plain": (40, 3)}
"""Kinds and contexts that must have arrived, so that a world that sends little is not taken for a good recording."""


@pytest.mark.parametrize("start", visits.STARTS)
@pytest.mark.parametrize("arm", [Arm.CONTROL, Arm.GPC])
def test_recorded_is_what_happened(arm: Arm, start: str, tmp_path: Path) -> None:
    made = asyncio.run(visits.make(tmp_path, arm, start))
    losses = comparison.losses(made)
    assert losses == []
    otherwise = [problem for problem in comparison.problems(made) if problem not in losses]
    assert len(otherwise) <= len(made.recording.requests) / 100, otherwise
    arrived = {(received.kind, received.context) for received in made.truth.requests}
    kinds, contexts = WIDTH[start]
    assert len({kind for kind, _ in arrived}) >= kinds
    assert len({context for _, context in arrived}) >= contexts
