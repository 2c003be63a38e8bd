// A stand-in for FullStory's recorder: it tells the host that a session began and sends one small bundle.
(() => {
  const domain = location.hostname.split(".").slice(-2).join(".");
  const account = window._fs_org;
  const user = crypto.randomUUID();
  const session = crypto.randomUUID();
  const kept = `#${account}#${user}:${session}`;
  document.cookie = `fs_uid=${encodeURIComponent(kept)}; domain=${domain}; path=/; max-age=31536000; secure; samesite=lax`;
  document.cookie = `fs_lua=1.${Date.now()}; domain=${domain}; path=/; max-age=1800; secure; samesite=lax`;

  const post = (path, body) => fetch("https://rs.fullstory.com" + path, {
    method: "POST", credentials: "include", headers: {"Content-Type": "text/plain"}, body: JSON.stringify(body),
  });
  const page = {
    OrgId: account, UserId: user, Url: location.href, Base: document.baseURI, Width: innerWidth, Height: innerHeight,
    ScreenWidth: screen.width, ScreenHeight: screen.height, Referrer: document.referrer,
  };
  post("/rec/page", page).then((answer) => answer.json()).then((ids) => {
    const query = new URLSearchParams({
      OrgId: account, UserId: user, SessionId: session, PageId: ids.PageIntId, Seq: "1", ClientTime: String(Date.now()),
    });
    const events = [{Kind: 2, When: 0, Args: [document.documentElement.outerHTML.length]}, {Kind: 13, When: 4, Args: [0, 0]}];
    return post("/rec/bundle/v2?" + query, {Seq: 1, When: 0, Evts: events});
  });
})();
