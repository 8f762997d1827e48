// Small comforts over pages that work without them: moving countdowns, findings tied to their fields, full digests.
"use strict";
(() => {
  const units = [["days", 86400], ["hours", 3600], ["minutes", 60], ["seconds", 1]];
  // The server writes the words; the script reads its patterns from the page's language block, so no text lives here.
  const words = () => document.getElementById("countdown-words")?.dataset ?? null;

  const spoken = (seconds, text) => {
    let left = Math.max(Math.floor(seconds), 0);
    const parts = [];
    for (const [name, size] of units) {
      const count = Math.floor(left / size);
      left %= size;
      if (count > 0 || (name === "seconds" && parts.length === 0)) {
        const key = name + (count === 1 ? "One" : "Many");
        parts.push(text[key].replace("{count}", String(count)));
      } else if (parts.length > 0) {
        break;
      }
    }
    return parts.slice(0, 2).join(text.join);
  };

  // Legal time runs at the pace of wall time from the instant the page was written.
  const born = performance.now();
  const tick = () => {
    const text = words();
    if (!text) return;
    for (const element of document.querySelectorAll(".countdown[data-until]")) {
      element.marketBorn ??= element.dataset.now ? performance.now() : born;
      const now = Date.parse(element.dataset.now) + performance.now() - element.marketBorn;
      const left = (Date.parse(element.dataset.until) - now) / 1000;
      const pattern = left > 0 ? text.left : text.over;
      const line = pattern.replace("{duration}", spoken(Math.abs(left), text));
      const spot = element.querySelector(".countdown-words");
      if (spot && spot.textContent !== line) spot.textContent = line;
      element.classList.toggle("over", left <= 0);
    }
  };

  // A finding shown in place marks its field and is read out with it.
  const bind = () => {
    for (const field of document.querySelectorAll(".field.invalid")) {
      if (field.dataset.bound) {
        field.classList.remove("invalid");
        field.querySelector(".finding")?.replaceChildren();
        field.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
        delete field.dataset.bound;
      }
    }
    for (const link of document.querySelectorAll("#problem a[data-field]")) {
      const input = document.getElementById("field-" + link.dataset.field.replaceAll(".", "-"));
      const field = input?.closest(".field");
      if (!field) continue;
      field.classList.add("invalid");
      field.dataset.bound = "1";
      input.setAttribute("aria-invalid", "true");
      field.querySelector(".finding")?.replaceChildren(link.textContent);
    }
  };

  // A live part of a page is replaced by the server's own rendering of it.
  const listen = () => {
    for (const element of document.querySelectorAll("[data-live]")) {
      if (element.marketSource) continue;
      const source = new EventSource(element.dataset.live);
      element.marketSource = source;
      source.addEventListener("fragment", (event) => {
        if (!element.isConnected) return source.close();
        element.innerHTML = event.data;
        globalThis.htmx?.process(element);
        tick();
        return undefined;
      });
      source.addEventListener("done", () => source.close());
    }
  };

  document.addEventListener("click", (event) => {
    const code = event.target.closest?.("code.digest[data-full]");
    if (!code) return;
    const full = code.dataset.full;
    code.textContent = code.textContent === full ? full.slice(0, 12) + "…" : full;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.("code.digest[data-full]")) event.target.click();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id === "problem") {
      bind();
      document.querySelector("#problem .problem")?.focus();
    }
    tick();
    listen();
  });
  document.addEventListener("DOMContentLoaded", () => { tick(); listen(); });
  setInterval(tick, 1000);
})();
