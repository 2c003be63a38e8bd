"""The catalogue, read once and then kept ready: YAML of hundreds of files takes half a second, this a tenth of it."""

from __future__ import annotations

from pathlib import Path

from crawler import kept, purposes
from crawler.vendors import model, product, proof
from crawler.vendors.endpoint_index import EndpointIndex
from crawler.vendors.known import FOLDER, Catalogue
from crawler.vendors.product import Vendor

_HERE = Path(__file__).parent
_CODE = (
    _HERE / "catalogue_load.py",
    _HERE / "mapping_reader.py",
    *(Path(module.__file__ or "") for module in (model, product, proof, purposes)),
)


def load(folder: Path = FOLDER, cache: Path | None = None) -> Catalogue:
    """The products of a folder, from `cache` (the user's) where they stand there. Raises `InvalidCatalogue`."""

    def work_out() -> dict[str, Vendor]:
        # Only now: the YAML reader alone costs a third of a start.
        from crawler.vendors import catalogue_load

        return dict(catalogue_load.load(folder).vendors)

    sources = [*sorted(folder.glob("*.yaml")), *_CODE]
    vendors = kept.kept("catalogue", sources, work_out, _good, cache)
    return Catalogue(vendors, EndpointIndex(vendors.values()))


def _good(found: object) -> bool:
    return isinstance(found, dict) and bool(found) and all(isinstance(vendor, Vendor) for vendor in found.values())
