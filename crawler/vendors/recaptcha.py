"""Which reCAPTCHA a page uses, from the addresses of its loader and frames and from what stands in the page.

The frame's `size=invisible` alone cannot tell v2 invisible from v3: only a loader whose `render=` names the frame's
site key proves v3. Sources: captures of api.js, anchor frames of both kinds, and the key types of the product's
documentation, read 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.parsing import RequestFacts, facts

V2_CHECKBOX = "v2-checkbox"
V2_INVISIBLE = "v2-invisible"
V3 = "v3"
INVISIBLE_OR_V3 = "invisible-or-v3"
ENTERPRISE_CHECKBOX = "enterprise-checkbox"
ENTERPRISE_INVISIBLE = "enterprise-invisible"
ENTERPRISE_SCORE = "enterprise-score"
ENTERPRISE = "enterprise"
"""Enterprise for sure, its kind of key not."""

VARIANTS = (
    V2_CHECKBOX,
    V2_INVISIBLE,
    V3,
    INVISIBLE_OR_V3,
    ENTERPRISE_CHECKBOX,
    ENTERPRISE_INVISIBLE,
    ENTERPRISE_SCORE,
    ENTERPRISE,
)
"""Every name that `recaptcha_variants` gives."""

_HOST = re.compile(r"(?:www\.)?(?:google\.(?:[a-z]{2,3}\.)?[a-z]{2,3}|recaptcha\.net|recaptcha\.google\.cn)")
_LOADER = re.compile(r"/recaptcha/(api|enterprise)\.js")
_ANCHOR = re.compile(r"/recaptcha/(api2|enterprise)/anchor")
_NOT_A_KEY = frozenset({"", "explicit", "onload"})
_BOXES = frozenset({"normal", "compact"})
_NAMES = {
    # kind of widget: (plain, enterprise)
    "checkbox": (V2_CHECKBOX, ENTERPRISE_CHECKBOX),
    "invisible": (V2_INVISIBLE, ENTERPRISE_INVISIBLE),
    "score": (V3, ENTERPRISE_SCORE),
    "either": (INVISIBLE_OR_V3, ENTERPRISE),
}


def recaptcha_variants(requests: Iterable[tuple[str, str]], dom: Iterable[str]) -> set[str]:
    """Variants in use on a page: `requests` are (url, resource type), `dom` the words of `Page.recaptcha`.

    Words: `render=<key>` of a loader's address, `size=<size>` of a frame's address or an element, `data-size=<size>`
    of an element for certain, `enterprise`. Empty when no widget showed: no reCAPTCHA at all, or its loader without
    anything rendered.
    """
    page = _Page(dom)
    loaders: dict[bool, set[str]] = {}
    """Site keys named by `render=`, by enterprise or not; an empty set is a loader without a key."""
    anchors: set[tuple[bool, str, str]] = set()
    enterprise_seen = page.enterprise
    for url, _ in requests:
        request = facts(url)
        if request is None or not _HOST.fullmatch(request.host) or not request.path.startswith("/recaptcha/"):
            continue
        enterprise_seen |= request.path.startswith("/recaptcha/enterprise")
        if match := _LOADER.fullmatch(request.path):
            keys = loaders.setdefault(match[1] == "enterprise", set())
            keys.update(v for v in request.get("render") or () if v not in _NOT_A_KEY)
        elif match := _ANCHOR.fullmatch(request.path):
            size = _one(request, "size").lower()
            anchors.add((match[1] == "enterprise", _one(request, "k"), size))
    if page.keys:
        # A loader that was answered from a cache, or removed again, still names its key in the page.
        loaders.setdefault(enterprise_seen, set()).update(page.keys)
    found = {
        (kind, flavour) for flavour, key, size in anchors if (kind := _kind(key, size, loaders.get(flavour), page))
    }
    # A loader with a site key is v3 by itself, though its frame may come late or never.
    found |= {("score", flavour) for flavour, keys in loaders.items() if keys}
    if not found:
        # Frames were never asked for (blocked, lazy forms): what stands in the page tells.
        sizes = page.sizes | page.element_sizes
        kinds = {_kind("", size, loaders.get(enterprise_seen), page) for size in sizes}
        found = {(kind, enterprise_seen) for kind in kinds if kind}
    variants = {_NAMES[kind][flavour] for kind, flavour in found}
    if enterprise_seen and not any(flavour for _, flavour in found):
        variants.add(ENTERPRISE)
    return variants


class _Page:
    """The words of `Page.recaptcha`, sorted."""

    __slots__ = ("element_sizes", "enterprise", "keys", "sizes")

    def __init__(self, words: Iterable[str]) -> None:
        self.sizes: set[str] = set()
        self.element_sizes: set[str] = set()
        self.keys: set[str] = set()
        self.enterprise = False
        for word in words:
            name, _, value = word.strip().partition("=")
            if name == "size":
                self.sizes.add(value.lower())
            elif name == "data-size":
                self.element_sizes.add(value.lower())
            elif name == "render" and value not in _NOT_A_KEY:
                self.keys.add(value)
            elif name == "enterprise":
                self.enterprise = True


def _kind(key: str, size: str, loader_keys: set[str] | None, page: _Page) -> str | None:
    if size in _BOXES:
        return "checkbox"
    if size != "invisible":
        return None
    if loader_keys and key in loader_keys:
        return "score"
    if loader_keys is not None and not loader_keys:
        return "invisible"
    # Loaded for another key, or by a loader that nobody saw: only an element that asks for it proves v2.
    return "invisible" if "invisible" in page.element_sizes else "either"


def _one(request: RequestFacts, name: str) -> str:
    return (request.get(name) or [""])[0]
