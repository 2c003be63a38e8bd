"""The vendors' scripts, read from the package."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def read(name: str) -> str:
    """The text of `vendor_hosts/js/<name>`. Raises `FileNotFoundError`."""
    return resources.files("crawler.demo.vendor_hosts").joinpath("js", name).read_text(encoding="utf-8")
