// Polygons in shares of a picture: what the post editor knows of geometry.
export const round = (value) => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;

export function crosses(post) {
  const turn = (a, b, c) => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
  const edges = post.map((point, index) => [point, post[(index + 1) % post.length]]);
  return edges.some(([a, b], i) => edges.some(([c, d], j) => {
    const apart = (j - i + edges.length) % edges.length;
    if (apart < 2 || apart === edges.length - 1) return false;
    return turn(a, b, c) * turn(a, b, d) <= 0 && turn(c, d, a) * turn(c, d, b) <= 0;
  }));
}

export function nearestEdge(post, [x, y]) {
  const far = post.map((a, index) => {
    const b = post[(index + 1) % post.length];
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const along = Math.min(1, Math.max(0, ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(a[0] + along * dx - x, a[1] + along * dy - y);
  });
  const index = far.indexOf(Math.min(...far));
  return { index, distance: far[index] };
}

export function nearestCorner(post, [x, y]) {
  const far = post.map(([a, b]) => Math.hypot(a - x, b - y));
  const index = far.indexOf(Math.min(...far));
  return { index, distance: far[index] };
}

export function middle(post, index) {
  const [a, b] = [post[index], post[(index + 1) % post.length]];
  return [round((a[0] + b[0]) / 2), round((a[1] + b[1]) / 2)];
}

export function heightOf(post) {
  const heights = post.map(([, y]) => y);
  return Math.max(...heights) - Math.min(...heights);
}
