"""Names that are really resolved: a browser, its network log and our question, against a name server on loopback."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from crawler.browser.visit import Recording
from crawler.evidence import Page, Visit
from crawler.findings import Severity
from crawler.rules import first_party_disguise
from crawler.rules.case import case_from
from tests.browser.name_world import FILED, PAGE
from tests.rules.world import TODAY, FakeBundle, a_company

pytestmark = [pytest.mark.browser, pytest.mark.timeout(200)]

_APART = ("unshare", "--user", "--map-root-user", "--net", "--mount")


@dataclass
class Resolved:
    recording: Recording
    asked: list[tuple[str, int]]


@pytest.fixture(scope="module")
def resolved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Resolved]:
    if not shutil.which("unshare") or subprocess.run([*_APART, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody make a network of his own (unshare --user --net --mount)")
    folder = tmp_path_factory.mktemp("names")
    command = [*_APART, sys.executable, "-m", "tests.browser.name_world", str(folder)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=150, env={**os.environ, "TMPDIR": str(folder)}
    )
    assert done.returncode == 0, done.stderr[-2000:]
    recording, asked = pickle.loads((folder / "recorded.pickle").read_bytes())
    yield Resolved(recording, asked)


def test_the_visit_counts(resolved: Resolved) -> None:
    assert resolved.recording.visit.ok, resolved.recording.gap


def test_every_host_of_the_site_has_its_names_and_no_other_host(resolved: Resolved) -> None:
    found = {row.host: (row.chain, row.source) for row in resolved.recording.host_names}
    # Full Chromium looks names up by itself and tells them; the headless shell leaves them to the system.
    source = found["plain.acme.test"][1]
    assert source in ("browser", "system")
    assert found == {
        "www.acme.test": (("acme.hosting.test",), source),
        "metrics.acme.test": (("acme.d1.sc.omtrdc.net", "edge.adobe-lb.test"), source),
        "plain.acme.test": ((), source),
        FILED: ((), "hosts"),
    }


def test_nobody_was_asked_of_a_host_that_the_hosts_file_holds(resolved: Resolved) -> None:
    hosts = {host for host, _ in resolved.asked}
    assert FILED not in hosts
    assert {"www.acme.test", "metrics.acme.test", "tracker.other.test"} <= hosts


def test_judged_it_is_a_disguise_with_the_cookie_that_went_along(resolved: Resolved) -> None:
    recording = resolved.recording
    visit, page = recording.visit, recording.page
    assert isinstance(visit, Visit) and isinstance(page, Page)
    bundle = FakeBundle(
        {"complete": True},
        {
            "visits": [visit],
            "pages": [page],
            "requests": recording.requests,
            "cookies": recording.cookies,
            "host_names": recording.host_names,
        },
    )
    case = case_from(bundle, a_company(sites=(PAGE,)), TODAY)
    [finding] = first_party_disguise.judge(case).findings
    assert (finding.vendor, finding.site) == ("adobe-analytics", "acme.test")
    assert finding.severity is Severity.LOW, "undeclared-vendor charges it at medium"
    assert "metrics.acme.test -> acme.d1.sc.omtrdc.net -> edge.adobe-lb.test" in finding.message
    assert "Cookies of the whole site went along: visitor." in finding.message
