"""verdicts.json is the same bytes for the same audit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.output import json_report


def shuffled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in reversed(list(value))}
    return [shuffled(item) for item in value] if isinstance(value, list) else value


def test_the_order_in_which_keys_came_does_not_matter(verdicts: dict[str, Any]) -> None:
    assert json_report.dumps(verdicts) == json_report.dumps(shuffled(verdicts))


def test_lists_keep_their_order_and_nothing_is_lost(verdicts: dict[str, Any]) -> None:
    assert json.loads(json_report.dumps(verdicts)) == verdicts


def test_it_opens_with_what_it_is(verdicts: dict[str, Any]) -> None:
    assert list(json.loads(json_report.dumps(verdicts)))[:5] == ["schema", "company", "run", "outcome", "exit_code"]


def test_only_ascii_and_a_last_newline() -> None:
    text = json_report.dumps({"a": "\x1b[31m\u202e\ud800é"})
    assert text.isascii() and text.endswith("}\n") and "\x1b" not in text


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_numbers_that_json_does_not_know_are_null(number: float) -> None:
    assert json.loads(json_report.dumps({"lifetime_days": number})) == {"lifetime_days": None}


def test_written_in_one_step(tmp_path: Path, verdicts: dict[str, Any]) -> None:
    path = tmp_path / "verdicts.json"
    path.write_text("old")
    json_report.write(verdicts, path)
    assert path.read_text() == json_report.dumps(verdicts)
    assert [p.name for p in tmp_path.iterdir()] == ["verdicts.json"]
