"""Plain lines for a terminal: wrapped to its width, without markup, safe for its encoding."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from crawler.output.visible import MAX_VALUE, visible


class Lines:
    """Prints indented, wrapped text. Nothing that a site sent can style, move or hide anything."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._width = max(20, console.width)

    def say(self, text: str, style: str = "", *, indent: int = 0, label: str = "", label_style: str = "bold") -> None:
        """One paragraph; `label` stands before it and the text hangs behind it."""
        hang = indent + (len(label) + 1 if label else 0)
        room = max(12, self._width - hang)
        wrapped = Text(self._fit(text), style=style).wrap(self._console, room)
        for number, line in enumerate(wrapped):
            start = Text(" " * indent + (f"{label} " if label else ""), style=label_style)
            line.rstrip()
            self._print((start if not number else Text(" " * hang)) + line)

    def value(self, text: str, *, indent: int = 0, style: str = "") -> None:
        """One line that is cut in its middle when it is too long: a URL, a name."""
        self._print(Text(" " * indent) + Text(self._fit(text, self._width - indent), style=style))

    def whole(self, text: str, *, indent: int = 0) -> None:
        """One line that is never cut, because somebody will copy it: a path, a command."""
        self._print(Text(" " * indent + self._fit(text)), soft_wrap=True)

    def gap(self) -> None:
        """An empty line."""
        self._print(Text(""))

    def _print(self, text: Text, *, soft_wrap: bool = False) -> None:
        self._console.print(text, highlight=False, markup=False, emoji=False, soft_wrap=soft_wrap)

    def _fit(self, text: str, limit: int = MAX_VALUE) -> str:
        safe = visible(text, limit)
        if len(safe) > limit:  # codes made it longer
            safe = safe[: limit - 1] + "…"
        encoding = self._console.encoding or "utf-8"
        return safe.encode(encoding, "replace").decode(encoding)
