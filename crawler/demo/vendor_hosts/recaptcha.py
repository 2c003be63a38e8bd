"""reCAPTCHA: loader, release script, anchor frame with its worker, token call, and the `_GRECAPTCHA` cookie."""

from __future__ import annotations

from crawler.demo.exchange import Answer, Call, page, script
from crawler.demo.vendor_hosts import scripts

HOSTS = ("www.google.com", "www.gstatic.com")

_RELEASE = "hbAq-YhJxOnlU-7cpgBoAJHb"
_RELEASE_PATH = f"/recaptcha/releases/{_RELEASE}/"
_COOKIE = "_GRECAPTCHA=09A{visitor}; Path=/recaptcha; Max-Age=15552000; Secure; HttpOnly; SameSite=None; Priority=HIGH"
_LOADER = """(() => {
  const render = new URL(document.currentScript.src).searchParams.get("render");
  window.___grecaptcha_cfg = {render: render || "onload", clients: {}};
  const release = document.createElement("script");
  release.src = "https://www.gstatic.com%srecaptcha__en.js";
  release.crossOrigin = "anonymous";
  document.head.append(release);
})();
"""
_ANCHOR = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>reCAPTCHA</title>
<link rel="stylesheet" href="https://www.gstatic.com%sstyles__ltr.css"></head>
<body><div class="rc-badge"><b>protected by reCAPTCHA</b><span>demo stand-in</span></div>
<script>%s</script></body></html>
"""
_WORKER = 'importScripts("https://www.gstatic.com%srecaptcha__en.js");\n'
_STYLES = """body{margin:0;font:13px/1.4 system-ui,sans-serif}
.rc-badge{display:flex;flex-direction:column;justify-content:center;height:60px;padding:0 14px}
.rc-badge{color:#fff;background:#1a56c4}
.rc-badge span{opacity:.8;font-size:11px}
"""


def answer(call: Call) -> Answer | None:
    """The same frame for v2 invisible and v3, as in life: only the loader's `render=` tells them apart."""
    if call.host == "www.google.com":
        return _google(call)
    if call.host == "www.gstatic.com" and call.path.startswith(_RELEASE_PATH):
        return _release(call.path.removeprefix(_RELEASE_PATH))
    return None


def _google(call: Call) -> Answer | None:
    if call.path == "/recaptcha/api.js":
        return script(_LOADER % _RELEASE_PATH)
    if call.path == "/recaptcha/api2/anchor":
        return page(_ANCHOR % (_RELEASE_PATH, scripts.read("recaptcha_anchor.js")), cookies=(_COOKIE,))
    if call.path == "/recaptcha/api2/webworker.js":
        return script(_WORKER % _RELEASE_PATH)
    if call.path == "/recaptcha/api2/reload" and call.method == "POST":
        return Answer(body=b')]}\'\n["rresp","demo-token"]', content_type="application/json; charset=utf-8")
    return None


def _release(name: str) -> Answer | None:
    if name == "recaptcha__en.js":
        source = scripts.read("recaptcha_release.js").replace("RELEASE", _RELEASE)
        return Answer(
            body=source.encode(),
            content_type="text/javascript; charset=utf-8",
            headers=(("Access-Control-Allow-Origin", "*"),),
        )
    if name == "styles__ltr.css":
        return Answer(body=_STYLES.encode(), content_type="text/css; charset=utf-8")
    return None
