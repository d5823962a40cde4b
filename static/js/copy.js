/* A button with data-copy puts the text of that field on the clipboard; without script one selects it. */
document.querySelectorAll("[data-copy]").forEach((button) => {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); /* without TLS there is no clipboard */
    }
    button.textContent = document.getElementById("live").textContent = button.dataset.done;
  });
});
