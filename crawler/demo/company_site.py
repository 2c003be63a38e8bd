"""The demo company's own hosts: pages, files, robots.txt, sitemap, the measurement path, the content host, and one that
is an alias for somebody else's."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from crawler.demo import policy_page, site_map
from crawler.demo.exchange import Answer, Call, json_for, no_content, page, redirect, script
from crawler.demo.vendor_hosts import pardot
from crawler.parties import etld_plus_one

_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".html": "text/html; charset=utf-8",
}
_FILE_NAME = re.compile(r"[a-z0-9-]+\.(css|js|svg|html)")
_SESSION = "lf_session={visitor}; Path=/; Secure; HttpOnly; SameSite=Lax"
_MEASURED = "_gcl_gs=2.1.k1$u{{visitor}}; Path=/; Max-Age={seconds}; Secure; SameSite=Lax"
"""A cookie of Google Ads, set by the company's own host. Google documents 90 days."""
_DAYS_90, _YEARS_2 = 90 * 86_400, 730 * 86_400
_HOSTILE = (
    "<script>alert(1)</script>=careers; Path=/careers; Max-Age=86400; Secure; SameSite=Lax",
    "lf_team\u009b31m=\u009b2J; Path=/careers; Max-Age=86400; Secure; SameSite=Lax",
)
"""Names that a careless report would run or a careless terminal would obey (U+009B begins an escape sequence); all of
the site's own doing. The page itself adds storage keys with ESC, which no server may put into a header."""


class CompanySite:
    """Answers for the company's host, its bare or `www.` sibling and its content host `cdn.`.

    `go.` is the company's by its name alone: it is an alias for Pardot's host, which answers.
    """

    def __init__(self, host: str, *, fixed: bool, policy_text: str) -> None:
        self.host = host
        self.domain = etld_plus_one(host)
        self.cdn_host = f"cdn.{self.domain}"
        self.go_host = f"go.{self.domain}"
        self.aliases: Mapping[str, str] = {} if fixed else {self.go_host: pardot.ALIASED}
        """Hosts of the company that stand for others' hosts."""
        self.hosts = tuple(dict.fromkeys((host, self.domain, f"www.{self.domain}", self.cdn_host)))
        self._fixed = fixed
        self._policy = policy_page.blocks(policy_text, "/privacy-choices")
        self._templates = Environment(
            loader=PackageLoader("crawler.demo", "site/pages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def answer(self, call: Call) -> Answer | None:
        """The company's answer, or None when neither host nor path is one of its own."""
        if call.host in self.aliases:
            return pardot.answer(replace(call, host=self.aliases[call.host]))
        if call.host not in self.hosts:
            return None
        if call.host == self.cdn_host:
            return self._file("cdn", call.path.removeprefix("/img/"))
        if call.host != self.host or call.scheme != "https":
            query = f"?{call.query}" if call.query else ""
            return redirect(f"https://{self.host}{quote(call.path)}{query}", status=301)
        return self._page(call) or self._extra(call)

    def _page(self, call: Call) -> Answer | None:
        found = site_map.BY_PATH.get(call.path)
        if found is None or call.method not in ("GET", "HEAD"):
            return None
        html = self._templates.get_template(found.template).render(
            page=found,
            host=self.host,
            domain=self.domain,
            cdn=f"https://{self.cdn_host}/img",
            fixed=self._fixed,
            # The server honours the signal too: under an opt-out the blog's pictures come without the detour.
            bridged=not self._fixed and not call.gpc and "privacy_choices" not in call.headers.get("cookie", ""),
            guest=f"guest-{secrets.token_hex(4)}@try.{self.domain}",
            policy=self._policy,
            settings=json.dumps(site_map.tag_settings(found, self._fixed)),
            recaptcha_key=site_map.tag_settings(site_map.BY_PATH["/contact"], self._fixed)["recaptcha"]["account"],
        )
        cookies = (_SESSION,)
        return page(html, cookies=(*cookies, *_HOSTILE) if call.path == "/careers" else cookies)

    def _extra(self, call: Call) -> Answer | None:
        if call.path.startswith("/static/"):
            return self._file("static", call.path.removeprefix("/static/"))
        if call.path == "/favicon.ico":
            return self._file("static", "logo.svg")
        if call.path == "/sw.js":
            return script(_read("static", "sw.js"))
        if call.path == "/metrics/gt.js":
            return script(_read("static", "gateway.js"))
        if re.fullmatch(r"/metrics/g/d/ccm/conversion/\d+/", call.path):
            return json_for(call, {}, cookies=(_MEASURED.format(seconds=_DAYS_90 if self._fixed else _YEARS_2),))
        if call.path == "/vitals" and call.method == "POST":
            return no_content()
        if call.path == "/robots.txt":
            lines = ("User-agent: *", "Disallow: /internal/", "", f"Sitemap: https://{self.host}/sitemap.xml", "")
            return Answer(body="\n".join(lines).encode(), content_type="text/plain; charset=utf-8")
        if call.path == "/sitemap.xml":
            return Answer(body=self._sitemap().encode(), content_type="application/xml; charset=utf-8")
        return None

    def _sitemap(self) -> str:
        addresses = (f"https://{self.host}{p.path}" for p in site_map.PAGES if p.in_sitemap)
        rows = "\n".join(f"  <url><loc>{address}</loc></url>" for address in addresses)
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}\n</urlset>\n'
        )

    def _file(self, folder: str, name: str) -> Answer | None:
        if not _FILE_NAME.fullmatch(name):
            return None
        try:
            text = _read(folder, name)
        except FileNotFoundError:
            return None
        kind = _TYPES[name[name.rindex(".") :]]
        return Answer(body=text.encode(), content_type=kind, headers=(("Cache-Control", "max-age=60"),))


def _read(folder: str, name: str) -> str:
    return resources.files("crawler.demo").joinpath("site", folder, name).read_text(encoding="utf-8")
