"""Checks the person's host resolver rules and adds ours, so that neither hides the other."""

from __future__ import annotations

import re

SIGN_IN_HOST = "sign-in.tracking-audit.invalid"
UPDATE_HOST = "update.tracking-audit.invalid"

BLACKHOLES = ("update.googleapis.com", SIGN_IN_HOST, UPDATE_HOST)
"""Hosts that the browser calls on its own account and no website uses. Google's sign-in and www hosts are not among
them: sites do use those."""

_MAP = re.compile(r"MAP\s+(\S+)\s+(\S+)", re.IGNORECASE)
_EXCLUDE = re.compile(r"EXCLUDE\s+(\S+)", re.IGNORECASE)


class InvalidResolverRules(ValueError):
    """A rule that Chromium would skip without a word, so that traffic meant for loopback would leave the machine."""


def resolver_rules(given: str | None) -> str:
    """The value of `--host-resolver-rules`: our blackholes, then the person's rules in their order.

    Chromium takes the first MAP rule that fits, so exact blackholes stand before a catch-all `MAP * ...`; a host that
    the person names is theirs and gets no blackhole. Raises `InvalidResolverRules` for what Chromium would ignore.
    """
    rules = [part.strip() for part in (given or "").split(",") if part.strip()]
    named: set[str] = set()
    for rule in rules:
        found = _MAP.fullmatch(rule) or _EXCLUDE.fullmatch(rule)
        if found is None:
            raise InvalidResolverRules(
                f"host resolver rule {rule!r} is not understood; write `MAP pattern replacement[:port]` or "
                "`EXCLUDE pattern`, separated by commas"
            )
        named.add(found.group(1).lower().partition(":")[0])
    ours = [f"MAP {host} ~NOTFOUND" for host in BLACKHOLES if host not in named]
    return ",".join([*ours, *rules])


def is_mapped(host: str, rules: str | None) -> bool:
    """Whether a host is looked up under another name or not at all, by rules as `resolver_rules` returns them.

    A port in a pattern is not looked at: some address of the host is mapped then.
    """
    patterns: dict[bool, list[str]] = {True: [], False: []}
    for part in (rules or "").split(","):
        if mapped := _MAP.fullmatch(part.strip()):
            patterns[True].append(mapped.group(1))
        elif excluded := _EXCLUDE.fullmatch(part.strip()):
            patterns[False].append(excluded.group(1))
    fits = {kind: any(_fits(host, pattern) for pattern in given) for kind, given in patterns.items()}
    return fits[True] and not fits[False]


def _fits(host: str, pattern: str) -> bool:
    glob = re.sub(r":\d+$", "", pattern.lower())
    regex = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in glob)
    return re.fullmatch(regex, host.lower()) is not None
