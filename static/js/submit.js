/* One press, one request: a form on its way is not sent again until it is back. */
(() => {
  const PATIENCE = 15000; // ms; a dropped connection must not lock the form
  const free = (form) => form.removeAttribute("aria-busy");
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.hasAttribute("aria-busy")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.setAttribute("aria-busy", "true");
    setTimeout(free, PATIENCE, form);
  }, true);
  const freeAll = () => document.querySelectorAll("form[aria-busy]").forEach(free);
  document.addEventListener("htmx:finally:request", freeAll);
  addEventListener("pageshow", freeAll);
})();
