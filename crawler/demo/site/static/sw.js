// Keeps a few files for offline use. It reports nothing to anybody.
const FILES = ["/static/style.css", "/static/site.js", "/static/logo.svg", "/static/offline.html"];
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open("larkfield-1").then((cache) => cache.addAll(FILES)));
});
