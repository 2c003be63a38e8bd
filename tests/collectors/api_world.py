"""Pages that call every interface that the instrument watches, each from a line of its own."""

from __future__ import annotations

from dataclasses import dataclass

SITE, TRACKER = "https://site.test", "https://tracker.test"
WINDOW, WORKER = "window", "worker"


@dataclass(frozen=True)
class Call:
    """One statement; the browser points at the last place where `at` stands in it."""

    code: str
    api: str
    kind: str
    at: str
    detail: str = ""
    where: tuple[str, ...] = (WINDOW,)


BOTH = (WINDOW, WORKER)
CALLS = (
    Call("canvas.toDataURL('image/webp');", "HTMLCanvasElement.toDataURL", "canvas", "toDataURL", "image/webp"),
    Call("canvas.toBlob(() => 0, 'image/png');", "HTMLCanvasElement.toBlob", "canvas", "toBlob", "image/png"),
    Call("pen.getImageData(0, 0, 16, 16);", "CanvasRenderingContext2D.getImageData", "canvas", "getImageData", "16x16"),
    Call(
        "pen.font = '13px Verdana'; pen.measureText('mmm');",
        "CanvasRenderingContext2D.measureText",
        "canvas",
        "measureText",
        "13px Verdana",
    ),
    Call(
        "off.convertToBlob({type: 'image/png'}).catch(() => 0);",
        "OffscreenCanvas.convertToBlob",
        "canvas",
        "convertToBlob",
        "image/png",
        BOTH,
    ),
    Call(
        "offPen.getImageData(0, 0, 8, 8);",
        "OffscreenCanvasRenderingContext2D.getImageData",
        "canvas",
        "getImageData",
        "8x8",
        BOTH,
    ),
    Call(
        "offPen.measureText('iii');",
        "OffscreenCanvasRenderingContext2D.measureText",
        "canvas",
        "measureText",
        "10px sans-serif",
        BOTH,
    ),
    Call(
        "gl.getParameter(37446);",
        "WebGLRenderingContext.getParameter",
        "webgl",
        "getParameter",
        "UNMASKED_RENDERER_WEBGL",
        BOTH,
    ),
    Call(
        "gl.getExtension('WEBGL_debug_renderer_info');",
        "WebGLRenderingContext.getExtension",
        "webgl",
        "getExtension",
        "WEBGL_debug_renderer_info",
        BOTH,
    ),
    Call(
        "gl.getSupportedExtensions();",
        "WebGLRenderingContext.getSupportedExtensions",
        "webgl",
        "getSupportedExtensions",
        "",
        BOTH,
    ),
    Call(
        "gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));",
        "WebGLRenderingContext.readPixels",
        "webgl",
        "readPixels",
        "",
        BOTH,
    ),
    Call("audio.startRendering();", "OfflineAudioContext.startRendering", "audio", "startRendering"),
    Call("buffer.getChannelData(0);", "AudioBuffer.getChannelData", "audio", "getChannelData"),
    Call(
        "analyser.getFloatFrequencyData(new Float32Array(4));",
        "AnalyserNode.getFloatFrequencyData",
        "audio",
        "getFloatFrequencyData",
    ),
    Call("fontSet.check('12px Arial');", "FontFaceSet.check", "fonts", "check", "12px Arial", BOTH),
    Call("self.queryLocalFonts().catch(() => 0);", "Window.queryLocalFonts", "fonts", "queryLocalFonts"),
    Call("navigator.getBattery().catch(() => 0);", "Navigator.getBattery", "battery", "getBattery"),
    Call(
        "navigator.mediaDevices.enumerateDevices();",
        "MediaDevices.enumerateDevices",
        "media-devices",
        "enumerateDevices",
    ),
    Call(
        "navigator.permissions.query({name: 'geolocation'});",
        "Permissions.query",
        "permissions",
        "query",
        "geolocation",
        BOTH,
    ),
    Call(
        "navigator.userAgentData.getHighEntropyValues(['model', 'bitness']);",
        "NavigatorUAData.getHighEntropyValues",
        "user-agent",
        "getHighEntropyValues",
        "model,bitness",
        BOTH,
    ),
    Call(
        "navigator.globalPrivacyControl;",
        "Navigator.globalPrivacyControl",
        "opt-out-signal",
        "globalPrivacyControl",
        "",
        BOTH,
    ),
    Call("navigator.doNotTrack;", "Navigator.doNotTrack", "opt-out-signal", "doNotTrack"),
    Call(
        "addEventListener('keydown', nothing);",
        "EventTarget.addEventListener",
        "input-listener",
        "addEventListener",
        "keydown on window",
    ),
    Call(
        "document.addEventListener('pointermove', nothing, {passive: true});",
        "EventTarget.addEventListener",
        "input-listener",
        "addEventListener",
        "pointermove on document",
    ),
    Call("document.oncopy = nothing;", "Document.oncopy", "input-listener", "=", "copy on document"),
    Call("window.onmousemove = nothing;", "Window.onmousemove", "input-listener", "=", "mousemove on window"),
    Call(
        "watcher.observe(document.documentElement, {childList: true, subtree: true});",
        "MutationObserver.observe",
        "observer",
        "observe",
        "root childList subtree",
    ),
    Call("typed.value;", "HTMLInputElement.value", "field-read", "value", "email work-mail"),
    Call("letter.value;", "HTMLTextAreaElement.value", "field-read", "value", "textarea letter"),
    Call(
        "new RTCPeerConnection({iceServers: [{urls: ['stun:stun.test:3478', 'turn:turn.test'],"
        " username: 'u', credential: 'c'}]});",
        "RTCPeerConnection.constructor",
        "webrtc",
        "new",
        "stun:stun.test:3478,turn:turn.test",
    ),
    Call("navigator.sendBeacon('/beacon', 'x');", "Navigator.sendBeacon", "beacon", "sendBeacon", "/beacon"),
)
UNSEEN = (
    "document.body.addEventListener('keydown', nothing);",
    "document.addEventListener('visibilitychange', nothing);",
    "watcher.observe(document.body, {childList: true});",
    "canvas.width; navigator.userAgent; typed.type; typed.value = 'written';",
)
"""Statements of which nothing is told."""
_WINDOW_START = """const nothing = () => 0, canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
const off = new OffscreenCanvas(9, 9), offPen = off.getContext('2d');
const gl = document.createElement('canvas').getContext('webgl'), fontSet = document.fonts;
const audio = new OfflineAudioContext(1, 128, 44100), buffer = audio.createBuffer(1, 8, 44100);
const analyser = audio.createAnalyser(), watcher = new MutationObserver(nothing);
const typed = document.createElement('input'), letter = document.createElement('textarea');
typed.type = 'email'; typed.name = 'work-mail'; letter.name = 'letter'; letter.defaultValue = 'a-secret-text-1';
"""
_WORKER_START = """const off = new OffscreenCanvas(9, 9), offPen = off.getContext('2d');
const gl = new OffscreenCanvas(1, 1).getContext('webgl'), fontSet = self.fonts;
"""
START = {WINDOW: _WINDOW_START, WORKER: _WORKER_START}


