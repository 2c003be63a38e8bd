importScripts('{{kinds}}');
const quiet = (url, more) => fetch(url, { mode: 'no-cors', ...more }).catch(() => 0);
addEventListener('install', function sw_install(event) {
  skipWaiting();
  event.waitUntil(Promise.all([quiet('{{sw_install}}'), caches.open('sw').then((cache) => cache.addAll(['{{sw_cache}}'])).catch(() => 0)]));
});
addEventListener('activate', function sw_activate(event) {
  event.waitUntil(Promise.all([clients.claim(), quiet('{{sw_activate}}')]));
});
addEventListener('message', function sw_message(event) {
  event.waitUntil(quiet('{{sw_message}}', { method: 'POST', body: 'a message' }));
});
addEventListener('fetch', (event) => {
  const kind = new URL(event.request.url).searchParams.get('k');
  if (kind === 'synthesised') event.respondWith(new Response('made up'));
  if (kind === 'passed_through') event.respondWith(fetch(event.request));
  if (kind === 'rewritten') event.respondWith(fetch('{{sw_rewritten}}', { mode: 'no-cors' }).then(() => new Response('')));
});
