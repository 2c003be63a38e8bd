"""Every way of setting a cookie that we know, each with a cookie of its own, and who is to be blamed for it."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

SITE, TRACKER = "https://site.test", "https://tracker.test"
DAY = 86_400

MAIN = """<!doctype html><title>Cookies</title>
<img src="https://tracker.test/hop"><img src="https://tracker.test/pixel">
<script>
document.cookie = 's_inline=inline-value-01; max-age=1000';
var other = document.createElement('iframe');
</script>
<script src="/app.js"></script><script src="https://tracker.test/tag.js"></script>
<script>
setTimeout(() => { document.cookie = 's_timeout=timeout-value-01; expires=Wed, 01 Jan 2031 00:00:00 GMT'; }, 20);
setTimeout("document.cookie = 's_text=text-value-0001'", 20);
fetch('/api').then(() => { document.cookie = 's_promise=promise-value-01; max-age=0100'; });
(async () => { await fetch('/api2'); document.cookie = 's_async=async-value-0001'; })();
eval("document.cookie = 's_eval=eval-value-00001'");
new Function("document.cookie = 's_function=function-value-1'")();
document.body.append(other); other.contentDocument.cookie = 's_other=other-value-0001';
const xhr = new XMLHttpRequest(); xhr.open('GET', '/xhr'); xhr.send();
navigator.sendBeacon('https://tracker.test/beacon', 'x');
new WebSocket('wss://tracker.test/ws');
window.open('/popup');
window.open('http://plain.site.test/insecure');
const life = [
  'life=first-value-0001; max-age=1000', 'life=second-value-001; max-age=1000', 'life=second-value-001; max-age=10',
  'life=; max-age=0', 'past=past-value-00001', 'past=; expires=Thu, 01 Jan 1970 00:00:00 GMT', 'never=; max-age=0'];
for (const line of life) document.cookie = line;
cookieStore.set('c_page', 'store-value-0001');
cookieStore.set({name: 'c_date', value: 'store-value-0002', expires: Date.now() + 500000, sameSite: 'lax'});
cookieStore.set('c_end', 'store-value-0003').then(() => cookieStore.delete('c_end'));
document.cookie = 'b_foreign=foreign-value-01; domain=other.test';
document.cookie = '__Host-b=host-value-00001; path=/x; secure';
document.cookie = 'b_none=none-value-00001; samesite=none; max-age=77';
document.cookie = 'b_long=' + 'x1'.repeat(2500);
document.cookie = 'b_flag=flag-value-00001; httponly';
document.cookie = 'b_suffix=suffix-value-01; domain=test';
document.cookie = 'h_only=overwritten-0001';
cookieStore.set({name: 'b_store', value: 'store-value-0004', domain: 'other.test'}).catch(() => 0);
navigator.serviceWorker.register('/sw.js');
</script>
<iframe src="https://tracker.test/frame"></iframe>
<iframe srcdoc="SRCDOC"></iframe>
<iframe sandbox="allow-scripts" src="/sandboxed"></iframe>
"""
SRCDOC = "<p>\n<script>document.cookie = 's_srcdoc=srcdoc-value-01'</script>"
MAIN = MAIN.replace("SRCDOC", SRCDOC)
APP = """// the site's own
function save() { document.cookie = 's_external=external-value-1; path=/; max-age=2000'; }
save();
"""
TAG = "/* a tag */ (function() { document.cookie = 's_third=third-value-0001; max-age=63072000'; })();\n"
FRAME = """<script>
document.cookie = 's_frame=frame-value-0001; samesite=none; secure; max-age=300';
document.cookie = 's_chips=chips-value-0001; samesite=none; secure; partitioned; max-age=400';
document.cookie = 'b_lax=lax-value-000001; max-age=5';
</script>"""
POPUP = "<script>\n\n  document.cookie = 's_popup=popup-value-0001; max-age=50';\n</script>"
INSECURE = "<script>document.cookie = 'b_secure=secure-value-01; secure'</script>"
SANDBOXED = (
    "<script>try { document.cookie = 'b_sandbox=sandbox-value-1'; } catch (error) { window.caught = error; }</script>"
)
WORKER = """importScripts('/imported.js');
cookieStore.set({name: 'c_worker', value: 'worker-value-001', expires: Date.now() + 900000});
addEventListener('install', (event) => event.waitUntil(
  fetch('https://tracker.test/for-worker', {mode: 'no-cors', credentials: 'include'})));
