// What a page's or worker's script can see of who visits it, as one flat object of texts: the short form of what
// tests/neutrality looks at.
self.seen = async () => {
  const found = {};
  const note = (name, ask) => {
    try {
      const value = ask();
      found[name] = typeof value === "object" ? JSON.stringify(value) : String(value);
    } catch (error) {
      found[name] = `${error.name}: ${error.message}`;
    }
  };
  const inWindow = typeof document === "object";
  const names = (object) => Reflect.ownKeys(object).map(String);
  const told = (value) => (typeof value === "function" ? Function.prototype.toString.call(value) : typeof value);
  const shape = (object) =>
    Reflect.ownKeys(object).map((name) => {
      const own = Reflect.getOwnPropertyDescriptor(object, name);
      const flags = `${own.enumerable}${own.configurable}${own.writable}`;
      return `${String(name)}:${flags}:${[own.get, own.set, own.value].map(told)}`.replace(/\s+/g, " ");
    });
  note("globals", () => names(self).filter((name) => !/^\d+$/.test(name)).sort().join(" "));
  const kinds = ["Navigator", "WorkerNavigator", "Document", "Window", "Screen", "History", "Element", "EventTarget",
    "Function", "Object", "Error", "Promise", "Storage", "XMLHttpRequest", "HTMLCanvasElement", "Performance"];
  for (const kind of kinds) {
    if (self[kind]) note(`${kind}.prototype`, () => shape(self[kind].prototype).join("\n"));
  }
  note("console", () => shape(console).join("\n"));
  note("natives", () => ["fetch", "setTimeout", "Worker", "WebSocket", "Error", "matchMedia", "open"].map((name) => told(self[name])));
  for (let level = Object.getPrototypeOf(navigator); level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) {
      // The first two are estimated, and differ from one visit to the next.
      if (!/^(connection|cpuPerformance|userActivation)$/.test(name)) note(`navigator.${name}`, () => navigator[name]);
    }
  }
  note("own names of navigator", () => names(navigator).join(" "));
  note("stack", () => new Error("x").stack);
  note("Error.prepareStackTrace", () => Error.prepareStackTrace);

  // Whoever listens to the console reads what it is given, and the page can watch that.
  let calls = 0;
  let reads = 0;
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = () => `${++calls}`;
  for (const way of ["debug", "log", "dir", "error", "table"]) {
    const error = new Error("bait");
    for (const name of ["name", "message", "stack"]) {
      Object.defineProperty(error, name, { get: () => `${++reads}`, configurable: true });
    }
    console[way](error);
    console[way](new Error("bait"));
    console[way](new Proxy({}, { get: () => ++reads, ownKeys: () => (++reads, []), getPrototypeOf: () => (++reads, null) }));
  }
  Error.prepareStackTrace = before;
  note("console reads", () => `${calls} ${reads}`);

  for (const name of ["notifications", "geolocation", "camera", "microphone", "persistent-storage", "midi", "push"]) {
    const asked = await Promise.resolve(navigator.permissions?.query({ name, userVisibleOnly: true })).catch((error) => error);
    note(`permission ${name}`, () => asked?.state || asked?.name);
  }
  if (!inWindow) return found;
  for (const name of ["innerWidth", "innerHeight", "outerWidth", "outerHeight", "devicePixelRatio", "screenX", "screenY"]) {
    note(name, () => self[name]);
  }
  for (const name of ["width", "height", "availWidth", "availHeight", "colorDepth"]) note(`screen.${name}`, () => screen[name]);
  for (const query of ["hover: hover", "pointer: fine", "prefers-color-scheme: dark", "prefers-reduced-motion: reduce",
    "prefers-contrast: more", "forced-colors: active", "color-gamut: p3", "display-mode: browser"]) {
    note(query, () => matchMedia(`(${query})`).matches);
  }
  note("focus", () => `${document.hasFocus()} ${document.visibilityState} ${document.hidden}`);
  note("history.length", () => history.length);
  note("referrer", () => document.referrer);
  note("plugins", () => [...navigator.plugins].map((plugin) => plugin.name));
  note("storage", () => `${navigator.cookieEnabled} ${localStorage.length} ${sessionStorage.length}`);
  note("scroll bar", () => {
    const box = document.createElement("div");
    box.style.cssText = "width:100px;height:100px;overflow:scroll;position:absolute";
    document.documentElement.append(box);
    const width = box.offsetWidth - box.clientWidth;
    box.remove();
    return width;
  });
  return found;
};
// What has changed in a page by the time it is left.
self.changed = (() => {
  if (typeof document !== "object") return undefined;
  const atStart = new Set(Reflect.ownKeys(self));
  let inserted = 0;
  new MutationObserver((all) => {
    for (const change of all) for (const node of change.addedNodes) inserted += /^(STYLE|SCRIPT|LINK)$/.test(node.nodeName);
  }).observe(document, { subtree: true, childList: true });
  return () => ({
    "globals since": Reflect.ownKeys(self).filter((name) => !atStart.has(name)).map(String).sort().join(" "),
    "inserted since": String(inserted),
    "user activation": `${navigator.userActivation.hasBeenActive} ${navigator.userActivation.isActive}`,
    "focus when left": `${document.hasFocus()} ${document.visibilityState}`,
  });
})();
