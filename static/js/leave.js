/* A form saves itself; here is what happens when it could not. A page that goes away sends the
   words that would have been saved a little later; without a connection, or signed out meanwhile,
   the form says so, and tries again when the connection is back. */
(() => {
  const typed = new Map(); // form -> how many changes of it are not saved yet
  const begun = new WeakMap(); // form -> how many there were when it last began to save itself
  const keeper = (form) => form?.querySelector?.("[data-quiet][hx-post]");
  const AGAIN = 10000; // ms, while the browser believes in its connection and the server is not met
  const say = (quiet, what) => { quiet.textContent = quiet.dataset[what]; };
  const again = () => {
    for (const form of typed.keys()) if (form.isConnected) form.querySelector("textarea")?.dispatchEvent(new Event("input", { bubbles: true }));
  };
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
  document.addEventListener("htmx:after:request", ({ target, detail }) => {
    const form = target.matches?.("[data-quiet]") && target.closest("form");
    if (!form) return;
    if (detail.ctx.response.status === 204) say(target, "ended"); // nobody is signed in
    else if (detail.ctx.response.status >= 500) lost(target);
    else if (typed.get(form) === begun.get(form)) typed.delete(form);
  });
  const lost = (quiet) => {
    say(quiet, "lost");
    setTimeout(again, AGAIN);
  };
  document.addEventListener("htmx:error", ({ target, detail }) => {
    if (target.matches?.("[data-quiet]") && detail.ctx && detail.error?.name !== "AbortError") lost(target);
  });
  addEventListener("online", again);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(); });
  addEventListener("pagehide", keep);
})();
