"""Where a Chromium may be found, in the order of trust."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import playwright

CHANNELS = ("chrome", "msedge")
COMMANDS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)
_DEBIAN = Path("/usr/lib/chromium")


class Place(NamedTuple):
    """A candidate and the reason it is one."""

    path: Path | None
    channel: str | None
    source: str


def places(environ: Mapping[str, str], platform: str = sys.platform) -> Iterator[Place]:
    """Every candidate that stands to reason on this machine, each once; files that are not there are left out."""
    seen: set[Path] = set()
    for place in _all(environ, platform):
        if place.path is not None:
            if place.path in seen or not place.path.exists():
                continue
            seen.add(place.path)
        yield place


def _all(environ: Mapping[str, str], platform: str) -> Iterator[Place]:
    for path in playwright_downloads(environ, platform):
        yield Place(path, None, "Playwright's download")
    for channel in CHANNELS:
        yield Place(None, channel, "installed product")
    for command in COMMANDS:
        found = shutil.which(command, path=environ.get("PATH"))
        if found is not None:
            for path in unwrapped(Path(found)):
                yield Place(path, None, "PATH")
    for path in fixed_places(environ, platform):
        yield Place(path, None, "usual place")


def unwrapped(path: Path, debian: Path = _DEBIAN) -> tuple[Path, ...]:
    """The program behind Debian's wrapper script, then the script.

    The script of `chromium` adds switches and keys of its own, so that more is called than a site causes.
    """
    inner = debian / path.name
    if path.is_absolute() and path.parent in (Path("/usr/bin"), Path("/bin")) and inner.exists():
        return (inner, path)
    return (path,)


def fixed_places(environ: Mapping[str, str], platform: str) -> Iterator[Path]:
    """Where the systems' installers put browsers."""
    if platform == "darwin":
        for root in (Path("/Applications"), Path(environ.get("HOME", "/")) / "Applications"):
            yield root / "Chromium.app/Contents/MacOS/Chromium"
            yield root / "Google Chrome.app/Contents/MacOS/Google Chrome"
            yield root / "Microsoft Edge.app/Contents/MacOS/Microsoft Edge"
    elif platform == "win32":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            if variable in environ:
                root = Path(environ[variable])
                yield root / "Chromium/Application/chrome.exe"
                yield root / "Google/Chrome/Application/chrome.exe"
                yield root / "Microsoft/Edge/Application/msedge.exe"
    else:
        yield _DEBIAN / "chromium-headless-shell"
        yield _DEBIAN / "chromium"
        yield Path("/usr/lib64/chromium-browser/chromium-browser")
        yield Path("/usr/lib64/chromium-browser/headless_shell")
        yield Path("/usr/bin/chromium")
        yield Path("/snap/bin/chromium")
        yield Path("/opt/google/chrome/chrome")
        yield Path("/opt/microsoft/msedge/msedge")


def playwright_downloads(environ: Mapping[str, str], platform: str = sys.platform) -> Iterator[Path]:
    """What `playwright install chromium` of the installed Playwright leaves behind, the headless shell first."""
    registry = _registry(environ, platform)
    programs = {
        "chromium-headless-shell": ("chrome-headless-shell", "headless_shell"),
        "chromium": ("chrome", "Google Chrome for Testing", "Chromium"),
    }
    for name, revision in _revisions().items():
        folder = registry / f"{name.replace('-', '_')}-{revision}"
        for program in programs[name]:
            suffix = ".exe" if platform == "win32" else ""
            for pattern in (f"*/{program}{suffix}", f"*/*.app/Contents/MacOS/{program}"):
                yield from sorted(path for path in folder.glob(pattern) if path.is_file())


def _revisions() -> dict[str, str]:
    manifest = Path(playwright.__file__).parent / "driver" / "package" / "browsers.json"
    try:
        rows = json.loads(manifest.read_text(encoding="utf-8"))["browsers"]
        revisions = {str(row["name"]): str(row["revision"]) for row in rows}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {name: revisions[name] for name in ("chromium-headless-shell", "chromium") if name in revisions}


def _registry(environ: Mapping[str, str], platform: str) -> Path:
    given = environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    if given == "0":
        return Path(playwright.__file__).parent / "driver" / "package" / ".local-browsers"
    if given:
        return Path(given)
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or Path.home())
    if platform == "darwin":
        return home / "Library/Caches/ms-playwright"
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA", home / "AppData/Local")) / "ms-playwright"
    return Path(environ.get("XDG_CACHE_HOME", home / ".cache")) / "ms-playwright"
