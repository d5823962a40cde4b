/* A branch somebody closed stays closed in this browser. */
(() => {
  const usual = new WeakMap();
  const place = (details) => "details:" + details.dataset.remember;
  const restore = (root) => {
    for (const details of root.querySelectorAll("details[data-remember]")) {
      if (usual.has(details)) continue;
      usual.set(details, details.open);
      try {
        const kept = localStorage.getItem(place(details));
        if (kept) details.open = kept === "open";
      } catch { /* storage refused: nothing is remembered */ }
    }
  };
  document.addEventListener("toggle", (event) => {
    const details = event.target;
    if (!usual.has(details)) return;
    try {
      if (details.open === usual.get(details)) localStorage.removeItem(place(details));
      else localStorage.setItem(place(details), details.open ? "open" : "closed");
    } catch { /* as above */ }
  }, true);
  // a link to a post inside a closed branch opens the branch
  const reveal = () => {
    const post = location.hash && document.getElementById(location.hash.slice(1));
    for (let up = post && post.parentElement; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    if (post) post.scrollIntoView();
  };
  restore(document);
  reveal();
  addEventListener("hashchange", reveal);
  document.addEventListener("htmx:after:settle", () => restore(document));
})();
