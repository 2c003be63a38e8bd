// Asks for something all the time while its page works, so that no visitor takes the page for quiet.
(async () => {
  for (;;) {
    await fetch("/hold", { cache: "no-store" }).catch(() => new Promise((done) => setTimeout(done, 200)));
  }
})();
