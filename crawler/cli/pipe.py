"""Standard output into a pipe that its reader closes early (`| head`): the text is lost, the exit code is not."""

from __future__ import annotations

import os
from typing import Any, TextIO


class Pipe:
    """Stands for a stream; once its reader is gone, what is written goes nowhere and nothing is raised."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, or drop."""
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            self._drop()
            return len(text)

    def flush(self) -> None:
        """Flush, or drop."""
        try:
            self._stream.flush()
        except BrokenPipeError:
            self._drop()

    def _drop(self) -> None:
        # What is still in the stream's buffer must have somewhere to go when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
