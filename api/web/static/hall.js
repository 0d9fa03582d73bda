// Keeps the hall current: at once when an event changes, and every few seconds for the states.
const root = document.body.dataset.root;
const cards = document.getElementById("cards");
let asked = false;

async function load() {
  if (asked) return;
  asked = true;
  try {
    const answer = await fetch(`${root}/hall/cards`, { headers: { Accept: "text/html" } });
    if (answer.redirected) location.reload();
    else if (answer.ok) cards.innerHTML = await answer.text();
    cards.classList.toggle("lost", !answer.ok);
  } catch {
    cards.classList.add("lost");
  } finally {
    asked = false;
  }
}

const stream = new EventSource(`${root}/api/v1/events/stream`);
stream.addEventListener("change", load);
stream.addEventListener("reset", load);
setInterval(load, 5000);
