// Pages on events and rules: a form that opens takes the cursor. Each can be read and used without this.
(() => {
  "use strict";
  document.addEventListener("toggle", (event) => {
    const opened = event.target;
    if (!(opened instanceof HTMLDetailsElement) || !opened.open || !opened.matches(".act, .more")) return;
    document.querySelectorAll("details.act[open]").forEach((other) => {
      if (other !== opened && opened.matches(".act")) other.open = false;
    });
    opened.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }, true);
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelector("details.act[open] [autofocus]")?.focus();
  });
})();
