"""The rules: one module each, pure functions from a case to a verdict. `ALL` says what runs, in this order."""

from types import ModuleType

from crawler.rules import (
    cookie_outlives_documentation,
    cookie_syncing,
    crawl_incomplete,
    declared_variant_differs,
    declared_vendor_absent,
    first_party_identifier_leaves,
    forbidden_vendor,
    gpc_has_no_effect,
    gpc_ignored,
    identifier_shared_under_gpc,
    signal_not_proven,
    unclassified_cookie,
    undeclared_cookie_setter,
    undeclared_vendor,
    unnamed_vendor,
)

ALL: tuple[ModuleType, ...] = (
    crawl_incomplete,
    signal_not_proven,
    gpc_has_no_effect,
    gpc_ignored,
    identifier_shared_under_gpc,
    undeclared_vendor,
    forbidden_vendor,
    undeclared_cookie_setter,
    first_party_identifier_leaves,
    cookie_syncing,
    unnamed_vendor,
    declared_vendor_absent,
    declared_variant_differs,
    cookie_outlives_documentation,
    unclassified_cookie,
)

__all__ = ["ALL"]
