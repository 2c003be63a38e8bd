importScripts("/probe.js");
addEventListener("install", (event) => event.waitUntil(fetch("/while-installing").then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(fetch("/while-activating").then(() => clients.claim())));
addEventListener("fetch", (event) => {
  if (event.request.url.endsWith("/made-by-worker")) event.respondWith(new Response("made up"));
  else if (event.request.url.endsWith("/through-worker")) event.respondWith(fetch(event.request));
});
addEventListener("message", (event) => {
  const work = async () => {
    const got = await fetch("https://CDN/from?service-worker").then((answer) => answer.status, (error) => error.name);
    const seen = await self.probe.realm();
    await fetch("/report?realm=service-worker", { method: "POST", body: JSON.stringify(seen) });
    event.ports[0].postMessage(`${got} ${(await clients.matchAll()).length}`);
  };
  event.waitUntil(work());
});
