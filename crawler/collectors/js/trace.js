// The instrument of explaining visits: who wrote which cookie and storage key, who called which interface.
//
// Runs in every window, frame and worker before the page's first line. Everything it needs later is taken now, because
// the page may change any of it; nothing of the page is called, and no error of ours reaches it. trace.py passes the
// arguments, puts the other trace_*.js in the place of PARTS, and lists what a page can still tell.
((BINDING, KEY) => {
  "use strict";
  const g = globalThis;
  const send = g[BINDING];
  if (typeof send !== "function") return;
  delete g[BINDING];

  const CHARS = 8192, DETAIL_CHARS = 200, FRAMES = 12, URL_CHARS = 2048, NAME_CHARS = 200;
  const MAX_PLACES = 2000, MAX_COOKIE_WRITES = 2000, MAX_DETAILS = 16;
  const STACKS = 500, SPAN_MS = 100;
  const { apply, construct, defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
  const { toString } = Function.prototype;
  const { slice, indexOf } = String.prototype;
  const { get: mapGet, set: mapSet } = WeakMap.prototype;
  const { isArray } = Array;
  const { stringify, parse } = JSON;
  const { now } = Date;
  const E = Error, { captureStackTrace } = Error;
  const inWindow = typeof Document === "function";
  const own = (object, key) => {
    const found = getOwnPropertyDescriptor(object, key);
    return found === undefined ? undefined : { __proto__: null, ...found };
  };
  const getter = (name, key) => {
    const found = typeof g[name] === "function" ? own(g[name].prototype, key) : undefined;
    return found === undefined ? undefined : found.get;
  };
  // A member of an object of the page, without calling anything of the page's.
  const member = (object, key) => {
    const found = (typeof object === "object" || typeof object === "function") && object !== null && own(object, key);
    return found ? found.value : undefined;
  };
  const cut = (text, length) => (text.length > length ? apply(slice, text, [0, length]) : text);
  const plain = (value) => {
    if (typeof value === "string") return cut(value, DETAIL_CHARS);
    return typeof value === "number" || typeof value === "boolean" ? "" + value : "";
  };
  const quoted = (value) => (value === undefined || value === null ? "null" : stringify(value));
  const origin = "" + g.origin;
  const workerUrl = inWindow ? "" : "" + g.location.href;
  const here = () => cut(inWindow ? "" + g.location.href : workerUrl, URL_CHARS);
  const say = (text) => {
    try { send(text); } catch {}
  };

  // --- Where a call came from -------------------------------------------------------------------------------------
  // V8's own account of the calls, not the text of an error's stack: a function's name can hold any text, and a
  // sourceURL comment any address.
  let made = null;
  const site = { __proto__: null };
  const readable = (text, length) => (typeof text === "string" ? quoted(cut(text, length)) : "null");
  const told = (error, sites) => {
    let frames = "", place = "";
    for (let i = 0; i < sites.length && i < FRAMES; i++) {
      const file = apply(site.getFileName, sites[i], []);
      const from = typeof file === "string" ? undefined : apply(site.getEvalOrigin, sites[i], []);
      const line = apply(site.getLineNumber, sites[i], []), column = apply(site.getColumnNumber, sites[i], []);
      if (i === 0) place = (file || from) + " " + line + " " + column;
      frames += (i ? ",[" : "[") + readable(apply(site.getFunctionName, sites[i], []), NAME_CHARS) + ",";
      frames += readable(file, URL_CHARS) + "," + quoted(line) + "," + quoted(column) + ",";
      frames += readable(from, URL_CHARS) + "," + (apply(site.isAsync, sites[i], []) ? "1" : "0") + "]";
    }
    made = { __proto__: null, frames: "[" + frames + "]", place: cut(place, 2 * URL_CHARS) };
  };
  const UNKNOWN = { __proto__: null, frames: "[]", place: "" };
  const swap = (key, value, old) => {
    const change = { __proto__: null, value };
    if (old === undefined || old.configurable) change.writable = true;
    if (old === undefined) change.configurable = true;
    return defineProperty(E, key, change);
  };
  const restore = (key, old) => (old === undefined ? deleteProperty(E, key) : defineProperty(E, key, old));
  const collect = (above, prepare) => {
    const limit = own(E, "stackTraceLimit"), prepared = own(E, "prepareStackTrace");
    if (!swap("stackTraceLimit", FRAMES, limit)) return;
    try {
      if (!swap("prepareStackTrace", prepare, prepared)) return;
      try {
        const at = { __proto__: null };
        captureStackTrace(at, above);
        at.stack;
      } finally {
        restore("prepareStackTrace", prepared);
      }
    } finally {
      restore("stackTraceLimit", limit);
    }
  };
  collect(undefined, (error, sites) => {
    const methods = getPrototypeOf(sites[0]);
    for (const name of ["getFileName", "getEvalOrigin", "getLineNumber", "getColumnNumber", "getFunctionName", "isAsync"]) {
      site[name] = methods[name];
    }
  });
  const callersOf = (above) => {
    made = null;
    try { collect(above, told); } catch {}
    return made === null ? UNKNOWN : made;
  };

  // --- Counting ---------------------------------------------------------------------------------------------------
  // One place per interface and script position. Its first call is told at once, the number of calls from time to
  // time. A flood costs at most STACKS accounts of callers per SPAN_MS; calls beyond that count for the place that
  // called last, and the place is marked.
  const places = { __proto__: null }, lastPlace = { __proto__: null };
  let known = 0, news = null, due = false, spanStart = 0, spent = 0;
  const postTask = g.scheduler && g.scheduler.postTask, { scheduler, setTimeout } = g;
  const later = (work) => {
    if (postTask) apply(postTask, scheduler, [work, { __proto__: null, delay: SPAN_MS }]);
    else apply(setTimeout, g, [work, SPAN_MS]);
  };
  const flush = () => {
    due = false;
    let text = "";
    for (let place = news; place !== null; place = place.next) {
      text += (text && ",") + "[" + place.id + "," + place.count + "," + place.last + "," + (place.sampled ? 1 : 0);
      text += ",[" + place.fresh + "]," + quoted(place.value) + "," + place.length + "]";
      place.fresh = "";
      place.told = true;
    }
    news = null;
    if (text) say('["n",[' + text + "]]");
  };
  const flushQuietly = () => {
    try { flush(); } catch {}
  };
  const newPlace = (group, subject, frames, time) => {
    const id = ++known;
    say(
      '["p",' + id + "," + quoted(group) + "," + quoted(subject) + "," + quoted(here()) + "," + quoted(origin) + "," +
        time + "," + frames + "]",
    );
    return { __proto__: null, id, count: 0, last: 0, sampled: false, told: true, next: null, details: { __proto__: null },
      kinds: 0, fresh: "", value: undefined, length: 0 };
  };
  const placeOf = (group, subject, above, time) => {
    const name = group + "\n" + subject;
    let place = lastPlace[name];
    if (spent >= STACKS && (place !== undefined || known >= MAX_PLACES)) {
      if (place === undefined) place = overflowOf(group, time);
      place.sampled = true;
      return place;
    }
    spent++;
    const callers = callersOf(above), key = name + "\n" + callers.place;
    place = places[key];
    if (place === undefined) {
      if (known >= MAX_PLACES) return overflowOf(group, time);
      place = places[key] = newPlace(group, subject, callers.frames, time);
    }
    lastPlace[name] = place;
    return place;
  };
  // Beyond the limit, one place per interface takes the rest.
  const overflowOf = (group, time) => {
    const key = group + "\n\n\n";
    if (places[key] === undefined) places[key] = newPlace(group, "", "[]", time);
    places[key].sampled = true;
    return places[key];
  };
  // `group` names the interface or storage area, `subject` what makes places of one position differ (a storage key).
  const note = (group, subject, above, detail, value) => {
    const time = now();
    if (time - spanStart >= SPAN_MS || time < spanStart) {
      spanStart = time;
      spent = 0;
    }
    const place = placeOf(group, subject, above, time);
    place.count++;
    place.last = time;
    if (value !== undefined) {
      place.value = cut(value, 4096);
      place.length = value.length;
    }
    if (detail && place.kinds < MAX_DETAILS && !place.details[detail]) {
      place.details[detail] = true;
      place.kinds++;
      place.fresh += (place.fresh && ",") + quoted(detail);
    }
    if (place.told) {
      place.told = false;
      place.next = news;
      news = place;
    }
    if (!due) {
      due = true;
      later(flushQuietly);
    }
  };

  // --- Standing in for a native function --------------------------------------------------------------------------
  // One register of stand-ins for all realms that can reach each other, so that each one's toString knows the others'.
  let natives = new WeakMap();
  const toStringStand = {
    toString() {
      if (arguments.length === 1 && arguments[0] === KEY) return natives;
      const native = this !== null && typeof this === "function" ? apply(mapGet, natives, [this]) : undefined;
      return apply(toString, native === undefined ? this : native, arguments);
    },
  }.toString;
  const source = apply(toString, toStringStand, []);
  const reach = (other) => {
    try {
      const theirs = other && other !== g ? other.Function.prototype.toString : undefined;
      // Only our own is asked: a function of the page must not be called.
      if (theirs !== undefined && apply(toString, theirs, []) === source) natives = theirs(KEY);
    } catch {}
  };
  if (inWindow) {
    reach(g.parent);
    reach(g.opener);
  }
  const standIn = (fake, native) => {
    for (const key of ["length", "name"]) defineProperty(fake, key, own(native, key));
    apply(mapSet, natives, [fake, native]);
    return fake;
  };
  const put = (owner, key, change) => defineProperty(owner, key, { __proto__: null, ...change });
  // `after` is told receiver, arguments and result of each call that did not throw, and the stand-in itself.
  const around = (native, after) => {
    const fake = {
      call() {
        const result = apply(native, this, arguments);
        try { after(this, arguments, fake, result); } catch {}
        return result;
      },
    }.call;
    return standIn(fake, native);
  };
  const method = (owner, key, after) => {
    const found = owner && own(owner, key);
    if (found && typeof found.value === "function") put(owner, key, { ...found, value: around(found.value, after) });
  };
  const accessor = (owner, key, part, after) => {
    const found = owner && own(owner, key);
    if (found && found[part]) put(owner, key, { ...found, [part]: around(found[part], after) });
  };
  const proto = (name) => (typeof g[name] === "function" ? g[name].prototype : undefined);
  put(Function.prototype, "toString", { ...own(Function.prototype, "toString"), value: standIn(toStringStand, toString) });

  const part = (install) => {
    try { install(); } catch (error) { say('["x",' + quoted("" + error) + "]"); }
  };
  if (inWindow) apply(EventTarget.prototype.addEventListener, g, ["pagehide", flushQuietly]);
  PARTS;
  say('["r",' + quoted(here()) + "," + (inWindow && g.self === g.top ? 1 : 0) + "," + quoted(origin) + "]");
})
