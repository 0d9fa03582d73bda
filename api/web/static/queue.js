// Decides by keyboard: a key presses its button, or goes to the words where it needs some.
const form = document.getElementById("decide");
const words = form?.querySelector("textarea");
let chosen = null;

const button = (key) => form?.querySelector(`button[data-key="${CSS.escape(key)}"]`);

function choose(found) {
  if (!("words" in found.dataset) || words.value.trim()) {
    form.requestSubmit(found);
    return;
  }
  chosen = found;
  form.querySelectorAll("button").forEach((other) => other.classList.toggle("main", other === found));
  words.required = true;
  words.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  const writing = event.target.matches("input, textarea, select");
  if (event.target === words && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit(chosen ?? form.querySelector("button[data-key]"));
  } else if (writing && event.key === "Escape") {
    event.target.blur();
  } else if (!writing && key === "n") {
    document.getElementById("next")?.click();
  } else if (!writing && key.length === 1 && button(key)) {
    event.preventDefault();
    choose(button(key));
  }
});
