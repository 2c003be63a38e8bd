"""How options and arguments are read and shown.

Typer reads each value through pydantic. Loading that takes as long as all the rest of an error message, and its words
are a programmer's. So values are read here: text, paths, numbers in bounds, and words of a choice.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any, get_args

from typer import BadParameter, Exit
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from crawler.cli import exits
from crawler.cli.saying import stopped


class Option(TyperOption):
    """An option whose value is read here."""

    def process_value(self, ctx: Any, value: Any) -> Any:
        """The value of the command line, or the default, as the command takes it. Raises `typer.BadParameter`."""
        return _processed(self, ctx, value)

    def get_help_record(self, ctx: Any) -> tuple[str, str] | None:
        """Its name and its help, with bounds in words."""
        record = super().get_help_record(ctx)
        if record is None or self.min is None or self.max is None:
            return record
        return record[0], record[1].replace(f"{self.min}<=x<={self.max}", f"{self.min} to {self.max}")


class Argument(TyperArgument):
    """An argument whose value is read here, and which is shown by its name alone."""

    def process_value(self, ctx: Any, value: Any) -> Any:
        """The value of the command line as the command takes it. Raises `typer.BadParameter`."""
        return _processed(self, ctx, value)

    def display_type(self, ctx: Any) -> str:
        """Nothing: its name and help say what it is."""
        return ""

    def get_usage_pieces(self, ctx: Any) -> list[str]:
        """`NAME`, `[NAME]` when it may be left out, with dots when it may be several."""
        name = self.display_name_raw if self.required else f"[{self.display_name_raw}]"
        return [f"{name}..." if self.nargs != 1 else name]


class Command(TyperCommand):
    """A command with parameters of ours."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        _own(self.params)

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        """`--help`, a parameter like the others."""
        option = super().get_help_option(ctx)
        _own([option])
        return option

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments and options in two columns, of which the first leaves room for the second."""
        _balance(formatter)
        super().format_options(ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence, whole: a list of commands wraps it."""
        return super().get_short_help_str(max(limit, 200))


class Group(TyperGroup):
    """All commands; its own options are parameters of ours, too."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        _own(self.params)

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        """`--help`, a parameter like the others."""
        option = super().get_help_option(ctx)
        _own([option])
        return option

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


def _balance(formatter: Any) -> None:
    formatter.write_dl = partial(formatter.write_dl, col_max=min(30, formatter.width * 3 // 8))


def _own(params: Iterable[object]) -> None:
    # Typer makes its parameters itself and cannot be told of which class.
    for param in params:
        if isinstance(param, TyperOption):
            param.__class__ = Option
        elif isinstance(param, TyperArgument):
            param.__class__ = Argument


def _processed(param: Option | Argument, ctx: Any, value: Any) -> Any:
    kind = param.type_descriptor.annotation
    several = param.type_descriptor.is_list
    try:
        if several:
            value = [_read(one, get_args(kind)[0], param) for one in value or ()]
        elif value is not None:
            value = _read(value, kind, param)
        if param.required and value in (None, []):
            raise ValueError("it is missing")
    except ValueError as error:
        raise BadParameter(str(error), ctx=ctx, param=param) from None
    return value if param.callback is None else param.callback(ctx, param, value)


def _read(value: Any, kind: Any, param: Option | Argument) -> Any:
    """A word of the command line, or a default that is read already. Raises `ValueError`, with words for a person."""
    if not isinstance(value, str) or kind is str:
        return value
    if issubclass(kind, Path):
        if not value:
            raise ValueError("the path is empty")
        return kind(value)
    if issubclass(kind, Enum):
        words = [str(one.value) for one in kind]
        if value not in words:
            raise ValueError(f"{value!r} is not one of {', '.join(words)}")
        return kind(value)
    return _number(value, kind, param)


def _number(value: str, kind: type[int] | type[float], param: Option | Argument) -> float:
    least = -math.inf if param.min is None else param.min
    most = math.inf if param.max is None else param.max
    try:
        number: float = kind(value)
    except ValueError:
        number = math.nan  # within no bounds
    if not least <= number <= most:
        raise ValueError(f"{value!r} is not {'a whole' if kind is int else 'a'} number from {least} to {most}")
    return number
