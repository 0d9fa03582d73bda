// Goes to the line of a mistake in the text.
const text = document.getElementById("text");

function go(line) {
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  text.focus();
  text.setSelectionRange(start, start + lines[line - 1].length);
  text.scrollTop = Math.max(0, (line - 5) * (text.scrollHeight / lines.length));
}

document.querySelectorAll("[data-line]").forEach((link) => {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    go(Number(link.dataset.line));
  });
});
