// A curve plot in SVG with a cursor: both axes by any monotone scale, points as lines and dots.

import { element } from "./stage.js";

const NS = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [340, 190];
const BOX = { left: 40, right: 8, top: 10, bottom: 30 };

function svgPart(tag, attributes, ...children) {
  const node = document.createElementNS(NS, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

// Where a value lies between the ends of an axis, 0 to 1; what lies beyond is put on its end.
export function placeOn(value, { from, to, scale }) {
  const [low, high] = [scale(from), scale(to)];
  return Math.min(1, Math.max(0, (scale(value) - low) / (high - low)));
}

// `x` and `y` are { from, to, scale, ticks: [[value, text], …], label }; `lines` are
// { points: [[x, y], …], kind, dots }.
export function createScaledPlot() {
  const caption = element("span", { class: "cnn-grid-label" });
  const cursor = svgPart("line", { class: "cnn-curve-cursor", y1: BOX.top, y2: HEIGHT - BOX.bottom });
  const dot = svgPart("circle", { class: "cnn-curve-dot", r: 4 });
  const drawn = svgPart("g", {});
  const image = svgPart("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "cnn-run-plot" }, drawn, cursor, dot);
  const node = element("div", { class: "cnn-run-plot-box" }, caption, image);
  const across = (value, axis) => BOX.left + placeOn(value, axis) * (WIDTH - BOX.left - BOX.right);
  const down = (value, axis) => HEIGHT - BOX.bottom - placeOn(value, axis) * (HEIGHT - BOX.top - BOX.bottom);
  const fixed = (value) => value.toFixed(1);

  function axes(x, y) {
    const [bottom, right] = [HEIGHT - BOX.bottom, WIDTH - BOX.right];
    const parts = y.ticks.flatMap(([value, text]) => [
      svgPart("line", { class: "cnn-curve-grid", x1: BOX.left, x2: right, y1: fixed(down(value, y)), y2: fixed(down(value, y)) }),
      svgPart("text", { x: BOX.left - 5, y: fixed(down(value, y) + 4), "text-anchor": "end" }, text),
    ]);
    const below = x.ticks.map(([value, text]) => svgPart("text", { x: fixed(across(value, x)), y: bottom + 14, "text-anchor": "middle" }, text));
    return [...parts, ...below, svgPart("text", { x: right, y: bottom + 27, "text-anchor": "end" }, x.label)];
  }

  return {
    node,
    draw(x, y, lines) {
      const paths = lines.flatMap(({ points, kind, dots }) => {
        const places = points.map(([a, b]) => [fixed(across(a, x)), fixed(down(b, y))]);
        const path = svgPart("polyline", { class: `cnn-curve-line cnn-curve-${kind}`, points: places.map((pair) => pair.join()).join(" ") });
        if (!dots) return [path];
        return [path, ...places.map(([cx, cy]) => svgPart("circle", { class: `cnn-curve-point cnn-curve-${kind}`, cx, cy, r: 2.2 }))];
      });
      drawn.replaceChildren(...axes(x, y), ...paths);
    },
    mark(x, y, [a, b]) {
      for (const end of ["x1", "x2"]) cursor.setAttribute(end, fixed(across(a, x)));
      dot.setAttribute("cx", fixed(across(a, x)));
      dot.setAttribute("cy", fixed(down(b, y)));
    },
    label(text, description) {
      if (caption.textContent !== text) caption.textContent = text;
      image.setAttribute("aria-label", description);
    },
  };
}
