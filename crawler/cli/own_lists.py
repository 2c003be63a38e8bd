"""`--filter-list FILE`: the user's lists on the command line, and their copies in a run's folder.

A run that was judged with lists keeps them, so that its verdicts can be made again from the folder they stand in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from crawler.bundle import Bundle, durable
from crawler.cli.saying import note
from crawler.output.words import count
from crawler.vendors.filters import lists as filter_lists
from crawler.vendors.filters.lists import MAX_LISTS, FilterList, FilterLists, NotAFilterList

FOLDER = "filter-lists"
"""In a run's folder: `<number>-<sha256>/<file name>`."""
_DIGITS = 2
_SHOWN = 3


def read(paths: Iterable[Path] | None) -> tuple[FilterList, ...]:
    """The lists of the command line, in their order, each once. Says on standard error what of one is left out.

    Raises `NotAFilterList`.
    """
    found: dict[str, FilterList] = {}
    for path in paths or ():
        own = filter_lists.read(path)
        if own.sha256 not in found:
            _tell(path, own)
        found.setdefault(own.sha256, own)
    if len(found) > MAX_LISTS:
        raise NotAFilterList(f"--filter-list: {len(found)} lists, but at most {MAX_LISTS} are taken; join some of them")
    return tuple(found.values())


def new_to(run_dir: Path, paths: Iterable[Path] | None) -> tuple[FilterList, ...]:
    """The lists of the command line that a run does not keep yet. Raises `NotAFilterList`, also for a kept one that was
    changed, and when they would be too many."""
    there = {own.sha256 for own in kept(run_dir)}
    found = tuple(own for own in read(paths) if own.sha256 not in there)
    if len(there) + len(found) > MAX_LISTS:
        raise NotAFilterList(
            f"--filter-list: {run_dir} keeps {count(len(there), 'list')}, and with {len(found)} more there are more "
            f"than the {MAX_LISTS} that are taken; join some of them"
        )
    return found


def keep(run_dir: Path, lists: Iterable[FilterList]) -> None:
    """Copy lists into a run's folder, after those that are there. Raises `OSError`."""
    there = [own.sha256 for own in kept(run_dir)]
    for own in lists:
        if own.sha256 not in there:
            folder = run_dir / FOLDER / f"{len(there) + 1:0{_DIGITS}}-{own.sha256}"
            folder.mkdir(parents=True, exist_ok=True)
            durable.write(folder / own.file_name, own.content)
            there.append(own.sha256)


def kept(run_dir: Path) -> tuple[FilterList, ...]:
    """The lists that a run was judged with before. Raises `NotAFilterList` when one is not what it was."""
    found = []
    for path in sorted((run_dir / FOLDER).glob(f"{'[0-9]' * _DIGITS}-*/*"))[:MAX_LISTS]:
        if path.name.startswith("."):
            continue  # the draft of one that was never finished
        own = filter_lists.read(path)
        if not path.parent.name.endswith(own.sha256):
            raise NotAFilterList(f"{path}: was changed since the run was judged with it; put it back, or remove it")
        found.append(own)
    return tuple(found)


def of_runs(bundles: Iterable[Bundle], given: Iterable[FilterList] = ()) -> FilterLists:
    """What to judge these runs with: the lists that they keep, then those given. Raises `NotAFilterList`."""
    lists = [own for bundle in bundles for own in kept(bundle.run_dir)]
    return FilterLists(tuple({own.sha256: own for own in (*lists, *given)}.values()))


def _tell(path: Path, own: FilterList) -> None:
    if not own.unsupported:
        return
    reasons = Counter({reason: n for reason, n in own.engine.skipped.items() if reason not in filter_lists.IGNORED})
    named = ", ".join(f"{reason}: {number:,}" for reason, number in reasons.most_common(_SHOWN))
    more = ", and others" if len(reasons) > _SHOWN else ""
    line = f"{path}: {count(own.unsupported, 'rule')} left out, {own.engine.rules:,} taken ({named}{more})"
    note(line)
