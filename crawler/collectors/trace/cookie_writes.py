"""What scripts asked for when they wrote cookies, in the same parts as a Set-Cookie line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crawler.collectors import set_cookie
from crawler.collectors.set_cookie import CookieLine
from crawler.collectors.trace.records import CookieWrite
from crawler.parties import host_of

STORE_DELETES = "cookieStore.delete"


@dataclass(frozen=True, slots=True)
class ScriptWrite:
    """One write of a script, read as the browser reads it."""

    line: CookieLine
    url: str
    """Of the document that was written to, or of the worker."""
    told: CookieWrite

    @property
    def deletes(self) -> bool:
        """True when it asked for the end of the cookie."""
        return self.line.asked_lifetime_s is not None and self.line.asked_lifetime_s <= 0

    @property
    def set_by(self) -> str:
        """`script` or `cookie-store`."""
        return "script" if self.told.via == "document.cookie" else "cookie-store"


def read(writes: Iterable[CookieWrite]) -> list[ScriptWrite]:
    """All writes in the order in which they were reported."""
    return [_from_line(write) if write.via == "document.cookie" else _from_fields(write) for write in writes]


def secrets(writes: Iterable[ScriptWrite]) -> dict[str, tuple[str, str]]:
    """Value to name and domain of all that was written, as `requests.build` takes it."""
    return {write.line.value: (write.line.name, write.line.domain) for write in writes if write.line.value}


def _from_line(write: CookieWrite) -> ScriptWrite:
    url = _address(write)
    line = set_cookie.parse(write.line, url, write.unix_ms / 1000)
    return ScriptWrite(line, url, write)


def _from_fields(write: CookieWrite) -> ScriptWrite:
    """The cookie store's defaults: path `/`, SameSite=Strict, and Secure always (specification read 2026-11-27)."""
    url = _address(write)
    fields = write.fields
    domain, path, same_site = fields.get("domain"), fields.get("path"), fields.get("sameSite")
    line = CookieLine(
        name=str(fields.get("name") or ""),
        value=str(fields.get("value") or ""),
        domain=(domain.lower().lstrip(".") if isinstance(domain, str) and domain else host_of(url))[:1024],
        path=path if isinstance(path, str) and path.startswith("/") else "/",
        asked_lifetime_s=_lifetime(write),
        secure=True,
        http_only=False,
        same_site=same_site.capitalize() if same_site in ("strict", "lax", "none") else "Strict",
        partitioned=fields.get("partitioned") is True,
        path_given=True,
        domain_given=bool(domain),
    )
    return ScriptWrite(line, url, write)


def _lifetime(write: CookieWrite) -> float | None:
    if write.via == STORE_DELETES:
        return 0.0
    age, expires = write.fields.get("maxAge"), write.fields.get("expires")
    if isinstance(age, int | float):
        return float(age)
    if isinstance(expires, int | float):
        return round(float(expires) / 1000 - write.unix_ms / 1000, 3)
    return None


def _address(write: CookieWrite) -> str:
    """The address that the cookie belongs to.

    An `about:` document has its creator's; its base URL is that address, unless a `<base>` element says another.
    """
    if write.document_url.startswith(("https://", "http://")):
        return write.document_url
    origin = write.realm.origin
    if host_of(write.base_url) and host_of(write.base_url) == host_of(origin):
        return write.base_url
    return origin + "/" if "://" in origin else write.document_url
