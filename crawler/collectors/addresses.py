"""Parts of URLs, cut by hand: what a site sends need not be a URL that a parser takes."""

from __future__ import annotations

MAX_URL_CHARS = 65_536


def bare(url: str) -> str:
    """The URL without its fragment, bounded: what two recorders both tell."""
    return url.partition("#")[0][:MAX_URL_CHARS]


def origin(url: str) -> str:
    """Scheme, host and port; that of the creator for a `blob:` URL."""
    scheme, separator, rest = url.removeprefix("blob:").partition("://")
    return scheme + separator + rest.partition("/")[0].partition("?")[0]


def without_credentials(url: str) -> str:
    """The URL without `name:password@`, which a browser keeps to itself and sends as a header, if at all."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return url
    end = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    return scheme + separator + rest[:end].rpartition("@")[2] + rest[end:]
