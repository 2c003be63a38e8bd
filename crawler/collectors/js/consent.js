// Asks one of the page's own consent interfaces and holds what it answers. Runs in the page's world, where the page may
// have changed everything: only the interface itself is called, and what it hands out is copied by syntax alone, within
// bounds. `ask` gets the callback; `picks`, when given, names the only members that are wanted.
((ask, picks) => {
  "use strict";
  const CHARS = 8192, DEPTH = 6, KEYS = 200;
  const answer = { __proto__: null, state: "no answer", value: null, cut: false };
  let left = CHARS;
  const text = (value) => {
    left -= 4;
    if (value.length <= left) {
      left -= value.length;
      return value;
    }
    answer.cut = true;
    let part = "";
    for (let i = 0; i < left; i++) part += value[i];
    left = 0;
    return part;
  };
  const copy = (value, depth) => {
    const kind = typeof value;
    if (kind === "string") return text(value);
    if (kind === "boolean") return value;
    if (kind === "number") return value - value === 0 ? value : null;
    if (kind !== "object" || value === null) return null;
    const made = { __proto__: null };
    let count = 0;
    for (const key in value) {
      if (depth === 0 && picks && !picks[key]) continue;
      if (++count > KEYS || depth >= DEPTH || left <= 4) {
        answer.cut = true;
        break;
      }
      const name = text(key);
      made[name] = copy(value[key], depth + 1);
    }
    return made;
  };
  const take = (value) => {
    if (answer.state === "answered") return;
    try {
      answer.value = copy(value, 0);
      answer.state = "answered";
    } catch {
      answer.state = "threw";
    }
  };
  try {
    const returned = ask((...data) => take(data[0]));
    if (answer.state === "no answer" && returned !== undefined && returned !== null) {
      if (typeof returned === "object" && typeof returned.then === "function") returned.then(take, () => {});
      else take(returned);
    }
  } catch {
    if (answer.state === "no answer") answer.state = "threw";
  }
  return answer;
})
