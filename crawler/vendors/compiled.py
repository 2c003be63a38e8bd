"""The catalogue, read once and then kept ready: YAML of hundreds of files takes half a second, this a tenth of it.

What is kept stands in the user's cache folder, under a name that hashes every product file and the code that reads
them; whatever changes, the files are read again. Nothing is lost when the folder cannot be written or is emptied. It is
a pickle, as trusted as the byte code that Python keeps beside its modules: who can write there is the user.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs

from crawler.vendors import catalogue_load, mapping_reader, model, product
from crawler.vendors.catalogue_load import FOLDER, Catalogue
from crawler.vendors.endpoint_index import EndpointIndex
from crawler.vendors.product import Vendor

_CODE = (catalogue_load, mapping_reader, model, product)
_PREFIX = "catalogue-"
_KEPT = 4
"""Versions that stay: of several checkouts and environments on one machine."""


def load(folder: Path = FOLDER, cache: Path | None = None) -> Catalogue:
    """The products of a folder, from `cache` (the user's) where they stand there. Raises `InvalidCatalogue`."""
    files = sorted(folder.glob("*.yaml"))
    kept = (cache or platformdirs.user_cache_path("tracking-audit")) / f"{_PREFIX}{_digest(files)}.pickle"
    vendors = _read(kept)
    if vendors is not None:
        return Catalogue(vendors, EndpointIndex(vendors.values()))
    catalogue = catalogue_load.load(folder)
    _keep(kept, dict(catalogue.vendors))
    return catalogue


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256(f"{sys.version} {pickle.HIGHEST_PROTOCOL}".encode())
    for file in [*files, *(Path(module.__file__ or "") for module in _CODE)]:
        content = file.read_bytes()
        digest.update(f"\n{file.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:32]


def _read(path: Path) -> Mapping[str, Vendor] | None:
    try:
        found: Any = pickle.loads(path.read_bytes())
    except (OSError, EOFError, ValueError, TypeError, AttributeError, ImportError, IndexError, pickle.PickleError):
        return None
    good = isinstance(found, dict) and found and all(isinstance(vendor, Vendor) for vendor in found.values())
    return found if good else None


def _keep(path: Path, vendors: dict[str, Vendor]) -> None:
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        unfinished.write_bytes(pickle.dumps(vendors, pickle.HIGHEST_PROTOCOL))
        unfinished.replace(path)
        others = sorted(path.parent.glob(f"{_PREFIX}*.pickle"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in others[_KEPT:]:
            old.unlink(missing_ok=True)
