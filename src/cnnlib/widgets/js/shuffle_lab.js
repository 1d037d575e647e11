// A digit whose pixels are shuffled by one fixed permutation: what a dense layer makes of it, what
// a neighbourhood of 3×3 pixels makes of it, and how alike neighbours still are.

import { correlate2d, extent, fromNested, matrix } from "./tensor.js";
import { countAnswers, denseOutputs, neighbourCorrelation, permutationOf, rearrange, shuffledCount } from "./shuffling.js";
import { fixed, number } from "./format.js";
import { element, mountStage } from "./stage.js";
import { createPicture, diverging, grey, tint } from "./picture.js";
import { createAlikeChart } from "./alike_chart.js";

const SIDE = 28;
const PIXELS = SIDE * SIDE;
const CHART_STEP = 5; // percent

// A pixel of the marked neighbourhood: its grey in yellow.
const marked = (value) => tint(0.62 + 0.38 * value, 0) | tint(0.47 + 0.46 * value, 1) | tint(0.55 * value, 2);

function render({ model, el }) {
  return mountStage(model, el, (stage) => {
    const inside = (value) => Math.max(1, Math.min(SIDE - 2, value));
    const onPoint = (row, col) => stage.set({ row: inside(row), col: inside(col) });
    const onMove = (dRow, dCol) => onPoint(stage.get("row") + dRow, stage.get("col") + dCol);
    const before = createPicture(stage, { onPoint, onMove });
    const [after, weightMap, detected] = [0, 1, 2].map(() => createPicture(stage, {}));
    const pictures = [before, after, weightMap, detected].map(({ node }) => node);
    const outputs = createOutputs();
    const chart = createAlikeChart(CHART_STEP);
    stage.root.append(
      element("div", { class: "cnn-row cnn-pictures cnn-shuffle-pictures" }, ...pictures),
      element("div", { class: "cnn-row cnn-shuffle-numbers" }, outputs.node, chart.node),
    );
    const layer = readLayer(stage);

    let shown = stage.get("digit");
    function followDigit() {
      if (stage.get("digit") === shown) return;
      shown = stage.get("digit");
      stage.set({ unit: shown });
    }

    // The curve of the chart changes with the digit and the permutation only.
    let curve = { key: null, values: [] };
    function correlations(x, seed, key) {
      if (curve.key === key) return curve.values;
      const values = Array.from({ length: 100 / CHART_STEP + 1 }, (_, k) =>
        neighbourCorrelation(rearrange(x, permutationOf(PIXELS, shuffledCount(PIXELS, CHART_STEP * k), seed))));
      curve = { key, values };
      return values;
    }

    function compute() {
      const [share, seed, alike] = ["share", "seed", "alike"].map(stage.get);
      const x = layer.image(stage.get("choices").digit.indexOf(stage.get("digit")));
      const order = permutationOf(PIXELS, shuffledCount(PIXELS, share), seed);
      const y = rearrange(x, order);
      const kernel = fromNested(stage.get("kernels")[stage.get("detector")]);
      return {
        x, y, order, share, seed, alike,
        moved: order.reduce((count, from, place) => count + (from !== place), 0),
        plain: denseOutputs(x, layer.weights, layer.scale, layer.bias),
        now: denseOutputs(y, layer.weights, layer.scale, layer.bias, alike ? order : null),
        maps: [x, y].map((picture) => correlate2d(picture, kernel)),
        neighbours: [x, y].map(neighbourCorrelation),
      };
    }

    function paint(state) {
      const { x, y, order, share, alike, maps } = state;
      const [digit, unit, row, col] = ["digit", "unit", "row", "col"].map(stage.get);
      const near = (place) => Math.abs(Math.floor(place / SIDE) - row) <= 1 && Math.abs((place % SIDE) - col) <= 1;
      before.paint(x, grey);
      before.place(row - 1, col - 1, 3, 3);
      before.label(`The digit ${digit}`,
        `A handwritten ${digit}. The marked neighbourhood is at row ${row}, column ${col}; arrow keys move it, with Shift by ten pixels.`);
      after.paint(y, (value, place) => (near(order[place]) ? marked(value) : grey(value)));
      after.label(`${share} % shuffled`, `The digit with ${share} % of its pixels shuffled; the nine marked pixels in yellow.`);
      const own = matrix(SIDE, SIDE, layer.weightsOf(unit));
      const [low, high] = extent(own.data);
      const peak = Math.max(-low, high);
      weightMap.paint(alike ? rearrange(own, order) : own, (value) => diverging(value / peak));
      weightMap.label(`Weights of output ${unit}`,
        `The weights of output ${unit}, one for each pixel, ${alike ? "moved along with the pixels" : "left in place"}.`);
      const signed = stage.get("detector").includes("minus");
      detected.paint(maps[1], signed ? diverging : grey);
      detected.label(`3×3: strong at ${countAnswers(maps[1])} places`,
        `The ${stage.get("detector")} of each neighbourhood of the shuffled digit.`);
    }

    return function draw() {
      followDigit();
      const state = compute();
      paint(state);
      outputs.update(state);
      const curveKey = `${stage.get("digit")} ${state.seed}`;
      chart.update(correlations(state.x, state.seed, curveKey), state.share, state.neighbours[1]);
      return sentence(stage, state);
    };
  });
}

