// Orders audits, sends footage along, and keeps the list current while something runs.
const root = document.body.dataset.root;
const csrf = document.body.dataset.csrf;
const list = document.getElementById("list");
const order = document.getElementById("order");
const told = document.getElementById("told");
const sent = document.getElementById("sent");
const EVERY_MS = 2000;

async function load() {
  const answer = await fetch(`${root}/audits/list`, { headers: { Accept: "text/html" } });
  if (answer.redirected) location.reload();
  else if (answer.ok) list.innerHTML = await answer.text();
}

function say(text) {
  told.textContent = text;
  told.hidden = !text;
}

// The offset that the time zone of the hall has at a time on its clocks, such as +08:00.
function withOffset(local, zone) {
  const shown = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
  const parts = shown.formatToParts(new Date(`${local}Z`));
  const offset = parts.find((part) => part.type === "timeZoneName").value.replace("GMT", "");
  return `${local.length === 16 ? `${local}:00` : local}${offset || "Z"}`;
}

function wanted() {
  const fields = {};
  for (const name of ["camera_id", "start", "name_pattern"]) {
    const value = order.elements[name].value.trim();
    if (value) fields[name] = name === "start" ? withOffset(value, order.dataset.zone) : value;
  }
  return fields;
}

// With progress, which fetch does not tell for what it sends.
function send(body, type) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${root}/api/v1/audits`);
    request.setRequestHeader("X-CSRF-Token", csrf);
    if (type) request.setRequestHeader("Content-Type", type);
    request.upload.addEventListener("progress", (event) => {
      if (event.total) sent.textContent = `${order.dataset.sending} ${Math.round((100 * event.loaded) / event.total)} %`;
    });
    request.addEventListener("loadend", () => resolve(request));
    request.send(body);
  });
}

async function submit(event) {
  event.preventDefault();
  say("");
  const files = [...order.elements.files.files];
  const paths = (order.elements.paths?.value ?? "").split("\n").map((one) => one.trim()).filter(Boolean);
  if (!files.length && !paths.length) {
    say(order.dataset.nothing);
    return;
  }
  const button = order.querySelector("button.main");
  button.disabled = true;
  const answers = [];
  if (paths.length) answers.push(await send(JSON.stringify({ ...wanted(), paths }), "application/json"));
  if (files.length) {
    const form = new FormData();
    Object.entries(wanted()).forEach(([name, value]) => form.append(name, value));
    files.forEach((file) => form.append("files", file, file.name));
    answers.push(await send(form));
  }
  button.disabled = false;
  sent.textContent = "";
  const wrong = answers.find((answer) => answer.status !== 202);
  if (wrong) say(JSON.parse(wrong.responseText || "{}").detail ?? `${wrong.status}`);
  else order.reset();
  load();
}

async function cancel(button) {
  button.disabled = true;
  await fetch(`${root}/api/v1/audits/${button.dataset.cancel}/cancel`, { method: "POST", headers: { "X-CSRF-Token": csrf } });
  load();
}

order?.addEventListener("submit", submit);
order?.querySelectorAll("[data-offer]").forEach((one) => one.addEventListener("click", () => {
  const { paths } = order.elements;
  paths.value = `${paths.value.trimEnd()}\n${one.dataset.offer}`.trim();
}));
list.addEventListener("click", (event) => {
  if (event.target.dataset.cancel) cancel(event.target);
});
setInterval(() => { if (list.querySelector("[data-active]")) load(); }, EVERY_MS);
