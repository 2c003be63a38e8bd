// The site's own behaviour: the menu, the events link, one timing beacon to the company itself.
(() => {
  const toggle = document.querySelector(".menu-toggle");
  toggle?.addEventListener("click", () => {
    const open = document.body.classList.toggle("menu-open");
    toggle.setAttribute("aria-expanded", String(open));
  });

  addEventListener("load", () => {
    // Only this script leads to the events page.
    const link = document.createElement("a");
    link.href = "/events";
    link.textContent = "Events";
    document.querySelector("nav.main .links")?.append(link);

    const timing = performance.getEntriesByType("navigation")[0];
    const body = JSON.stringify({path: location.pathname, ttfb: Math.round(timing ? timing.responseStart : 0)});
    navigator.sendBeacon("/vitals", body);
  });

  if (document.body.dataset.offline === "yes" && "serviceWorker" in navigator) {
    navigator.serviceWorker.register("/sw.js");
  }

  if (document.body.dataset.oddNames === "yes") {
    // Names that nobody's report or terminal should take at their word. They stay on this site.
    localStorage.setItem("lf\u001b[31m-filter\u001b[2J", "remote");
    sessionStorage.setItem("<img src=x onerror=alert(1)>", "1");
  }

  const choice = document.querySelector("#opt-out");
  choice?.addEventListener("submit", (event) => {
    event.preventDefault();
    document.cookie = "privacy_choices=opt-out; path=/; max-age=31536000; secure; samesite=lax";
    document.querySelector("#opt-out-state").textContent = "You are opted out in this browser.";
  });
  const state = document.querySelector("#opt-out-state");
  if (state && navigator.globalPrivacyControl === true) {
    state.textContent = "Your browser sends Global Privacy Control. You are opted out in this browser.";
  }

  for (const form of document.querySelectorAll("#contact-form, #try-out")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      form.querySelector("[role=status]").textContent = "Thank you. This is a demonstration: nothing was sent.";
    });
  }
})();
