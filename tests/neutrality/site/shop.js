// The shop's page: goes through its phases one after the other, keeps a diary, and posts it.
const diary = [];
const note = (phase) => diary.push(phase);
const within = (promise, seconds = 8) =>
  Promise.race([promise, new Promise((done) => setTimeout(done, seconds * 1000, "no answer"))]).catch(
    (error) => `failed: ${error.name}`,
  );
const message = (target, from = (event) => event.data) =>
  new Promise((done) => target.addEventListener("message", (event) => done(from(event)), { once: true }));
const post = (path, found) =>
  fetch(`https://SHOP${path}`, { method: "POST", mode: "no-cors", body: JSON.stringify(found), keepalive: false });

// While the page works, it asks for something all the time, so that no visitor takes it for quiet.
let working = true;
(async () => {
  while (working) {
    await within(fetch(`https://SHOP/tick`, { cache: "no-store" }), 2);
    await new Promise((done) => setTimeout(done, 250));
  }
})();

addEventListener("pagehide", () =>
  navigator.sendBeacon("https://SHOP/report?realm=shop-left", JSON.stringify(whatHappened())),
);

// Frames and popups say when they are done, each in its own time.
const said = {};
const heard = (kind) => (said[kind] ??= Promise.withResolvers());
addEventListener("message", (event) => heard(String(event.data).split("(")[0]).resolve(event.data));
const saying = (kind) => within(heard(kind).promise, 25);

addEventListener("DOMContentLoaded", () => note("DOMContentLoaded"));
addEventListener("readystatechange", () => note("readystatechange"), { capture: true });
addEventListener("load", () => {
  note("load");
  setTimeout(() => tell().catch((error) => post("/failed", String(error && error.stack))), 0);
});

async function workers() {
  const started = new Worker("/worker.js?kind=worker");
  note(`worker: ${await within(message(started))}`);
  const module = new Worker("/worker.js?kind=module-worker", { type: "module" });
  note(`module worker: ${await within(message(module))}`);
  const source = "importScripts('https://SHOP/worker.js?kind=blob-worker')";
  const blob = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  note(`blob worker: ${await within(message(blob))}`);
  const shared = new SharedWorker("/worker.js?kind=shared-worker");
  const answer = message(shared.port);
  shared.port.start();
  note(`shared worker: ${await within(answer)}`);
}

async function serviceWorker() {
  const registration = await within(navigator.serviceWorker.register("/shop/sw.js"));
  note(`registered: ${registration instanceof ServiceWorkerRegistration}`);
  const ready = await within(navigator.serviceWorker.ready, 15);
  note(`service worker ready: ${ready instanceof ServiceWorkerRegistration}`);
  if (!(ready instanceof ServiceWorkerRegistration)) return;
  // What follows happens only in a visit in which the worker became ready.
  await within(fetch("/after-ready"));
  const channel = new MessageChannel();
  const answer = message(channel.port1);
  channel.port1.start();
  ready.active.postMessage("report", [channel.port2]);
  note(`service worker: ${await within(answer, 20)}`);
  note(`controlled: ${navigator.serviceWorker.controller !== null}`);
  note(`answered by the worker: ${await within(fetch("/shop/made-by-worker").then((answer) => answer.text()))}`);
  note(`through the worker: ${await within(fetch("/shop/through-worker?x=1").then((answer) => answer.text()))}`);
}

async function requests() {
  note(`plain fetch: ${(await within(fetch("/plain"))).status}`);
  const asking = { method: "PUT", headers: { "X-Custom": "1", "Content-Type": "application/json" }, body: "{}" };
  note(`preflight: ${(await within(fetch("https://CDN/preflighted", asking))).status}`);
  note(`with cookies: ${(await within(fetch("https://CDN/cors", { credentials: "include" }))).status}`);
  const old = new XMLHttpRequest();
  old.open("POST", "/xhr");
  const done = new Promise((finish) => (old.onloadend = finish));
  old.send("a=b");
  await within(done);
  note(`xhr: ${old.status} ${old.getAllResponseHeaders().split("\r\n").map((line) => line.split(":")[0]).sort().join(" ")}`);
  for (const path of ["/cached.js", "/cached.js", "/etagged", "/etagged"]) await within(fetch(path).then((a) => a.text()));
  note(`redirects: ${await within(fetch("https://TRACKER/hop?1", { mode: "no-cors" }).then((answer) => answer.type))}`);
  note(`beacon: ${navigator.sendBeacon("https://TRACKER/beacon", "now")}`);
  const socket = new WebSocket("wss://CDN/socket");
  const echo = message(socket);
  socket.onopen = () => socket.send("hello");
  note(`socket: ${await within(echo)}`);
  socket.close();
  const source = new EventSource("/events");
  note(`event source: ${await within(message(source))}`);
  source.close();
  note(`refused: ${await within(fetch("https://nowhere.invalid/").then(() => "answered"))}`);
  const link = document.createElement("a");
  link.href = "#ping";
  link.ping = "https://TRACKER/ping";
  document.body.append(link);
  link.click();
}

async function stored() {
  localStorage.setItem("visits", "1");
  sessionStorage.setItem("tab", "1");
  document.cookie = "by_script=1; max-age=3600; secure; samesite=lax";
  await within(self.cookieStore ? cookieStore.set("by_store", "1") : null);
  const opened = indexedDB.open("shop", 1);
  await within(new Promise((done) => (opened.onsuccess = opened.onerror = done)));
  const cache = await caches.open("shop");
  await within(cache.add("/into-cache"));
  note(`cookies: ${document.cookie.split("; ").sort().join("; ")}`);
  note(`stored: ${localStorage.length} ${sessionStorage.length} ${(await caches.keys()).length}`);
  note(`cookies of all sites: ${(await within(fetch("https://CDN/what-cookies", { credentials: "include" }).then((a) => a.text())))}`);
}

async function popups() {
  const opened = open("/popup.html?kind=popup", "popup", "width=400,height=300");
  note(`popup: ${opened !== null}`);
  if (opened) note(`popup says: ${await saying("popup")}`);
  const other = open("https://TRACKER/popup.html?kind=cross-site-popup");
  note(`cross-site popup: ${other !== null}`);
  if (other) note(`cross-site popup says: ${await saying("cross-site-popup")}`);
  note(`focus after popups: ${document.hasFocus()} ${document.visibilityState}`);
  if (opened) opened.close();
  await new Promise((done) => setTimeout(done, 50));
  note(`popup closed: ${opened && opened.closed}`);
}

async function tell() {
  for (const kind of ["frame", "cross-site-frame", "sandboxed"]) note(`frame says: ${await saying(kind)}`);
  await within(post("/report?realm=page", await self.probeWindow(await self.probe.realm())));
  await stored();
  await workers();
  await serviceWorker();
  await requests();
  await popups();
  note(`activation: ${navigator.userActivation.hasBeenActive} ${navigator.userActivation.isActive}`);
  await within(post("/report?realm=diary", { diary: diary.join("\n") }));
  sessionStorage.setItem("length", String(history.length));
  location.href = "/second.html";
}
