"""The rules: one module each, pure functions from a case to a verdict. `ALL` says what runs, in this order."""

from types import ModuleType

from crawler.rules import (
    cookie_outlives_documentation,
    cookie_syncing,
    crawl_incomplete,
    declared_variant_differs,
    declared_vendor_absent,
    first_party_disguise,
    first_party_identifier_leaves,
    forbidden_vendor,
    gpc_has_no_effect,
    gpc_ignored,
    identifier_shared_under_gpc,
    opt_out_strings_contradict,
    signal_not_proven,
    string_says_opted_out_traffic_does_not,
    unclassified_cookie,
    undeclared_cookie_setter,
    undeclared_vendor,
    unnamed_vendor,
    user_data_sent,
)

ALL: tuple[ModuleType, ...] = (
    crawl_incomplete,
    signal_not_proven,
    gpc_has_no_effect,
    gpc_ignored,
    identifier_shared_under_gpc,
    user_data_sent,
    opt_out_strings_contradict,
    string_says_opted_out_traffic_does_not,
    undeclared_vendor,
    forbidden_vendor,
    undeclared_cookie_setter,
    first_party_disguise,
    first_party_identifier_leaves,
    cookie_syncing,
    unnamed_vendor,
    declared_vendor_absent,
    declared_variant_differs,
    cookie_outlives_documentation,
    unclassified_cookie,
)

__all__ = ["ALL"]
