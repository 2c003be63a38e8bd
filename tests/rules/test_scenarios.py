"""Every rule against its scenarios: at least one that fires, one that stays silent, one that cannot tell."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from crawler import rules
from crawler.findings import Finding, Outcome
from crawler.rules.case import case_from
from tests.rules.scenario import read
from tests.rules.world import TODAY

FOLDER = Path(__file__).parent
SOURCE = Path(inspect.getfile(rules)).parent
SCENARIOS = sorted(FOLDER.glob("*/*.yaml"))
HEADINGS = ("What it checks", "Why it matters", "What it cannot see", "What to do", "Sources")
BY_ID = {rule.ID: rule for rule in rules.ALL}


def shown(finding: Finding) -> str:
    """`violation high meta-pixel gpc`, the words of a scenario's `expect`."""
    return " ".join(x for x in (finding.outcome, finding.severity, finding.vendor, finding.arm) if x)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_scenario(path: Path) -> None:
    scenario = read(yaml.safe_load(path.read_text(encoding="utf-8")))
    verdict = BY_ID[path.parent.name].judge(case_from(scenario.bundle, scenario.company, TODAY))
    assert sorted(shown(f) for f in verdict.findings) == sorted(scenario.expect)
    assert sorted(f.trigger for f in verdict.findings if f.trigger) == sorted(scenario.when)
    outcomes = {o.claim: str(o.outcome) for o in verdict.claims}
    assert {claim: outcomes.get(claim) for claim in scenario.claims} == scenario.claims
    first = path.stem.partition("_")[0]
    if first == "fires":
        assert verdict.findings
    elif first == "silent":
        assert verdict.outcome in (Outcome.PASS, Outcome.NOT_CHECKABLE)
        assert all(f.outcome is Outcome.PASS for f in verdict.findings)
    else:
        assert first == "inconclusive"
        assert verdict.outcome is Outcome.INCONCLUSIVE
    for finding in verdict.findings:
        assert finding.rule == path.parent.name
        assert finding.message and finding.certainty and finding.cannot_tell and finding.remedy


@pytest.mark.parametrize("rule", rules.ALL, ids=lambda r: r.ID)
def test_each_rule_has_scenarios_of_each_kind(rule: ModuleType) -> None:
    kinds = {p.stem.partition("_")[0] for p in SCENARIOS if p.parent.name == rule.ID}
    assert kinds == {"fires", "silent", "inconclusive"}


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_scenarios_are_short_and_tell_a_story(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 20
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["story"].strip().endswith(".")
    assert path.parent.name in BY_ID


def test_all_equals_the_folder() -> None:
    modules = {p.stem for p in SOURCE.glob("*.py")} - {"__init__"}
    assert [rule.ID for rule in rules.ALL] == list(dict.fromkeys(rule.ID for rule in rules.ALL))
    assert {rule.ID.replace("-", "_") for rule in rules.ALL} == modules
    for rule in rules.ALL:
        assert Path(inspect.getfile(rule)).stem == rule.ID.replace("-", "_")


@pytest.mark.parametrize("rule", rules.ALL, ids=lambda r: r.ID)
def test_the_docstring_is_the_documentation(rule: ModuleType) -> None:
    lines = inspect.cleandoc(rule.__doc__ or "").splitlines()
    assert lines[0].endswith(".") and lines[1] == ""
    assert tuple(line for line in lines[1:] if line and not line.startswith(" ")) == HEADINGS
    for heading in HEADINGS:
        after = lines[lines.index(heading) + 1]
        assert after.startswith("    ") and len(after.strip()) > 10
    assert len(Path(inspect.getfile(rule)).read_text(encoding="utf-8").splitlines()) <= 150


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_rules_are_pure(path: Path) -> None:
    """No clock, no randomness, no environment, no network, no files."""
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
            assert node.module != "datetime" or {a.name for a in node.names} == {"date"}
        elif isinstance(node, ast.Attribute):
            assert node.attr not in ("today", "now", "utcnow") or isinstance(node.value, ast.Name)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "open"
    assert imported <= {
        "__future__", "ast", "collections", "crawler", "dataclasses", "datetime", "functools", "types", "typing",
    }  # fmt: skip
