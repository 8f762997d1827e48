// A form that loses nothing: what is typed stays on this device until the server has it, and goes out when the
// connection is back. A form takes part by holding an element with data-keep=<key> and the words to show.
"use strict";
(() => {
  const PREFIX = "market-keep:";
  const RETRY = 15000;

  const read = (key) => {
    try { return JSON.parse(localStorage.getItem(PREFIX + key)); } catch { return null; }
  };
  const write = (key, kept) => {
    try { localStorage.setItem(PREFIX + key, JSON.stringify(kept)); } catch { /* full or forbidden: the page still holds it */ }
  };
  const forget = (key) => localStorage.removeItem(PREFIX + key);

  // Hidden fields (form token, part) are the page's own and are never kept.
  const fields = (form) => [...form.elements].filter((one) => one.name && !["hidden", "file", "submit"].includes(one.type));
  const value = (one) => (["checkbox", "radio"].includes(one.type) ? one.checked : one.value);
  const own = (one) => (["checkbox", "radio"].includes(one.type) ? one.defaultChecked : one.defaultValue ?? one.value);
  const name = (one) => (one.type === "radio" ? one.name + "=" + one.value : one.name);

  const say = (spot, words) => {
    spot.textContent = words;
    spot.hidden = words === "";
  };

  const tend = (spot) => {
    const form = spot.closest("form");
    const key = spot.dataset.keep;
    if (!form || spot.marketTended) return;
    spot.marketTended = true;
    let pending = false;

    const keep = () => {
      const values = Object.fromEntries(fields(form).map((one) => [name(one), value(one)]));
      write(key, { values, pending, at: Date.now() });
    };
    const restore = () => {
      const kept = read(key);
      if (!kept) return;
      const changed = fields(form).filter((one) => name(one) in kept.values && kept.values[name(one)] !== own(one));
      if (changed.length === 0) return forget(key);
      for (const one of changed) {
        if (["checkbox", "radio"].includes(one.type)) one.checked = kept.values[name(one)];
        else one.value = kept.values[name(one)];
      }
      pending = kept.pending;
      return say(spot, spot.dataset.restored);
    };
    const hold = () => {
      pending = true;
      keep();
      say(spot, spot.dataset.offline);
    };
    const send = () => {
      if (pending && navigator.onLine && form.isConnected) form.requestSubmit();
    };

    form.addEventListener("input", () => {
      keep();
      if (!pending) say(spot, spot.dataset.kept);
    });
    // Before htmx sees it: without a connection nothing is sent, and nothing is lost.
    form.addEventListener("submit", (event) => {
      if (navigator.onLine) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      hold();
    }, true);
    form.addEventListener("htmx:sendError", hold);
    form.addEventListener("htmx:timeout", hold);
    form.addEventListener("htmx:afterRequest", (event) => {
      const status = event.detail.xhr?.status ?? 0;
      if (status === 0) return;
      pending = false;
      if (status < 400) forget(key);
      else keep();
      say(spot, "");
    });
    addEventListener("online", send);
    setInterval(send, RETRY);
    restore();
    send();
  };

  const begin = () => document.querySelectorAll("[data-keep]").forEach(tend);
  document.addEventListener("DOMContentLoaded", begin);
  document.addEventListener("htmx:load", begin);
})();
