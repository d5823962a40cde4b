/* What was typed in the last moments before leaving is kept too: a page that goes away sends the
   words that its form would have saved by itself a little later. */
(() => {
  const typed = new Map(); // form -> how many changes of it are not saved yet
  const begun = new WeakMap(); // form -> how many there were when it last began to save itself
  const keeper = (form) => form?.querySelector?.("[data-quiet][hx-post]");
  const keep = () => {
    for (const form of typed.keys()) {
      const quiet = form.isConnected && keeper(form);
      if (!quiet) continue;
      const words = [...new FormData(form)].filter(([, value]) => typeof value === "string");
      const headers = { "HX-Request": "true" };
      fetch(quiet.getAttribute("hx-post"), { method: "POST", keepalive: true, headers, body: new URLSearchParams(words) })
        .catch(() => { /* no connection: the browser may still bring the form back */ });
    }
    typed.clear();
  };
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (keeper(form)) typed.set(form, (typed.get(form) || 0) + 1);
  });
  document.addEventListener("submit", (event) => typed.delete(event.target), true);
  document.addEventListener("htmx:before:request", ({ target }) => {
    if (target.matches?.("[data-quiet]")) begun.set(target.closest("form"), typed.get(target.closest("form")));
  });
  document.addEventListener("htmx:after:request", ({ target }) => {
    const form = target.matches?.("[data-quiet]") && target.closest("form");
    if (form && typed.get(form) === begun.get(form)) typed.delete(form);
  });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(); });
  addEventListener("pagehide", keep);
})();
