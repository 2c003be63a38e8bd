  // --- Calls that tell of fingerprinting and of opt-out signals -----------------------------------------------------
  const first = (self, args) => (args.length > 0 ? plain(args[0]) : "");
  const called = (name, key, detail) => {
    const api = name + "." + key;
    method(proto(name), key, (self, args, above) => note(api, "", above, detail ? detail(self, args) : ""));
  };
  const read = (name, key, detail) => {
    const api = name + "." + key;
    accessor(proto(name), key, "get", (self, args, above) => note(api, "", above, detail ? detail(self, args) : ""));
  };
  const list = (values) => {
    let text = "";
    const length = isArray(values) ? member(values, "length") : 0;
    for (let i = 0; i < length && i < MAX_DETAILS; i++) text += (text && ",") + plain(member(values, i));
    return cut(text, DETAIL_CHARS);
  };
  const { addEventListener } = inWindow ? EventTarget.prototype : {};
  const { disconnect, observe } = inWindow ? MutationObserver.prototype : {};

  part(() => {
    called("HTMLCanvasElement", "toDataURL", first);
    called("HTMLCanvasElement", "toBlob", (self, args) => (args.length > 1 ? plain(args[1]) : ""));
    called("OffscreenCanvas", "convertToBlob", (self, args) => (args.length > 0 ? plain(member(args[0], "type")) : ""));
    for (const name of ["CanvasRenderingContext2D", "OffscreenCanvasRenderingContext2D"]) {
      const font = getter(name, "font");
      called(name, "measureText", (self) => plain(apply(font, self, [])));
      called(name, "getImageData", (self, args) => (args.length > 3 ? plain(args[2]) + "x" + plain(args[3]) : ""));
      called(name, "isPointInPath");
    }
    for (const name of ["WebGLRenderingContext", "WebGL2RenderingContext"]) {
      for (const key of ["getParameter", "getExtension", "getShaderPrecisionFormat"]) called(name, key, first);
      for (const key of ["readPixels", "getSupportedExtensions", "getContextAttributes"]) called(name, key);
    }
    called("OfflineAudioContext", "startRendering");
    called("AudioBuffer", "getChannelData");
    called("AudioBuffer", "copyFromChannel");
    for (const key of ["FloatFrequencyData", "ByteFrequencyData", "FloatTimeDomainData", "ByteTimeDomainData"]) {
      called("AnalyserNode", "get" + key);
    }
    called("FontFaceSet", "check", first);
    method(inWindow ? g : undefined, "queryLocalFonts", (self, args, above) => note("Window.queryLocalFonts", "", above, ""));
    called("Navigator", "getBattery");
    called("MediaDevices", "enumerateDevices");
    called("Permissions", "query", (self, args) => (args.length > 0 ? plain(member(args[0], "name")) : ""));
    called("NavigatorUAData", "getHighEntropyValues", (self, args) => (args.length > 0 ? list(args[0]) : ""));
    called("Navigator", "sendBeacon", first);
    for (const name of ["Navigator", "WorkerNavigator"]) {
      read(name, "globalPrivacyControl");
      read(name, "doNotTrack");
    }
    // What is typed is never looked at: only which kind of field, and its name.
    for (const name of ["HTMLInputElement", "HTMLTextAreaElement"]) {
      const type = getter(name, "type"), label = getter(name, "name");
      read(name, "value", (self) => plain(apply(type, self, [])) + " " + plain(apply(label, self, [])));
    }
  });

  // --- Listeners and observers on the whole page --------------------------------------------------------------------
  part(() => {
    if (!inWindow) return;
    const INPUT = { __proto__: null };
    const KINDS = "input beforeinput change keydown keyup keypress mousemove mousedown mouseup mouseover mouseout " +
      "mouseenter mouseleave click dblclick auxclick contextmenu pointerdown pointerup pointermove pointerover " +
      "pointerout pointerrawupdate pointercancel touchstart touchmove touchend touchcancel copy cut paste";
    for (const kind of KINDS.split(" ")) INPUT[kind] = true;
    method(EventTarget.prototype, "addEventListener", (self, args, above) => {
      const type = args.length > 1 ? args[0] : "";
      if (type === "message") watchConsent();
      if (typeof type !== "string" || !INPUT[type] || !args[1]) return;
      const onWindow = self === undefined || self === null || self === g;
      if (onWindow || self === g.document) {
        note("EventTarget.addEventListener", "", above, type + (onWindow ? " on window" : " on document"));
      }
    });
    for (const kind in INPUT) {
      const key = "on" + kind;
      accessor(Document.prototype, key, "set", (self, args, above) => {
        const listens = args.length > 0 && typeof args[0] === "function";
        if (listens && self === g.document) note("Document." + key, "", above, kind + " on document");
      });
      accessor(g, key, "set", (self, args, above) => {
        const listens = args.length > 0 && typeof args[0] === "function";
        if (listens) note("Window." + key, "", above, kind + " on window");
      });
    }
    const rootOf = getter("Document", "documentElement");
    const OBSERVED = ["childList", "subtree", "attributes", "characterData"];
    method(MutationObserver.prototype, "observe", (self, args, above) => {
      const target = args.length > 0 ? args[0] : undefined;
      if (target !== g.document && target !== apply(rootOf, g.document, [])) return;
      let what = target === g.document ? "document" : "root";
      for (let i = 0; i < OBSERVED.length; i++) if (member(args[1], OBSERVED[i]) === true) what += " " + OBSERVED[i];
      note("MutationObserver.observe", "", above, what);
    });
  });

  // --- WebRTC -------------------------------------------------------------------------------------------------------
  part(() => {
    const Peer = g.RTCPeerConnection;
    if (typeof Peer !== "function") return;
    const { getConfiguration } = Peer.prototype;
    const servers = (peer) => {
      let text = "";
      const all = member(apply(getConfiguration, peer, []), "iceServers");
      for (let i = 0; i < member(all, "length") && i < MAX_DETAILS; i++) {
        const urls = member(member(all, i), "urls");
        text += (text && ",") + (isArray(urls) ? list(urls) : plain(urls));
      }
      return cut(text, DETAIL_CHARS);
    };
    const handler = {
      __proto__: null,
      construct(target, args, made) {
        const peer = construct(target, args, made === fake ? target : made);
        try { note("RTCPeerConnection.constructor", "", handler.construct, servers(peer)); } catch {}
        return peer;
      },
    };
    const fake = new Proxy(Peer, handler);
    apply(mapSet, natives, [fake, Peer]);
    for (const key of ["RTCPeerConnection", "webkitRTCPeerConnection"]) {
      if (own(g, key) && own(g, key).value === Peer) put(g, key, { ...own(g, key), value: fake });
    }
    put(Peer.prototype, "constructor", { ...own(Peer.prototype, "constructor"), value: fake });
  });

  // --- The page's own consent interfaces ----------------------------------------------------------------------------
  // They are the page's functions, defined whenever it likes. A property that is not there yet must stay absent, so
  // they are looked for when something happens that goes with them, and then replaced by a Proxy.
  const CONSENT = ["__gpp", "__tcfapi", "__uspapi"];
  const proxied = new WeakMap();
  const consentProxy = (real, name) => {
    const handler = {
      __proto__: null,
      apply(target, self, args) {
        try {
          const more = plain(member(args, 1)) || plain(member(args, 2));
          note(name, "", handler.apply, plain(member(args, 0)) + (more && " " + more));
        } catch {}
        return apply(target, self, args);
      },
    };
    const proxy = new Proxy(real, handler);
    apply(mapSet, proxied, [proxy, real]);
    apply(mapSet, natives, [proxy, real]);
    return proxy;
  };
  const watchConsent = () => {
    try {
      for (let i = 0; i < CONSENT.length; i++) {
        const found = own(g, CONSENT[i]);
        if (found === undefined || typeof found.value !== "function") continue;
        if (apply(mapGet, proxied, [found.value]) === undefined && (found.configurable || found.writable)) {
          put(g, CONSENT[i], { value: consentProxy(found.value, CONSENT[i]) });
        }
      }
    } catch {}
  };
  part(() => {
    if (!inWindow) return;
    const messageData = getter("MessageEvent", "data"), messageOrigin = getter("MessageEvent", "origin");
    const CALLS = ["__gppCall", "__tcfapiCall", "__uspapiCall"];
    const heard = (event) => {
      try {
        let data = apply(messageData, event, []);
        for (let i = 0; i < CALLS.length; i++) {
          if (typeof data === "string") {
            if (data.length > CHARS || apply(indexOf, data, [CALLS[i]]) < 0) continue;
            data = parse(data);
          }
          const call = member(data, CALLS[i]);
          if (call === undefined) continue;
          const from = plain(apply(messageOrigin, event, []));
          note(CONSENT[i], "", heard, plain(member(call, "command")) + " by message from " + from);
        }
      } catch {}
    };
    apply(addEventListener, g, ["message", heard, true]);
    // After each script: external ones fire `load`, and the parser's and the page's own insertions are mutations.
    const watcher = new MutationObserver(watchConsent);
    apply(observe, watcher, [g.document, { __proto__: null, childList: true, subtree: true }]);
    apply(addEventListener, g.document, ["load", watchConsent, true]);
    const loaded = () => {
      watchConsent();
      apply(disconnect, watcher, []);
    };
    apply(addEventListener, g, ["load", loaded]);
  });
