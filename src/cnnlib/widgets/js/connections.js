// A layer over a row of pixels as a drawing: the colour of each edge tells which weight it carries.

import { element } from "./stage.js";
import { layerEdges, separated, weightHue } from "./counting.js";

const PIXELS = 8; // in the row
const [STEP, LEFT, TOP, BOTTOM, RADIUS] = [32, 18, 38, 130, 12.5];

export const DRAWN = { pixels: PIXELS, mostTaps: 5 };

function shape(tag, attributes, text = "") {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.textContent = text;
  return node;
}

const inputX = (index) => LEFT + index * STEP;
const outputX = (index, outputs) => LEFT + (index + (PIXELS - outputs) / 2) * STEP;

// The output's sum in symbols; a long one is cut short in the middle.
function sumOf(edges, output, bias) {
  const terms = edges.map(([, input, weight]) => `w${weight}·x${input}`);
  const shown = terms.length > 5 ? [terms[0], terms[1], "…", terms.at(-1)] : terms;
  return `y${output} = ${[...shown, bias].join(" + ")}`;
}

export function createConnections(stage, { kind, name, onPick }) {
  const heading = element("p", { class: "cnn-grid-label" });
  const picture = shape("svg", { viewBox: `0 0 260 ${BOTTOM + 26}`, "aria-hidden": "true" });
  const surface = element("div", { class: "cnn-connections-surface", role: "slider", tabindex: "0", "aria-valuemin": "0" }, picture);
  const sum = element("p", { class: "cnn-connections-sum" });
  const node = element("div", { class: "cnn-connections" }, heading, surface, sum);
  let [taps, outputs, edges] = [0, 0, []];
  let parts = { lines: [], names: [], outputs: [], pixels: [] };

  function build(kernel) {
    [taps, outputs, edges] = [kernel, PIXELS - kernel + 1, layerEdges(kind, PIXELS, kernel)];
    const count = 1 + Math.max(...edges.map(([, , weight]) => weight));
    const lines = edges.map(([output, input, weight]) => {
      const ends = { x1: inputX(input), y1: TOP, x2: outputX(output, outputs), y2: BOTTOM };
      const shade = count > 5 && weight % 2 ? "cnn-edge cnn-edge-odd" : "cnn-edge";
      return shape("line", { ...ends, class: shade, style: `--hue: ${weightHue(weight, count)}` });
    });
    const places = Array.from({ length: PIXELS }, (_, index) => index);
    const disc = (x, y, text, name) => {
      const group = shape("g", { class: name, transform: `translate(${x} ${y})` });
      group.append(shape("circle", { r: RADIUS }), shape("text", { y: 4.2 }, text));
      return group;
    };
    const pixels = places.map((index) => disc(inputX(index), TOP, `x${index}`, "cnn-disc"));
    const discs = places.slice(0, outputs).map((index) => disc(outputX(index, outputs), BOTTOM, `y${index}`, "cnn-disc cnn-disc-output"));
    const names = places.map((index) => shape("text", { class: "cnn-edge-name", x: inputX(index), y: TOP - RADIUS - 6 }));
    picture.replaceChildren(...lines, ...pixels, ...discs, ...names);
    parts = { lines, names, outputs: discs, pixels };
    const [biases, weights] = [kind === "convolution" ? 1 : outputs, count];
    const bold = element("b", {}, name);
    heading.replaceChildren(bold, `${separated(weights)} weight${weights > 1 ? "s" : ""}, ${biases} bias${biases > 1 ? "es" : ""}`);
    surface.setAttribute("aria-label", `${name}, output of the drawing`);
    surface.setAttribute("aria-valuemax", outputs - 1);
  }

  // The output whose disc is closest to a pointer.
  function pointed(event) {
    const box = picture.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * 260;
    return Math.max(0, Math.min(outputs - 1, Math.round((x - outputX(0, outputs)) / STEP)));
  }
  stage.listen(surface, "pointermove", (event) => onPick(pointed(event)));
  stage.listen(surface, "pointerdown", (event) => onPick(pointed(event)));
  const moves = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -PIXELS, End: PIXELS };
  let chosen = 0;
  stage.listen(surface, "keydown", (event) => {
    const move = moves[event.key];
    if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    onPick(Math.max(0, Math.min(outputs - 1, chosen + move)));
  });

  return {
    node,
    update(kernel, output) {
      if (kernel !== taps) build(kernel);
      chosen = Math.min(output, outputs - 1);
      const own = edges.filter(([end]) => end === chosen);
      const weightOf = new Map(own.map(([, input, weight]) => [input, `w${weight}`]));
      edges.forEach(([end], index) => parts.lines[index].classList.toggle("cnn-on", end === chosen));
      parts.outputs.forEach((disc, index) => disc.classList.toggle("cnn-on", index === chosen));
      parts.pixels.forEach((disc, index) => disc.classList.toggle("cnn-on", weightOf.has(index)));
      parts.names.forEach((text, index) => (text.textContent = weightOf.get(index) ?? ""));
      sum.textContent = sumOf(own, chosen, kind === "convolution" ? "b" : `b${chosen}`);
      surface.setAttribute("aria-valuenow", chosen);
      surface.setAttribute("aria-valuetext", `output ${chosen}: weights ${[...weightOf.values()].join(", ")}`);
    },
  };
}
