"""Loads one expectations file, strictly: whatever is wrong with it is said at once, with file, line and column."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from crawler.claims import meaning
from crawler.claims.model import Company, Policy
from crawler.claims.policy_text import normalise
from crawler.claims.problems import InvalidExpectations, Problem, Problems, Unreadable, printable
from crawler.claims.reading import ROOT, Filled, build, read
from crawler.claims.shape import record
from crawler.claims.source import decode
from crawler.claims.source import read as read_file
from crawler.claims.yaml_marks import Table, parse

__all__ = ["InvalidExpectations", "Problem", "load"]

_SHAPE = record(Company)
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}", re.ASCII)
_ENDINGS = (".yaml", ".yml", ".json")


def load(
    path: Path,
    *,
    vendors: Collection[str],
    rules: Collection[str],
    variants: Mapping[str, Collection[str]] | None = None,
    policy_file: Path | None = None,
    key: str | None = None,
) -> Company:
    """Loads an expectations file. Raises `InvalidExpectations`, and nothing else, for whatever may be in it.

    `vendors`, `rules` and `variants` (by vendor) are the names that the file may use; without `variants` any is
    taken. `policy_file` and `key` serve a run's folder, where the policy's text and the file have other names.
    """
    problems = Problems(str(path))
    try:
        data = read_file(Path(path))
        tree = parse(decode(data))
    except Unreadable as error:
        problems.add(error.line, error.column, error.message)
        tree, data = None, b""
    else:
        if not isinstance(tree, Table):
            line, column = (tree.line, tree.column) if tree else (1, 1)
            what = "the file is empty" if tree is None else "the file is not a group of keys"
            problems.add(line, column, f'{what}; begin with "company: ..." and copy the rest from the template.')
    problems.raise_if_any()
    assert isinstance(tree, Table)
    name = _key(Path(path), problems) if key is None else key
    company = read(tree, _SHAPE, ROOT, problems)
    assert isinstance(company, Filled)
    known = meaning.Known(vendors=vendors, rules=rules, variants=variants or {})
    meaning.judge(company, known, problems)
    published = _policy_text(Path(path), policy_file, company, problems)
    problems.raise_if_any()
    found = company.fields["policy"]
    assert isinstance(found, Filled)
    policy = build(
        found,
        record(Policy),
        text=normalise(published),
        text_sha256=found.text("text_sha256"),
        published=published,
    )
    loaded: Company = build(
        company,
        _SHAPE,
        policy=policy,
        key=name,
        path=Path(path),
        file_sha256=hashlib.sha256(data).hexdigest(),
    )
    return loaded


def _key(path: Path, problems: Problems) -> str:
    name = path.name
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    if not _KEY.fullmatch(name):
        message = (
            f'the file\'s name "{printable(path.name)}" becomes the name of a folder of reports; '
            "rename it to letters, digits, dots and hyphens, such as example.com.yaml."
        )
        problems.add(1, 1, message)
    return name


def _policy_text(path: Path, policy_file: Path | None, company: Filled, problems: Problems) -> str:
    """The text of the policy, after holding the claims' quotes against it; empty when it has none."""
    policy = company.fields.get("policy")
    if not isinstance(policy, Filled):
        return ""
    at = policy.fields.get("text")
    if at is None:
        if company.records("claims") and "text" not in policy.given:
            message = (
                'the policy has no "text", so no quote can be checked; save the policy\'s text beside this file '
                "and add its name, such as text: example.com.policy.txt."
            )
            problems.add(policy.line, policy.column, message)
        return ""
    name = policy.text("text")
    try:
        beside = policy_file or _beside(path, name)
        published = decode(read_file(beside))
        text = normalise(published)
        if not text:
            raise Unreadable("the file is empty; save the policy's text in it.")
    except Unreadable as error:
        problems.add(at.line, at.column, f"the policy's text {name}, line {error.line}: {error.message}")
        return ""
    meaning.policy_hash(policy, text, name, problems)
    meaning.quotes(company, text, name, problems)
    return published


def _beside(path: Path, name: str) -> Path:
    try:
        folder = path.parent.resolve()
        target = (path.parent / name).resolve()
    except (OSError, RuntimeError, ValueError):
        raise Unreadable("the file is a link that leads nowhere; put the text itself beside this file.") from None
    if not target.is_relative_to(folder):
        raise Unreadable("the file is a link out of this folder; put the text itself beside this file.")
    return target
