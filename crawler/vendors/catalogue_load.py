"""Reads `catalogue/*.yaml` strictly: an unknown, missing or mistyped key is an error that names file and key."""

from __future__ import annotations

import types
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import yaml

from crawler.purposes import Purpose
from crawler.vendors.endpoint_index import EndpointIndex
from crawler.vendors.known import EXAMPLE_PAGE, FOLDER, Catalogue, InvalidCatalogue
from crawler.vendors.mapping_reader import MappingReader
from crawler.vendors.model import Demand, Role
from crawler.vendors.product import CookieFact, Endpoint, SelfHonour, Vendor
from crawler.vendors.proof import Example, NearMiss, Proof, Source

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def load(folder: Path = FOLDER) -> Catalogue:
    """Read every product file of a folder. Raises `InvalidCatalogue` with all problems of all files."""
    catalogue, problems = read(sorted(folder.glob("*.yaml")))
    if problems:
        raise InvalidCatalogue(problems)
    return catalogue


def read(files: Iterable[Path]) -> tuple[Catalogue, list[str]]:
    """Read product files; wrong ones are left out and their problems returned, each beginning with the file's name."""
    vendors: dict[str, Vendor] = {}
    problems: list[str] = []
    for file in files:
        found: list[str] = []
        vendor = _read(file, found)
        problems += [f"{file.name}: {problem}" for problem in found]
        if vendor is not None and not found:
            vendors[vendor.key] = vendor
    ordered = dict(sorted(vendors.items()))
    return Catalogue(types.MappingProxyType(ordered), EndpointIndex(ordered.values())), problems


