// A stand-in for Microsoft's UET tag. It does only what the demo needs.
window.UET = function UET(settings) {
  const domain = location.hostname.split(".").slice(-2).join(".");
  const queued = Array.from(settings.q || []);
  let denied = false;

  const identifier = (name, seconds) => {
    const found = document.cookie.split("; ").find((part) => part.startsWith(name + "="));
    const value = found ? found.slice(name.length + 1) : crypto.randomUUID().replaceAll("-", "");
    document.cookie = `${name}=${value}; domain=${domain}; path=/; max-age=${seconds}; secure; samesite=lax`;
    return value;
  };

  const send = (event) => {
    const fields = {
      ti: settings.ti, tm: "demo001", Ver: "2", mid: crypto.randomUUID(), bo: "1",
      pi: "0", lg: navigator.language, sw: screen.width, sh: screen.height, sc: screen.colorDepth, nwd: "1",
      tl: document.title, p: location.href, r: document.referrer, evt: event, sv: "2",
      asc: denied ? "D" : "G", cdb: "AQAQ", rn: Math.floor(Math.random() * 1e6),
    };
    if (!denied) {
      Object.assign(fields, {
        sid: identifier("_uetsid", 86400), vid: identifier("_uetvid", 33696000), vids: "1", msclkid: "N",
      });
    }
    new Image().src = "https://bat.bing.com/action/0?" + new URLSearchParams(fields);
  };

  this.push = (...call) => {
    if (call[0] === "consent" && call[2]) denied = call[2].ad_storage === "denied";
    if (call[0] === "pageLoad") send("pageLoad");
  };
  for (let i = 0; i < queued.length; i += 1) {
    if (queued[i] === "consent") this.push(queued[i], queued[i + 1], queued[i + 2]);
  }
  const extra = document.createElement("script");
  extra.src = `https://bat.bing.com/p/action/${settings.ti}.js`;
  document.head.append(extra);
};
