// Draws the posts of a camera over what it sees now, and stores them where one may.
import { crosses, heightOf, middle, nearestCorner, nearestEdge, round } from "./polygon.js";

const SVG = "http://www.w3.org/2000/svg";
const NEAR = 0.02;
const api = `${document.body.dataset.root}/api/v1`;
const at = (id) => document.getElementById(id);
const setup = JSON.parse(at("editor")?.dataset.setup ?? "null");
const [svg, picture, choice, saving] = ["drawing", "picture", "window", "save"].map(at);
let size = { width: 1600, height: 900 };
let held = null;
let version = null;

const current = () => setup.windows.find((one) => one.id === choice.value);

function make(name, attributes) {
  const made = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  svg.append(made);
  return made;
}

const shown = (post) => post.map(([x, y]) => `${x * size.width},${y * size.height}`).join(" ");

function draw() {
  const chosen = current();
  const px = size.width / (svg.clientWidth || size.width);
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  for (const one of setup.windows.filter((other) => other.camera === chosen.camera)) {
    make("polygon", { points: shown(one.post), class: one === chosen ? "post chosen" : "post" });
    const label = make("text", { x: one.post[0][0] * size.width, y: one.post[0][1] * size.height - 6 * px, "font-size": 16 * px, "stroke-width": 4 * px });
    label.textContent = one.id;
  }
  chosen.post.forEach(([x, y], index) => {
    const corner = make("circle", { cx: x * size.width, cy: y * size.height, r: 9 * px, tabindex: 0, class: "corner" });
    corner.dataset.index = index;
    corner.setAttribute("aria-label", `${setup.texts.corner} ${index + 1}: ${x}, ${y}`);
  });
  tell(chosen);
}

function tell(chosen) {
  const bad = chosen.post.length < 3 || crosses(chosen.post);
  const verdict = at("verdict");
  verdict.textContent = bad ? setup.texts.bad : setup.texts.ok;
  verdict.className = bad ? "tag confirmed" : "tag dismissed";
  if (saving) saving.disabled = bad || version === null || !chosen.changed;
  const heightPx = heightOf(chosen.post) * size.height;
  at("height").textContent = picture.hidden ? "–" : Math.round(heightPx);
  for (const target of setup.targets) {
    const [spans, needs, answer] = document.querySelectorAll(`#support [data-rule="${target.rule_id}"] td`);
    needs.textContent = target.min_px;
    if (picture.hidden) continue; // without a picture nobody knows its size
    const found = (heightPx / setup.post_height_m) * target.size_m;
    const enough = found >= target.min_px;
    spans.textContent = found.toFixed(0);
    answer.textContent = enough ? `✓ ${setup.texts.yes}` : `✗ ${setup.texts.no}`;
    answer.className = enough ? "yes" : "no";
  }
  const points = chosen.post.map(([x, y]) => `[${x.toFixed(3)}, ${y.toFixed(3)}]`).join(", ");
  at("yaml").textContent = `- {id: ${chosen.id}, camera: ${chosen.camera}, post: [${points}]}`;
}

function changed() {
  current().changed = true;
  say("");
  draw();
}

function say(text, bad = false) {
  const told = at("told");
  told.textContent = text;
  told.hidden = !text;
  told.className = bad ? "notice bad" : "notice";
}

const detailOf = async (answer) => (await answer.json().catch(() => ({}))).detail ?? `${answer.status}`;

async function look() {
  const camera = current().camera;
  const told = at("nopicture");
  told.hidden = true;
  try {
    const answer = await fetch(`${api}/cameras/${camera}/snapshot`, { cache: "no-store" });
    if (camera !== current().camera) return;
    if (answer.ok) show(await answer.blob());
    else throw new Error(await detailOf(answer));
  } catch (error) {
    picture.hidden = true;
    told.textContent = `${setup.texts.nopicture} (${error.message})`;
    told.hidden = false;
    draw();
  }
}

function show(file) {
  URL.revokeObjectURL(picture.src);
  picture.src = URL.createObjectURL(file);
}

async function learnVersion() {
  const answer = await fetch(`${api}/site`, { headers: { Accept: "application/json" } });
  version = answer.ok ? answer.headers.get("ETag") : null;
  if (!answer.ok) say(await detailOf(answer), true);
  draw();
  return answer.ok ? answer.json() : null;
}