def _read(file: Path, problems: list[str]) -> Vendor | None:
    try:
        document = yaml.load(file.read_text(encoding="utf-8"), Loader=_StrictLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problems.append(" ".join(str(error).split()))
        return None
    top = MappingReader(document, "", problems)
    key = top.text("key")
    if key != file.stem:
        problems.append(f"key: `{key}` must be the file's name without .yaml")
    endpoints = tuple(_endpoint(node) for node in top.nodes("endpoints"))
    variants = dict.fromkeys(top.texts("variants"))
    variants.update(dict.fromkeys(e.variant for e in endpoints if e.variant))
    vendor = Vendor(
        key=key,
        name=top.text("name"),
        company=top.text("company"),
        purpose=top.choice("purpose", Purpose, Purpose.UNKNOWN),
        gpc=top.choice("gpc", Demand, Demand.REVIEW),
        signals=top.optional_text("signals"),
        aliases=top.texts("aliases"),
        homepage=top.optional_text("homepage") or "",
        endpoints=endpoints,
        cookies=tuple(_cookie(node) for node in top.nodes("cookies")),
        storage=top.texts("storage"),
        variants=tuple(variants),
        proof=Proof(
            sources=tuple(_source(node) for node in top.nodes("sources")),
            examples=tuple(_example(node) for node in top.nodes("examples")),
            near_misses=tuple(_near_miss(node) for node in top.nodes("near_misses")),
        ),
        note=top.optional_text("note"),
        self_honours_gpc=_self_honour(top.node("self_honours_gpc"), endpoints),
    )
    top.done()
    if vendor.purpose is Purpose.UNKNOWN and "purpose" not in " ".join(problems):
        problems.append("purpose: a product of the catalogue must have one")
    return vendor


def _endpoint(node: MappingReader) -> Endpoint:
    endpoint = Endpoint(
        role=node.choice("role", Role, Role.COLLECT),
        hosts=node.texts("hosts"),
        paths=node.texts("paths"),
        methods=node.texts("methods"),
        params=node.text_lists("params"),
        body=node.optional_text("body"),
        account=node.texts("account", single=True),
        event=node.texts("event", single=True),
        variant=node.optional_text("variant"),
        verified=node.flag("verified", True),
        note=node.optional_text("note"),
    )
    node.done()
    for host in endpoint.hosts:
        if host != host.lower() or "/" in host or ":" in host or not host.strip("*."):
            node.problem("hosts", f"`{host}` is not a host in lower case without scheme, port and path")
    for path in endpoint.paths:
        if not path.startswith(("/", "re:", "*")):
            node.problem("paths", f"`{path}` must begin with / or re:")
        elif "?" in path and not path.startswith("re:"):
            node.problem("paths", f"`{path}`: the query goes into params")
    for method in endpoint.methods:
        if method not in _METHODS:
            node.problem("methods", f"`{method}` is not a method in capitals")
    if endpoint.body and not endpoint.body.startswith("re:"):
        node.problem("body", "must begin with re:")
    if endpoint.role is Role.UNKNOWN:
        node.problem("role", "unknown is not a role of the catalogue")
    if not endpoint.hosts and not (endpoint.params or endpoint.body or any(len(p) > 8 for p in endpoint.paths)):
        node.problem("hosts", "without hosts, params, a body or a telling path must be given")
    return endpoint


def _cookie(node: MappingReader) -> CookieFact:
    cookie = CookieFact(
        name=node.text("name"),
        kind=node.text("kind"),
        domains=node.texts("domains"),
        lifetime_days=node.number("lifetime_days"),
        verified=node.flag("verified", True),
        note=node.optional_text("note"),
    )
    node.done()
    if cookie.kind not in ("first-party", "third-party"):
        node.problem("kind", f"`{cookie.kind}` is neither first-party nor third-party")
    if cookie.kind == "third-party" and not cookie.domains:
        node.problem("domains", "a third-party cookie must say on which domains it stands")
    if "*" in cookie.name[:-1] or cookie.name == "*":
        node.problem("name", f"`{cookie.name}`: a star may only stand at the end of a name")
    return cookie


def _self_honour(node: MappingReader | None, endpoints: tuple[Endpoint, ...]) -> SelfHonour | None:
    if node is None:
        return None
    claim = SelfHonour(
        scope=node.text("scope"), source=node.text("source"), read_on=node.day("read_on"), paths=node.texts("paths")
    )
    node.done()
    known = {path for endpoint in endpoints for path in endpoint.paths}
    for path in claim.paths:
        if path not in known:
            node.problem("paths", f"`{path}` is a path of none of its endpoints")
    if not claim.source.startswith("https://"):
        node.problem("source", "must be the https:// address of the vendor's statement")
    return claim


def _source(node: MappingReader) -> Source:
    source = Source(fact=node.text("fact"), source=node.text("source"), read_on=node.day("read_on"))
    node.done()
    return source


def _example(node: MappingReader) -> Example:
    example = Example(
        url=node.text("url"),
        role=node.choice("role", Role, Role.COLLECT),
        method=node.optional_text("method") or "GET",
        body=node.optional_text("body"),
        resource_type=node.optional_text("resource_type") or "",
        page_url=node.optional_text("page_url") or EXAMPLE_PAGE,
        account=node.optional_text("account"),
        event=node.optional_text("event"),
        variant=node.optional_text("variant"),
    )
    node.done()
    return example


def _near_miss(node: MappingReader) -> NearMiss:
    near_miss = NearMiss(
        url=node.text("url"),
        why=node.text("why"),
        method=node.optional_text("method") or "GET",
        body=node.optional_text("body"),
        resource_type=node.optional_text("resource_type") or "",
        page_url=node.optional_text("page_url") or EXAMPLE_PAGE,
    )
    node.done()
    return near_miss


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_Base):  # type: ignore[misc]
    """A safe loader that rejects duplicate keys, which plain YAML silently takes."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        # `no` and `on` are words here, not booleans: only true and false are.
        first: [(tag, regex) for tag, regex in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
        for first, resolvers in _Base.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """As in the base class, after a look at the keys. Raises `yaml.YAMLError` for a duplicate."""
        seen = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"duplicate key `{key_node.value}`", key_node.start_mark
                )
            seen.add(key_node.value)
        result: dict[Any, Any] = super().construct_mapping(node, deep)
        return result
