// Curves as SVG whose numbers are text: axes with ticks, lines, and a cursor.

import { number } from "./format.js";
import { element } from "./stage.js";

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";
const EDGES = { left: 46, right: 12, top: 24, bottom: 46 };

function svgNode(tag, attributes = {}, text = null) {
  const node = document.createElementNS(SVG_NAMESPACE, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== null) node.textContent = text;
  return node;
}

// `update({ x, y, lines, strip, cursor, label })`: an axis is { from, to, ticks, title }, a line
// { points: [[x, y], …], kind } with `kind` a class name, a strip of colours under the axis
// [[from, to, colour], …], the cursor { x, y } with y possibly null.
export function createCurves(stage, { height = 212 } = {}) {
  const svg = svgNode("svg", { class: "cnn-curves", role: "img" });
  const [frame, cursor] = [svgNode("g"), svgNode("g")];
  svg.append(frame, cursor);
  const node = element("div", { class: "cnn-curves-box" }, svg);
  stage.listen(window, "resize", stage.redraw);
  let [drawn, width] = ["", 0];

  function drawFrame({ x, y, lines, strip = [] }, px, py) {
    const bottom = height - EDGES.bottom;
    const parts = [svgNode("text", { x: EDGES.left, y: 12 }, y.title)];
    for (const tick of y.ticks) {
      const at = py(tick);
      parts.push(svgNode("line", { x1: EDGES.left, x2: width - EDGES.right, y1: at, y2: at, class: tick === 0 ? "cnn-axis" : "cnn-tick" }));
      parts.push(svgNode("text", { x: EDGES.left - 6, y: at + 4, "text-anchor": "end" }, number(tick, 3)));
    }
    for (const [from, to, fill] of strip) {
      parts.push(svgNode("rect", { x: px(from), y: bottom + 1, width: px(to) - px(from) + 0.5, height: 7, fill }));
    }
    const below = strip.length ? 8 : 0;
    for (const tick of x.ticks) {
      parts.push(svgNode("line", { x1: px(tick), x2: px(tick), y1: bottom + below, y2: bottom + below + 4, class: "cnn-axis" }));
      parts.push(svgNode("text", { x: px(tick), y: bottom + below + 16, "text-anchor": "middle" }, number(tick)));
    }
    parts.push(svgNode("text", { x: (EDGES.left + width - EDGES.right) / 2, y: height - 6, "text-anchor": "middle" }, x.title));
    parts.push(...lines.map(({ points, kind }) => {
      const path = points.map(([a, b]) => `${px(a).toFixed(1)},${py(b).toFixed(1)}`).join(" ");
      return svgNode("polyline", { points: path, class: `cnn-line ${kind}` });
    }));
    frame.replaceChildren(...parts);
  }

  return {
    node,
    update(plot) {
      const { x, y } = plot;
      width = Math.max(280, Math.min(760, Math.round(node.clientWidth) || 560));
      const px = (value) => EDGES.left + ((value - x.from) / (x.to - x.from)) * (width - EDGES.left - EDGES.right);
      const py = (value) => EDGES.top + ((y.to - value) / (y.to - y.from)) * (height - EDGES.top - EDGES.bottom);
      const key = JSON.stringify([width, x, y, plot.lines]);
      if (key !== drawn) {
        svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
        drawFrame(plot, px, py);
        drawn = key;
      }
      const at = px(plot.cursor.x);
      const marks = [svgNode("line", { x1: at, x2: at, y1: EDGES.top, y2: height - EDGES.bottom, class: "cnn-cursor" })];
      if (plot.cursor.y !== null) marks.push(svgNode("circle", { cx: at, cy: py(plot.cursor.y), r: 4.5, class: "cnn-cursor-dot" }));
      cursor.replaceChildren(...marks);
      if (svg.getAttribute("aria-label") !== plot.label) svg.setAttribute("aria-label", plot.label);
    },
  };
}

// Ticks at round numbers that cover a range.
export function roundTicks(low, high, count = 4) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999));
  // A curve may hang over the last tick by a twentieth of a step.
  const first = Math.floor(low / step + 0.05);
  const last = Math.ceil(high / step - 0.05);
  return Array.from({ length: last - first + 1 }, (_, k) => Number(((first + k) * step).toPrecision(12)));
}
