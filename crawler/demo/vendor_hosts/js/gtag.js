// A stand-in for the Google tag: page views for G- ids, remarketing for AW- ids. It does only what the demo needs.
(() => {
  const account = new URL(document.currentScript.src).searchParams.get("id");
  const domain = location.hostname.split(".").slice(-2).join(".");
  const YEARS_2 = 63072000;
  const DAYS_90 = 7776000;

  const cookie = (name) => {
    const found = document.cookie.split("; ").find((part) => part.startsWith(name + "="));
    return found && found.slice(name.length + 1);
  };
  const keep = (name, value, seconds) => {
    document.cookie = `${name}=${value}; domain=${domain}; path=/; max-age=${seconds}; secure; samesite=lax`;
    return value;
  };
  const seconds = () => Math.floor(Date.now() / 1000);
  const digits = () => Math.floor(1e9 + Math.random() * 9e9);

  // Google Signals: the same visit once more, to the advertising side.
  function signals(client) {
    const fields = {v: "2", tid: account, cid: client, gtm: "45je5b1v9", aip: "1", dma: "0"};
    fetch("https://stats.g.doubleclick.net/g/collect?" + new URLSearchParams(fields), {
      method: "POST", mode: "no-cors", keepalive: true,
    });
    new Image().src = "https://www.google.com/ads/ga-audiences?"
      + new URLSearchParams({v: "1", aip: "1", t: "sr", _r: "4", tid: account, cid: client, z: digits()});
  }

  function analytics(options) {
    const known = cookie("_ga");
    const ga = known || keep("_ga", `GA1.1.${digits()}.${seconds()}`, YEARS_2);
    const stream = "_ga_" + account.slice(2);
    const session = cookie(stream) || keep(stream, `GS2.1.s${seconds()}$o1$g0$t${seconds()}$j60$l0$h0`, YEARS_2);
    const started = performance.now();
    let hits = 0;
    const address = (fields) => {
      hits += 1;
      const all = {
        v: "2", tid: account, gtm: "45je5b1v9", _p: Date.now(), cid: ga.split(".").slice(2).join("."),
        ul: navigator.language.toLowerCase(), sr: `${screen.width}x${screen.height}`, are: "1", frm: "0",
        pscdl: "noapi", _s: hits, sid: session.slice(7).split("$")[0], sct: "1", seg: "0",
        dl: location.href, dr: document.referrer, dt: document.title, ...fields,
      };
      return "https://www.google-analytics.com/g/collect?" + new URLSearchParams(all);
    };
    const first = known ? {} : {_fv: "1", _ss: "1", _nsi: "1"};
    fetch(address({en: "page_view", ...first}), {method: "POST", mode: "no-cors", keepalive: true});
    if (options.allow_google_signals === true) signals(ga.split(".").slice(2).join("."));
    let scrolled = false;
    addEventListener("scroll", () => { scrolled = true; }, {passive: true, once: true});
    addEventListener("pagehide", () => {
      const lines = [`en=user_engagement&_et=${Math.round(performance.now() - started)}`];
      if (scrolled) lines.unshift("en=scroll&epn.percent_scrolled=90");
      navigator.sendBeacon(address({}), lines.join("\r\n"));
    }, {once: true});
  }

  function remarketing(options) {
    const restricted = options.restricted_data_processing === true;
    const number = account.slice(3);
    const fields = {
      random: digits(), cv: "11", fst: Date.now(), fmt: "3", bg: "ffffff", guid: "ON", async: "1", gtm: "45je5b1v9",
      u_w: screen.width, u_h: screen.height, url: location.href, hn: "www.googleadservices.com", frm: "0",
      tiba: document.title, data: "event=gtag.config",
    };
    if (restricted) {
      Object.assign(fields, {rdp: "1", npa: "1"});
    } else {
      fields.auid = (cookie("_gcl_au") || keep("_gcl_au", `1.1.${digits()}.${seconds()}`, DAYS_90)).slice(4);
    }
    const image = new Image();
    image.src = `https://googleads.g.doubleclick.net/pagead/viewthroughconversion/${number}/?`
      + new URLSearchParams(fields);
  }

  for (const entry of Array.from(window.dataLayer || [])) {
    if (entry[0] !== "config" || entry[1] !== account) continue;
    const start = account.startsWith("G-") ? analytics : remarketing;
    start(entry[2] || {});
  }
})();
