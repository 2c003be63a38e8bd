(() => {
  const query = new URL(location.href).searchParams;
  localStorage.setItem("rc::a", btoa(String(Date.now())));
  new Worker("/recaptcha/api2/webworker.js?hl=en&v=" + query.get("v"));
  addEventListener("message", (message) => {
    const body = new URLSearchParams({v: query.get("v"), k: query.get("k"), sa: message.data.action});
    fetch("/recaptcha/api2/reload?k=" + query.get("k"), {method: "POST", body})
      .then((answer) => answer.text())
      .then((token) => message.source.postMessage(token, message.origin));
  });
})();