"""
IMPORTED = "cookieStore.set('c_imported', 'imported-value-1');"
TEXTS = {
    f"{SITE}/": MAIN,
    f"{SITE}/app.js": APP,
    f"{TRACKER}/tag.js": TAG,
    f"{TRACKER}/frame": FRAME,
    f"{SITE}/popup": POPUP,
    "http://plain.site.test/insecure": INSECURE,
    f"{SITE}/sandboxed": SANDBOXED,
    f"{SITE}/sw.js": WORKER,
    f"{SITE}/imported.js": IMPORTED,
    "about:srcdoc": SRCDOC,
}


@dataclass(frozen=True)
class Way:
    """One cookie and who set it; the browser points at where `marker` begins in the setter's text."""

    name: str
    set_by: str
    target: str
    setter: str | None
    asked: float | None = None
    marker: str | None = None
    frame: str = f"{SITE}/"
    partition: str | None = None
    reason: str | None = None
    """Why it was refused; None when it was stored."""

    def position(self) -> tuple[int | None, int | None]:
        """Line and column, 1-based, as an editor shows them."""
        if self.marker is None or self.setter is None:
            return None, None
        text = TEXTS[self.setter]
        assert text.count(self.marker) == 1, self.marker
        head = text[: text.index(self.marker)]
        return head.count("\n") + 1, len(head) - (head.rfind("\n") + 1) + 1


def http(name: str, target: str, setter: str, asked: float | None = None, **more: str) -> Way:
    """A cookie of a response."""
    return Way(name, "http", target, setter, asked, **more)


def script(name: str, target: str, setter: str, asked: float | None = None, **more: str) -> Way:
    """A cookie by `document.cookie`: the browser points at the equals sign."""
    return Way(name, "script", target, setter, asked, **({"marker": f"= '{name}="} | more))


def store(name: str, target: str, setter: str, asked: float | None = None, **more: str) -> Way:
    """A cookie by the cookie store: the browser points at the method's name."""
    return Way(name, "cookie-store", target, setter, asked, **more)


