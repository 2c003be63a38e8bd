"""What is wrong with files and folders of the command line, as far as that is seen without the crawler and the judge:
loading those takes seconds.

The first functions are one for each command; those below give sentences, one for each problem. What is good here may
still be refused when it is read.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from crawler.browser.name_server_address import InvalidNameServer, NameServerAddress
from crawler.browser.resolver_rules import InvalidResolverRules, resolver_rules
from crawler.bundle import Bundle, NotARun, layout
from crawler.cli.saying import refuse

EXPECTATIONS = "an expectations file"
FILTER_LIST = "a filter list"
_LOOKED_THROUGH = 10_000
"""Entries of a folder that is no run in which runs are looked for."""


def to_crawl(
    expectations: Sequence[Path],
    resume: Path | None,
    since: Path | None,
    out: Path,
    browser: str | None,
    resolver_rules: str | None,
    name_server: str | None,
    ca_cert: Path | None,
    filter_lists: Sequence[Path],
) -> None:
    """Before `run` and `crawl`. Raises `typer.Exit` once everything that is wrong is said."""
    refuse(
        [
            *files(expectations, EXPECTATIONS),
            *(runs([resume], "--resume") if resume else writable(out)),
            *(runs([since], "--since") if since else ()),
            *a_browser(browser),
            *_resolver(resolver_rules),
            *_name_server(name_server),
            *files([ca_cert] if ca_cert else [], "a PEM file with certificates", "--ca-cert"),
            *files(filter_lists, FILTER_LIST, "--filter-list"),
        ]
    )


def to_check(expectations: Sequence[Path]) -> None:
    """Before `check`. Raises `typer.Exit`."""
    refuse(files(expectations, EXPECTATIONS))


def to_find(browser: str | None) -> None:
    """Before `doctor`. Raises `typer.Exit`."""
    refuse(a_browser(browser))


def to_play(out: Path, browser: str | None) -> None:
    """Before `demo`. Raises `typer.Exit`."""
    refuse([*writable(out), *a_browser(browser)])


def to_judge(run_dirs: Sequence[Path], filter_lists: Sequence[Path]) -> None:
    """Before `report` and `diff`. Raises `typer.Exit`."""
    refuse([*runs(run_dirs), *files(filter_lists, FILTER_LIST, "--filter-list")])


def to_judge_again(run_dir: Path, expectations: Path | None, filter_lists: Sequence[Path], out: Path | None) -> None:
    """Before `audit` of a run. Raises `typer.Exit`.

    Other expectations and lists than the run's own need `out`: verdicts must be reproducible from the folder they
    stand in.
    """
    to_judge([run_dir], filter_lists)
    others = {"--expectations": expectations, "--filter-list": filter_lists} if out is None else {}
    named = [name for name, given in others.items() if given]
    refuse(f"{name} needs --out FOLDER: the run's own folder keeps what it was judged by" for name in named)
    refuse(
        [
            *files([expectations] if expectations else [], EXPECTATIONS, "--expectations"),
            *(writable(out) if out else writable(run_dir, "")),
        ]
    )


def at_recordings(
    paths: Sequence[Path], expectations: Path | None, filter_lists: Sequence[Path], out: Path | None
) -> tuple[Path, Path]:
    """Before `audit` of HAR files; gives the expectations and `out`, which must be there. Raises `typer.Exit`."""
    refuse(_no_recordings(paths))
    if expectations is None or out is None:
        refuse(
            ["a HAR needs --expectations FILE, what to hold it against, and --out FOLDER, where its run is to stand"]
        )
    assert expectations and out
    taken = out.is_dir() and any(out.iterdir())
    refuse(
        [
            *files([expectations], EXPECTATIONS, "--expectations"),
            *files(filter_lists, FILTER_LIST, "--filter-list"),
            *([f"--out {out}: is there already; name a folder that is new or empty"] if taken else writable(out)),
        ]
    )
    return expectations, out


def files(paths: Iterable[Path], what: str, option: str = "") -> Iterator[str]:
    """Files that cannot be opened; `what` is wanted there, such as `a HAR file`."""
    for path in paths:
        if why := _unreadable(path):
            yield f"{option} {path}: {why}; give the path of {what}".lstrip()


def open_run(path: Path) -> Bundle:
    """The run that stands in a folder. Raises `NotARun`, which names the folder that may have been meant."""
    if not os.path.lexists(path):
        raise NotARun(f"{path}: there is no such folder; give a run's folder: reports/<company>/<time>")
    if path.is_file():
        near = f"{path.parent}" if (path.parent / layout.MANIFEST).is_file() else "reports/<company>/<time>"
        raise NotARun(f"{path}: is a file; give a run's folder: {near}")
    if not (path / layout.MANIFEST).exists() and (inside := _newest_run(path)):
        raise NotARun(f"{path}: is not a run's folder, but holds one or more; the newest is {inside}")
    return Bundle(path)


def runs(paths: Iterable[Path], option: str = "") -> Iterator[str]:
    """Folders that hold no run."""
    for path in paths:
        try:
            open_run(path)
        except NotARun as error:
            yield f"{option} {error}".lstrip()


def writable(folder: Path, option: str = "--out") -> Iterator[str]:
    """Whether files can be written into a folder that may have to be made."""
    where = folder.absolute()
    place = next(one for one in (where, *where.parents) if os.path.lexists(one))
    way_out = f"name another folder with {option}" if option else "change its permissions, or name one with --out"
    cannot = "nothing can be written there" if place == where and place.is_dir() else "no folder can be made there"
    said = f"{option} {folder}: {cannot}".lstrip()
    if not place.is_dir():
        yield f"{said}: {place} is a file; {way_out}"
    elif not os.access(place, os.W_OK | os.X_OK):
        yield f"{said}: the permissions of {place} forbid it; {way_out}"


def a_browser(asked: str | None) -> Iterator[str]:
    """A browser that was asked for by a path where there is none; names of commands and channels are tried later."""
    if asked is None:
        return
    path = Path(asked).expanduser()
    if path.parent == path or (path.parent == Path() and not path.exists()):
        named = shutil.which(asked) or asked.startswith(("chrome", "msedge"))
        why = None if named else "there is no such file or command"
    else:
        why = _unreadable(path)
    if why:
        yield (
            f"--browser {asked}: {why}; give the path of a Chromium, Chrome or Edge, or leave it out to take the "
            "first that works (`tracking-audit doctor` shows which)"
        )


def _resolver(rules: str | None) -> Iterator[str]:
    """Rules that Chromium would not understand."""
    try:
        resolver_rules(rules)
    except InvalidResolverRules as error:
        yield f"--host-resolver-rules: {error}"


def _name_server(address: str | None) -> Iterator[str]:
    """What is no address of a name server."""
    try:
        if address is not None:
            NameServerAddress.read(address)
    except InvalidNameServer as error:
        yield f"--name-server: {error}"


def _no_recordings(paths: Sequence[Path]) -> Iterator[str]:
    for path in paths:
        if (path / layout.MANIFEST).is_file():
            yield f"{path}: is a run's folder; one run is judged at a time, and not together with HAR files"
        else:
            yield from files([path], "a run's folder, or of a HAR file")


def _unreadable(path: Path) -> str | None:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return "there is no such file"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if path.is_dir():
        return "is a folder"
    return None if os.access(path, os.R_OK) else "its permissions forbid to read it"


def _newest_run(folder: Path) -> Path | None:
    """Of the runs in a folder of runs, or of companies: the one that was begun last."""
    try:
        found = islice(chain(folder.glob("*"), folder.glob("*/*")), _LOOKED_THROUGH)
        runs = [one for one in found if (one / layout.MANIFEST).is_file()]
    except OSError:
        return None
    return max(runs, key=lambda one: one.name, default=None)
