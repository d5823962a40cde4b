/* Marks a thread as read when its end has been in view for a second. Without this, its button does. */
(() => {
  if (!window.htmx || !window.IntersectionObserver) return;
  const SEEN = 1000; // ms
  const waiting = new WeakMap();
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(waiting.get(target));
      if (!isIntersecting) continue;
      waiting.set(target, setTimeout(() => {
        seen.unobserve(target);
        if (target.isConnected && !document.hidden) target.requestSubmit();
      }, SEEN));
    }
  });
  const watch = () => document.querySelectorAll("form[data-read]").forEach((form) => seen.observe(form));
  watch();
  document.addEventListener("htmx:after:settle", watch);
})();
