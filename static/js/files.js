/* A file that is too large is told of before it travels; a photo asks for its words at once. */
document.addEventListener("change", (event) => {
  const box = event.target.closest(".one-file");
  if (!box) return;
  const [input, words, plain] = box.querySelectorAll("input");
  const file = input.files[0];
  input.setCustomValidity(file && file.size > input.dataset.most ? input.dataset.tooLarge : "");
  if (event.target === input) input.reportValidity();
  words.required = Boolean(file?.type.startsWith("image/")) && !plain.checked;
});
