/* Quotes what was selected in the post; with nothing selected the server's quote stays. */
(() => {
  let chosen = "";
  const take = (event) => {
    const link = event.target.closest("[data-quote]");
    if (!link) return;
    const selected = getSelection(), words = link.closest("article").querySelector(".prose");
    const inside = selected.rangeCount && words && words.contains(selected.getRangeAt(0).commonAncestorContainer);
    if (inside && String(selected).trim()) chosen = String(selected).trim();
    else if (event.type === "pointerdown") chosen = "";
  };
  document.addEventListener("pointerdown", take, true); // a press takes the selection away
  document.addEventListener("click", take, true);
  document.addEventListener("htmx:after:settle", (event) => {
    if (!chosen) return;
    for (const part of event.detail.newContent || []) {
      const text = part.querySelector?.("textarea[name=body]");
      if (!text) continue;
      const lines = chosen.split("\n").map((line) => ("> " + line.trim()).trim()).join("\n");
      const whole = text.value.trimEnd().split("\n");
      let first = whole.length; // of the server's quote: who, an empty line, the words
      while (first && whole[first - 1].startsWith(">")) first -= 1;
      if (first < whole.length) text.value = [...whole.slice(0, first + 2), lines, "", ""].join("\n");
      chosen = "";
      text.setSelectionRange(text.value.length, text.value.length);
    }
  });
})();
