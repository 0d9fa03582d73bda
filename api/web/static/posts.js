// Draws the posts of a camera over a still picture; nothing leaves this page.
const editor = document.getElementById("editor");
const setup = JSON.parse(editor?.dataset.setup ?? "null");
const svg = document.getElementById("drawing");
const picture = document.getElementById("picture");
const choice = document.getElementById("window");
const SVG = "http://www.w3.org/2000/svg";
let size = { width: 1600, height: 900 };
let held = null;

const current = () => setup.windows.find((one) => one.id === choice.value);
const round = (value) => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;

function make(name, attributes) {
  const made = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  svg.append(made);
  return made;
}

const shown = (post) => post.map(([x, y]) => `${x * size.width},${y * size.height}`).join(" ");

function draw() {
  const chosen = current();
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  for (const one of setup.windows.filter((other) => other.camera === chosen.camera)) {
    make("polygon", { points: shown(one.post), class: one === chosen ? "post chosen" : "post" });
    const label = make("text", { x: one.post[0][0] * size.width, y: one.post[0][1] * size.height - size.height / 90, "font-size": size.height / 28 });
    label.textContent = one.id;
  }
  chosen.post.forEach(([x, y], index) => {
    const corner = make("circle", { cx: x * size.width, cy: y * size.height, r: size.width / 110, tabindex: 0, class: "corner" });
    corner.dataset.index = index;
    corner.setAttribute("aria-label", `${index + 1}: ${x}, ${y}`);
  });
  tell(chosen);
}

function crosses(post) {
  const turn = (a, b, c) => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
  const edges = post.map((point, index) => [point, post[(index + 1) % post.length]]);
  return edges.some(([a, b], i) => edges.some(([c, d], j) => {
    const apart = (j - i + edges.length) % edges.length;
    if (apart < 2 || apart === edges.length - 1) return false;
    return turn(a, b, c) * turn(a, b, d) <= 0 && turn(c, d, a) * turn(c, d, b) <= 0;
  }));
}

function tell(chosen) {
  const bad = chosen.post.length < 3 || crosses(chosen.post);
  const verdict = document.getElementById("verdict");
  verdict.textContent = bad ? editor.dataset.bad : editor.dataset.good;
  verdict.className = bad ? "tag confirmed" : "tag excellent";
  const heights = chosen.post.map(([, y]) => y);
  const heightPx = (Math.max(...heights) - Math.min(...heights)) * size.height;
  document.getElementById("height").textContent = picture.hidden ? "–" : Math.round(heightPx);
  for (const target of setup.targets) {
    const cells = document.querySelectorAll(`#support [data-rule="${target.rule_id}"] td`);
    if (!cells.length || picture.hidden) continue; // without a picture nobody knows its size
    const spans = (heightPx / setup.post_height_m) * target.size_m;
    cells[0].textContent = spans.toFixed(0);
    cells[1].textContent = target.min_px;
    cells[2].textContent = spans >= target.min_px ? `✓ ${editor.dataset.yes}` : `✗ ${editor.dataset.no}`;
    cells[2].className = spans >= target.min_px ? "yes" : "no";
  }
  const points = chosen.post.map(([x, y]) => `[${x.toFixed(3)}, ${y.toFixed(3)}]`).join(", ");
  document.getElementById("yaml").textContent = `- {id: ${chosen.id}, camera: ${chosen.camera}, post: [${points}]}`;
}

function place(event) {
  const box = svg.getBoundingClientRect();
  return [round((event.clientX - box.left) / box.width), round((event.clientY - box.top) / box.height)];
}

function nearestEdge(post, [x, y]) {
  const far = post.map((a, index) => {
    const b = post[(index + 1) % post.length];
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const along = Math.min(1, Math.max(0, ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(a[0] + along * dx - x, a[1] + along * dy - y);
  });
  const index = far.indexOf(Math.min(...far));
  return { index, distance: far[index] };
}

if (setup) {
  svg.addEventListener("pointerdown", (event) => {
    const index = event.target.dataset.index;
    if (index !== undefined) {
      held = Number(index);
      svg.setPointerCapture(event.pointerId);
      return;
    }
    const point = place(event);
    const edge = nearestEdge(current().post, point);
    if (edge.distance < 0.02) {
      current().post.splice(edge.index + 1, 0, point);
      held = edge.index + 1;
      svg.setPointerCapture(event.pointerId);
      draw();
    }
  });
  svg.addEventListener("pointermove", (event) => {
    if (held === null) return;
    current().post[held] = place(event);
    draw();
  });
  svg.addEventListener("pointerup", () => { held = null; });
  svg.addEventListener("dblclick", (event) => {
    const { index, distance } = current().post.map((point, at) => ({ index: at, distance: Math.hypot(point[0] - place(event)[0], point[1] - place(event)[1]) })).sort((a, b) => a.distance - b.distance)[0];
    if (distance < 0.02 && current().post.length > 3) current().post.splice(index, 1);
    draw();
  });
  svg.addEventListener("keydown", (event) => {
    const index = event.target.dataset.index;
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (index === undefined || !step) return;
    event.preventDefault();
    const by = event.shiftKey ? 0.02 : 0.005;
    const [x, y] = current().post[index];
    current().post[index] = [round(x + step[0] * by), round(y + step[1] * by)];
    draw();
    svg.querySelector(`[data-index="${index}"]`).focus();
  });
  choice.addEventListener("change", draw);
  document.getElementById("file").addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (file) picture.src = URL.createObjectURL(file);
  });
  picture.addEventListener("load", () => {
    picture.hidden = false;
    size = { width: picture.naturalWidth, height: picture.naturalHeight };
    draw();
  });
  draw();
}
