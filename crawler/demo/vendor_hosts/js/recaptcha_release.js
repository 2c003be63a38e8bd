// A stand-in for a reCAPTCHA release: in a page it draws the badge with its frame; in the frame's worker it does nothing.
(() => {
  if (typeof document === "undefined") return;
  const cfg = window.___grecaptcha_cfg;
  if (!cfg) return;
  const byKey = cfg.render !== "onload" && cfg.render !== "explicit";
  const element = document.querySelector(".g-recaptcha");
  const key = byKey ? cfg.render : element && element.dataset.sitekey;
  if (!key) return;
  const client = byKey ? 100000 : 0;
  cfg.clients[client] = {key};

  const query = new URLSearchParams({
    ar: "1", k: key, co: btoa(location.origin + ":443").replaceAll("=", "."), hl: "en", v: "RELEASE",
    size: byKey ? "invisible" : element.dataset.size || "normal", cb: Math.random().toString(36).slice(2),
  });
  const badge = document.createElement("div");
  badge.className = "grecaptcha-badge";
  badge.style.cssText = "position:fixed;right:0;bottom:18px;width:196px;height:60px;overflow:hidden;"
    + "border-radius:6px 0 0 6px;box-shadow:0 1px 6px rgba(0,0,0,.35)";
  const frame = document.createElement("iframe");
  frame.title = "reCAPTCHA";
  frame.width = "196";
  frame.height = "60";
  frame.style.border = "0";
  frame.src = "https://www.google.com/recaptcha/api2/anchor?" + query;
  badge.append(frame);
  (element && !byKey ? element : document.body).append(badge);

  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, {once: true}));
  window.grecaptcha = {
    ready: (done) => loaded.then(done),
    execute: (id, options) => new Promise((resolve) => {
      const listen = (message) => {
        if (message.source !== frame.contentWindow) return;
        removeEventListener("message", listen);
        resolve(message.data);
      };
      addEventListener("message", listen);
      frame.contentWindow.postMessage({action: (options || {}).action || ""}, "https://www.google.com");
    }),
  };
  const ready = window.onRecaptchaReady;
  if (byKey && ready) loaded.then(() => ready(key));
})();
