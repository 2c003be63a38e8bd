// The page with the service worker: most of what it does happens only once the worker is ready.
async function tell() {
  const registration = await within(navigator.serviceWorker.register("/app/sw.js"));
  note(`registered: ${registration instanceof ServiceWorkerRegistration}`);
  const ready = await within(navigator.serviceWorker.ready);
  note(`service worker ready: ${ready instanceof ServiceWorkerRegistration}`);
  if (!(ready instanceof ServiceWorkerRegistration)) return;
  await within(fetch("/after-ready"));
  const channel = new MessageChannel();
  const answer = message(channel.port1);
  channel.port1.start();
  ready.active.postMessage("report", [channel.port2]);
  note(`service worker: ${await within(answer)}`);
  note(`controlled: ${navigator.serviceWorker.controller !== null}`);
  note(`answered by the worker: ${await within(fetch("/app/made-by-worker").then((got) => got.text()))}`);
  note(`through the worker: ${await within(fetch("/app/through-worker").then((got) => got.text()))}`);
}
begin("app-diary", tell, "/second.html");
