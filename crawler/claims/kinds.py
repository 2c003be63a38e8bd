"""Which keys go with which kind of claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crawler.claims.model import ClaimKind

ALWAYS = frozenset({"id", "section", "kind", "quote", "note"})
"""Keys that every claim may have."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys beyond `ALWAYS`: all of `required`, at least one of `one_of`, any of `optional`, and no others."""

    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def allowed(self) -> frozenset[str]:
        """Every key that a claim of this kind may have."""
        return ALWAYS.union(self.required, self.one_of, self.optional)


KEYS: Mapping[ClaimKind, Keys] = {
    ClaimKind.VENDOR: Keys(required=("vendor",), optional=("variant", "limits", "review")),
    ClaimKind.CATEGORY: Keys(required=("purposes",), optional=("limits", "review")),
    ClaimKind.FORBIDDEN: Keys(one_of=("purposes", "vendors", "roles"), optional=("review",)),
    ClaimKind.SIGNAL: Keys(required=("signal", "honoured"), optional=("review",)),
    ClaimKind.DATA: Keys(optional=("limits", "review")),
    ClaimKind.SCOPE: Keys(optional=("limits", "review")),
    ClaimKind.OPT_OUT: Keys(optional=("url", "review")),
    ClaimKind.COOKIE_REFUSAL: Keys(optional=("review",)),
    ClaimKind.LINK: Keys(required=("url",), optional=("review",)),
    ClaimKind.STATEMENT: Keys(optional=("limits", "review")),
    ClaimKind.NOT_CHECKABLE: Keys(required=("reason",)),
}
