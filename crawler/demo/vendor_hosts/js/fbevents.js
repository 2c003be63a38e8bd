// A stand-in for Meta's pixel library. It does only what the demo needs.
(() => {
  const fbq = window.fbq;
  const domain = location.hostname.split(".").slice(-2).join(".");
  let options = null;

  const identifier = () => {
    const found = document.cookie.split("; ").find((part) => part.startsWith("_fbp="));
    if (found) return found.slice(5);
    const value = `fb.1.${Date.now()}.${Math.floor(1e17 + Math.random() * 9e17)}`;
    document.cookie = `_fbp=${value}; domain=${domain}; path=/; max-age=7776000; secure; samesite=lax`;
    return value;
  };

  const digest = async (text) => {
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text.trim().toLowerCase()));
    return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const send = async (account, event, person) => {
    const fields = {
      id: account, ev: event, dl: location.href, rl: document.referrer, if: "false", ts: Date.now(),
      sw: screen.width, sh: screen.height, v: "2.9.240", r: "stable", ec: "0", o: "4126",
    };
    if (options && options[0].includes("LDU")) {
      Object.assign(fields, {dpo: "LDU", dpoco: options[1], dpost: options[2]});
    } else {
      fields.fbp = identifier();
    }
    if (person && person.em) fields["ud[em]"] = await digest(person.em);
    Object.assign(fields, {it: Date.now(), coo: "false", rqm: "GET"});
    new Image().src = "https://www.facebook.com/tr/?" + new URLSearchParams(fields);
  };

  let account = null;
  let person = null;
  const run = (call) => {
    const [command, ...rest] = Array.from(call);
    if (command === "dataProcessingOptions") options = rest;
    if (command === "init") [account, person] = rest;
    if (command === "track") send(account, rest[0], person);
  };

  fbq.configured = () => {
    fbq.callMethod = (...call) => run(call);
    fbq.queue.splice(0).forEach(run);
  };
  const first = fbq.queue.find((call) => call[0] === "init");
  const settings = document.createElement("script");
  settings.src = `https://connect.facebook.net/signals/config/${first[1]}?v=2.9.240&r=stable`;
  document.head.append(settings);
})();
