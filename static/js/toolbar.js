/* Marks around what is selected, and names, by buttons over the text. */
(() => {
  const put = (text, words, select) => {
    const start = text.selectionStart;
    text.focus();
    if (!document.execCommand("insertText", false, words)) { // keeps "undo"; where there is none:
      text.setRangeText(words, start, text.selectionEnd, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (select) text.setSelectionRange(start + select[0], start + select[1]);
  };
  const mark = (text, button) => {
    const chosen = text.value.slice(text.selectionStart, text.selectionEnd);
    const { around, each, before = around, after = around } = button.dataset;
    if (!each) return put(text, before + chosen + after, [before.length, before.length + chosen.length]);
    const rest = text.value.slice(0, text.selectionStart);
    put(text, (rest && !rest.endsWith("\n") ? "\n" : "") + chosen.split("\n").map((line) => each + line).join("\n"));
  };
  const ready = () => document.querySelectorAll(".tools[hidden]").forEach((tools) => {
    const text = tools.closest("form").elements.body;
    if (!text) return;
    text.before(tools);
    tools.hidden = false;
    tools.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) mark(text, button);
    });
    tools.addEventListener("change", ({ target }) => {
      const before = text.value.slice(0, text.selectionStart);
      if (target.value) put(text, (/\S$/.test(before) ? " @" : "@") + target.value + " ");
      target.value = "";
    });
  });
  ready();
  document.addEventListener("htmx:after:settle", ready);
})();
