"""`python -m crawler.vendors.refresh third-party-web|easyprivacy`: a maintainer fetches the bundled data anew.

Downloads through the package managers (npm, apt) as they are set up on the machine, checks what came against the
registry's own digest, and writes data, licence and PROVENANCE.json. Never called at run time.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
THIRD_PARTY_WEB = "third-party-web@0.30.0"
UBLOCK_PACKAGE = "webext-ublock-origin-chromium"
_LIST_IN_PACKAGE = Path("usr/share/chromium/extensions/ublock-origin/assets/thirdparties/easylist/easyprivacy.txt")
_EASYLIST_LICENCE = """\
EasyPrivacy, by The EasyList authors (https://easylist.to/)

The file easyprivacy.txt.gz in this folder is the list as its authors published it: compressed, not changed.
It is offered under the GNU General Public License, version 3 or later, or the Creative Commons
Attribution-ShareAlike 3.0 Unported licence or later. It is redistributed here under the latter:

    https://creativecommons.org/licenses/by-sa/3.0/legalcode
    https://easylist.to/pages/licence.html

Changed copies of the list must carry the same licence. The licence of the program around it is not touched: the list
is data in a folder of its own, and can be removed or replaced.
"""


class BadDownload(RuntimeError):
    """What came is not what the registry promised."""


def third_party_web(work: Path, folder: Path, today: date) -> None:
    """Fetch the npm package and store name, company, category and domains of every entity."""
    integrity = json.loads(_run(work, "npm", "view", THIRD_PARTY_WEB, "dist.integrity", "--json"))
    _run(work, "npm", "pack", "--ignore-scripts", THIRD_PARTY_WEB)
    archive = next(work.glob("*.tgz"))
    check_integrity(archive.read_bytes(), integrity)
    with tarfile.open(archive) as package:
        original = _member(package, "package/dist/entities-nostats.json")
        licence = _member(package, "package/LICENSE")
    write_third_party_web(
        original,
        licence,
        folder,
        {"package": f"npm {THIRD_PARTY_WEB}", "integrity": integrity, "fetched_on": str(today)},
    )


def write_third_party_web(original: bytes, licence: bytes, folder: Path, origin: dict[str, Any]) -> None:
    """Write the compact copy, the licence and the provenance."""
    kept = ("name", "company", "category", "domains")
    entities = [{key: entity[key] for key in kept if key in entity} for entity in json.loads(original)]
    lines = ",\n".join(json.dumps(e, ensure_ascii=False, separators=(",", ":")) for e in entities)
    _write(
        folder,
        {"entities.json": f"[\n{lines}\n]\n".encode(), "LICENSE": licence},
        {
            "name": "third-party-web",
            "version": THIRD_PARTY_WEB.rpartition("@")[2],
            "licence": "MIT",
            **origin,
            "file_in_package": "dist/entities-nostats.json",
            "file_in_package_sha256": hashlib.sha256(original).hexdigest(),
            "changes": "Kept name, company, category and domains of every entity; dropped homepages and products.",
        },
    )


def easyprivacy(work: Path, folder: Path, today: date) -> None:
    """Fetch Debian's uBlock Origin package and store its copy of EasyPrivacy, compressed."""
    shown = _run(work, "apt-cache", "show", "--no-all-versions", UBLOCK_PACKAGE)
    fields = dict(line.split(": ", 1) for line in shown.splitlines() if ": " in line)
    _run(work, "apt-get", "download", UBLOCK_PACKAGE)
    package = next(work.glob("*.deb"))
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    if digest != fields["SHA256"]:
        raise BadDownload(f"{package.name}: sha256 is {digest}, the package index says {fields['SHA256']}")
    _run(work, "dpkg-deb", "-x", str(package), "unpacked")
    listed = work / "unpacked" / _LIST_IN_PACKAGE
    write_easyprivacy(
        listed.read_bytes(),
        folder,
        {
            "list_date": str(datetime.fromtimestamp(listed.stat().st_mtime, UTC).date()),
            "package": f"Debian {UBLOCK_PACKAGE} {fields['Version']}",
            "package_sha256": digest,
            "file_in_package": str(_LIST_IN_PACKAGE),
            "fetched_on": str(today),
        },
    )


def write_easyprivacy(original: bytes, folder: Path, origin: dict[str, Any]) -> None:
    """Write the compressed list, the licence note and the provenance."""
    _write(
        folder,
        {"easyprivacy.txt.gz": gzip.compress(original, 9, mtime=0), "LICENSE": _EASYLIST_LICENCE.encode()},
        {
            "name": "EasyPrivacy",
            "authors": "The EasyList authors, https://easylist.to/",
            "licence": "CC-BY-SA-3.0",
            **origin,
            "file_in_package_sha256": hashlib.sha256(original).hexdigest(),
            "changes": "None; compressed with gzip.",
        },
    )


def check_integrity(content: bytes, integrity: str) -> None:
    """Compare with a digest such as `sha512-<base64>`. Raises `BadDownload` when it differs."""
    algorithm, _, wanted = integrity.partition("-")
    if algorithm != "sha512":
        raise BadDownload(f"integrity is given as {algorithm}, expected sha512")
    got = base64.b64encode(hashlib.sha512(content).digest()).decode()
    if got != wanted:
        raise BadDownload(f"sha512 is {got}, the registry says {wanted}")


def _write(folder: Path, files: dict[str, bytes], provenance: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    provenance["files"] = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    (folder / "PROVENANCE.json").write_text(json.dumps(provenance, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _member(package: tarfile.TarFile, name: str) -> bytes:
    file = package.extractfile(name)
    if file is None:
        raise BadDownload(f"{name} is not a file in the package")
    return file.read()


def _run(work: Path, *command: str) -> str:
    return subprocess.run(command, cwd=work, check=True, capture_output=True, text=True).stdout


def main(arguments: Sequence[str]) -> int:
    """Refresh what is named; 2 for wrong arguments, 1 when a download is not what it should be."""
    known = {"third-party-web": third_party_web, "easyprivacy": easyprivacy}
    if not arguments or set(arguments) - set(known):
        print(f"usage: python -m crawler.vendors.refresh {'|'.join(known)}", file=sys.stderr)
        return 2
    for name in arguments:
        with tempfile.TemporaryDirectory() as work:
            try:
                known[name](Path(work), DATA / name, datetime.now(UTC).date())
            except (BadDownload, subprocess.CalledProcessError) as error:
                print(f"{name}: {error}", file=sys.stderr)
                return 1
        print(f"{name}: written to {DATA / name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
