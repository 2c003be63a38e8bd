"""The whole program as its users call it: a real browser, real TLS, real vendor host names, on loopback."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.cli.demo_command import differences
from crawler.demo import seeded
from crawler.demo.world import World, in_thread

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
EXPECTATIONS = Path(__file__).parent.parent / "expectations" / "dynatronsoftware.com.yaml"
QUICK = ("--dwell", "0.8", "--jobs", "4")


def tracking_audit(*arguments: str | Path, timeout_s: float = 560) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crawler", *map(str, arguments)], capture_output=True, text=True, timeout=timeout_s
    )


def verdicts_of(out: Path) -> dict[str, Any]:
    (path,) = out.rglob("verdicts.json")
    verdicts: dict[str, Any] = json.loads(path.read_text())
    return verdicts


def run_world(world: World, out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """`run` with the real expectations file against a world that plays the company's real host names."""
    with in_thread(world):
        world.authority.write_ca(out.parent / f"{out.name}.pem")
        return tracking_audit(
            "run",
            EXPECTATIONS,
            "--host-resolver-rules",
            world.host_resolver_rules,
            "--name-server",
            world.name_server,
            "--ca-cert",
            out.parent / f"{out.name}.pem",
            "--out",
            out,
            *QUICK,
            *more,
        )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.CompletedProcess[str], Path]]:
    out = tmp_path_factory.mktemp("demo")
    yield tracking_audit("demo", "--out", out, "--repeat", "2"), out


def test_the_demo_finds_exactly_what_was_seeded(demo: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    done, out = demo
    assert done.returncode == 1, done.stdout + done.stderr
    verdicts = verdicts_of(out)
    assert differences(verdicts, seeded.EXPECTED) == []
    assert verdicts["gaps"] == [] and verdicts["outcome"] == "violation"


def test_the_bundle_is_sealed_and_judged_again_alike(demo: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    _, out = demo
    before = verdicts_of(out)
    (manifest,) = out.rglob("run.json")
    again = tracking_audit("audit", manifest.parent)
    assert again.returncode == 1, again.stdout + again.stderr
    assert verdicts_of(out) == before


def test_a_run_differs_in_nothing_from_itself(demo: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    _, out = demo
    (manifest,) = out.rglob("run.json")
    done = tracking_audit("diff", manifest.parent, manifest.parent, "--format", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    difference = json.loads(done.stdout)
    assert difference["new"] == [] and difference["gone"] == [] and len(difference["still"]) == len(seeded.EXPECTED)


def test_nothing_that_a_cookie_is_called_gets_into_the_report(
    demo: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    _, out = demo
    (report,) = out.rglob("report.html")
    text = report.read_text()
    assert "<script" not in text.lower() and "\x1b" not in text
    assert "&lt;script&gt;" in text, "the hostile cookie name must be shown, escaped"


def test_the_repaired_twin_passes(tmp_path: Path) -> None:
    done = tracking_audit("demo", "--fixed", "--out", tmp_path, "--repeat", "2", "--no-trace")
    assert done.returncode == 0, done.stdout + done.stderr
    verdicts = verdicts_of(tmp_path)
    assert differences(verdicts, seeded.EXPECTED_FIXED) == []
    assert not [f for f in verdicts["findings"] if f["outcome"] != "pass"]
    assert not [c for c in verdicts["claims"] if c["outcome"] in ("violation", "inconclusive", "error")]


def test_the_real_expectations_file_works_as_written(tmp_path: Path) -> None:
    done = run_world(
        World(company_host="dynatronsoftware.com"), tmp_path / "out", "--repeat", "1", "--no-trace", "--json"
    )
    assert done.returncode == 1, done.stdout + done.stderr
    verdicts = json.loads(done.stdout)
    assert verdicts["company"] == "Dynatron Software"
    assert len(verdicts["claims"]) == 47
    assert differences(verdicts, seeded.EXPECTED) == []


@pytest.mark.parametrize(
    ("world", "reason", "more"),
    [
        (World(company_host="dynatronsoftware.com", status=500), "http-error", ()),
        (World(company_host="dynatronsoftware.com", bot_wall=True), "bot-wall", ("--no-trace",)),
    ],
    ids=["answers 500", "shows a bot wall"],
)
def test_a_site_that_cannot_be_seen_is_never_a_pass(
    world: World, reason: str, more: tuple[str, ...], tmp_path: Path
) -> None:
    done = run_world(world, tmp_path / "out", "--repeat", "1", *more)
    assert done.returncode == 3, done.stdout + done.stderr
    verdicts = verdicts_of(tmp_path / "out")
    assert reason in {gap["reason"] for gap in verdicts["gaps"]}
    assert not [c["id"] for c in verdicts["claims"] if c["outcome"] == "pass"], "nothing was seen, so nothing passes"
    assert reason in done.stdout


def test_an_unreachable_host_is_never_a_pass(tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        port = held.getsockname()[1]
        done = tracking_audit(
            "run", EXPECTATIONS, "--host-resolver-rules", f"MAP * 127.0.0.1:{port}", "--out", tmp_path, *QUICK,
            "--repeat", "1", "--no-trace",
        )  # fmt: skip
    assert done.returncode == 3, done.stdout + done.stderr
    assert {gap["reason"] for gap in verdicts_of(tmp_path)["gaps"]} >= {"unreachable"}


def test_vendors_behind_a_firewall_are_never_a_pass(tmp_path: Path) -> None:
    world = World(company_host="dynatronsoftware.com", fixed=True)
    with in_thread(world):
        world.authority.write_ca(tmp_path / "ca.pem")
        rules = f"MAP *dynatronsoftware.com 127.0.0.1:{world.tls_port},MAP * 127.0.0.1:1"
        done = tracking_audit(
            "run", EXPECTATIONS, "--host-resolver-rules", rules, "--ca-cert", tmp_path / "ca.pem",
            "--out", tmp_path / "out", *QUICK, "--repeat", "1", "--max-pages", "2", "--no-trace",
        )  # fmt: skip
    assert done.returncode == 3, done.stdout + done.stderr
    verdicts = verdicts_of(tmp_path / "out")
    assert "vendor-unreachable" in {gap["reason"] for gap in verdicts["gaps"]}
    assert not [c["id"] for c in verdicts["claims"] if c["outcome"] == "pass"]


SUPPRESSED = """
import sys
from crawler.browser import gpc, story
from crawler.browser.gpc import Signal
assert story.set_signal is gpc.set_signal
async def never(call, arm, context=None):
    return Signal("none", None)
story.set_signal = never
from crawler.cli import main
sys.argv[0] = "tracking-audit"
main()
"""


def test_a_suppressed_signal_is_never_a_pass(tmp_path: Path) -> None:
    world = World(company_host="dynatronsoftware.com", fixed=True)
    with in_thread(world):
        world.authority.write_ca(tmp_path / "ca.pem")
        done = subprocess.run(
            [sys.executable, "-c", SUPPRESSED, "run", str(EXPECTATIONS), "--out", str(tmp_path / "out"),
             "--host-resolver-rules", world.host_resolver_rules, "--ca-cert", str(tmp_path / "ca.pem"),
             *QUICK, "--repeat", "1", "--max-pages", "2", "--no-trace"],
            capture_output=True, text=True, timeout=560,
        )  # fmt: skip
    assert done.returncode == 3, done.stdout + done.stderr
    verdicts = verdicts_of(tmp_path / "out")
    assert {gap["reason"] for gap in verdicts["gaps"]} == {"signal-not-proven"}
    assert {c["outcome"] for c in verdicts["claims"] if c["id"] == "D14"} == {"inconclusive"}
