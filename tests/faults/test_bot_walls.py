"""Bot walls and CAPTCHA pages through the whole product: told by name, and never taken for the site."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.fault_world import SITE
from tests.faults.company import expectations
from tests.faults.product import Run, finish, started
from tests.faults.site import HEALTHY, HEALTHY_CALLS, arguments, served, site
from tests.faults.walls import WALLS, Wall, build

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Run, list[str]]]:
    folder = tmp_path_factory.mktemp("walls")
    world = site(*(wall.path for wall in WALLS))
    build(world)
    company = expectations(folder, claims=[_declared("google-recaptcha"), _declared("hcaptcha")])
    bounds = {"navigation_timeout_s": 20, "deadline_s": 40, "attempts": 1}
    with served(world), started(folder, *arguments(world, company, folder, jobs=4), bounds=bounds) as run:
        yield finish(run, 300), run.left()


def _declared(vendor: str) -> dict[str, object]:
    return {"id": vendor, "section": 1, "kind": "vendor", "vendor": vendor, "quote": f"We use {vendor} in our forms."}


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: wall.path)
def test_a_wall_is_told_by_name_and_a_page_is_none(wall: Wall, made: tuple[Run, list[str]]) -> None:
    run, _ = made
    (visit,) = (visit for visit in run.visits if visit.page_url == SITE + wall.path)
    gaps = [gap for _, gap in run.bundle.rows("gaps") if gap.visit == visit.id]
    if wall.name is None:
        assert visit.ok and gaps == []
    else:
        assert visit.reason == "bot-wall", gaps
        assert [gap.detail for gap in gaps] == [f"a bot wall answered instead of the site: {wall.name}"]


def test_a_site_with_walls_is_never_a_pass(made: tuple[Run, list[str]]) -> None:
    run, left = made
    assert run.code == run.verdicts["exit_code"] == 3, run.out + run.err
    assert "bot-wall" in run.out and "let this machine through the bot wall" in run.out
    assert left == [] and run.err == ""
    assert run.bundle.verify() == [] and run.bundle.damage == []
    healthy = {row.url for _, row in run.bundle.rows("requests") if row.page_url == SITE + HEALTHY}
    assert healthy.issuperset(HEALTHY_CALLS)
