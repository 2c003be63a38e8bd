"""The catalogue in memory: every product, and the index of their endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.vendors.endpoint_index import EndpointIndex
from crawler.vendors.product import Vendor

FOLDER = Path(__file__).parent / "catalogue"
EXAMPLE_PAGE = "https://www.example.com/"
"""The page that examples are seen from when they name none."""


class InvalidCatalogue(ValueError):
    """At least one product file is wrong; `problems` says which and how, one sentence each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All products that we know by hand."""

    vendors: Mapping[str, Vendor]
    """By key, sorted."""
    index: EndpointIndex
