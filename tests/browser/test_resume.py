"""Resume: one run, killed again and again at the worst moments, ends as a run that nobody stopped.

Real browser, real `kill -9` of the program with its driver, while browsers run.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import shlex
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest

from crawler.browser.orphans import PREFIX
from crawler.browser.process_tree import alive
from crawler.bundle import Bundle, CannotResume, RunKey, layout
from crawler.claims.policy_text import normalise
from crawler.evidence import STREAMS
from tests.browser.fault_world import PIXEL, SITE, FaultWorld, html, running, sending
from tests.browser.program import start
from tests.browser.test_discovery import links

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

PATIENCE_S = 240.0
"""For a machine that is busy with other things."""
POLICY = "We use cookies. We honour the signal."
EXPECTATIONS = f"""
company: Fault Works
policy:
  url: {SITE}/policy
  read_on: 2026-11-22
  text: company.policy.txt
  text_sha256: {hashlib.sha256(normalise(POLICY).encode()).hexdigest()}
sites: [{SITE}/]
own_domains: []
claims:
  - {{id: C1, section: 1, kind: signal, signal: gpc, honoured: true, quote: We honour the signal.}}
"""
COOKIE = "document.cookie = 'id=0123456789abcdef'"

IN_A_VISIT = """
from crawler.bundle import BundleWriter
flush, written = BundleWriter.flush, []
def half(self):
    written.append(1)
    if len(written) < 2 or not self.pending():
        return flush(self)
    self._streams["requests"].end_member()
    pages = self._streams["pages"]
    member = pages._packer.flush()
    pages._file.write(member[: len(member) // 2])
    pages._file.flush()
    die()
BundleWriter.flush = half
"""
"""The second visit: its requests are out, half of its page, nothing of itself."""
IN_REPAIR = """
from crawler.bundle import durable
replace, replaced = durable.replace, []
def second(path, temporary):
    if path.name.endswith(".gz"):
        replaced.append(path)
        if len(replaced) == 2:
            die()
    replace(path, temporary)
durable.replace = second
"""
IN_SEALING = """
from crawler.bundle import BundleWriter, layout
close = BundleWriter.close
def dying(self, manifest):
    layout.sha256 = die
    close(self, manifest)
BundleWriter.close = dying
"""
IN_JUDGING = """
from crawler.cli import judging
def half(bundle, *rest):
    (bundle.run_dir / "report.html").write_text("<html>")
    die()
judging.write_reports = half
"""


def fault_works() -> FaultWorld:
    """Two pages, and a policy page that robots.txt keeps to itself: a gap of the run's own."""
    world = FaultWorld(pages={"/": links("/shop"), "/shop": html("Shop", COOKIE, PIXEL % "shop")})
    world.more["site.test/robots.txt"] = sending("User-agent: *\nDisallow: /policy\n", "text/plain")
    return world


@contextmanager
def served(world: FaultWorld, folder: Path) -> Iterator[FaultWorld]:
    """Serve a world from a thread, so that it outlives whom it serves; its certificates are in `ca.pem`."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    serving = running(world)
    try:
        asyncio.run_coroutine_threadsafe(serving.__aenter__(), loop).result(20)
        folder.mkdir()
        world.trusted.write_ca(folder / "ca.pem")
        (folder / "company.yaml").write_text(EXPECTATIONS)
        (folder / "company.policy.txt").write_text(POLICY)
        yield world
        asyncio.run_coroutine_threadsafe(serving.__aexit__(None, None, None), loop).result(20)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)


@dataclass
class Stage:
    """One start of the program."""

    name: str
    code: int
    text: str
    orphans: list[psutil.Process]
    """Browsers that outlived it."""
    folders: list[str]
    """Temporary ones of runs, once it was gone."""
    whole: dict[str, list[str]]
    """What was on the disk of every visit that was whole, before the stage; by visit."""
    manifest: dict[str, Any]
    """After the stage."""


class Story:
    """Starts the program against a world, and tells what became of it."""

    def __init__(self, world: FaultWorld, folder: Path) -> None:
        self.world, self.folder = world, folder
        self.stages: list[Stage] = []
        self.temporary = folder / "tmp"
        self.temporary.mkdir()

    @property
    def run_dir(self) -> Path:
        (found,) = (self.folder / "out").glob("company/*")
        return found

    def first(self) -> list[str]:
        return [
            "run", str(self.folder / "company.yaml"), "--host-resolver-rules", self.world.rules, "--ca-cert",
            str(self.folder / "ca.pem"), "--repeat", "1", "--dwell", "0.1", "--out", str(self.folder / "out"),
        ]  # fmt: skip

    def again(self) -> list[str]:
        return ["run", "--resume", str(self.run_dir)]

    def play(
        self, name: str, arguments: list[str], patch: str = "", act: Callable[[int], None] = lambda group: None
    ) -> Stage:
        """Start the program, let `act` do something to its process group, and wait for its end."""
        whole = whole_visits(self.run_dir) if self.stages else {}
        output = self.folder / f"{name}.txt"
        process = start(arguments, patch, output, self.temporary)
        assert process.pid is not None
        try:
            act(process.pid)
            process.join(PATIENCE_S)
            assert process.exitcode is not None, "the program does not end"
        finally:
            if process.is_alive():
                os.killpg(process.pid, signal.SIGKILL)
                process.join()
        orphans = browsers_in(self.temporary)
        folders = [path.name for path in self.temporary.glob(f"{PREFIX}-*")]
        manifest = json.loads((self.run_dir / layout.MANIFEST).read_text())
        text = output.read_text()
        stage = Stage(name, process.exitcode, text, orphans, folders, whole, manifest)
        self.stages.append(stage)
        return stage

    def until(self, look: Callable[[], object]) -> None:
        until = time.monotonic() + PATIENCE_S
        while not look():
            assert time.monotonic() < until, "what was waited for does not happen"
            time.sleep(0.05)


def browsers_in(folder: Path) -> list[psutil.Process]:
    """Processes whose profile lies below the folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if any(argument.startswith(f"--user-data-dir={folder}{os.sep}") for argument in process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def whole_visits(run_dir: Path) -> dict[str, list[str]]:
    """Every row of each visit that is whole on the disk and went well."""
    bundle = Bundle(run_dir)
    good = {visit.id for _, visit in bundle.rows("visits") if visit.ok}
    found: dict[str, list[str]] = {visit: [] for visit in good}
    for stream in STREAMS:
        for _, row in bundle.rows(stream):
            visit = row.id if stream == "visits" else row.visit
            if visit in good:
                found[visit].append(f"{stream} {orjson.dumps(row).decode()}")
    return found


_TOKEN = re.compile(r"\[redacted:[0-9a-f]{16}:")


def alike(value: Any, name: str = "") -> Any:
    """A row without times and without what depends on the run's key."""
    if isinstance(value, dict):
        return {key: alike(entry, key) for key, entry in value.items() if not re.search(r"(_ms|_utc)$|^date$", key)}
    if isinstance(value, list):
        return [alike(entry, name) for entry in value]
    if isinstance(value, str):
        return "hash" if name.endswith("hash") else _TOKEN.sub("[redacted:hash:", value)
    return value


def rows(run_dir: Path, stream: str) -> Counter[str]:
    """All rows of a stream without times and keys, in no order."""
    bundle = Bundle(run_dir)
    made = Counter(json.dumps(alike(orjson.loads(orjson.dumps(row))), sort_keys=True) for _, row in bundle.rows(stream))
    assert bundle.damage == []
    return made


def judged(run_dir: Path) -> dict[str, Any]:
    """The verdicts without the run's name and the numbers of rows."""
    verdicts: dict[str, Any] = alike(json.loads((run_dir / layout.VERDICTS).read_text()))
    del verdicts["run"]
    for finding in verdicts["findings"]:
        del finding["evidence"]
    return verdicts


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Story, Story]]:
    """A run that was stopped in every way, and one beside it that nobody stopped."""
    folder = tmp_path_factory.mktemp("resume")
    with served(fault_works(), folder / "calm") as calm_world, served(fault_works(), folder / "killed") as world:
        calm, killed = Story(calm_world, folder / "calm"), Story(world, folder / "killed")
        beside = threading.Thread(target=lambda: calm.play("uninterrupted", calm.first()))
        beside.start()
        _kill_again_and_again(killed)
        beside.join()
        yield calm, killed


def _kill_again_and_again(story: Story) -> None:
    world = story.world
    world.more["site.test/shop"] = _never

    def kill_in_discovery(group: int) -> None:
        story.until(lambda: world.count["site.test/shop"])
        for browser in browsers_in(story.temporary):
            browser.suspend()  # one that works ends when its driver dies; this one hangs
        os.killpg(group, signal.SIGKILL)
        del world.more["site.test/shop"]

    def stop_in_visits(group: int) -> None:
        with pytest.raises(CannotResume, match="at this moment by another process"):
            story.until(lambda: RunKey.take(story.run_dir).close())
        before = len(whole_visits(story.run_dir))
        story.until(lambda: len(whole_visits(story.run_dir)) > before)
        os.kill(group, signal.SIGINT)

    story.play("killed in discovery", story.first(), act=kill_in_discovery)
    story.play("killed in a visit", story.again(), IN_A_VISIT)
    story.play("killed in repair", story.again(), IN_REPAIR)
    stopped = story.play("stopped in visits", story.again(), act=stop_in_visits)
    (line,) = re.findall(r"to go on: tracking-audit (.*)", stopped.text)
    told = shlex.split(line)
    story.play("killed in sealing", told, IN_SEALING)
    story.play("killed in judging", told, IN_JUDGING)
    story.play("finished", told)


async def _never(request: Any) -> Any:
    await asyncio.sleep(300)


def names(story: Story) -> dict[str, Stage]:
    return {stage.name: stage for stage in story.stages}


def test_every_stage_was_what_it_is_called(story: tuple[Story, Story]) -> None:
    stages = names(story[1])
    for name in ("discovery", "a visit", "repair", "sealing", "judging"):
        assert stages[f"killed in {name}"].code == -signal.SIGKILL, stages[f"killed in {name}"].text
    assert stages["killed in discovery"].manifest["discovered"] is False
    assert stages["killed in a visit"].manifest["discovered"] is True
    assert stages["killed in repair"].manifest["complete"] is False
    stopped = stages["stopped in visits"].manifest
    assert stopped["complete"] and stopped["interrupted"] and stages["stopped in visits"].code in (1, 3)
    assert stages["killed in sealing"].manifest["complete"] is False
    assert stages["killed in judging"].manifest["complete"] is True
    assert "is finished already" in stages["finished"].text


def test_what_a_killed_run_left_behind_is_gone_at_the_next_start(story: tuple[Story, Story]) -> None:
    calm, killed = story
    stages = names(killed)
    hanging = stages["killed in discovery"].orphans
    assert hanging, "a browser must outlive the kill, or this proves nothing"
    assert not any(alive(browser) for browser in hanging)
    for name in ("killed in discovery", "killed in a visit"):
        assert len(stages[name].folders) == 1
    assert stages["stopped in visits"].folders == stages["finished"].folders == calm.stages[0].folders == []
    assert browsers_in(killed.temporary) == browsers_in(calm.temporary) == []


def test_no_visit_that_was_whole_is_lost_or_altered(story: tuple[Story, Story]) -> None:
    killed = story[1]
    final = whole_visits(killed.run_dir)
    for stage in killed.stages:
        for visit, kept in stage.whole.items():
            assert final[visit] == kept, f"{visit} was whole before {stage.name}"
    made = [len(stage.whole) for stage in killed.stages]
    assert made == sorted(made) and made[2] == 1 and 2 <= made[4] < 6 == made[5]


def test_the_page_list_stays(story: tuple[Story, Story]) -> None:
    lists = [stage.manifest["pages"] for stage in story[1].stages[1:]]
    assert lists[0] and all(pages == lists[0] for pages in lists)


def test_the_result_is_that_of_an_uninterrupted_run(story: tuple[Story, Story]) -> None:
    calm, killed = story
    for stream in STREAMS:
        ours, theirs = rows(killed.run_dir, stream), rows(calm.run_dir, stream)
        assert ours - theirs == theirs - ours == Counter(), stream
    assert sum(rows(killed.run_dir, "requests").values()) > 12 and sum(rows(killed.run_dir, "gaps").values()) == 1
    assert judged(killed.run_dir) == judged(calm.run_dir)
    assert (
        killed.stages[-1].code
        == calm.stages[-1].code
        == json.loads((calm.run_dir / layout.VERDICTS).read_text())["exit_code"]
    )
    assert {p.name for p in killed.run_dir.rglob("*")} == {p.name for p in calm.run_dir.rglob("*")}


def test_the_bundle_is_sealed_and_tells_of_its_resumes(story: tuple[Story, Story]) -> None:
    calm, killed = story
    bundle, other = Bundle(killed.run_dir), Bundle(calm.run_dir)
    assert bundle.verify() == [] and bundle.finished
    told = bundle.manifest.pop("resumed")
    assert bundle.manifest.keys() == other.manifest.keys()
    same = {name for name, fact in bundle.manifest.items() if alike(fact) == alike(other.manifest[name])}
    assert bundle.manifest.keys() - same <= {
        "run", "host_resolver_rules", "options", "files", "visits", "started_utc", "finished_utc",
    }  # fmt: skip
    kept = [(entry["visits_kept"], entry.get("visits_left")) for entry in told]
    assert kept[0] == (0, 6) and kept[-1] == (6, 0) and [k for k, _ in kept] == sorted(k for k, _ in kept)
    assert not (killed.run_dir / layout.KEY).exists()


def test_equal_values_are_equal_before_and_after(story: tuple[Story, Story]) -> None:
    calm, killed = story
    seen: dict[str, set[str]] = {}
    for _, cookie in Bundle(killed.run_dir).rows("cookies"):
        seen.setdefault(cookie.name, set()).add(cookie.value_hash)
    assert seen.keys() == {"id", "t"} and all(len(hashes) == 1 for hashes in seen.values())
    others = {cookie.value_hash for _, cookie in Bundle(calm.run_dir).rows("cookies")}
    assert not others & set().union(*seen.values()), "another run has another key"
