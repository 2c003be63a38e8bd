// Every dedicated and shared worker: fetches, and reports what it sees.
const KIND = new URL(self.location.href).searchParams.get("kind") || "blob-worker";
const CODE = "https://SHOP/probe.js";
const loaded = KIND === "module-worker" ? import(CODE) : importScripts(CODE);
const work = async (answer) => {
  await loaded;
  const got = await fetch(`https://SHOP/from?${KIND}`).then((response) => response.status, (error) => error.name);
  const seen = await self.probe.realm();
  await fetch(`https://SHOP/report?realm=${KIND}`, { method: "POST", mode: "no-cors", body: JSON.stringify(seen) });
  answer(`${got} ${self.constructor.name}`);
};
if (KIND === "shared-worker") self.onconnect = (event) => work((text) => event.ports[0].postMessage(text));
else work((text) => self.postMessage(text));
