"""How far a crawl is: a bar with pages, arms and time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from crawler.browser.visit import Recording
from crawler.evidence import Arm
from crawler.output.visible import visible

_PAGES_A_LINE = 25


class CrawlProgress:
    """Shows a crawl on a console; the crawl's observer. Silent when `quiet`, except for gaps."""

    def __init__(self, console: Console, company: str, arms: tuple[Arm, ...], *, quiet: bool = False) -> None:
        self._console = console
        self._company = company
        self._arms = arms
        self._quiet = quiet
        self._bar = (
            Progress(
                TextColumn("{task.description}"),
                BarColumn(bar_width=None),
                MofNCompleteColumn(),
                TimeRemainingColumn(compact=True),
                console=console,
                transient=True,
            )
            if console.is_terminal and not quiet
            else None
        )
        self._task = self._bar.add_task("finding pages", total=None) if self._bar else None
        self._found = 0
        self._total = 0
        self._done = 0
        if not self._bar and not quiet:
            self._line(f"{company}: finding pages")

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def resuming(self, kept: int) -> None:
        """The run was stopped and goes on; so many visits are made already."""
        self._done = kept
        if not self._quiet:
            self._line(f"{self._company}: resumed; {kept} visits were made before and are kept")

    def discovering(self, pages: int) -> None:
        """So many pages were found up to now."""
        if self._bar and self._task is not None:
            self._bar.update(self._task, description=f"finding pages: {pages}")
        elif not self._quiet and pages // _PAGES_A_LINE > self._found // _PAGES_A_LINE:
            self._line(f"{self._company}: finding pages: {pages}")
        self._found = max(self._found, pages)

    def visiting(self, total: int, pages: int) -> None:
        """The page list is fixed."""
        self._total = total
        arms = " + ".join(self._arms)
        if self._bar and self._task is not None:
            self._bar.update(self._task, description=f"{pages} pages, {arms}", total=total, completed=self._done)
        elif not self._quiet:
            self._line(f"{self._company}: {pages} pages, {arms}: {total} visits")

    def visited(self, recording: Recording) -> None:
        """One visit ended."""
        self._done += 1
        if recording.gap is not None:
            gap = recording.gap
            self._line(f"gap: {gap.reason} ({gap.arm}) {gap.url}: {gap.detail}")
        if self._bar and self._task is not None:
            self._bar.update(self._task, completed=self._done)
        elif not self._quiet and (self._done % max(1, self._total // 10) == 0 or self._done == self._total):
            self._line(f"{self._company}: {self._done} of {self._total} visits")

    def _line(self, text: str) -> None:
        self._console.print(escape(visible(text)), highlight=False, soft_wrap=True)
