/* A file that is too large is told of before it travels; a photo asks for its words at once,
   and no preview waits for them. */
function askForWords(box, asking) {
  const [input, words, plain] = [".input[type=file]", "[name^=alt_]", "[name^=decorative_]"].map((which) => box.querySelector(which));
  const photo = input.files[0]?.type.startsWith("image/");
  words.required = asking && Boolean(photo) && !plain.checked;
  return input;
}
document.addEventListener("change", (event) => {
  const box = event.target.closest(".one-file");
  if (!box) return;
  const input = askForWords(box, true);
  const file = input.files[0];
  input.setCustomValidity(file && file.size > input.dataset.most ? input.dataset.tooLarge : "");
  if (event.target === input) input.reportValidity();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  for (const box of button?.form?.querySelectorAll(".one-file") ?? []) askForWords(box, button.name !== "preview");
});
