// localStorage and sessionStorage of one frame; a sandboxed frame has none and says so by throwing.
(() => {
  const KEYS = 1000, CHARS = 4096;
  const items = [];
  for (const area of ["local", "session"]) {
    try {
      const store = area === "local" ? localStorage : sessionStorage;
      for (let i = 0; i < store.length && i < KEYS; i++) {
        const key = store.key(i), value = store.getItem(key) || "";
        items.push([area, key.slice(0, 1024), value.slice(0, CHARS), value.length]);
      }
    } catch {}
  }
  return { origin: self.origin, items };
})()
