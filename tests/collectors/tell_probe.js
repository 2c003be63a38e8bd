// What a page can see of the browser's own functions: compared with and without the instrument.
(() => {
  const out = {};
  const show = (f) => { try { return String(f()); } catch (e) { return e.name + ': ' + e.message; } };
  const flags = (o) => Reflect.ownKeys(o).map((key) => {
    const d = Object.getOwnPropertyDescriptor(o, key);
    return [String(key), typeof d.value, d.writable, d.enumerable, d.configurable].join();
  }).join(";");
  const describe = (label, fn) => {
    const own = Object.getPrototypeOf(fn);
    out[label] = {
      text: show(() => fn.toString()), native: show(() => Function.prototype.toString.call(fn)), name: fn.name,
      length: fn.length, flags: flags(fn), construct: show(() => new fn()), strange: show(() => fn.call({})),
      nothing: show(() => fn.call()), caller: show(() => fn.caller), arguments: show(() => fn.arguments),
      prototype: show(() => "prototype" in fn), parent: own === Function.prototype,
      cyclic: show(() => { try { Object.setPrototypeOf(fn, Object.create(fn)); } finally { Object.setPrototypeOf(fn, own); } }),
      extended: show(() => class extends fn {}),
    };
  };
  const WRAPPED = new Set(("Document.cookie CookieStore.set CookieStore.delete Storage.setItem IDBObjectStore.put IDBObjectStore.add Cache.put " +
    "Cache.add Cache.addAll CacheStorage.open HTMLCanvasElement.toDataURL HTMLCanvasElement.toBlob OffscreenCanvas.convertToBlob " +
    "CanvasRenderingContext2D.measureText CanvasRenderingContext2D.getImageData WebGLRenderingContext.getParameter " +
    "OfflineAudioContext.startRendering AudioBuffer.getChannelData AnalyserNode.getFloatFrequencyData FontFaceSet.check " +
    "Navigator.getBattery MediaDevices.enumerateDevices Permissions.query NavigatorUAData.getHighEntropyValues Navigator.sendBeacon " +
    "Navigator.globalPrivacyControl Navigator.doNotTrack HTMLInputElement.value HTMLTextAreaElement.value EventTarget.addEventListener " +
    "MutationObserver.observe Document.onkeydown Function.toString Function.call").split(" "));
  const names = Object.getOwnPropertyNames(globalThis);
  out.names = names.join();
  for (const name of names) {
    const d = Object.getOwnPropertyDescriptor(globalThis, name);
    out["own " + name] = [d.enumerable, d.configurable, d.writable, typeof d.get, typeof d.set].join();
    for (const part of ["get", "set"]) if (d[part] && /^on(key|mouse)/.test(name)) describe(`${part} ${name}`, d[part]);
    if (typeof d.value !== "function" || !d.value.prototype) continue;
    const proto = d.value.prototype;
    out["keys " + name] = Reflect.ownKeys(proto).map(String).join();
    for (const key of Reflect.ownKeys(proto)) {
      const of = Object.getOwnPropertyDescriptor(proto, key);
      out[`flags ${name}.${String(key)}`] = [of.enumerable, of.configurable, of.writable].join();
      if (WRAPPED.has(`${name}.${String(key)}`)) {
        for (const part of ["value", "get", "set"]) if (typeof of[part] === "function") describe(`${part} ${name}.${String(key)}`, of[part]);
      }
    }
  }
  describe("queryLocalFonts", queryLocalFonts);
  describe("RTCPeerConnection", RTCPeerConnection);
  out.peer = [
    RTCPeerConnection.prototype.constructor === RTCPeerConnection, new RTCPeerConnection() instanceof RTCPeerConnection,
    new (class Mine extends RTCPeerConnection {})().constructor.name, globalThis.webkitRTCPeerConnection === RTCPeerConnection,
    show(() => RTCPeerConnection()),
  ].join();
  out.error = flags(Error);
  const frame = document.createElement("iframe");
  document.body.append(frame);
  const theirs = frame.contentWindow.Function.prototype.toString;
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, "cookie").set;
  for (const fn of [document.addEventListener, HTMLCanvasElement.prototype.toDataURL, Function.prototype.toString, RTCPeerConnection, cookie]) {
    out["the frame sees " + fn.name] = show(() => theirs.call(fn));
  }
  out["of the frame"] = show(() => Function.prototype.toString.call(frame.contentWindow.HTMLCanvasElement.prototype.toDataURL)) + show(() => Function.prototype.toString.call(theirs));
  const thrown = () => { try { HTMLCanvasElement.prototype.toDataURL.call({}); } catch (e) { return e; } };
  out.depth = thrown().stack.split("\n").length;
  out.timer = setTimeout(() => 0);
  out.cookie = [document.cookie = "a=b", document.cookie, show(() => { document.cookie = Symbol(); })].join();
  out.absent = ["__tcfapi" in window, "__gpp" in window, typeof __uspapi].join();
  return out;
})()
