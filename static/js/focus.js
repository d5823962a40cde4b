/* After a swap the focus goes where the eye should: an error, a form that opened, what was marked.
   A form given up in its place goes, and the focus is back on what opened it. */
(() => {
  const WANTED = ["[data-focus]", ".errors", "[autofocus]"];
  const find = (parts, wanted) => {
    for (const part of parts) {
      if (!part.matches) continue;
      const found = part.matches(wanted) ? part : part.querySelector(wanted);
      if (found) return found;
    }
    return null;
  };
  document.addEventListener("htmx:after:settle", (event) => {
    for (const wanted of WANTED) {
      const found = find(event.detail.newContent || [], wanted);
      if (!found) continue;
      if (!found.matches("a, button, input, select, textarea")) found.tabIndex = -1;
      found.focus();
      return;
    }
  });
  let opener = null;
  document.addEventListener("click", (event) => {
    opener = event.target.closest('[hx-target="next .slot"]') || opener;
    const cancel = event.target.closest(".slot [data-cancel]");
    if (!cancel || !opener?.isConnected) return;
    event.preventDefault();
    const empty = document.createElement("div");
    empty.className = "slot";
    cancel.closest(".slot").replaceWith(empty);
    opener.focus();
  });
  const summary = document.querySelector(".errors");
  if (summary) summary.focus();
})();
