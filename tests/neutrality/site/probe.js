// Everything a script can see of its realm, as one flat object of short texts. Runs in windows and in every kind of
// worker; nothing in it may depend on the time it takes.
self.probe = (() => {
  const inWindow = typeof document === "object";
  const text = (value) => {
    if (typeof value === "function") return `function ${Function.prototype.toString.call(value)}`;
    if (typeof value === "symbol") return value.toString();
    if (value === null || typeof value !== "object") return String(value);
    try {
      return JSON.stringify(value);
    } catch {
      return Object.prototype.toString.call(value);
    }
  };
  const attempt = (ask) => {
    try {
      return text(ask());
    } catch (error) {
      return `${error.name}: ${error.message}`;
    }
  };
  const bounded = (ask) =>
    Promise.race([(async () => ask())(), new Promise((done) => setTimeout(done, 4000, "no answer"))]).then(
      text,
      (error) => `${error.name}: ${error.message}`,
    );
  // FNV-1a, enough to tell two texts apart.
  const digest = (long) => {
    let hash = 0x811c9dc5;
    for (let at = 0; at < long.length; at++) hash = Math.imul(hash ^ long.charCodeAt(at), 0x01000193);
    return `${(hash >>> 0).toString(16)} of ${long.length}`;
  };
  const names = (object) => Reflect.ownKeys(object).map(String);
  const descriptor = (object, name) => {
    const found = Reflect.getOwnPropertyDescriptor(object, name);
    const flags = `${found.enumerable ? "e" : "-"}${found.configurable ? "c" : "-"}${found.writable ? "w" : "-"}`;
    const part = (value) =>
      typeof value === "function"
        ? `${Function.prototype.toString.call(value)} ${value.name} ${value.length} ${names(value)}`
        : typeof value === "object" && value !== null
          ? Object.prototype.toString.call(value)
          : String(value);
    return `${String(name)} ${flags} ${["get", "set"].map((side) => part(found[side])).join(" ")}`;
  };
  const shape = (object) => Reflect.ownKeys(object).map((name) => descriptor(object, name)).join("\n");

  // Own names and descriptors of the global object, and of every interface that hangs on it.
  const surface = (seen) => {
    const own = names(self).filter((name) => !/^\d+$/.test(name));
    seen["globals"] = own.sort().join(" ");
    const digests = {};
    for (const name of own) {
      const found = Reflect.getOwnPropertyDescriptor(self, name);
      if (found === undefined || typeof found.value !== "function" || !/^[A-Z]/.test(name)) continue;
      const both = `${shape(found.value)}\n${found.value.prototype ? shape(found.value.prototype) : ""}`;
      digests[name] = digest(both);
    }
    for (const [name, found] of Object.entries(digests)) seen[`interface ${name}`] = found;
    seen["descriptors of the global"] = digest(own.map((name) => descriptor(self, name)).join("\n"));
    seen["order of the globals"] = digest(names(self).join("\n"));
  };

  const identity = (seen) => {
    for (let level = Object.getPrototypeOf(navigator); level !== Object.prototype; level = Object.getPrototypeOf(level)) {
      for (const name of Object.getOwnPropertyNames(level)) seen[`navigator.${name}`] = attempt(() => navigator[name]);
    }
    seen["navigator, own names"] = names(navigator).join(" ");
    for (const name of ["effectiveType", "rtt", "downlink", "saveData", "type"]) {
      seen[`navigator.connection.${name}`] = attempt(() => navigator.connection[name]);
    }
    seen["gpc in navigator"] = attempt(() => "globalPrivacyControl" in navigator);
    seen["time zone"] = attempt(() => Intl.DateTimeFormat().resolvedOptions());
    seen["number"] = attempt(() => (1234567.891).toLocaleString());
    seen["origin"] = attempt(() => `${self.origin} ${self.isSecureContext} ${self.crossOriginIsolated}`);
    seen["caller's place"] = attempt(() => new Error("x").stack.split("\n").slice(1).join("|"));
  };

  // What scripts try in order to find out whether somebody holds the console or the debugger.
  const devtools = async (seen) => {
    const touched = {};
    const count = (name) => {
      touched[name] = (touched[name] || 0) + 1;
    };
    const since = (before) =>
      Object.entries(touched)
        .filter(([what, times]) => times > (before[what] || 0))
        .map(([what, times]) => `${what} x${times - (before[what] || 0)}`)
        .sort()
        .join("\n");
    const trap = (name, target = {}) =>
      new Proxy(target, {
        get(object, key) {
          count(`${name}: get ${String(key)}`);
          return Reflect.get(object, key);
        },
        ownKeys(object) {
          count(`${name}: ownKeys`);
          return Reflect.ownKeys(object);
        },
        getOwnPropertyDescriptor(object, key) {
          count(`${name}: descriptor`);
          return Reflect.getOwnPropertyDescriptor(object, key);
        },
        getPrototypeOf(object) {
          count(`${name}: getPrototypeOf`);
          return Reflect.getPrototypeOf(object);
        },
        has(object, key) {
          count(`${name}: has`);
          return Reflect.has(object, key);
        },
      });
    const getter = (object, key, name) =>
      Object.defineProperty(object, key, {
        configurable: true,
        enumerable: true,
        get() {
          count(name);
          return "x";
        },
      });
    const method = (object, key, name, value) => {
      object[key] = () => {
        count(name);
        return value;
      };
      return object;
    };
    const prepare = Error.prepareStackTrace;
    const bait = () => ({
      getter: getter({}, "id", "getter"),
      "error stack": getter(new Error("bait"), "stack", "error: stack"),
      "error name": getter(new Error("bait"), "name", "error: name"),
      "error message": getter(new Error("bait"), "message", "error: message"),
      "error cause": getter(new Error("bait"), "cause", "error: cause"),
      "function toString": method(() => 1, "toString", "function: toString", "f"),
      "function name": getter(() => 1, "name", "function: name"),
      "date toString": method(new Date(0), "toString", "date: toString", "d"),
      "date iso": method(new Date(0), "toISOString", "date: toISOString", "d"),
      "regexp toString": method(/x/, "toString", "regexp: toString", "r"),
      "regexp flags": getter(/x/, "flags", "regexp: flags"),
      "symbol tag": getter({}, Symbol.toStringTag, "toStringTag"),
      constructor: getter({}, "constructor", "constructor"),
      proxy: trap("proxy"),
      "proxy below": Object.create(trap("proxy below")),
      "proxied function": trap("proxied function", function named() {}),
      "proxied error": trap("proxied error", new Error("bait")),
      "proxy below error": Object.setPrototypeOf(new Error("bait"), trap("proxy below error", Error.prototype)),
      "array of bait": [trap("proxy in array"), getter({}, "id", "getter in array")],
      map: new Map([[trap("proxy in map"), getter({}, "id", "getter in map")]]),
      nested: { inner: getter({}, "id", "nested getter"), trap: trap("nested proxy") },
      typed: getter(new Uint8Array(4), "length", "typed array: length"),
      promise: getter(Promise.resolve(1), "then", "promise: then"),
    });
    const listening = (name) => {
      Error.prepareStackTrace = (error, frames) => {
        count(`prepareStackTrace during ${name}`);
        return `${error}${frames.length}`;
      };
    };
    const methods = ["debug", "log", "info", "warn", "error", "dir", "dirxml", "table", "trace", "group", "groupEnd"];
    for (const name of [...methods, "count", "timeStamp", "assert"]) {
      if (typeof console[name] !== "function") continue;
      const before = { ...touched };
      for (const [kind, value] of Object.entries(bait())) {
        if (kind === "map" && name === "table") continue;
        // These turn their first argument into a text themselves, whoever listens.
        if (name === "count" || name === "timeStamp" || name === "group") continue;
        listening(name);
        try {
          if (name === "assert") console.assert(false, value);
          else console[name](value);
        } catch {
          count(`${name} threw`);
        }
        Error.prepareStackTrace = prepare;
      }
      await new Promise((done) => setTimeout(done, 0));
      seen[`console.${name} touches`] = since(before);
    }
    // An error that nobody catches, with bait on it.
    const before = { ...touched };
    const caught = new Promise((done) => {
      self.addEventListener("unhandledrejection", (event) => {
        event.preventDefault();
        done();
      }, { once: true });
    });
    listening("rejection");
    Promise.reject(Object.assign(getter(new Error("bait"), "stack", "rejected: stack"), { more: trap("rejected") }));
    await Promise.race([caught, new Promise((done) => setTimeout(done, 300))]);
    const thrown = new Promise((done) => {
      self.addEventListener("error", (event) => {
        event.preventDefault();
        done();
      }, { once: true });
    });
    setTimeout(() => {
      throw Object.assign(getter(new Error("bait"), "stack", "thrown: stack"), { more: trap("thrown") });
    });
    await Promise.race([thrown, new Promise((done) => setTimeout(done, 300))]);
    await new Promise((done) => setTimeout(done, 50));
    Error.prepareStackTrace = prepare;
    seen["uncaught errors touch"] = since(before);
    const start = performance.now();
    // eslint-disable-next-line no-debugger
    debugger;
    seen["debugger statement stops"] = String(performance.now() - start > 1000);
    seen["memory of the console"] = attempt(() => Object.prototype.toString.call(console.memory));
    seen["console shape"] = digest(shape(console));
  };

  const stacks = async (seen) => {
    const lines = (error) => String(error.stack).split("\n").slice(1).map((line) => line.trim()).join("|");
    const thrownBy = (ask) => {
      try {
        ask();
        return "nothing thrown";
      } catch (error) {
        return `${error.name}: ${error.message} ${lines(error)}`;
      }
    };
    seen["stack: limit"] = String(Error.stackTraceLimit);
    seen["stack: prepareStackTrace"] = attempt(() => Error.prepareStackTrace);
    seen["stack: native getter"] = thrownBy(() => Object.getPrototypeOf(navigator).userAgent);
    seen["stack: toString of nothing"] = thrownBy(() => Function.prototype.toString.call({}));
    seen["stack: depth"] = thrownBy(() => {
      const deep = (left) => (left ? deep(left - 1) : null.x);
      deep(30);
    });
    seen["stack: timer"] = await new Promise((done) => setTimeout(() => done(lines(new Error("x"))), 1));
    seen["stack: promise"] = await Promise.resolve().then(() => lines(new Error("x")));
    seen["stack: microtask"] = await new Promise((done) => queueMicrotask(() => done(lines(new Error("x")))));
    const inner = async () => {
      await null;
      return lines(new Error("x"));
    };
    seen["stack: async"] = await inner();
    seen["stack: eval"] = attempt(() => (0, eval)("new Error('x').stack"));
    seen["stack: new Function"] = attempt(() => new Function("return new Error('x').stack")());
    let depth = 0;
    const dive = () => {
      depth++;
      dive();
    };
    try {
      dive();
    } catch (error) {
      seen["stack: overflow"] = `${error.name}: ${error.message}`;
    }
  };

  const storage = async (seen) => {
    seen["storage: quota is there"] = await bounded(() => navigator.storage?.estimate().then((found) => found.quota > 1e6));
    seen["storage: persisted"] = await bounded(() => navigator.storage?.persisted?.());
    seen["storage: databases"] = await bounded(() => self.indexedDB?.databases?.());
    seen["storage: caches"] = await bounded(() => self.caches?.keys?.());
  };

  const permissions = async (seen) => {
    const asked = ["accelerometer", "background-fetch", "background-sync", "camera", "clipboard-read", "clipboard-write",
      "display-capture", "geolocation", "gyroscope", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi",
      "notifications", "payment-handler", "persistent-storage", "push", "screen-wake-lock", "storage-access",
      "top-level-storage-access", "window-management"];
    for (const name of asked) {
      const wanted = { name, userVisibleOnly: name === "push" ? true : undefined };
      seen[`permission ${name}`] = await bounded(() => navigator.permissions?.query(wanted).then((found) => found.state));
    }
    seen["Notification.permission"] = attempt(() => Notification.permission);
  };

  const hints = async (seen) => {
    const wanted = ["architecture", "bitness", "brands", "formFactors", "fullVersionList", "mobile", "model", "platform",
      "platformVersion", "uaFullVersion", "wow64"];
    for (const name of wanted) {
      const asked = navigator.userAgentData?.getHighEntropyValues([name]).then((found) => found[name]);
      seen[`hint ${name}`] = await bounded(asked);
    }
  };

  return {
    text, attempt, bounded, digest, shape, inWindow,
    async realm() {
      const seen = {};
      surface(seen);
      identity(seen);
      await stacks(seen);
      await hints(seen);
      await storage(seen);
      await permissions(seen);
      await devtools(seen);
      return seen;
    },
  };
})();
