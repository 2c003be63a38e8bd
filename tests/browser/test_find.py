from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.browser import find as module
from crawler.browser import install
from crawler.browser.find import NoBrowser, find
from crawler.browser.places import Place
from crawler.browser.trial import Unusable, forget

Tries = list[str]


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget()
    yield
    forget()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Tries]:
    """A machine with the given candidates, of which the named ones work; returns the list of what was tried."""

    def make(candidates: list[str], working: list[str]) -> Tries:
        tries: Tries = []

        def attempt(path: Path | None, channel: str | None) -> str:
            name = str(path) if path else str(channel)
            tries.append(name)
            if name in working:
                return "156.0.8078.79"
            raise Unusable(f"{name} is broken")

        def around(environ: object) -> Iterator[Place]:
            return (
                Place(Path(c), None, "PATH") if c.startswith("/") else Place(None, c, "product") for c in candidates
            )

        monkeypatch.setattr(module, "try_browser", attempt)
        monkeypatch.setattr(module, "places", around)
        return tries

    return make


def test_the_first_that_works_wins(machine: Callable[..., Tries]) -> None:
    tries = machine(["/a", "chrome", "/b", "/c"], working=["/b", "/c"])
    found = find(None, {})
    assert (found.path, found.channel, found.found_by, found.version) == (Path("/b"), None, "PATH", "156.0.8078.79")
    assert tries == ["/a", "chrome", "/b"]
    assert [a.reason for a in found.tried] == ["/a is broken", "chrome is broken", None]


def test_a_channel_can_win(machine: Callable[..., Tries]) -> None:
    machine(["msedge"], working=["msedge"])
    found = find(None, {})
    assert (found.path, found.channel, found.kind) == (None, "msedge", "edge")


def test_an_explicit_browser_that_fails_ends_the_search(machine: Callable[..., Tries]) -> None:
    tries = machine(["/good"], working=["/good"])
    with pytest.raises(NoBrowser, match="option --browser") as caught:
        find("/mine", {})
    assert tries == ["/mine"]
    assert "/mine is broken" in str(caught.value)


def test_our_own_variable_is_as_binding(machine: Callable[..., Tries]) -> None:
    tries = machine(["/good"], working=["/good"])
    with pytest.raises(NoBrowser, match="TRACKING_AUDIT_BROWSER"):
        find(None, {"TRACKING_AUDIT_BROWSER": "/mine"})
    assert tries == ["/mine"]


def test_the_option_goes_over_the_variable(machine: Callable[..., Tries]) -> None:
    machine([], working=["/option", "/variable"])
    assert find("/option", {"TRACKING_AUDIT_BROWSER": "/variable"}).path == Path("/option")


def test_other_peoples_variables_are_tried_first_but_not_binding(machine: Callable[..., Tries]) -> None:
    tries = machine(["/good"], working=["/good"])
    environ = {"CHROME_PATH": "/two", "PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH": "/one"}
    assert find(None, environ).path == Path("/good")
    assert tries == ["/one", "/two", "/good"]


def test_explicit_may_be_a_command_or_a_channel(machine: Callable[..., Tries], tmp_path: Path) -> None:
    command = tmp_path / "my-browser"
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    machine([], working=[str(command), "chrome-beta"])
    assert find("my-browser", {"PATH": str(tmp_path)}).path == command
    assert find("chrome-beta", {"PATH": str(tmp_path)}).channel == "chrome-beta"


def test_nothing_works_tells_every_reason_and_the_ways_out(machine: Callable[..., Tries]) -> None:
    machine(["/a", "chrome"], working=[])
    with pytest.raises(NoBrowser) as caught:
        find(None, {}, allow_install=False)
    text = str(caught.value)
    for part in ("/a is broken", "chrome is broken", "installing is turned off", "playwright install chromium"):
        assert part in text
    for part in ("apt-get install chromium-headless-shell", "--browser", "TRACKING_AUDIT_BROWSER"):
        assert part in text
    assert [a.target for a in caught.value.tried] == ["/a", "channel chrome", "package chromium-headless-shell"]


def test_last_of_all_it_is_installed(machine: Callable[..., Tries], monkeypatch: pytest.MonkeyPatch) -> None:
    working: list[str] = []
    machine(["/apt"], working=working)
    said: list[str] = []

    def installs(say: Callable[[str], None]) -> None:
        say("Setting up chromium")
        working.append("/apt")

    monkeypatch.setattr(install, "install", installs)
    found = find(None, {}, say=said.append)
    assert (found.path, found.found_by) == (Path("/apt"), "installed with apt-get")
    assert said == ["Setting up chromium"]


def test_an_installation_that_fails_is_one_more_reason(
    machine: Callable[..., Tries], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(["/a"], working=[])

    def fails(say: Callable[[str], None]) -> None:
        raise install.CannotInstall("apt-get needs root, and there is no sudo")

    monkeypatch.setattr(install, "install", fails)
    with pytest.raises(NoBrowser, match="needs root"):
        find(None, {})


def test_a_broken_program_is_really_started(tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho 'cannot open display' >&2\nexit 1\n")
    broken.chmod(0o755)
    with pytest.raises(NoBrowser, match="cannot open display"):
        find(str(broken), {})


@pytest.mark.browser
def test_a_real_browser_is_found_here() -> None:
    found = find(None)
    assert found.major >= 100
    assert found.tried[-1].reason is None