def source(where: str) -> str:
    """The script for windows or workers."""
    lines = [call.code for call in CALLS if where in call.where]
    unseen = UNSEEN if where == WINDOW else ()
    return START[where] + "\n".join([*lines, *unseen, "fetch('/done');\n"])


def position(call: Call, where: str) -> tuple[int, int]:
    """Line and column that the browser points at, 1-based."""
    head = source(where)[: source(where).index(call.code)]
    return head.count("\n") + 1, call.code.rindex(call.at) + 1


def pages() -> dict[str, str]:
    """A page, a cross-site frame in it, and one worker of each kind."""
    return {
        "site.test/": """<!doctype html><title>Calls</title><body><script src="/calls.js"></script>
<iframe src="https://tracker.test/frame"></iframe>
<script>new Worker('/worker.js'); new SharedWorker('/shared.js'); navigator.serviceWorker.register('/sw.js');
new Worker('/module.js', {type: 'module'});
navigator.serviceWorker.ready.then(() => fetch('/ready'));</script>""",
        "site.test/calls.js": source(WINDOW),
        "tracker.test/frame": "<body><script src='/calls.js'></script>",
        "tracker.test/calls.js": source(WINDOW),
        "site.test/worker.js": source(WORKER),
        "site.test/module.js": "export {};\n" + source(WORKER),
        # A shared worker may be let go before the instrument is in it, so it takes its time.
        "site.test/shared.js": "setTimeout(() => {\n" + source(WORKER) + "}, 500);",
        "site.test/sw.js": source(WORKER),
    }