// The images and the dense layer, unpacked from their bytes.
function readLayer(stage) {
  const bytes = (name, Kind) => {
    const { buffer, byteOffset, byteLength } = stage.get(name);
    return new Kind(buffer, byteOffset, byteLength);
  };
  const [images, weights] = [bytes("images", Uint8Array), bytes("weights", Int8Array)];
  return {
    weights,
    scale: stage.get("scale"),
    bias: stage.get("bias"),
    image: (index) => matrix(SIDE, SIDE, Float64Array.from(images.subarray(index * PIXELS, (index + 1) * PIXELS), (value) => value / 255)),
    weightsOf: (unit) => Float64Array.from(weights.subarray(unit * PIXELS, (unit + 1) * PIXELS)),
  };
}

const largest = (values) => values.indexOf(Math.max(...values));
const gap = ({ plain, now }) => Math.max(...plain.map((value, k) => Math.abs(value - now[k])));

// A difference that is only rounding, such as 1.8·10⁻¹⁵, or one that isn't.
function sizeOf(difference) {
  if (difference === 0) return "0";
  if (difference > 1e-6) return number(difference);
  const [digits, exponent] = difference.toExponential(1).split("e-");
  return `${digits}·10⁻${[...exponent].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join("")}`;
}

// The ten outputs before and after, the largest of each marked.
function createOutputs() {
  const units = Array.from({ length: 10 }, (_, unit) => element("th", { scope: "col" }, String(unit)));
  const rows = ["before", "now"].map((name) => {
    const cells = Array.from({ length: 10 }, () => element("td"));
    return { cells, node: element("tr", {}, element("th", { scope: "row" }, name), ...cells) };
  });
  const title = element("caption", { class: "cnn-grid-label" });
  const head = element("tr", {}, element("th", { scope: "col" }, "output"), ...units);
  const node = element("table", { class: "cnn-outputs" }, title, element("thead", {}, head), element("tbody", {}, ...rows.map((row) => row.node)));
  return {
    node,
    update(state) {
      const words = `The dense layer's ten outputs. Largest change: ${sizeOf(gap(state))}`;
      if (title.textContent !== words) title.textContent = words;
      [state.plain, state.now].forEach((values, r) => {
        const top = largest(values);
        rows[r].cells.forEach((cell, k) => {
          const text = fixed(values[k], 1);
          if (cell.textContent !== text) cell.textContent = text;
          cell.classList.toggle("cnn-on", k === top);
        });
      });
    },
  };
}

function sentence(stage, state) {
  const { share, seed, moved, alike, plain, now, neighbours, maps } = state;
  const difference = gap(state);
  const outputs = difference === 0 ? "are the same" : `differ by at most ${sizeOf(difference)}${difference < 1e-9 ? ", which is rounding" : ""}`;
  const [was, is] = [largest(plain), largest(now)];
  const answer = was === is ? `its answer is ${is}, as before` : `its answer is ${is}; before it was ${was}`;
  return (
    `Digit ${stage.get("digit")}, ${share} % of the pixels shuffled by permutation ${seed}, ${moved} of ${PIXELS} moved, ` +
    `the weights ${alike ? "alike" : "left in place"}. The dense layer's outputs ${outputs}; ${answer}. ` +
    `Correlation of neighbours: ${fixed(neighbours[0])} before, ${fixed(neighbours[1])} now. ` +
    `The ${stage.get("detector")} is beyond 0.1 at ${maps.map(countAnswers).join(" places before, at ")} of ${maps[0].data.length} now.`
  );
}

export default { render };
