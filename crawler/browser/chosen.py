"""Which browser was chosen, and what happened with the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

HEADLESS_SHELL, CHROMIUM, CHROME, EDGE = "headless-shell", "chromium", "chrome", "edge"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One candidate that was looked at: where it came from, what it is, and why it was not taken (None: it was)."""

    source: str
    target: str
    """A path, or `channel NAME`."""
    reason: str | None


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that was launched once and answered."""

    path: Path | None
    """None when Playwright finds it by its channel."""
    channel: str | None
    kind: str
    """headless-shell, chromium, chrome or edge."""
    version: str
    """Full version, for example 156.0.8078.79."""
    found_by: str
    tried: tuple[Attempt, ...] = field(default=(), compare=False)

    @property
    def major(self) -> int:
        """The first part of the version. Raises `ValueError` when the browser gave no number."""
        return int(self.version.partition(".")[0])


def kind_of(path: Path | None, channel: str | None) -> str:
    """Tell the product from its file name or channel; what is not known is taken for Chromium."""
    if channel is not None:
        return EDGE if channel.startswith("msedge") else CHROME if channel.startswith("chrome") else CHROMIUM
    words = str(path).lower().replace("_", "-")
    if "headless-shell" in words:
        return HEADLESS_SHELL
    if "ms-playwright" in words or "chrome for testing" in words:
        return CHROMIUM
    name = Path(words).name
    if "edge" in name:
        return EDGE
    if "chrom" in name and "chromium" not in words:
        return CHROME
    return CHROMIUM
