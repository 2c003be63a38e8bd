// Facts of one frame's document. Runs in an isolated world: the page's own changes to prototypes do not reach it.
(() => {
  const LINKS = 2000, CHARS = 2048, TEXT = 200;
  const cut = (text, length) => String(text == null ? "" : text).slice(0, length);
  const flat = (text) => cut(text, 2000).replace(/\s+/g, " ").trim();
  const facts = {
    title: cut(document.title, 1000),
    language: document.documentElement ? cut(document.documentElement.lang, 64) || null : null,
    url: cut(location.href, CHARS),
    gpc: String(navigator.globalPrivacyControl),
    forms: document.forms.length,
    links: [],
    buttons: [],
    found: [],
    recaptcha: [],
    text: "",
    text_length: 0,
  };
  const links = document.querySelectorAll("a[href], area[href]");
  for (let i = 0; i < links.length && facts.links.length < LINKS; i++) {
    let href = links[i].href;
    if (href && typeof href === "object") href = href.baseVal;
    if (/^https?:/i.test(href)) {
      const text = flat(links[i].innerText || links[i].textContent || links[i].getAttribute("aria-label") || links[i].title);
      facts.links.push([cut(href, CHARS), cut(text, TEXT)]);
    }
  }
  // Opt-outs are often buttons, or anchors without an address.
  const buttons = document.querySelectorAll("button, [role=button], a:not([href]), a[href^='#'], a[href^='javascript:'], input[type=button]");
  for (let i = 0; i < buttons.length && i < 1000; i++) {
    const text = flat(buttons[i].innerText || buttons[i].textContent || buttons[i].value || buttons[i].getAttribute("aria-label"));
    if (text && text.length <= TEXT) facts.buttons.push(text);
  }
  for (const [product, selector] of SELECTORS) {
    try {
      if (document.querySelector(selector)) facts.found.push(product);
    } catch {}
  }
  const captcha = new Set();
  const marked = document.querySelectorAll(".g-recaptcha, [data-sitekey][data-size], [data-sitekey][data-callback]");
  for (let i = 0; i < marked.length && i < 50; i++) {
    if (marked[i].matches(".h-captcha, .cf-turnstile")) continue;
    captcha.add("size=" + cut(marked[i].getAttribute("data-size") || "normal", 32));
  }
  const scripts = document.querySelectorAll("script[src*='recaptcha' i]");
  for (let i = 0; i < scripts.length && i < 50; i++) {
    let url;
    try { url = new URL(scripts[i].src); } catch { continue; }
    if (!/(^|\.)(google\.com|recaptcha\.net)$/.test(url.hostname)) continue;
    if (/\/recaptcha\/enterprise\.js/.test(url.pathname)) captcha.add("enterprise");
    const render = url.searchParams.get("render");
    if (render) captcha.add("render=" + cut(render, 64));
  }
  const frames = document.querySelectorAll("iframe[src*='/recaptcha/' i]");
  for (let i = 0; i < frames.length && i < 50; i++) {
    let url;
    try { url = new URL(frames[i].src); } catch { continue; }
    if (!/(^|\.)(google\.com|recaptcha\.net)$/.test(url.hostname)) continue;
    if (url.pathname.startsWith("/recaptcha/enterprise/")) captcha.add("enterprise");
    const size = url.searchParams.get("size");
    if (size) captcha.add("size=" + cut(size, 32));
  }
  if (document.querySelector(".grecaptcha-badge")) captcha.add("badge");
  facts.recaptcha = [...captcha].slice(0, 50);
  const body = document.body ? document.body.innerText || "" : "";
  facts.text_length = body.length;
  facts.text = cut(body, 4000);
  return facts;
})()