FRAME_URL = f"{TRACKER}/frame"
STORED = (
    http("h_document", "page", f"{SITE}/", 1000),
    http("h_redirect", "page", f"{TRACKER}/hop", 31_536_000),
    http("h_image", "page", f"{TRACKER}/pixel", 2000),
    http("h_fetch", "page", f"{SITE}/api"),
    http("h_xhr", "page", f"{SITE}/xhr"),
    http("h_frame", "frame", FRAME_URL, frame=FRAME_URL),
    http("h_beacon", "page", f"{TRACKER}/beacon", 3000),
    http("h_websocket", "page", "wss://tracker.test/ws", 4000),
    http("h_worker", "service-worker", f"{TRACKER}/for-worker", 5000, frame=f"{SITE}/sw.js"),
    script("s_inline", "page", f"{SITE}/", 1000),
    script("s_external", "page", f"{SITE}/app.js", 2000),
    script("s_third", "page", f"{TRACKER}/tag.js", 63_072_000),
    script("s_timeout", "page", f"{SITE}/"),
    script("s_promise", "page", f"{SITE}/", 100),
    script("s_async", "page", f"{SITE}/"),
    script("s_eval", "page", f"{SITE}/", marker="eval(\"document.cookie = 's_eval"),
    script("s_function", "page", f"{SITE}/", marker="();\ndocument.body"),
    Way("s_text", "script", "page", None),
    script("s_other", "frame", f"{SITE}/", frame="about:blank"),
    script("s_frame", "frame", FRAME_URL, 300, frame=FRAME_URL),
    script("s_chips", "frame", FRAME_URL, 400, frame=FRAME_URL, partition=SITE),
    script("s_srcdoc", "frame", "about:srcdoc", frame="about:srcdoc"),
    script("s_popup", "popup", f"{SITE}/popup", 50, frame=f"{SITE}/popup"),
    store("c_page", "page", f"{SITE}/", marker="set('c_page'"),
    store("c_date", "page", f"{SITE}/", 500, marker="set({name: 'c_date'"),
    store("c_worker", "service-worker", f"{SITE}/sw.js", 900, marker="set({name: 'c_worker'", frame=f"{SITE}/sw.js"),
    store("c_imported", "service-worker", f"{SITE}/imported.js", marker="set('c_imported'", frame=f"{SITE}/sw.js"),
)
INFERRED = " (inferred)"
REFUSED = (
    http("h_foreign", "page", f"{SITE}/", reason="EXCLUDE_DOMAIN_MISMATCH, EXCLUDE_INVALID_DOMAIN"),
    script("b_foreign", "page", f"{SITE}/", reason="EXCLUDE_DOMAIN_MISMATCH" + INFERRED),
    script("__Host-b", "page", f"{SITE}/", reason="EXCLUDE_INVALID_PREFIX" + INFERRED),
    script("b_none", "page", f"{SITE}/", 77, reason="ExcludeSameSiteNoneInsecure"),
    script("b_long", "page", f"{SITE}/", reason="EXCLUDE_NAME_VALUE_PAIR_EXCEEDS_MAX_SIZE" + INFERRED),
    script("b_flag", "page", f"{SITE}/", reason="EXCLUDE_HTTP_ONLY" + INFERRED),
    script("b_suffix", "page", f"{SITE}/", reason="EXCLUDE_INVALID_DOMAIN" + INFERRED),
    script("h_only", "page", f"{SITE}/", reason="EXCLUDE_OVERWRITE_HTTP_ONLY"),
    store("b_store", "page", f"{SITE}/", marker="set({name: 'b_store'", reason="EXCLUDE_DOMAIN_MISMATCH" + INFERRED),
    script("b_lax", "frame", FRAME_URL, 5, frame=FRAME_URL, reason="ExcludeSameSiteUnspecifiedTreatedAsLax"),
    script("b_sandbox", "frame", f"{SITE}/sandboxed", frame=f"{SITE}/sandboxed", reason="SecurityError"),
    script(
        "b_secure",
        "popup",
        "http://plain.site.test/insecure",
        frame="http://plain.site.test/insecure",
        reason="EXCLUDE_SECURE_ONLY" + INFERRED,
    ),
)


def pages() -> dict[str, web.Response | str]:
    """What the world serves."""

    def answer(body: str, *cookies: str, status: int = 200, **headers: str) -> web.Response:
        response = web.Response(status=status, body=body.encode())
        response.headers.update({"Content-Type": "text/html; charset=utf-8"} | headers)
        for cookie in cookies:
            response.headers.add("Set-Cookie", cookie)
        return response

    third = "SameSite=None; Secure"
    return {
        "site.test/": answer(
            MAIN,
            "h_document=document-value-1; Max-Age=1000",
            "h_only=http-only-value-1; HttpOnly",
            "h_foreign=foreign-value-02; Domain=other.test",
        ),
        "tracker.test/hop": answer(
            "", f"h_redirect=redirect-value-1; Max-Age=31536000; {third}", status=302, Location=f"{TRACKER}/final"
        ),
        "tracker.test/pixel": answer("", f"h_image=image-value-0001; Max-Age=2000; {third}"),
        "site.test/api": answer("", "h_fetch=fetch-value-00001"),
        "site.test/xhr": answer("", "h_xhr=xhr-value-0000001"),
        "tracker.test/frame": answer(FRAME, f"h_frame=framed-value-0001; {third}"),
        "tracker.test/beacon": answer("", f"h_beacon=beacon-value-001; Max-Age=3000; {third}"),
        "tracker.test/ws": web.Response(headers={"Set-Cookie": f"h_websocket=socket-value-001; Max-Age=4000; {third}"}),
        "tracker.test/for-worker": answer("", f"h_worker=worker-value-002; Max-Age=5000; {third}"),
        "site.test/app.js": APP,
        "tracker.test/tag.js": TAG,
        "site.test/popup": POPUP,
        "plain.site.test/insecure": INSECURE,
        "site.test/sandboxed": SANDBOXED,
        "site.test/sw.js": WORKER,
        "site.test/imported.js": IMPORTED,
    }
