"""The JSON Schema: committed as generated, and never of another opinion than the loader about a file's shape."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from crawler.claims import ClaimKind, InvalidExpectations, Purpose
from crawler.claims.kinds import KEYS
from crawler.claims.schema import rendered, schema
from crawler.claims.yaml_marks import parse

from .conftest import GOOD, Desk, to_json
from .spoilt import SPOILT

COMMITTED = Path(__file__).parents[2] / "expectations" / "company.schema.json"
VALIDATOR = Draft202012Validator(schema(), format_checker=FormatChecker(["date"]))

# What the loader alone can know: words of its messages.
LOADER_ALONE = (
    "is not known",
    "goes by its registrable domain",
    "no variant",
    "has no variants",
    "no rule",
    "not in the policy",
    "in the policy, but not in this order",
    "quote has no words",
    "is taken",
    "public suffix",
    "not a working address",
    "is not the domain of a site",
    '"text_sha256" is not that of',
    "there is no such file",
)


def test_the_committed_schema_is_the_generated_one() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == rendered(), (
        "write it anew: python -m crawler.claims.schema > expectations/company.schema.json"
    )


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


def test_the_good_file_is_valid(as_json: Callable[[str], Any]) -> None:
    assert list(VALIDATOR.iter_errors(as_json(GOOD))) == []


@pytest.mark.parametrize("name", ["dynatronsoftware.com.yaml", "_template.yaml"])
def test_the_files_of_the_repository_are_valid(name: str, as_json: Callable[[str], Any]) -> None:
    assert list(VALIDATOR.iter_errors(as_json((COMMITTED.parent / name).read_text(encoding="utf-8")))) == []


def test_every_property_is_described() -> None:
    assert [path for path, part in properties(schema()) if "description" not in part] == []


def test_words_come_from_the_model_with_their_meaning() -> None:
    claim = schema()["properties"]["claims"]["items"]["properties"]
    assert claim["kind"]["enum"] == [str(kind) for kind in ClaimKind] == [str(kind) for kind in KEYS]
    assert "not-checkable: No browser can see it" in claim["kind"]["description"]
    assert set(claim["purposes"]["items"]["enum"]) == set(Purpose) - {Purpose.UNKNOWN}


@pytest.mark.parametrize("case", SPOILT)
def test_what_the_loader_refuses_the_schema_refuses_unless_it_cannot_know(
    case: str, desk: Desk, as_json: Callable[[str], Any]
) -> None:
    old, new, *_ = SPOILT[case]
    text = GOOD.replace(old, new)
    problems = desk.spoilt(old, new)
    if any(words in one.message for one in problems for words in ("not valid YAML", "twice, first", "as a date")):
        # JSON has no such mistake, or its values have forgotten it.
        return
    unknowable = all(any(words in one.message for words in LOADER_ALONE) for one in problems)
    assert VALIDATOR.is_valid(as_json(text)) == unknowable


WRONG = st.one_of(
    st.sampled_from(
        [None, True, False, "", " ", 0, -1.5, [], {}, [[]], "x", "yes", "unknown", "2026-02-30", "2026-1-1"]
    ),
    st.sampled_from(["vendor", "category", "forbidden", "signal", "link", "not-checkable", "statement", "opt-out"]),
    st.sampled_from(
        ["https://a.test/", "ftp://a.test", "https://", "a.test", "../x", "gpc", "e-mail", "9", "a" * 5000]
    ),
    st.sampled_from([["analytics"], ["analytics", "analytics"], ["collect"], ["unknown"], [1], {"a": 1}]),
    st.text(max_size=10),
).map(copy.deepcopy)
KEYWORDS = sorted({key for keys in KEYS.values() for key in keys.allowed} | {"until", "text", "sites", "x", "line"})


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_schema_and_loader_agree(data: st.DataObject, desk: Desk) -> None:
    document = copy.deepcopy(to_json(parse(GOOD)))
    for _ in range(data.draw(st.integers(1, 2))):
        holder, key = data.draw(st.sampled_from(list(places(document))))
        action = data.draw(st.sampled_from(["replace", "replace", "delete", "add"]))
        if action == "replace":
            holder[key] = data.draw(WRONG)
        elif action == "delete":
            del holder[key]
        elif isinstance(holder, dict):
            holder[data.draw(st.sampled_from(KEYWORDS))] = data.draw(WRONG)
    text = json.dumps(document)
    valid = VALIDATOR.is_valid(document)
    try:
        desk.load(text)
    except InvalidExpectations as error:
        if valid:
            others = [one for one in error.problems if not any(words in one.message for words in LOADER_ALONE)]
            controls = [one for one in others if "the text holds the character" in one.message]
            assert others == controls, f"the schema takes {text}"
    else:
        assert valid, f"the loader takes {text}: {[one.message for one in VALIDATOR.iter_errors(document)]}"


def properties(part: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for key, child in part.get("properties", {}).items():
        yield f"{path}/{key}", child
        yield from properties(child.get("items", child), f"{path}/{key}")


def places(part: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a document, as its holder and its key or index."""
    for key, child in part.items() if isinstance(part, dict) else enumerate(part):
        yield part, key
        if isinstance(child, (dict, list)):
            yield from places(child)
