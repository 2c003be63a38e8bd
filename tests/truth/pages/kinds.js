// One function per kind of request that a script can send; the function's name must show up in the initiator's stack.
const CONTEXT = '{{context}}', URLS = {{urls}};
const text = (size, letter) => letter.repeat(size);
const ignore = (promise) => { if (promise && promise.catch) promise.catch(() => 0); };
const post = (url, body, more) => ({ url, more: { method: 'POST', mode: 'no-cors', body, ...more } });

const KINDS = {
  fetch_get(url) { return fetch(url); },
  fetch_text(url) { return fetch(url, { method: 'POST', mode: 'no-cors', body: 'plain text é of ' + CONTEXT }); },
  fetch_params(url) { return fetch(url, { method: 'POST', mode: 'no-cors', body: new URLSearchParams({ a: '1', b: 'ü' }) }); },
  fetch_form(url) {
    const form = new FormData();
    form.append('file', new Blob(['file of ' + CONTEXT, new Uint8Array([0, 255])]), 'a.bin');
    form.append('name', 'value');
    return fetch(url, { method: 'POST', mode: 'no-cors', body: form });
  },
  fetch_blob(url) { return fetch(url, { method: 'POST', mode: 'no-cors', body: new Blob(['blob ', new Uint8Array([0, 1, 255])]) }); },
  fetch_binary(url) { return fetch(url, { method: 'POST', mode: 'no-cors', body: new Uint8Array([0, 255, 254, 10, 13]) }); },
  fetch_big(url) { return fetch(url, { method: 'POST', mode: 'no-cors', body: text(200000, 'b') }); },
  fetch_huge(url) { return fetch(url, { method: 'POST', mode: 'no-cors', body: text(3000000, 'h') }); },
  fetch_empty(url) { return fetch(url, { method: 'POST', mode: 'no-cors', body: '' }); },
  fetch_credentials(url) { return fetch(url, { credentials: 'include' }); },
  fetch_keepalive(url) { return fetch(url, { method: 'POST', mode: 'no-cors', keepalive: true, body: 'kept alive' }); },
  async fetch_aborted(url) {
    const control = new AbortController();
    await fetch(url, { signal: control.signal });
    control.abort();
  },
  fetch_range(url) { return fetch(url, { headers: { Range: 'bytes=0-1' } }); },
  fetch_put(url) {
    return fetch(url, { method: 'PUT', credentials: 'include', headers: { 'x-custom': '1', 'content-type': 'application/json' }, body: '{"of":"' + CONTEXT + '"}' });
  },
  fetch_delete(url) { return fetch(url, { method: 'DELETE' }); },
  fetch_head(url) { return fetch(url, { method: 'HEAD' }); },
  fetch_redirect(url) { return fetch(url); },
  fetch_redirect_307(url) { return fetch(url, { method: 'POST', mode: 'no-cors', body: 'sent twice' }); },
  fetch_redirect_303(url) { return fetch(url, { method: 'POST', mode: 'no-cors', body: 'sent once' }); },
  fetch_204(url) { return fetch(url); },
  fetch_404(url) { return fetch(url); },
  fetch_500(url) { return fetch(url); },
  fetch_401(url) { return fetch(url, { credentials: 'include' }); },
  fetch_no_cors_header(url) { return fetch(url); },
  fetch_reset(url) { return fetch(url); },
  fetch_reset_stream(url) { return fetch(url); },
  fetch_refused(url) { return fetch(url); },
  fetch_unknown_host(url) { return fetch(url); },
  fetch_gzip(url) { return fetch(url).then((response) => response.text()); },
  fetch_unread(url) { return fetch(url); },
  fetch_bad_cookies(url) { return fetch(url, { credentials: 'include' }); },
  async fetch_cached(url) {
    await (await fetch(url)).text();
    await (await fetch(url)).text();
  },
  async fetch_retried(url) {
    for (let time = 0; time < 3; time++) await (await fetch(url)).text();
  },
  fetch_withheld(url) { return fetch(url, { credentials: 'include' }); },
  fetch_late(url) { setTimeout(function fetch_late() { ignore(fetch(url)); }, 700); },
  async fetch_after_await(url) {
    await new Promise((done) => setTimeout(done, 50));
    await fetch(url);
  },
  fetch_same(url) {
    (function same_first() { ignore(fetch(url, { method: 'POST', mode: 'no-cors', body: CONTEXT + ' same_first' })); })();
    (function same_second() { ignore(fetch(url, { method: 'POST', mode: 'no-cors', body: CONTEXT + ' same_second' })); })();
  },
  get_same(url) { return fetch(url); },
  fetch_stream(url) {
    const body = new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode('streamed ')); c.enqueue(new TextEncoder().encode('body')); c.close(); } });
    return fetch(url, { method: 'POST', duplex: 'half', body });
  },
  fetch_mixed(url) { return fetch(url); },
  async cache_add(url) { await (await caches.open('truth')).add(url); },
  synthesised(url) { return fetch(url); },

  xhr_get(url) { xhr('GET', url).send(); },
  xhr_post(url) { xhr('POST', url).send('by xhr'); },
  xhr_upload(url) {
    const request = xhr('POST', url);
    request.upload.onprogress = () => 0;
    request.send(new Blob(['uploaded']));
  },
  xhr_auth(url) {
    const request = new XMLHttpRequest();
    request.open('GET', url, true, 'name', 'password');
    request.send();
  },
  xhr_sync(url) {
    const request = new XMLHttpRequest();
    request.open('GET', url, false);
    request.send();
  },

  beacon_text(url) { navigator.sendBeacon(url, 'a beacon'); },
  beacon_blob(url) { navigator.sendBeacon(url, new Blob(['{"a":1}'], { type: 'application/json' })); },
  beacon_form(url) { const form = new FormData(); form.append('a', 'b'); navigator.sendBeacon(url, form); },
  beacon_empty(url) { navigator.sendBeacon(url); },
  image_script(url) { new Image().src = url; },
  image_redirect(url) { new Image().src = url; },
  image_mixed(url) { new Image().src = url; },
  ping(url) {
    const link = document.createElement('a');
    link.href = '#here'; link.ping = url;
    document.body.append(link);
    link.click();
  },
  script_inserted(url) { const script = document.createElement('script'); script.src = url; document.body.append(script); },
  script_mixed(url) { const script = document.createElement('script'); script.src = url; document.body.append(script); },
  style_inserted(url) { const link = document.createElement('link'); link.rel = 'stylesheet'; link.href = url; document.head.append(link); },
  font_face(url) { return new FontFace('inserted', 'url(' + url + ')').load(); },
  dynamic_import(url) { return import(url); },
  json_import(url) { return import(url, { with: { type: 'json' } }); },
  wasm(url) { return WebAssembly.compileStreaming(fetch(url)); },
  audio_script(url) { new Audio(url).load(); },
  fetch_later(url) { self.later = fetchLater(url, { method: 'POST', body: 'later', activateAfter: 500 }); },
  audio_worklet(url) { return new OfflineAudioContext(1, 1, 44100).audioWorklet.addModule(url); },
  paint_worklet(url) { return CSS.paintWorklet.addModule(url); },

  eventsource(url) { self.events = new EventSource(url); },
  websocket(url) {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      socket.send('hello from ' + CONTEXT);
      socket.send('w'.repeat(70000));
      socket.send(new Uint8Array([1, 2, 0, 255]));
      socket.send('');
    };
    (self.sockets ||= []).push(socket);
  },
  websocket_plain(url) { (self.sockets ||= []).push(new WebSocket(url)); },
  websocket_h2(url) {
    const socket = new WebSocket(url);
    socket.onopen = () => { socket.send('over h2 from ' + CONTEXT); socket.send('x'.repeat(20000)); };
    (self.sockets ||= []).push(socket);
  },
  websocket_rejected(url) { (self.sockets ||= []).push(new WebSocket(url)); },
  websocket_refused(url) { (self.sockets ||= []).push(new WebSocket(url)); },
  webtransport(url) {
    const transport = self.transport = new WebTransport(url);
    ignore(transport.ready); ignore(transport.closed);
  },
  async webrtc(url) {
    const peer = self.peer = new RTCPeerConnection({ iceServers: [{ urls: url }] });
    peer.createDataChannel('channel');
    await peer.setLocalDescription(await peer.createOffer());
  },

  worker_script(url) { self.worker = new Worker(url); },
  worker_module(url) { self.moduleWorker = new Worker(url, { type: 'module' }); },
  worker_nested(url) { self.nestedWorker = new Worker(url); },
  import_blob(url) { self.blobWorker = new Worker(URL.createObjectURL(new Blob(['importScripts("' + url + '")'], { type: 'text/javascript' }))); },
  shared_script(url) { self.shared = new SharedWorker(url); },
  async service_worker(url) {
    const told = await navigator.serviceWorker.register(url, { scope: '/' });
    const ready = await navigator.serviceWorker.ready;
    ready.active.postMessage('go');
    if (!navigator.serviceWorker.controller)
      await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }));
    for (const name of ['synthesised', 'passed_through', 'rewritten'])
      if (URLS[name]) await fetch(URLS[name]).catch(() => 0);
    await told.update().catch(() => 0);
  },
  window_popup(url) { window.open(url); },
  window_noopener(url) { window.open(url, '_blank', 'noopener'); },
  window_plain(url) { window.open(url); },
  download(url) {  // A navigation, even one that becomes a download, ends the parsing of a page that has not loaded yet.
    addEventListener('load', function download() {
      const link = document.createElement('a');
      link.href = url; link.download = ''; document.body.append(link); link.click();
    });
  },
  form_post(url) { submit(url, 'post'); },
  form_get(url) { submit(url, 'get'); },

  leave_pagehide_beacon(url) { addEventListener('pagehide', function leave_pagehide_beacon() { navigator.sendBeacon(url, 'pagehide') }); },
  leave_pagehide_keepalive(url) { addEventListener('pagehide', function leave_pagehide_keepalive() { ignore(fetch(url, { method: 'POST', mode: 'no-cors', keepalive: true, body: 'pagehide' })) }); },
  leave_pagehide_image(url) { addEventListener('pagehide', function leave_pagehide_image() { new Image().src = url; }); },
  leave_visibility_beacon(url) { document.addEventListener('visibilitychange', function leave_visibility_beacon() { if (document.visibilityState === 'hidden') navigator.sendBeacon(url, 'hidden'); }); },
  leave_unload_beacon(url) { addEventListener('unload', function leave_unload_beacon() { navigator.sendBeacon(url, 'unload') }); },
  leave_beforeunload_beacon(url) { addEventListener('beforeunload', function leave_beforeunload_beacon() { navigator.sendBeacon(url, 'beforeunload') }); },
  leave_fetch_later(url) { self.atLeave = fetchLater(url, { method: 'POST', body: 'at leave' }); },
};

function xhr(method, url) {
  const request = new XMLHttpRequest();
  request.open(method, url);
  return request;
}
function submit(url, method) {
  const frame = document.createElement('iframe'), form = document.createElement('form'), field = document.createElement('input');
  frame.name = method + '-target';
  form.method = method; form.action = url; form.target = frame.name;
  for (const [name, value] of new URL(url).searchParams) {
    const hidden = document.createElement('input');
    hidden.type = 'hidden'; hidden.name = name; hidden.value = value;
    form.append(hidden);
  }
  field.name = 'field'; field.value = 'typed value'; form.append(field);
  document.body.append(frame, form);
  form.submit();
}
self.errors = []; self.running = [];
for (const name of {{run}}) {
  try { const begun = KINDS[name](URLS[name]); self.running.push(begun); ignore(begun); } catch (error) { self.errors.push(name + ': ' + error); }
}
