// What happens to a page while it stands, told in its last beacon: events, changes of the document that are not its own,
// and every touch of what a visitor's script would touch, with the stack of who did.
(() => {
  const happened = {};
  const count = (name) => {
    happened[name] = (happened[name] || 0) + 1;
  };
  const names = () => Reflect.ownKeys(self).map(String);
  const atStart = new Set(names());
  const events = ["focus", "blur", "focusin", "focusout", "resize", "scroll", "mousemove", "mouseover", "pointermove",
    "wheel", "keydown", "mousedown", "touchstart", "beforeunload", "online", "offline", "languagechange", "copy",
    "devicemotion", "deviceorientation", "freeze", "resume", "beforeprint", "gotpointercapture", "dragover"];
  for (const name of events) {
    addEventListener(name, (event) => count(`${name}${event.isTrusted ? "" : " (made up)"}`), { capture: true });
  }
  document.addEventListener("visibilitychange", () => count(`visible: ${document.visibilityState}`));
  document.addEventListener("selectionchange", () => count("selectionchange"));
  document.addEventListener("fullscreenchange", () => count("fullscreenchange"));
  visualViewport.addEventListener("resize", () => count("visual viewport resized"));
  for (const query of ["(prefers-color-scheme: dark)", "(prefers-reduced-motion)", "(pointer: fine)", "(hover: hover)",
    "(min-width: 1000px)", "print"]) {
    matchMedia(query).addEventListener("change", () => count(`media changes: ${query}`));
  }
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (/STYLE|SCRIPT|^X-/.test(node.nodeName)) count(`added ${node.nodeName}`);
      for (const node of change.removedNodes) if (/STYLE|SCRIPT|^X-/.test(node.nodeName)) count(`removed ${node.nodeName}`);
      if (change.type === "attributes") count(`changed ${change.target.nodeName}.${change.attributeName}`);
    }
  }).observe(document, { subtree: true, childList: true, attributes: true });

  let baited = false;
  const touched = (name) => {
    if (!baited) return;
    baited = false;
    const lines = new Error("x").stack.split("\n").slice(3, 5).map((line) => line.trim().replace(/:\d+/g, ""));
    count(`touched ${name} from ${lines.join(" < ") || "nowhere"}`);
    baited = true;
  };
  const bait = (object, name) => {
    const found = Reflect.getOwnPropertyDescriptor(object, name);
    const instead = found.get
      ? { get() { touched(name); return found.get.call(this); } }
      : { value(...given) { touched(name); return Reflect.apply(found.value, this, given); } };
    Object.defineProperty(object, name, { ...found, ...instead });
  };
  self.setBait = () => {
    for (const name of ["scrollingElement", "body", "title", "cookie", "readyState", "documentElement", "activeElement",
      "querySelector", "querySelectorAll", "elementFromPoint", "createElement", "getElementsByTagName"]) {
      const owner = [Document.prototype, document].find((object) => Reflect.getOwnPropertyDescriptor(object, name));
      bait(owner, name);
    }
    for (const [object, names] of [
      [HTMLElement.prototype, ["innerText", "offsetWidth", "focus"]],
      [Element.prototype, ["scrollTop", "scrollHeight", "getBoundingClientRect", "scrollIntoView", "innerHTML", "matches"]],
      [Storage.prototype, ["getItem", "key", "length"]],
      [Navigator.prototype, ["userAgent", "webdriver"]],
      [Window.prototype, []], [Array.prototype, ["map", "push"]], [JSON, ["stringify"]], [Object, ["keys", "entries"]],
      [HTMLAnchorElement.prototype, ["href"]], [EventTarget.prototype, ["dispatchEvent"]], [Promise.prototype, ["then"]],
      [IDBFactory.prototype, ["databases", "open"]], [CacheStorage.prototype, ["keys"]],
    ]) for (const name of names) bait(object, name);
    baited = true;
  };
  self.whatHappened = () => {
    baited = false;
    const now = { ...happened };
    now["activation"] = `${navigator.userActivation.hasBeenActive} ${navigator.userActivation.isActive}`;
    now["focus at the end"] = `${document.hasFocus()} ${document.visibilityState}`;
    now["size at the end"] = `${innerWidth} ${innerHeight}`;
    now["new globals"] = names().filter((name) => !atStart.has(name) && !/^\d+$/.test(name)).sort().join(" ");
    return now;
  };
})();
