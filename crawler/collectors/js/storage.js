// What one frame's origin stores: local and session storage, IndexedDB, caches. Runs in an isolated world. A sandboxed
// frame has none and says so by throwing; what takes too long is left out.
(() => {
  const KEYS = 1000, CHARS = 4096, NAME = 512, DATABASES = 20, STORES = 50, CACHES = 50, TIME_MS = 1200;
  const found = { origin: self.origin, items: [], stores: [], looked: [], bytes: {} };
  for (const area of ["local", "session"]) {
    try {
      const store = area === "local" ? localStorage : sessionStorage;
      for (let i = 0; i < store.length && i < KEYS; i++) {
        const key = store.key(i), value = store.getItem(key) || "";
        found.items.push([area, key.slice(0, 1024), value.slice(0, CHARS), value.length]);
      }
      if (store.length <= KEYS) found.looked.push(area);
    } catch {}
  }
  const settled = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error);
  });
  const opened = (name) => {
    const request = indexedDB.open(name);
    // It was deleted meanwhile: opening it must not bring it back.
    request.onupgradeneeded = () => request.transaction.abort();
    return settled(request);
  };
  const counted = async (name) => {
    const database = await opened(name);
    // The page's own upgrade or deletion must not wait for us.
    database.onversionchange = () => database.close();
    try {
      const names = [...database.objectStoreNames].slice(0, STORES);
      if (names.length === 0) return;
      const transaction = database.transaction(names, "readonly");
      const counts = await Promise.all(names.map((store) => settled(transaction.objectStore(store).count())));
      const key = (store) => name.slice(0, NAME) + "/" + store.slice(0, NAME - 1);
      names.forEach((store, i) => found.stores.push(["indexeddb", key(store), counts[i]]));
    } finally {
      database.close();
    }
  };
  const databases = async () => {
    const all = await indexedDB.databases();
    // At once: one whose upgrade never ends must not hide the others.
    await Promise.all(all.slice(0, DATABASES).map(({ name }) => counted(name)));
    if (all.length <= DATABASES) found.looked.push("indexeddb");
  };
  const cached = async () => {
    if (!self.caches) return;
    const names = await caches.keys();
    for (const name of names.slice(0, CACHES)) {
      if (!(await caches.has(name))) continue;
      const responses = await (await caches.open(name)).keys();
      found.stores.push(["cache", name.slice(0, 1024), responses.length]);
    }
    if (names.length <= CACHES) found.looked.push("cache");
  };
  const used = async () => {
    const { usageDetails } = await navigator.storage.estimate();
    found.bytes = { indexeddb: usageDetails.indexedDB || 0, cache: usageDetails.caches || 0 };
  };
  const tried = async (reading) => {
    try { await reading(); } catch {}
  };
  // Not setTimeout: the page could see that a number is missing from its own timers.
  const late = self.scheduler ? scheduler.postTask(() => 0, { delay: TIME_MS }) : new Promise((done) => setTimeout(done, TIME_MS));
  return Promise.race([late, Promise.all([databases, cached, used].map(tried))]).then(() => JSON.parse(JSON.stringify(found)));
})()
