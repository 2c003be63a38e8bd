"""The pages of the world that the recorders are measured against: as many kinds of request as fit on one page."""

from __future__ import annotations

from aiohttp import web

SITE, TRACKER = "https://site.test", "https://tracker.test"
TRACKER_ID = "trk-7c1d9e40aa52"
"""A part of the tracker's cookie, which it gives to its partner."""

MAIN = """<!doctype html><html lang="en"><head><title>Nasty &amp; true</title>
<meta http-equiv="Content-Security-Policy" content="img-src https: data:; object-src 'none'">
<link rel="stylesheet" href="/style.css"><link rel="prefetch" href="https://ads.test/prefetched">
<script src="https://tracker.test/tag.js?id=1"></script></head><body>
<form></form><a href="/next#part">Next</a> <a href="mailto:a@b.test">mail</a>
<a href="/do-not-sell">Do Not Sell or Share My Personal Information</a> <a href="/privacy">Privacy policy</a>
<a id="ping" href="#x" ping="https://tracker.test/ping">ping</a>
<img src="https://tracker.test/redirect/1?uid=abc12345"><img src="http://ads.test/plain.gif">
<img src="https://tracker.test/match/1"><img src="/out">
<div id="onetrust-banner-sdk"></div><div class="g-recaptcha" data-sitekey="k" data-size="invisible"></div>
<iframe src="https://tracker.test/frame"></iframe><iframe srcdoc="<img src='https://ads.test/srcdoc.gif'>"></iframe>
<script>
document.cookie = 'script_set=s3cr3t-script-1; max-age=3600; path=/';
document.cookie = 'came=came-and-went-1'; document.cookie = 'came=; max-age=0';
document.cookie = 'refused=refused-1; domain=other.test';
localStorage.setItem('visitor', 'vis-4f9a8b7c6d5e'); sessionStorage.setItem('s', '1');
const post = (path, body, more) =>
  fetch('https://tracker.test' + path, {method: 'POST', mode: 'no-cors', body, ...more});
post('/text', 'plain text é'); post('/params', new URLSearchParams({a: '1', b: 'ü'}));
post('/blob', new Blob(['blob ', new Uint8Array([0, 1, 255])]));
const form = new FormData(); form.append('f', new Blob(['file content']), 'a.txt'); form.append('n', 'v');
post('/form', form);
post('/binary', new Uint8Array([0, 255, 254, 10])); post('/keepalive', 'kept alive', {keepalive: true});
post('/big', 'x'.repeat(3000000)); post('/empty', '');
const xhr = new XMLHttpRequest(); xhr.open('PUT', '/xhr'); xhr.send('by xhr');
fetch('https://tracker.test/preflighted',
  {method: 'POST', headers: {'x-custom': '1'}, body: 'after preflight', credentials: 'include'});
navigator.sendBeacon('https://tracker.test/beacon', 'a beacon');
fetch('https://tracker.test/steal?v=' + encodeURIComponent(localStorage.visitor));
new EventSource('/events');
const ws = new WebSocket('wss://tracker.test/ws');
ws.onopen = () => { ws.send('first'); ws.send('y'.repeat(70000)); ws.send(new Uint8Array([1, 2, 0])); };
new Worker('/worker.js'); new SharedWorker('/shared.js');
navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready).then(() => fetch('/after-sw'));
const later = document.createElement('img'); later.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';
document.body.append(later);
const blocked = document.createElement('object'); blocked.data = 'https://ads.test/blocked-by-csp';
document.body.append(blocked);
addEventListener('pagehide', () => {
  navigator.sendBeacon('https://tracker.test/bye', 'bye');
  fetch('https://tracker.test/bye-fetch', {method: 'POST', keepalive: true, mode: 'no-cors', body: 'bye fetch'});
});
</script></body></html>"""


def pages() -> dict[str, web.Response | str]:
    def answer(status: int, *headers: tuple[str, str], body: bytes = b"") -> web.Response:
        response = web.Response(status=status, body=body)
        for name, value in headers:
            response.headers.add(name, value)
        return response

    def post(path: str, body: str) -> str:
        return f"fetch('https://tracker.test{path}', {{method: 'POST', mode: 'no-cors', body: '{body}'}})"

    cookies = (
        ("Set-Cookie", "session=http-only-value-1; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=86400"),
        ("Set-Cookie", "alien=alien-value-1; Domain=other.test"),
    )
    html = ("Content-Type", "text/html; charset=utf-8")
    return {
        "site.test/": answer(200, html, *cookies, body=MAIN.encode()),
        "site.test/worker.js": post("/from-worker", "w"),
        "site.test/shared.js": post("/from-shared", "s"),
        "site.test/sw.js": """importScripts('/imported.js');
            addEventListener('install', e => e.waitUntil(fetch('https://tracker.test/from-sw', {mode: 'no-cors'})));
            addEventListener('activate', e => e.waitUntil(clients.claim()));
            addEventListener('fetch', e => {
              if (e.request.url.endsWith('/synthetic')) e.respondWith(new Response('made up')); })""",
        "site.test/imported.js": "self.imported = 1",
        "site.test/events": answer(200, ("Content-Type", "text/event-stream"), body=b"retry: 600000\ndata: 1\n\n"),
        "tracker.test/tag.js": "document.cookie = '_ga=GA1.1.1234567890.1700000000; max-age=63072000; path=/';"
        "new Image().src = 'https://tracker.test/collect?cid=1234567890.1700000000';",
        "tracker.test/redirect/1": answer(
            302,
            ("Location", "https://ads.test/redirect/2"),
            ("Set-Cookie", "hop1=first-hop-value; Max-Age=31536000; SameSite=None; Secure"),
        ),
        "site.test/out": answer(302, ("Location", "https://ads.test/in?s=http-only-value-1")),
        "tracker.test/match/1": answer(
            302,
            ("Location", f"https://ads.test/match?partner=tracker&id={TRACKER_ID}"),
            ("Set-Cookie", f"uid=v1|{TRACKER_ID}; Max-Age=31536000; SameSite=None; Secure"),
        ),
        "ads.test/redirect/2": answer(
            302,
            ("Location", "https://tracker.test/pixel.gif"),
            ("Set-Cookie", "hop2=second-hop-value; Expires=Wed, 01 Jan 2031 00:00:00 GMT; SameSite=None; Secure"),
        ),
        "tracker.test/frame": answer(
            200,
            html,
            ("Set-Cookie", "framed=set-in-a-frame; SameSite=None; Secure"),
            ("Set-Cookie", "lax=lax-in-a-frame"),
            ("Set-Cookie", "chips=partitioned-1; SameSite=None; Secure; Partitioned; Path=/"),
            body=b"""<script>document.cookie='framejs=by-frame-script; SameSite=None; Secure';
            document.cookie='refusedjs=by-frame-script-2';
            localStorage.setItem('tracker', 'in-the-frame-1'); fetch('/from-frame', {method: 'POST', body: 'framed'});
            new Worker('/frame-worker.js')</script>""",
        ),
        "tracker.test/frame-worker.js": "fetch('/from-frame-worker')",
        "site.test/popup": "<script>fetch('https://tracker.test/from-popup')</script>",
    }
