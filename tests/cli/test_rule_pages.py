"""The rules' files say the same as the rules."""

from __future__ import annotations

import inspect

from crawler import rules
from crawler.cli.rule_pages import rule_names, rule_page


def test_names_and_pages_are_those_of_the_rules() -> None:
    assert {name: rule_page(name) for name in rule_names()} == {rule.ID: inspect.getdoc(rule) for rule in rules.ALL}
