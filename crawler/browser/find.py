"""Finds a browser that works: the one that was asked for, or the first on this machine that launches."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from crawler.browser import driver, install
from crawler.browser.chosen import Attempt, Browser, kind_of
from crawler.browser.places import Place, places
from crawler.browser.trial import Unusable, forget, try_browser

OWN_VARIABLE = "TRACKING_AUDIT_BROWSER"
OTHER_VARIABLES = ("PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH", "CHROME_PATH")

WAYS_OUT = (
    "playwright install chromium",
    "apt-get install chromium-headless-shell   (Debian, Ubuntu; as root)",
    "--browser PATH   a Chromium, Chrome or Edge that is already there",
    f"{OWN_VARIABLE}=PATH   the same, for every run",
    f"apt-get install {' '.join(driver.LIBRARIES)}   when Playwright's driver (node) lacks a library",
)

Say = Callable[[str], None]


class NoBrowser(Exception):
    """No browser could be used; the text holds every candidate with its reason, and the ways out."""

    def __init__(self, headline: str, tried: tuple[Attempt, ...]) -> None:
        self.tried = tried
        lines = [headline]
        for attempt in tried:
            lines += [f"  {attempt.target} ({attempt.source})", f"    {attempt.reason}"]
        lines += ["Any of these helps:", *(f"  {way}" for way in WAYS_OUT)]
        super().__init__("\n".join(lines))


def find(
    explicit: str | None = None,
    environ: Mapping[str, str] | None = None,
    *,
    allow_install: bool = True,
    say: Say = lambda line: None,
) -> Browser:
    """The browser to use, launched once to prove that it works.

    `explicit` is a path, a command, or a channel (`chrome`, `msedge`); when it fails, nothing else is tried, and the
    same holds for the variable `TRACKING_AUDIT_BROWSER`. `say` gets the progress of an installation, line by line.
    Raises `NoBrowser`.
    """
    environ = os.environ if environ is None else environ
    _check_driver(environ, allow_install, say)
    asked, source = (explicit, "option --browser") if explicit else (environ.get(OWN_VARIABLE), OWN_VARIABLE)
    tried: list[Attempt] = []
    if asked:
        found = _try(_named(asked, source, environ), tried)
        if found is None:
            raise NoBrowser(f"The browser of {source} cannot be used, and nothing else was tried:", tuple(tried))
        return found
    named = [_named(environ[name], name, environ) for name in OTHER_VARIABLES if environ.get(name)]
    for place in [*named, *places(environ)]:
        found = _try(place, tried)
        if found is not None:
            return found
    return _installed(environ, tried, allow_install, say)


def _check_driver(environ: Mapping[str, str], allow: bool, say: Say) -> None:
    """Without Playwright's driver no browser can be tried; what it lacks can often be installed. Raises `NoBrowser`."""
    reason = driver.problem(environ)
    if reason is None:
        return
    tried = [Attempt("Playwright's driver", "node", reason)]
    if allow:
        try:
            install.install(say, packages=driver.LIBRARIES)
        except install.CannotInstall as error:
            tried.append(Attempt("apt-get", f"package {' '.join(driver.LIBRARIES)}", str(error)))
        if driver.problem(environ) is None:
            return
    raise NoBrowser("Playwright's driver does not run on this machine.", tuple(tried))


def _installed(environ: Mapping[str, str], tried: list[Attempt], allow: bool, say: Say) -> Browser:
    target = "package chromium-headless-shell"
    if not allow:
        tried.append(Attempt("apt-get", target, "installing is turned off"))
        raise NoBrowser("No browser was found:", tuple(tried))
    try:
        install.install(say)
    except install.CannotInstall as error:
        tried.append(Attempt("apt-get", target, str(error)))
        raise NoBrowser("No browser was found, and none could be installed:", tuple(tried)) from None
    forget()
    for place in places(environ):
        if place.path is not None and place.source != "Playwright's download":
            found = _try(place._replace(source="installed with apt-get"), tried)
            if found is not None:
                return found
    raise NoBrowser("A browser was installed, but does not start:", tuple(tried))


def _named(asked: str, source: str, environ: Mapping[str, str]) -> Place:
    """A path, else a command on the PATH, else a channel of Playwright's."""
    path = Path(asked).expanduser()
    if path.exists() or path.parent != Path():
        return Place(path.absolute(), None, source)
    command = shutil.which(asked, path=environ.get("PATH"))
    if command is not None:
        return Place(Path(command), None, source)
    if asked.startswith(("chrome", "msedge")):
        return Place(None, asked, source)
    return Place(path.absolute(), None, source)


def _try(place: Place, tried: list[Attempt]) -> Browser | None:
    target = str(place.path) if place.path is not None else f"channel {place.channel}"
    try:
        version = try_browser(place.path, place.channel)
    except Unusable as error:
        tried.append(Attempt(place.source, target, str(error)))
        return None
    tried.append(Attempt(place.source, target, None))
    kind = kind_of(place.path, place.channel)
    return Browser(place.path, place.channel, kind, version, place.source, tuple(tried))
