"""junit.xml: the gate, every rule and every claim as test cases, for a build server.

A failure is what makes the exit code 1; what could not be judged is an error when it makes the exit code 3, else
skipped; what no browser can check is skipped. The first case is the gate itself, so that the file is never greener than
the exit code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from crawler.findings import Outcome
from crawler.output import gate, words
from crawler.output.headline import exit_code
from crawler.output.visible import visible


def render(verdicts: Mapping[str, Any]) -> str:
    """The XML text."""
    code = exit_code(verdicts)
    limit = gate.fail_on(verdicts)
    findings = list(verdicts.get("findings", ()))
    root = ET.Element("testsuites", name="tracking-audit")
    suite = _suite(root, "gate", verdicts)
    case = _case(suite, "gate", "exit code")
    if code:
        kind = "failure" if code == 1 else "error"
        _sub(case, kind, f"exit code {code}: {words.EXIT_MEANINGS.get(code, 'unknown')}", "")
    suite = _suite(root, "rules", verdicts)
    for rule in verdicts.get("rules", ()):
        mine = [f for f in findings if f.get("rule") == rule.get("id")]
        _judged(_case(suite, "rules", str(rule.get("id"))), rule, [f for f in mine if gate.fails(f, limit)], code)
    suite = _suite(root, "claims", verdicts)
    for claim in verdicts.get("claims", ()):
        mine = [f for f in findings if f.get("fingerprint") in (claim.get("findings") or ())]
        name = f"{claim.get('id')}: {str(claim.get('quote') or '')[:120]}"
        _judged(_case(suite, "claims", name), claim, [f for f in mine if gate.fails(f, limit)], code)
    for suite in root:
        for kind in ("failure", "error", "skipped"):
            number = len(suite.findall(f"testcase/{kind}"))
            suite.set({"failure": "failures", "error": "errors"}.get(kind, kind), str(number))
        suite.set("tests", str(len(suite.findall("testcase"))))
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _judged(case: ET.Element, row: Mapping[str, Any], failing: Sequence[Mapping[str, Any]], code: int) -> None:
    outcome = words.outcome_of(row.get("outcome"))
    why = str(row.get("why") or "")
    if failing:
        _sub(case, "failure", why, "\n\n".join(_told(finding) for finding in failing[:50]))
    elif outcome == Outcome.ERROR or (outcome == Outcome.INCONCLUSIVE and code in (3, 4)):
        _sub(case, "error", why, "")
    elif outcome in (Outcome.INCONCLUSIVE, Outcome.NOT_CHECKABLE):
        _sub(case, "skipped", why, "")


def _told(finding: Mapping[str, Any]) -> str:
    lines = [f"{finding.get('severity')}: {finding.get('message')}", f"do: {finding.get('remedy')}"]
    lines += [f"{e.get('stream')}:{e.get('row')} {e.get('url')} {e.get('note') or ''}" for e in _evidence(finding)]
    return "\n".join(visible(line, 500) for line in lines)


def _evidence(finding: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(finding.get("evidence") or ())[:5]


def _suite(root: ET.Element, name: str, verdicts: Mapping[str, Any]) -> ET.Element:
    suite = ET.SubElement(root, "testsuite", name=f"tracking-audit.{name}", tests="0", failures="0", errors="0")
    suite.set("package", visible(str(verdicts.get("company") or ""), 200))
    return suite


def _case(suite: ET.Element, group: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=f"tracking-audit.{group}", name=visible(name, 200), time="0")


def _sub(case: ET.Element, kind: str, message: str, text: str) -> None:
    ET.SubElement(case, kind, message=visible(message, 1000), type=kind).text = text or None
