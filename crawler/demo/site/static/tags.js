// The site's tag loader. The page says which tags it carries and what each does under an opt-out:
// unaffected, ignored (a seeded mistake), restricted, silent.
(() => {
  const wanted = JSON.parse(document.getElementById("tag-settings").textContent);
  const signal = navigator.globalPrivacyControl === true;
  const choice = document.cookie.split("; ").includes("privacy_choices=opt-out");
  const optedOut = signal || choice;

  const load = (src) => {
    const element = document.createElement("script");
    element.async = true;
    element.src = src;
    document.head.append(element);
    return element;
  };

  window.dataLayer = window.dataLayer || [];
  function gtag() { window.dataLayer.push(arguments); }

  const loaders = {
    "consent": ({account}) => {
      load("https://cdn.cookielaw.org/scripttemplates/otSDKStub.js").dataset.domainScript = account;
    },
    "old-notice": ({account}) => {
      // Left behind by an earlier notice: it gives everybody the same string, whatever the visitor chose.
      localStorage.setItem("usprivacy", account);
      window.__uspapi = (command, version, done) => done({version: 1, uspString: account}, true);
    },
    "ga4": ({account, signals}) => {
      gtag("js", new Date());
      gtag("config", account, {allow_google_signals: signals === true && !optedOut});
      load("https://www.googletagmanager.com/gtag/js?id=" + account);
    },
    "ads": ({account}, restricted) => {
      gtag("config", account, restricted ? {restricted_data_processing: true} : {});
      load("https://www.googletagmanager.com/gtag/js?id=" + account + "&l=dataLayer");
    },
    "ads-gateway": ({account}) => {
      load("/metrics/gt.js").dataset.account = account;
    },
    "meta": ({account, matching}, restricted) => {
      const fbq = function () { fbq.callMethod ? fbq.callMethod(...arguments) : fbq.queue.push(arguments); };
      fbq.queue = [];
      window.fbq = window._fbq = fbq;
      if (restricted) fbq("dataProcessingOptions", ["LDU"], 1, 1000);
      // Advanced matching: the pixel is given the address in the page's form, and sends a hash of it.
      const address = matching === true && !restricted && document.querySelector("#try-out [type=email]");
      fbq("init", account, ...(address ? [{em: address.value}] : []));
      fbq("track", "PageView");
      load("https://connect.facebook.net/en_US/fbevents.js");
    },
    "linkedin": ({account}) => {
      window._linkedin_data_partner_ids = [account];
      load("https://snap.licdn.com/li.lms-analytics/insight.min.js");
    },
    "uet": ({account}, restricted) => {
      window.uetq = window.uetq || [];
      if (restricted) window.uetq.push("consent", "default", {ad_storage: "denied"});
      load("https://bat.bing.com/bat.js").onload = () => {
        window.uetq = new window.UET({ti: account, q: window.uetq});
        window.uetq.push("pageLoad");
      };
    },
    "retargeting": ({account}) => {
      new Image().src = "https://insight.adsrvr.org/track/pxl/?adv=" + account + "&ct=0:k7qz2lf&fmt=3";
    },
    "pardot": ({account, alias}) => {
      // Under an alias the visit is counted by a host that is the company's by its name.
      const host = alias ? location.hostname.replace(/^(www\.)?/, alias + ".") : "pi.pardot.com";
      new Image().src = `https://${host}/analytics?` + new URLSearchParams({
        ver: "3", visitor_id: Math.floor(1e8 + Math.random() * 9e8), visitor_id_sign: "", pi_opt_in: "",
        campaign_id: "7104", account_id: account, title: document.title, url: location.href, referrer: document.referrer,
      });
    },
    "fullstory": ({account}) => {
      window._fs_org = account;
      load("https://edge.fullstory.com/s/fs.js");
    },
    "visitor-worker": ({account}) => {
      // The worker asks for the signal itself: not every browser gives workers the property.
      new Worker("/static/visitor-worker.js?token=" + account);
    },
    "recaptcha": ({account, variant}) => {
      if (variant === "v3") {
        window.onRecaptchaReady = (key) => window.grecaptcha.execute(key, {action: "contact"});
        load("https://www.google.com/recaptcha/api.js?render=" + account);
      } else {
        load("https://www.google.com/recaptcha/api.js").defer = true;
      }
    },
  };

  for (const [name, settings] of Object.entries(wanted)) {
    const decidesItself = name === "visitor-worker" && !choice;
    if (optedOut && settings.gpc === "silent" && !decidesItself) continue;
    loaders[name](settings, optedOut && settings.gpc === "restricted");
  }
})();
