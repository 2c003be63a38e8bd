// A stand-in for LinkedIn's Insight tag. It does only what the demo needs.
(() => {
  const key = "li_adsId";
  const stored = localStorage.getItem(key) || crypto.randomUUID();
  localStorage.setItem(key, stored);
  const fields = {
    v: "2", fmt: "js", pid: window._linkedin_data_partner_ids.join(","), time: Date.now(),
    li_adsId: stored, url: location.href,
  };
  new Image().src = "https://px.ads.linkedin.com/collect?" + new URLSearchParams(fields);
})();
