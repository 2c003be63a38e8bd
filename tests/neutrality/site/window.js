// What only a window can see: sizes, media, rendering, focus, timing. Adds to what probe.js sees.
self.probeWindow = (() => {
  const { attempt, bounded, digest, shape } = self.probe;

  const sizes = (seen) => {
    for (const name of ["innerWidth", "innerHeight", "outerWidth", "outerHeight", "screenX", "screenY", "screenLeft",
      "screenTop", "devicePixelRatio", "scrollX", "scrollY", "name", "status", "closed", "length", "originAgentCluster"]) {
      seen[`window.${name}`] = attempt(() => self[name]);
    }
    for (const name of ["width", "height", "availWidth", "availHeight", "availLeft", "availTop", "colorDepth",
      "pixelDepth", "isExtended"]) {
      seen[`screen.${name}`] = attempt(() => screen[name]);
    }
    seen["screen.orientation"] = attempt(() => `${screen.orientation.type} ${screen.orientation.angle}`);
    for (const name of ["width", "height", "scale", "offsetLeft", "offsetTop"]) {
      seen[`visualViewport.${name}`] = attempt(() => visualViewport[name]);
    }
    for (const name of ["locationbar", "menubar", "personalbar", "scrollbars", "statusbar", "toolbar"]) {
      seen[`${name}.visible`] = attempt(() => self[name].visible);
    }
    const box = document.createElement("div");
    box.style.cssText = "width:100px;height:100px;overflow:scroll;position:absolute";
    document.body.append(box);
    seen["scroll bar"] = String(box.offsetWidth - box.clientWidth);
    box.remove();
    seen["history.length"] = String(history.length);
    seen["frames"] = `${self === top} ${self.opener === null} ${self.frameElement === null}`;
  };

  const media = (seen) => {
    const asked = {
      "prefers-color-scheme": ["light", "dark"], "prefers-reduced-motion": ["no-preference", "reduce"],
      "prefers-reduced-transparency": ["no-preference", "reduce"], "prefers-reduced-data": ["no-preference", "reduce"],
      "prefers-contrast": ["no-preference", "more", "less", "custom"], "forced-colors": ["none", "active"],
      "inverted-colors": ["none", "inverted"], pointer: ["none", "coarse", "fine"],
      "any-pointer": ["none", "coarse", "fine"], hover: ["none", "hover"], "any-hover": ["none", "hover"],
      "color-gamut": ["srgb", "p3", "rec2020"], "dynamic-range": ["standard", "high"], scripting: ["none", "enabled"],
      update: ["none", "slow", "fast"], "overflow-block": ["none", "scroll", "paged"],
      "display-mode": ["browser", "standalone", "minimal-ui", "fullscreen"], orientation: ["portrait", "landscape"],
      "video-dynamic-range": ["standard", "high"], "device-posture": ["continuous", "folded"],
    };
    for (const [name, values] of Object.entries(asked)) {
      seen[`media ${name}`] = values.filter((value) => matchMedia(`(${name}: ${value})`).matches).join(" ");
    }
    seen["media type"] = ["screen", "print"].filter((name) => matchMedia(name).matches).join(" ");
    for (const name of ["color", "color-index", "monochrome", "grid", "-webkit-transform-3d"]) {
      seen[`media ${name}`] = attempt(() => matchMedia(`(${name})`).matches);
    }
    seen["media device-width"] = attempt(() => matchMedia(`(device-width: ${screen.width}px)`).matches);
    seen["media resolution"] = attempt(() => matchMedia(`(resolution: ${devicePixelRatio}dppx)`).matches);
  };

  const state = (seen) => {
    seen["document.hasFocus"] = String(document.hasFocus());
    for (const name of ["visibilityState", "hidden", "wasDiscarded", "prerendering", "fullscreenEnabled",
      "pictureInPictureEnabled", "referrer", "cookie", "compatMode", "characterSet", "designMode", "readyState", "domain"]) {
      seen[`document.${name}`] = attempt(() => document[name]);
    }
    seen["focused element"] = attempt(() => document.activeElement.tagName);
    seen["body has focus style"] = attempt(() => document.body.matches(":focus, :focus-visible, :hover"));
    seen["user activation"] = attempt(() => `${navigator.userActivation.hasBeenActive} ${navigator.userActivation.isActive}`);
    seen["features allowed"] = attempt(() => document.featurePolicy.allowedFeatures().sort());
    seen["attributes of html"] = attempt(() => document.documentElement.getAttributeNames());
    seen["navigation"] = attempt(() => `${navigation.entries().length} ${navigation.canGoBack} ${navigation.canGoForward}`);
    seen["chrome"] = attempt(() => (self.chrome ? Object.keys(self.chrome).sort() : "none"));
    seen["external"] = attempt(() => shape(external));
    seen["plugins"] = attempt(() => [...navigator.plugins].map((plugin) => plugin.name));
    seen["mime types"] = attempt(() => [...navigator.mimeTypes].map((type) => type.type));
  };

  const rendering = async (seen) => {
    const styled = (name) => getComputedStyle(document.body)[name];
    for (const name of ["fontFamily", "fontSize", "color", "backgroundColor", "colorScheme", "caretColor"]) {
      seen[`style ${name}`] = attempt(() => styled(name));
    }
    for (const name of ["serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "math", "Arial",
      "Times New Roman", "Courier New", "Helvetica", "DejaVu Sans"]) {
      const span = document.createElement("span");
      span.style.cssText = `font: 72px ${/[A-Z]/.test(name) ? `"${name}"` : name};position:absolute;white-space:nowrap`;
      span.textContent = "mmmmmmmmmmlli 0123 WgQ";
      document.body.append(span);
      const box = span.getBoundingClientRect();
      seen[`font ${name}`] = `${box.width} x ${box.height}`;
      span.remove();
    }
    const canvas = document.createElement("canvas");
    const flat = canvas.getContext("2d");
    flat.fillStyle = "#f60";
    flat.fillRect(10, 10, 62, 20);
    flat.font = "14px serif";
    flat.fillStyle = "rgba(0, 102, 204, 0.7)";
    flat.fillText("Neutral \ud83d\ude00", 4, 17);
    seen["canvas"] = digest(canvas.toDataURL());
    for (const kind of ["webgl", "webgl2"]) {
      const context = document.createElement("canvas").getContext(kind);
      const detail = context && context.getExtension("WEBGL_debug_renderer_info");
      seen[`${kind} vendor`] = detail ? context.getParameter(detail.UNMASKED_VENDOR_WEBGL) : "none";
      seen[`${kind} renderer`] = detail ? context.getParameter(detail.UNMASKED_RENDERER_WEBGL) : "none";
      seen[`${kind} extensions`] = context ? context.getSupportedExtensions().join(" ") : "none";
      context?.getExtension("WEBGL_lose_context")?.loseContext();
    }
    seen["webgpu"] = await bounded(() => navigator.gpu?.requestAdapter().then((found) => found !== null));
    const audio = new OfflineAudioContext(1, 4410, 44100);
    const tone = audio.createOscillator();
    tone.connect(audio.createDynamicsCompressor()).connect(audio.destination);
    tone.start(0);
    seen["audio"] = await bounded(() => audio.startRendering().then((found) => digest(found.getChannelData(0).join())));
    seen["audio may start"] = attempt(() => {
      const live = new AudioContext();
      const found = `${live.state} ${live.sampleRate}`;
      live.close();
      return found;
    });
    for (const type of ['video/mp4; codecs="avc1.42E01E"', 'video/webm; codecs="vp9"', "audio/mpeg", "audio/ogg"]) {
      seen[`plays ${type}`] = attempt(() => document.createElement("video").canPlayType(type));
    }
  };

  const devices = async (seen) => {
    seen["media devices"] = await bounded(() => 
      navigator.mediaDevices?.enumerateDevices().then((all) => all.map((one) => `${one.kind} ${one.label}`)),
    );
    seen["voices"] = attempt(() => speechSynthesis.getVoices().length);
    seen["battery"] = await bounded(() => navigator.getBattery?.().then((found) => `${found.charging} ${found.level}`));
    seen["keyboard"] = await bounded(() => navigator.keyboard?.getLayoutMap().then((found) => found.size));
    seen["gamepads"] = attempt(() => navigator.getGamepads().length);
    seen["screens"] = attempt(() => "getScreenDetails" in self);
    seen["storage access"] = await bounded(() => document.hasStorageAccess?.());
    seen["cookie store"] = await bounded(() => self.cookieStore?.getAll().then((all) => all.map((one) => one.name).sort()));
    seen["another realm's toString"] = attempt(() => {
      const frame = document.createElement("iframe");
      document.body.append(frame);
      const other = frame.contentWindow.Function.prototype.toString;
      const getter = (object, name) => Object.getOwnPropertyDescriptor(object, name).get;
      const found = [
        getter(Navigator.prototype, "userAgent"), getter(Navigator.prototype, "webdriver"),
        getter(Document.prototype, "cookie"), getter(Document.prototype, "hidden"), getter(Screen.prototype, "width"),
        Document.prototype.hasFocus, fetch, setTimeout, XMLHttpRequest.prototype.open, Navigator.prototype.sendBeacon,
        HTMLCanvasElement.prototype.toDataURL, CanvasRenderingContext2D.prototype.fillText, Storage.prototype.setItem,
        Worker, SharedWorker, WebSocket, ServiceWorkerContainer.prototype.register, EventTarget.prototype.addEventListener,
        Function.prototype.toString, Element.prototype.attachShadow, matchMedia, requestAnimationFrame, Error, console.log,
      ].map((native) => other.call(native));
      const inner = frame.contentWindow.navigator;
      seen["another realm's navigator"] = `${inner.webdriver} ${inner.userAgent} ${inner.globalPrivacyControl} ${inner.languages}`;
      frame.remove();
      return found;
    });
  };

  // Only what is a whole multiple apart counts as another timing, so these are classes and no milliseconds.
  const timing = async (seen) => {
    const frames = await Promise.race([
      new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done("come")))),
      new Promise((done) => setTimeout(done, 5000, "none")),
    ]);
    seen["animation frames"] = frames;
    seen["idle callback"] = await Promise.race([
      new Promise((done) => requestIdleCallback(() => done("comes"))),
      new Promise((done) => setTimeout(done, 5000, "none")),
    ]);
    const order = [];
    await Promise.all([
      new Promise((done) => setTimeout(() => done(order.push("timer 40")), 40)),
      new Promise((done) => setTimeout(() => done(order.push("timer 0")), 0)),
      Promise.resolve().then(() => order.push("promise")),
      new Promise((done) => queueMicrotask(() => done(order.push("microtask")))),
    ]);
    seen["order of timers"] = order.join(", ");
    const steps = new Set();
    for (let left = 2000; left; left--) steps.add(performance.now());
    const sorted = [...steps].sort((a, b) => a - b);
    const least = Math.min(...sorted.slice(1).map((at, before) => at - sorted[before]));
    seen["clock is coarse"] = String(least > 0.5);
  };

  const entries = (seen) => {
    const way = performance.getEntriesByType("navigation")[0];
    for (const name of ["type", "nextHopProtocol", "deliveryType", "initiatorType", "redirectCount", "activationStart",
      "transferSize", "encodedBodySize", "decodedBodySize", "responseStatus", "renderBlockingStatus"]) {
      seen[`navigation ${name}`] = attempt(() => way[name]);
    }
    seen["navigation workerStart"] = attempt(() => way.workerStart > 0);
    seen["navigation not restored because"] = attempt(() => way.notRestoredReasons);
    if (self === top) seen["paints"] = attempt(() => performance.getEntriesByType("paint").map((entry) => entry.name).sort());
    seen["visibility entries"] = attempt(() => performance.getEntriesByType("visibility-state").map((entry) => entry.name));
    seen["kinds of entries"] = attempt(() => PerformanceObserver.supportedEntryTypes);
    const found = performance.getEntriesByType("resource").map((entry) => {
      const size = entry.transferSize === 0 ? "none" : entry.transferSize === 300 ? "cached" : "some";
      const timed = entry.domainLookupEnd > 0 ? "timed" : "opaque";
      return `${entry.initiatorType} ${entry.name.split("?")[0]} ${entry.nextHopProtocol} ${entry.deliveryType} ${size} ${timed}`;
    });
    seen["resources"] = found.filter((line) => !/\/(hold|report|timed|tick.js)\b/.test(line)).sort().join("\n");
  };

  return async (seen) => {
    sizes(seen);
    media(seen);
    state(seen);
    await rendering(seen);
    await devices(seen);
    await timing(seen);
    entries(seen);
    return seen;
  };
})();
