// Where the shop leads to by itself, and where the visit ends: what happens here is a visitor's doing.
addEventListener("load", () =>
  setTimeout(async () => {
    const seen = {};
    await self.probeWindow(seen);
    seen["cookies"] = document.cookie.split("; ").sort().join("; ");
    await within(report("second", seen));
    const answer = await within(fetch("/leave").then((got) => got.text()));
    ticking.terminate();
    // A visitor whom nobody drives must go by itself.
    if (answer === "go") location.href = "about:blank";
    else setBait();
  }, 0),
);
addEventListener("pagehide", (event) => {
  navigator.sendBeacon("https://SHOP/report?realm=second-left", JSON.stringify(whatHappened()));
  navigator.sendBeacon("https://TRACKER/leaving", `${event.persisted}`);
});
document.addEventListener("visibilitychange", () => navigator.sendBeacon("/hides", document.visibilityState));
addEventListener("unload", () => navigator.sendBeacon("/unloads", "bye"));
