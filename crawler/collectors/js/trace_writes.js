  // --- Cookies: each write by itself -------------------------------------------------------------------------------
  part(() => {
    let cookieWrites = 0;
    const documentUrl = getter("Document", "URL"), baseUrl = getter("Node", "baseURI"), errorName = getter("DOMException", "name");
    const cookieWritten = (time, via, above, fields, target, error) => {
      if (++cookieWrites > MAX_COOKIE_WRITES) {
        if (cookieWrites === MAX_COOKIE_WRITES + 1) say('["c+"]');
        return;
      }
      const url = target === undefined ? here() : cut(apply(documentUrl, target, []), URL_CHARS);
      const base = target === undefined ? url : cut(apply(baseUrl, target, []), URL_CHARS);
      say(
        '["c",' + time + "," + quoted(via) + "," + fields + "," + quoted(url) + "," + quoted(base) + "," + quoted(origin) +
          "," + quoted(error) + "," + callersOf(above).frames + "]",
      );
    };
    const documentCookie = inWindow ? own(Document.prototype, "cookie") : undefined;
    if (documentCookie && documentCookie.set) {
      const native = documentCookie.set;
      const fake = {
        set(line) {
          const time = now();
          const tell = (target, error) => {
            try {
              if (typeof line === "string") cookieWritten(time, "document.cookie", fake, quoted(cut(line, CHARS)), target, error);
            } catch {}
          };
          let result;
          try {
            result = apply(native, this, arguments);
          } catch (error) {
            let name = "refused";
            try { name = apply(errorName, error, []); } catch {}
            tell(this, name);
            throw error;
          }
          tell(this);
          return result;
        },
      }.set;
      put(Document.prototype, "cookie", { ...documentCookie, set: standIn(fake, native) });
    }
    const COOKIE_FIELDS = ["name", "value", "domain", "path", "expires", "maxAge", "sameSite", "partitioned"];
    const timeOf = Date.prototype.getTime;
    const field = (options, key) => {
      const value = member(options, key);
      if (typeof value === "string") return quoted(cut(value, CHARS));
      if (typeof value === "number") return stringify(value);
      if (typeof value === "boolean") return value ? "true" : "false";
      // A Date as `expires` counts as its number.
      try { return stringify(apply(timeOf, value, [])); } catch {}
      return "null";
    };
    const fieldsOf = (args) => {
      let text = "";
      const inParts = typeof member(args, 0) === "string";
      for (let i = 0; i < COOKIE_FIELDS.length; i++) {
        const value = !inParts ? field(member(args, 0), COOKIE_FIELDS[i]) : i < 2 ? field(args, i) : "null";
        text += (i ? "," : "") + stringify(COOKIE_FIELDS[i]) + ":" + value;
      }
      return "{" + text + "}";
    };
    for (const key of ["set", "delete"]) {
      method(proto("CookieStore"), key, (self, args, above) => {
        cookieWritten(now(), "cookieStore." + key, above, fieldsOf(args), undefined, undefined);
      });
    }
  });

  // --- Storage -----------------------------------------------------------------------------------------------------
  part(() => {
    // Keys that are written as properties (localStorage.key = ...) pass no function; the DOMStorage events tell of them.
    const areas = { __proto__: null };
    for (const area of ["localStorage", "sessionStorage"]) areas[area] = inWindow && own(g, area) ? own(g, area).get : undefined;
    const areaOf = (store) => {
      try { if (store === apply(areas.localStorage, g, [])) return "local"; } catch {}
      try { if (store === apply(areas.sessionStorage, g, [])) return "session"; } catch {}
      return "";
    };
    const getItem = inWindow ? Storage.prototype.getItem : undefined;
    method(proto("Storage"), "setItem", (self, args, above) => {
      const area = areaOf(self);
      if (!area || args.length < 2) return;
      const key = typeof args[0] === "string" ? args[0] : plain(args[0]);
      // What is no text was made into one.
      const value = typeof args[1] === "string" ? args[1] : apply(getItem, self, [key]);
      note("storage." + area, cut(key, 1024), above, "", typeof value === "string" ? value : "");
    });
    const storeName = getter("IDBObjectStore", "name"), storeTransaction = getter("IDBObjectStore", "transaction");
    const transactionDb = getter("IDBTransaction", "db"), dbName = getter("IDBDatabase", "name");
    for (const key of ["put", "add"]) {
      method(proto("IDBObjectStore"), key, (self, args, above) => {
        const db = apply(dbName, apply(transactionDb, apply(storeTransaction, self, []), []), []);
        note("storage.indexeddb", cut(db, 512) + "/" + cut(apply(storeName, self, []), 511), above, "");
      });
    }
    const cacheNames = new WeakMap();
    const opened = async (promise, name) => {
      const cache = await promise;
      try { apply(mapSet, cacheNames, [cache, name]); } catch {}
      return cache;
    };
    const openCache = proto("CacheStorage") && own(proto("CacheStorage"), "open");
    if (openCache && typeof openCache.value === "function") {
      const native = openCache.value;
      const fake = {
        open(name) {
          const promise = apply(native, this, arguments);
          return typeof name === "string" ? opened(promise, cut(name, 1024)) : promise;
        },
      }.open;
      put(proto("CacheStorage"), "open", { ...openCache, value: standIn(fake, native) });
    }
    for (const key of ["put", "add", "addAll"]) {
      method(proto("Cache"), key, (self, args, above) => {
        const name = apply(mapGet, cacheNames, [self]);
        if (name !== undefined) note("storage.cache", name, above, "");
      });
    }
  });
