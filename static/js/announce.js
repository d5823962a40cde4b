/* Says what happened to people who can't see it, and shows it when a request failed. */
(() => {
  const live = document.getElementById("live");
  if (!live) return;
  const say = (text, shown) => {
    live.className = shown ? "toast" : "sr";
    live.textContent = "";
    setTimeout(() => { live.textContent = text; }, 50);
    if (shown) setTimeout(() => { live.className = "sr"; }, 10000);
  };
  document.addEventListener("htmx:after:settle", (event) => {
    for (const part of event.detail.newContent || []) {
      const told = part.closest && (part.matches("[data-announce]") ? part : part.querySelector("[data-announce]"));
      if (told) say(told.dataset.announce);
    }
  });
  document.addEventListener("htmx:error", (event) => {
    if (!event.target.dataset || !("quiet" in event.target.dataset)) say(live.dataset.offline, true);
  });
  document.addEventListener("htmx:response:error", (event) => {
    if (event.detail.ctx.response.status >= 500 && !("quiet" in (event.target.dataset || {}))) say(live.dataset.fault, true);
  });
})();
