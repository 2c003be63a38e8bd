"""The shape of a file is the model's, without what the loader fills in, and speaks the vendor catalogue's words."""

from __future__ import annotations

from crawler.claims.kinds import KEYS
from crawler.claims.model import Attestation, Claim, ClaimKind, Policy, Waiver
from crawler.claims.shape import ROLES, record
from crawler.vendors.model import Role


def required(model: type) -> set[str]:
    return {key for key, field in record(model).fields.items() if field.required}


def test_what_a_file_must_have() -> None:
    assert required(record().model) == {"company", "policy", "sites", "claims"}
    assert required(Policy) == {"url", "read_on"}
    assert required(Claim) == {"id", "section", "kind", "quote"}
    assert required(Waiver) == {"rule", "reason", "owner", "until"}
    assert required(Attestation) == {"vendor", "statement", "owner", "until"}


def test_what_the_loader_fills_in_is_no_key() -> None:
    keys = {key for model in (record().model, Policy, Claim, Waiver, Attestation) for key in record(model).fields}
    assert keys.isdisjoint({"line", "key", "path", "file_sha256"})


def test_roles_are_those_of_the_catalogue() -> None:
    assert set(ROLES) == set(Role) - {Role.UNKNOWN}


def test_every_kind_has_its_keys_and_every_key_a_kind() -> None:
    assert set(KEYS) == set(ClaimKind)
    assert set().union(*(keys.allowed for keys in KEYS.values())) == set(record(Claim).fields)
