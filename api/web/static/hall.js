// Keeps the hall current: at once when an event changes, and every few seconds for the states.
const root = document.body.dataset.root;
const cards = document.getElementById("cards");
const told = document.getElementById("lost");
let asked = false;

function lost(yes) {
  cards.classList.toggle("lost", yes);
  if (told) told.hidden = !yes;
}

async function load() {
  if (asked) return;
  asked = true;
  try {
    const answer = await fetch(`${root}${cards.dataset.source}`, { headers: { Accept: "text/html" } });
    if (answer.redirected) location.reload();
    else if (answer.ok) cards.innerHTML = await answer.text();
    lost(!answer.ok);
  } catch {
    lost(true);
  } finally {
    asked = false;
  }
}

const stream = new EventSource(`${root}/api/v1/events/stream`);
stream.addEventListener("change", load);
stream.addEventListener("reset", load);
setInterval(load, 5000);
