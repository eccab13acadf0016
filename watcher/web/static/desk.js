// The desk's own script. Every page can be read and used without it.
(() => {
  "use strict";

  // Live pages: the server says that something changed, and htmx fetches the page's part anew.
  const follow = (part) => {
    const news = new EventSource(part.dataset.live);
    let known = null;
    const lost = document.querySelector("[data-lost]");
    let waiting = 0;
    news.addEventListener("open", () => {
      clearTimeout(waiting);
      waiting = 0;
      if (lost) lost.hidden = true;
    });
    news.addEventListener("changed", (event) => {
      if (known !== null && known !== event.data) part.dispatchEvent(new CustomEvent("changed"));
      known = event.data;
      part.dataset.state = "live";
    });
    // A browser comes back by itself; a page that cannot must not look as if it stood.
    news.addEventListener("error", () => {
      part.dataset.state = "waiting";
      if (lost && !waiting) waiting = setTimeout(() => { lost.hidden = false; }, 8000);
    });
    window.addEventListener("pagehide", () => news.close());
  };

  // Keyboard: one key each, never while somebody types.
  const entries = () => [...document.querySelectorAll("[data-entry]")];
  const step = (by) => {
    const all = entries();
    if (!all.length) return;
    const here = all.indexOf(document.activeElement.closest("[data-entry]"));
    const next = all[Math.min(all.length - 1, Math.max(0, here + by))];
    if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const open = () => {
    const entry = document.activeElement.closest("[data-entry]");
    (entry?.querySelector("a[data-open]") ?? entry?.querySelector("a[href]"))?.click();
  };
  const help = () => document.getElementById("keys")?.showModal();
  let went = 0;
  const keys = { "?": help, j: () => step(1), k: () => step(-1) };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === "g") { went = Date.now(); return; }
    if (Date.now() - went < 1500) {
      went = 0;
      const link = document.querySelector(`[data-letter="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); link.click(); return; }
    }
    if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (search) { event.preventDefault(); search.focus(); }
    } else if (event.key === "Enter" && document.activeElement.matches("[data-entry]")) {
      open();
    } else if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    } else {
      // A page's own key: a button or link with data-key, of the entry in focus or else of the page.
      const key = `[data-key="${CSS.escape(event.key)}"]`;
      const entry = document.activeElement.closest("[data-entry]");
      const act = entry?.querySelector(key) ?? document.querySelector(`main > ${key}, .acts ${key}`);
      if (act) { event.preventDefault(); act.click(); }
    }
  });

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-live]").forEach(follow);
    // On a phone the menu is wider than the page: the page that is open must be seen in it.
    document.querySelector(".menu [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
    document.querySelectorAll("[data-keys]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", help);
    });
  });

  // One menu open at a time, and none after a click elsewhere.
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.drop[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
})();
