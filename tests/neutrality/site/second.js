// The page that the shop leads to by itself: what a second document sees, and how it ends.
const post = (path, found) => fetch(path, { method: "POST", mode: "no-cors", body: JSON.stringify(found) });
addEventListener("load", () =>
  setTimeout(async () => {
    const seen = {};
    await self.probeWindow(seen);
    seen["history then"] = sessionStorage.getItem("length");
    seen["controlled"] = String(navigator.serviceWorker.controller !== null);
    seen["cookie"] = document.cookie.split("; ").sort().join("; ");
    seen["shop left"] = sessionStorage.getItem("left");
    await post("/report?realm=second", seen);
    // Held until the visitor is to go by itself; a visitor that goes when it likes is told to stay.
    const answer = await fetch("/leave").then((got) => got.text(), () => "stay");
    if (answer === "go") location.href = "about:blank";
    else setBait();
  }, 0),
);
addEventListener("pagehide", (event) => {
  navigator.sendBeacon("https://SHOP/report?realm=second-left", JSON.stringify(whatHappened()));
  navigator.sendBeacon("https://TRACKER/second-leaves", `${event.persisted}`);
});
document.addEventListener("visibilitychange", () => navigator.sendBeacon("/second-hides", document.visibilityState));
addEventListener("unload", () => navigator.sendBeacon("/second-unloads", "bye"));
