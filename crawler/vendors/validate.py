"""`python -m crawler.vendors.validate [FILE...]`: is the catalogue sound? Prints every problem; exit code 1 if any.

With files, only problems of those files are printed, though all of the catalogue is read to find collisions.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from crawler.vendors import check_examples
from crawler.vendors.catalogue_load import read
from crawler.vendors.known import FOLDER


def problems(folder: Path = FOLDER) -> list[str]:
    """Every problem of a folder of product files."""
    catalogue, found = read(sorted(folder.glob("*.yaml")))
    return found + list(check_examples.problems(catalogue))


def main(arguments: Sequence[str]) -> int:
    """Print the problems; 0 when there is none, 1 otherwise."""
    wanted = {Path(argument).name for argument in arguments}
    folders = {Path(argument).parent for argument in arguments if argument.endswith(".yaml")}
    folder = folders.pop() if len(folders) == 1 else FOLDER
    found = [p for p in problems(folder) if not wanted or p.partition(":")[0] in wanted]
    for problem in found:
        print(problem)
    problems_told = "1 problem" if len(found) == 1 else f"{len(found)} problems"
    print(f"{len(list(folder.glob('*.yaml')))} files, {problems_told}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
