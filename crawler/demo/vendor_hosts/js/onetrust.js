// A stand-in for OneTrust's script: it reads the signal, keeps its groups in a cookie, and answers with a GPP string.
(() => {
  const domain = location.hostname.split(".").slice(-2).join(".");
  const parts = document.cookie.split("; ");
  const kept = parts.find((part) => part.startsWith("OptanonConsent="));
  const signal = navigator.globalPrivacyControl === true;
  const optedOut = signal || parts.includes("privacy_choices=opt-out");

  const groups = {C0001: 1, C0002: 1, C0003: 1, C0004: optedOut ? 0 : 1};
  const cookie = new URLSearchParams({
    isGpcEnabled: signal ? "1" : "0",
    datestamp: new Date().toUTCString(),
    version: "202509.1.0",
    browserGpcFlag: signal ? "1" : "0",
    isIABGlobal: "false",
    consentId: (kept && new URLSearchParams(kept).get("consentId")) || crypto.randomUUID(),
    interactionCount: "0",
    groups: Object.entries(groups).map(([group, on]) => `${group}:${on}`).join(","),
  });
  document.cookie = `OptanonConsent=${cookie}; domain=${domain}; path=/; max-age=31536000; secure; samesite=lax`;
  window.OnetrustActiveGroups = `,${Object.keys(groups).filter((group) => groups[group]).join(",")},`;

  // Section 7, usnat: all three opt-outs taken and the signal seen, or none and not seen.
  const gppString = optedOut ? "DBABLA~BVQVAAAAAgA.YA" : "DBABLA~BVQqAAAAAgA.QA";
  window.__gpp = (command, done) => {
    if (command !== "ping") return done(null, false);
    return done({
      gppVersion: "1.1", cmpStatus: "loaded", cmpDisplayStatus: "hidden", signalStatus: "ready",
      supportedAPIs: ["7:usnat"], cmpId: 28, sectionList: [7], applicableSections: [7], gppString,
    }, true);
  };
})();
