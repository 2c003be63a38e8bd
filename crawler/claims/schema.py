"""The JSON Schema of expectations files, for editors; printed from the shape that the loader walks.

`python -m crawler.claims.schema` writes it to standard output; it is committed as `expectations/company.schema.json`.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
import textwrap
from collections.abc import Mapping
from typing import Any

from crawler.claims.kinds import KEYS
from crawler.claims.model import Attestation, Claim, Company, Policy, Waiver
from crawler.claims.shape import Choice, Day, Field, ListOf, Record, Shape, Text, Truth, record

_TITLE = "Expectations of tracking-audit: what a company's privacy policy says, claim by claim"

# Where the file says something else than the object that is made of it, or the model says nothing.
_DESCRIPTIONS: Mapping[tuple[type, str], str] = {
    (Company, "company"): "The company's name, as reports show it.",
    (Company, "sites"): "Addresses where the audit starts.",
    (Company, "own_domains"): "Further domains of the same organisation: what they load is not a third party.",
    (Company, "claims"): "What the policy says, in the policy's order.",
    (Company, "attestations"): "Contract facts that no browser can see, vouched for by somebody until a day.",
    (Company, "waivers"): "Findings that somebody accepted, until a day.",
    (Policy, "url"): "Where the policy is published.",
    (Policy, "read_on"): "The day on which the text was saved.",
    (Policy, "text"): "Name of the text file with the policy's words; it lies beside this file.",
    (Policy, "text_sha256"): "Hash of the normalised text; `tracking-audit check` prints it.",
    (Claim, "id"): "A name that stays, such as D14; reports use it.",
    (Claim, "vendor"): "The product's key in the vendor catalogue; `tracking-audit explain` lists them.",
    (Claim, "variant"): "The variant that the policy names, where it names one.",
    (Claim, "purposes"): "Of a category: what is declared. Of a forbidden claim: what must not be seen.",
    (Claim, "roles"): "Of a forbidden claim: what no endpoint may be seen doing.",
    (Claim, "signal"): "gpc is Global Privacy Control, dnt is Do Not Track.",
    (Claim, "honoured"): "Whether the policy says that the signal is obeyed.",
    (Claim, "url"): "The address that the sentence gives.",
    (Claim, "reason"): "Why no browser can see it.",
    (Attestation, "vendor"): "The product's key in the vendor catalogue.",
    (Attestation, "statement"): "What is vouched for, in a sentence.",
    (Attestation, "owner"): "Who vouches for it.",
    (Attestation, "until"): "The last day on which it holds.",
    (Waiver, "rule"): "The rule whose finding is accepted.",
    (Waiver, "vendor"): "Of this vendor only; left out, of every vendor.",
    (Waiver, "site"): "On this site's domain only; left out, on every site.",
    (Waiver, "reason"): "Why it is accepted.",
    (Waiver, "owner"): "Who accepted it.",
}


def schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of an expectations file.

    It says all that a file's shape says. That quotes stand in the policy, that vendors and rules are known and that
    ids are unique is said by the loader alone.
    """
    top = _record(record(Company))
    top["allOf"] = [
        {
            "if": {"properties": {"claims": {"type": "array", "minItems": 1}}, "required": ["claims"]},
            "then": {"properties": {"policy": {"required": ["text"]}}},
        },
        {"properties": {"policy": {"dependentRequired": {"text": ["text_sha256"]}}}},
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:tracking-audit:company:1",
        "title": _TITLE,
        **top,
    }


def rendered() -> str:
    """The schema as the committed file has it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _shape(shape: Shape) -> dict[str, Any]:
    match shape:
        case Text():
            return {
                "type": ["string", "number"] if shape.numbers else "string",
                "pattern": f"^(?:{shape.pattern})$" if shape.pattern else r"\S",
                "minLength": shape.at_least,
                "maxLength": shape.at_most,
            }
        case Choice():
            return {"enum": [str(word) for word in shape.words]}
        case Truth():
            return {"type": "boolean"}
        case Day():
            return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
        case ListOf():
            unique = {"uniqueItems": True} if shape.unique else {}
            bounds = {"minItems": shape.at_least, "maxItems": shape.at_most}
            return {"type": "array", "items": _shape(shape.item), **bounds, **unique}
        case Record():
            return _record(shape)


def _record(shape: Record) -> dict[str, Any]:
    said = _docstrings(shape.model)
    found: dict[str, Any] = {
        "type": "object",
        "description": _first_line(inspect.getdoc(shape.model) or ""),
        "additionalProperties": False,
        "required": [key for key, field in shape.fields.items() if field.required],
        "properties": {key: _field(shape.model, key, field, said) for key, field in shape.fields.items()},
    }
    if shape.model is Claim:
        found["allOf"] = _kinds()
    return found


def _field(model: type, key: str, field: Field, said: Mapping[str, str]) -> dict[str, Any]:
    text = _DESCRIPTIONS.get((model, key)) or said.get(key)
    choice = field.shape.item if isinstance(field.shape, ListOf) else field.shape
    if isinstance(choice, Choice) and choice.enum and (words := _docstrings(choice.enum)):
        meanings = [f"{choice.enum[name].value}: {meaning}" for name, meaning in words.items() if name.isupper()]
        if len(meanings) == len(choice.words):
            text = "\n".join([text or _first_line(inspect.getdoc(choice.enum) or ""), *meanings])
    return {"description": text, **_shape(field.shape)} if text else _shape(field.shape)


def _kinds() -> list[dict[str, Any]]:
    every = set().union(*(keys.allowed for keys in KEYS.values()))
    rules: list[dict[str, Any]] = []
    for kind, keys in KEYS.items():
        then: dict[str, Any] = {"properties": dict.fromkeys(sorted(every - keys.allowed), False)}
        if keys.required:
            then["required"] = list(keys.required)
        if keys.one_of:
            then["anyOf"] = [{"required": [key]} for key in keys.one_of]
        rules.append({"if": {"properties": {"kind": {"const": str(kind)}}, "required": ["kind"]}, "then": then})
    return rules


def _docstrings(model: type) -> dict[str, str]:
    """The text under each attribute of a class, which Python itself does not keep."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(body, ast.ClassDef)
    found: dict[str, str] = {}
    for before, after in zip(body.body, body.body[1:], strict=False):
        name: ast.expr | None = before.target if isinstance(before, ast.AnnAssign) else None
        if isinstance(before, ast.Assign):
            (name,) = before.targets
        text = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else None
        if isinstance(name, ast.Name) and isinstance(text, str):
            found[name.id] = " ".join(text.split())
    return found


def _first_line(text: str) -> str:
    return text.split("\n\n")[0].replace("\n", " ")


if __name__ == "__main__":
    sys.stdout.write(rendered())
