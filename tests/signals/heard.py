"""What one framework's strings in a request say, for tests."""

from __future__ import annotations

from crawler.signals import frameworks
from crawler.signals.carried import SILENT, Reading
from tests.parsing.taken_apart import taken_apart


def reading_of(framework: str, url: str, body: str | None = None) -> Reading:
    """`us-privacy` or `gpp`; `SILENT` when it says nothing."""
    return dict(frameworks.heard(taken_apart(url, body)).opt_out).get(framework, SILENT)
