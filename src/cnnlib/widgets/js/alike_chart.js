// A small chart: how alike neighbouring pixels are, over the share of pixels that are shuffled.

import { fixed } from "./format.js";
import { element } from "./stage.js";

const NAMESPACE = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [260, 132];
const [LEFT, RIGHT, TOP, BOTTOM] = [34, 238, 10, 104]; // of the plot within the picture
const [LOWEST, HIGHEST] = [-0.2, 1];

function chartElement(tag, attributes, text) {
  const node = document.createElementNS(NAMESPACE, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

const across = (share) => LEFT + ((RIGHT - LEFT) * share) / 100;
const down = (value) => BOTTOM - ((BOTTOM - TOP) * (Math.max(LOWEST, value) - LOWEST)) / (HIGHEST - LOWEST);

// `step` is the distance of the curve's points in percent.
export function createAlikeChart(step) {
  const picture = chartElement("svg", { class: "cnn-chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  for (const value of [0, 0.5, 1]) {
    picture.append(
      chartElement("line", { class: "cnn-chart-line", x1: LEFT, x2: RIGHT, y1: down(value), y2: down(value) }),
      chartElement("text", { x: LEFT - 6, y: down(value) + 4, "text-anchor": "end" }, String(value)),
    );
  }
  for (const share of [0, 50, 100]) {
    picture.append(chartElement("text", { x: across(share), y: HEIGHT - 10, "text-anchor": "middle" }, `${share} %`));
  }
  const curve = chartElement("path", { class: "cnn-chart-curve" });
  const point = chartElement("circle", { class: "cnn-chart-point", r: 4.5 });
  picture.append(curve, point);
  const title = element("span", { class: "cnn-grid-label" });
  return {
    node: element("div", { class: "cnn-alike" }, title, picture),
    update(values, share, value) {
      const path = values.map((height, k) => `${k ? "L" : "M"}${across(k * step).toFixed(1)} ${down(height).toFixed(1)}`).join("");
      if (curve.getAttribute("d") !== path) curve.setAttribute("d", path);
      point.setAttribute("cx", across(share));
      point.setAttribute("cy", down(value));
      const words = `Correlation of neighbours: ${fixed(value)}`;
      if (title.textContent !== words) title.textContent = words;
      const range = `from ${fixed(values[0])} at 0 % to ${fixed(values.at(-1))} at 100 % shuffled`;
      picture.setAttribute("aria-label", `${words} at ${share} %. The curve falls ${range}.`);
    },
  };
}
