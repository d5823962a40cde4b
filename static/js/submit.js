/* One press, one request: a form on its way is not sent again until it is back. What carries files
   takes longer on a slow line than a page does: it is waited for, and said. */
(() => {
  const PATIENCE = 15000; // ms; a dropped connection must not lock the form
  const PATIENCE_WITH_FILES = 900000; // 10 MB over 100 kbit/s
  const carries = (form) => [...form.elements].some((one) => one.files?.length);
  const say = (form, sending) => form.querySelector("[data-sending]")?.toggleAttribute("hidden", !sending);
  const free = (form) => {
    form.removeAttribute("aria-busy");
    say(form, false);
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.hasAttribute("aria-busy")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.setAttribute("aria-busy", "true");
    say(form, carries(form));
    setTimeout(free, carries(form) ? PATIENCE_WITH_FILES : PATIENCE, form);
  }, true);
  document.addEventListener("htmx:config:request", (event) => {
    const form = event.target; // not what saves its words beside it: that carries no file
    if (form.elements && carries(form)) event.detail.ctx.request.timeout = PATIENCE_WITH_FILES;
  });
  const freeAll = () => document.querySelectorAll("form[aria-busy]").forEach(free);
  document.addEventListener("htmx:finally:request", freeAll);
  addEventListener("pageshow", freeAll);
})();
