"""Our kinds of Typer's command and group: help that fits narrow windows, exit codes in words, a word when stopped."""

from __future__ import annotations

from functools import partial
from typing import Any

from typer import Exit
from typer.core import TyperCommand, TyperGroup

from crawler.cli import exits
from crawler.cli.saying import stopped


class Command(TyperCommand):
    """A command whose help fits narrow windows."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments and options in two columns, of which the first leaves room for the second."""
        formatter.write_dl = partial(formatter.write_dl, col_max=min(30, formatter.width * 3 // 8))
        super().format_options(ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence, whole: a list of commands wraps it."""
        return super().get_short_help_str(max(limit, 200))


class Group(TyperGroup):
    """All commands."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command. Typer would end one that is stopped by Ctrl-C without a word."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            raise Exit(stopped(interrupt)) from None

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """What the exit codes mean, a line each."""
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(code), meaning) for code, meaning in exits.MEANING.items()])
