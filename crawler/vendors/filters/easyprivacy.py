"""EasyPrivacy: whether a request to a host that nobody knows is one that a public list calls a tracker.

The list is bundled unmodified in a folder of its own, see `data/easyprivacy/PROVENANCE.json` and `LICENSE`.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path

import orjson

from crawler.vendors.filters import ready
from crawler.vendors.filters.engine import FilterEngine, FilterVerdict

FOLDER = Path(__file__).parent.parent / "data" / "easyprivacy"


@cache
def engine() -> FilterEngine:
    """The loaded list; the first call takes hundredths of a second, and some tenths where nothing was kept."""
    packed = (FOLDER / "easyprivacy.txt.gz").read_bytes()
    index = ready.load(hashlib.sha256(packed).hexdigest(), lambda: gzip.decompress(packed).decode("utf-8").splitlines())
    return FilterEngine(list_name="EasyPrivacy", list_version=str(_provenance()["list_date"]), index=index)


def sha256() -> str:
    """Of the list's text."""
    return str(_provenance()["file_in_package_sha256"])


def match(url: str, page_url: str, resource_type: str = "", method: str = "GET") -> FilterVerdict:
    """EasyPrivacy's verdict on a request; see `FilterEngine.match`."""
    return engine().match(url, page_url, resource_type, method)


@cache
def _provenance() -> dict[str, object]:
    found: dict[str, object] = orjson.loads((FOLDER / "PROVENANCE.json").read_bytes())
    return found
