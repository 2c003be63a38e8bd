"""Where text for a person goes; what is wrong goes to standard error, so as not to end up in a file of results."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from typer import Exit

from crawler.cli import exits
from crawler.output.visible import plain

if TYPE_CHECKING:
    from rich.console import Console


class Stopped(KeyboardInterrupt):
    """Ctrl-C while there was something to keep; the text says what, and how to go on."""


def console(*, to_stderr: bool = False) -> Console:
    """Where text for people goes; standard error when standard output carries data."""
    from rich.console import Console

    return Console(stderr=to_stderr, soft_wrap=False)


def note(what: object) -> None:
    """Say something that is worth knowing."""
    print(plain(str(what)), file=sys.stderr)


def wrong(what: object) -> int:
    """Say what is wrong with what was given; returns the exit code for it."""
    note(what)
    return exits.USAGE


def failed(what: object) -> int:
    """Say what failed; returns the exit code for it."""
    note(what)
    return exits.FAILURE


def stopped(interrupt: KeyboardInterrupt) -> int:
    """Say that a person stopped the command, and what is kept; returns the exit code for it."""
    note(f"stopped; {interrupt}" if isinstance(interrupt, Stopped) else "stopped")
    return exits.STOPPED


def refuse(problems: Iterable[object]) -> None:
    """Say every problem, and end the command if there is one. Raises `typer.Exit`."""
    if codes := [wrong(problem) for problem in problems]:
        raise Exit(codes[0])
