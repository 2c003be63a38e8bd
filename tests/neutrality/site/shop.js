// Frames and popups say when they are done, each in its own time.
const said = {};
const heard = (kind) => (said[kind] ??= Promise.withResolvers());
addEventListener("message", (event) => heard(String(event.data).split("(")[0]).resolve(event.data));
const saying = (kind) => within(heard(kind).promise, 40);
addEventListener("pagehide", () =>
  navigator.sendBeacon("https://SHOP/report?realm=shop-left", JSON.stringify(whatHappened())),
);

async function workers() {
  note(`worker: ${await within(message(new Worker("/worker.js?kind=worker")))}`);
  note(`module worker: ${await within(message(new Worker("/worker.js?kind=module-worker", { type: "module" })))}`);
  const source = "importScripts('https://SHOP/worker.js?kind=blob-worker')";
  const blob = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  note(`blob worker: ${await within(message(blob))}`);
  const shared = new SharedWorker("/worker.js?kind=shared-worker");
  const answer = message(shared.port);
  shared.port.start();
  note(`shared worker: ${await within(answer)}`);
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
  note(`another site's: ${(await within(fetch("https://CDN/what-cookies", { credentials: "include" }).then((a) => a.text())))}`);
}

async function popups() {
  const opened = open("/frame.html?kind=popup", "popup", "width=400,height=300");
  note(`popup: ${opened !== null}`);
  if (opened) note(`popup says: ${await saying("popup")}`);
  const other = open("https://TRACKER/frame.html?kind=cross-site-popup");
  note(`cross-site popup: ${other !== null}`);
  if (other) note(`cross-site popup says: ${await saying("cross-site-popup")}`);
  note(`focus after popups: ${document.hasFocus()} ${document.visibilityState}`);
  if (opened) opened.close();
  await new Promise((done) => setTimeout(done, 50));
  note(`popup closed: ${opened && opened.closed}`);
}

// Middles of a few tries, in milliseconds; compared as ratios, and only with wide bounds.
async function timing() {
  const middle = (all) => Math.round(all.sort((a, b) => a - b)[all.length >> 1]);
  const times = async (tries, wait) => {
    const all = [];
    for (let left = tries; left; left--) {
      const before = performance.now();
      await new Promise(wait);
      all.push(performance.now() - before);
    }
    return middle(all);
  };
  await within(
    report("timing", {
      frame: await times(15, (done) => requestAnimationFrame(done)),
      timer: await times(7, (done) => setTimeout(done, 20)),
      message: await times(15, (done) => {
        const channel = new MessageChannel();
        channel.port1.onmessage = done;
        channel.port2.postMessage(1);
      }),
      request: await times(7, (done) => fetch("/timed", { cache: "no-store" }).finally(done)),
    }),
  );
}

async function tell() {
  for (const kind of ["frame", "cross-site-frame", "sandboxed"]) note(`frame says: ${await saying(kind)}`);
  await within(report("page", await self.probeWindow(await self.probe.realm())));
  await timing();
  await stored();
  await workers();
  await requests();
  await popups();
}
begin("shop-diary", tell, "/app/");
