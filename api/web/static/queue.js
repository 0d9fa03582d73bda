// The review queue by keyboard: one key decides, or goes to the reason where one is needed.
const form = document.getElementById("decide");
const keys = { c: "confirmed", d: "dismissed", u: "upheld", o: "overturned", a: "appealed" };
let chosen = null;

function button(decision) {
  return form?.querySelector(`button[value="${decision}"]`);
}

function choose(decision) {
  const found = button(decision);
  if (!found) return;
  const words = form.elements.reason;
  if (decision === "confirmed" || words.value.trim()) {
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
  const writing = event.target.matches("input, textarea, select");
  if (writing && event.key === "Enter" && !event.shiftKey && !event.isComposing && form) {
    event.preventDefault();
    form.requestSubmit(chosen ?? form.querySelector("button"));
  } else if (writing && event.key === "Escape") {
    event.target.blur();
  } else if (!writing && event.key.toLowerCase() === "n") {
    document.getElementById("next")?.click();
  } else if (!writing && keys[event.key.toLowerCase()]) {
    event.preventDefault();
    choose(keys[event.key.toLowerCase()]);
  }
});
