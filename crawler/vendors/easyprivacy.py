"""EasyPrivacy: whether a request to a host that nobody knows is one that a public list calls a tracker.

The list is bundled unmodified in a folder of its own, see `data/easyprivacy/PROVENANCE.json` and `LICENSE`.
"""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

import orjson

from crawler.vendors.filter_engine import FilterEngine, FilterVerdict

FOLDER = Path(__file__).parent / "data" / "easyprivacy"


@cache
def engine() -> FilterEngine:
    """The loaded list; the first call takes some tenths of a second."""
    provenance = orjson.loads((FOLDER / "PROVENANCE.json").read_bytes())
    text = gzip.decompress((FOLDER / "easyprivacy.txt.gz").read_bytes()).decode("utf-8")
    return FilterEngine(text.splitlines(), "EasyPrivacy", str(provenance["list_date"]))


def match(url: str, page_url: str, resource_type: str = "", method: str = "GET") -> FilterVerdict:
    """EasyPrivacy's verdict on a request; see `FilterEngine.match`."""
    return engine().match(url, page_url, resource_type, method)