const send = (method, path, body) => fetch(`${api}${path}`, {
  method,
  headers: { "Content-Type": "application/json", "If-Match": version, "X-CSRF-Token": document.body.dataset.csrf },
  body: JSON.stringify(body),
});

async function save() {
  const { id, name, camera, post, fresh } = current();
  saving.disabled = true;
  const site = fresh ? await learnVersion() : null;
  const answer = site
    ? await send("PUT", "/site", { ...site, windows: [...site.windows, { id, name, camera, post }] })
    : await send("PATCH", `/site/windows/${id}`, { post });
  if (answer.ok) {
    version = answer.headers.get("ETag");
    Object.assign(current(), { changed: false, fresh: false });
    say(setup.texts.saved);
  } else {
    say(answer.status === 412 ? setup.texts.stale : await detailOf(answer), true);
  }
  draw();
}

function place(event) {
  const box = svg.getBoundingClientRect();
  return [round((event.clientX - box.left) / box.width), round((event.clientY - box.top) / box.height)];
}

function drop(index) {
  if (current().post.length <= 3) return;
  current().post.splice(index, 1);
  changed();
}

function grab(event) {
  const { post } = current();
  const point = place(event);
  const edge = nearestEdge(post, point);
  if (event.target.dataset.index !== undefined) held = Number(event.target.dataset.index);
  else if (edge.distance < NEAR) {
    held = edge.index + 1;
    post.splice(held, 0, point);
    changed();
  } else return;
  svg.setPointerCapture(event.pointerId);
}

function byKey(event) {
  const index = event.target.dataset.index === undefined ? NaN : Number(event.target.dataset.index);
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (Number.isNaN(index)) return;
  const { post } = current();
  if (step) {
    const by = event.shiftKey ? 0.02 : 0.005;
    post[index] = [round(post[index][0] + step[0] * by), round(post[index][1] + step[1] * by)];
  } else if (event.key === "+" || event.key === "Insert") {
    post.splice(index + 1, 0, middle(post, index));
  } else if (event.key === "Delete" || event.key === "Backspace") {
    drop(index);
  } else return;
  event.preventDefault();
  changed();
  svg.querySelector(`[data-index="${Math.min(index, post.length - 1)}"]`).focus();
}

function addWindow(event) {
  event.preventDefault();
  const { id, name, camera } = Object.fromEntries(new FormData(event.target));
  if (setup.windows.some((one) => one.id === id)) {
    say(`${id}: ${setup.texts.taken}`, true);
    return;
  }
  const post = [[0.4, 0.3], [0.6, 0.3], [0.6, 0.8], [0.4, 0.8]];
  setup.windows.push({ id, name, camera, post, fresh: true });
  choice.append(new Option(`${id} ${name} (${camera})`, id));
  choice.value = id;
  event.target.reset();
  event.target.closest("details").open = false;
  changed();
  look();
}

function start() {
  svg.addEventListener("pointerdown", grab);
  svg.addEventListener("pointermove", (event) => {
    if (held === null) return;
    current().post[held] = place(event);
    changed();
  });
  svg.addEventListener("pointerup", () => { held = null; });
  svg.addEventListener("dblclick", (event) => {
    const corner = nearestCorner(current().post, place(event));
    if (corner.distance < NEAR) drop(corner.index);
  });
  svg.addEventListener("keydown", byKey);
  choice.addEventListener("change", () => { say(""); draw(); look(); });
  at("again").addEventListener("click", look);
  at("file").addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (file) show(file);
  });
  picture.addEventListener("load", () => {
    picture.hidden = false;
    at("nopicture").hidden = true;
    size = { width: picture.naturalWidth, height: picture.naturalHeight };
    draw();
  });
  saving?.addEventListener("click", save);
  at("add")?.addEventListener("submit", addWindow);
  addEventListener("resize", draw);
  addEventListener("beforeunload", (event) => {
    if (saving && setup.windows.some((one) => one.changed)) event.preventDefault();
  });
  draw();
  look();
  if (saving) learnVersion();
}

if (setup) start();
