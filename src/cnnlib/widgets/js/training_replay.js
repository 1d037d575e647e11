// A training run to move through: loss and accuracy with a cursor, the first filters, what they make of
// a digit, the probabilities, and the confusion matrix, all as they were at that step.

import { extent, matrix } from "./tensor.js";
import { kernelOf, mapOf, readNetwork, runNetwork, softmax, tensor } from "./network.js";
import { readConfusion, snapshotWeights } from "./replay.js";
import { aDigit, number, percent } from "./format.js";
import { element, mountStage } from "./stage.js";
import { createScaledPlot } from "./scaled_plot.js";
import { createSheet } from "./sheet.js";
import { diverging, grey } from "./picture.js";

const SIDE = 28;
const grouped = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
const accuracyText = (share) => (share > 0 && share < 0.001 ? "< 0.1 %" : `${(100 * share).toFixed(1)} %`);

function render({ model, el }) {
  return mountStage(model, el, (stage) => {
    const curves = createRunCurves();
    const looks = createLooks();
    const confusion = createConfusion();
    const shown = element("div", { class: "cnn-replay" }, looks.node, confusion.node);
    stage.root.append(element("div", { class: "cnn-replay-curves" }, ...curves.nodes), shown);

    return function draw() {
      const run = Object.fromEntries(
        ["steps", "total", "curve", "validation_loss", "codes", "scales", "sizes", "layers", "confusion"].map((name) => [name, stage.get(name)]),
      );
      // While a training runs, the traits arrive one after another.
      const at = Math.min(stage.get("at"), run.steps.length - 1, run.confusion.length - 1, run.scales.length - 1);
      const measured = readConfusion(run.confusion[at]);
      curves.draw(run, at);
      const best = looks.draw(run, at, pixelsOf(stage.get("digits"), stage.get("digit_index")));
      confusion.draw(run.confusion[at], measured);
      const { right, all, worst } = measured;
      const mixed = worst.count ? ` Mixed up most: ${worst.truth} taken for ${worst.found}, ${grouped(worst.count)} times.` : "";
      return (
        `After step ${grouped(run.steps[at])} of ${grouped(run.total)}: validation loss ${number(run.validation_loss[at], 3)}, ` +
        `${grouped(right)} of ${grouped(all)} validation images recognised.${mixed} ` +
        `This ${stage.get("digit")} is taken for ${aDigit(best.found)} with ${percent(best.share)}.`
      );
    };
  });
}

function pixelsOf(bytes, index) {
  const start = index * SIDE * SIDE;
  return Float64Array.from({ length: SIDE * SIDE }, (_, k) => Math.fround(bytes.getUint8(start + k) / 255));
}

function createRunCurves() {
  const [loss, accuracy] = [createScaledPlot(), createScaledPlot()];
  let drawn = null;

  function axesOf({ total }) {
    const steps = [1, 100, 500, 1000, 2000, 3000, 5000, 10000, 20000, 50000].filter((step) => step <= total);
    const x = { from: 0, to: total, scale: Math.sqrt, ticks: steps.map((step) => [step, grouped(step)]), label: "step (square-root scale)" };
    const log = (value) => Math.log10(Math.max(value, 1e-6));
    const y = { from: 0.01, to: 4, scale: log, ticks: [0.01, 0.1, 1].map((value) => [value, String(value)]) };
    const errors = (share) => -log(1 - share);
    const ticks = [0, 0.9, 0.99, 0.999].map((share) => [share, `${number(100 * share, 1)} %`]);
    return { x, y, z: { from: 0, to: 0.999, scale: errors, ticks } };
  }

  return {
    nodes: [loss.node, accuracy.node],
    draw(run, at) {
      const { x, y, z } = axesOf(run);
      const accuracies = run.confusion.map((counts) => readConfusion(counts)).map(({ right, all }) => right / all);
      const pairs = (values) => run.steps.slice(0, values.length).map((step, k) => [step, values[k]]);
      // Live, a snapshot or a stretch of the curve is added; a cursor that moves redraws nothing.
      if (drawn !== run.curve) {
        loss.draw(x, y, [{ points: run.curve, kind: "train" }, { points: pairs(run.validation_loss), kind: "check", dots: true }]);
        accuracy.draw(x, z, [{ points: pairs(accuracies), kind: "check", dots: true }]);
        drawn = run.curve;
      }
      loss.mark(x, y, [run.steps[at], run.validation_loss[at]]);
      accuracy.mark(x, z, [run.steps[at], accuracies[at]]);
      const when = `at step ${grouped(run.steps[at])}`;
      loss.label("Loss: minibatches (thin), validation (dots)", `Loss by step; ${when} the validation loss is ${number(run.validation_loss[at], 3)}.`);
      accuracy.label("Validation accuracy: each line, ten times fewer mistakes", `Validation accuracy by step; ${when} it is ${accuracyText(accuracies[at])}.`);
    },
  };
}

function createLooks() {
  const input = createSheet({ columns: 1 });
  const [filters, first, second] = [8, 8, 8].map((columns) => createSheet({ columns }));
  const bars = createBars();
  const top = element("div", { class: "cnn-replay-digit" }, input.node, bars.node);
  const node = element("div", { class: "cnn-replay-looks" }, top, filters.node, first.node, second.node);

  function mapsOf({ shape, data }) {
    return Array.from({ length: shape[0] }, (_, c) => mapOf({ shape, data }, c));
  }

  return {
    node,
    // Returns the class with the largest probability and that probability.
    draw({ codes, scales, sizes, layers }, at, pixels) {
      const network = readNetwork(layers, snapshotWeights(codes, scales, sizes, at));
      const outputs = runNetwork(network, tensor([1, SIDE, SIDE], pixels));
      const shares = softmax(outputs.at(-1).data);
      const found = shares.indexOf(Math.max(...shares));
      input.paint([matrix(SIDE, SIDE, pixels)], grey);
      input.label("Digit", "The chosen digit, 28×28 pixels.");
      bars.draw(shares, found);
      const convolution = network.find(({ kind }) => kind === "conv");
      filters.node.hidden = !convolution;
      if (convolution) drawFilters(convolution);
      const rectified = layers.flatMap(({ kind }, l) => (kind === "relu" && outputs[l + 1].shape.length === 3 ? [outputs[l + 1]] : []));
      drawMaps(first, rectified[0], "First maps, after pooling and ReLU");
      drawMaps(second, rectified[1], "Second maps, after pooling and ReLU");
      return { found, share: shares[found] };
    },
  };

  function drawFilters(layer) {
    const kernels = Array.from({ length: layer.shape[0] }, (_, f) => kernelOf(layer, f, 0));
    const peak = Math.max(1e-9, ...extent(layer.weight).map(Math.abs));
    filters.paint(kernels, (value) => diverging(value / peak));
    filters.label(
      `First filters: blue negative, orange positive; largest weight ${number(peak)}`,
      `The ${kernels.length} filters of the first layer; their largest weight is ${number(peak)}.`,
    );
  }

  function drawMaps(sheet, output, title) {
    sheet.node.hidden = !output;
    if (!output) return;
    const peak = Math.max(1e-9, extent(output.data)[1]);
    sheet.paint(mapsOf(output), (value) => grey(value / peak));
    sheet.label(`${title}; white is ${number(peak)}`, `${output.shape[0]} maps of ${output.shape[1]}×${output.shape[2]}; the largest value is ${number(peak)}.`);
  }
}

function createBars() {
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const [bar, text] = [element("span", { class: "cnn-bar" }), element("td", {})];
    const cell = element("td", { class: "cnn-bar-cell" }, bar);
    return { bar, text, row: element("tr", {}, element("th", { scope: "row" }, String(digit)), cell, text) };
  });
  const caption = element("caption", { class: "cnn-grid-label" }, "Probability of each digit");
  const body = element("tbody", {}, ...rows.map(({ row }) => row));
  return {
    node: element("table", { class: "cnn-bars" }, caption, body),
    draw(shares, found) {
      rows.forEach(({ bar, text, row }, digit) => {
        row.classList.toggle("cnn-on", digit === found);
        bar.style.width = `${(100 * shares[digit]).toFixed(1)}%`;
        const words = percent(shares[digit], "<", ">");
        if (text.textContent !== words) text.textContent = words;
      });
    },
  };
}

function createConfusion() {
  const caption = element("caption", { class: "cnn-grid-label" });
  const table = element("table", { class: "cnn-confusion" }, caption);
  const node = element("div", { class: "cnn-replay-confusion" }, table);
  let cells = [];

  function build(classes) {
    const heads = Array.from({ length: classes }, (_, j) => element("th", { scope: "col" }, String(j)));
    cells = [];
    const rows = Array.from({ length: classes }, (_, i) => {
      const row = Array.from({ length: classes }, (_, j) => element("td", i === j ? { class: "cnn-right" } : {}));
      cells.push(...row);
      return element("tr", {}, element("th", { scope: "row" }, String(i)), ...row);
    });
    const corner = element("td", { "aria-hidden": "true" });
    table.replaceChildren(caption, element("thead", {}, element("tr", {}, corner, ...heads)), element("tbody", {}, ...rows));
  }

  return {
    node,
    draw(counts, { classes, right, all }) {
      if (cells.length !== counts.length) build(classes);
      caption.textContent = `True digit (rows), recognised as (columns): ${grouped(right)} of ${grouped(all)} right`;
      counts.forEach((count, k) => {
        const row = counts.slice(k - (k % classes), k - (k % classes) + classes);
        const share = count / Math.max(1, row.reduce((sum, one) => sum + one, 0));
        const cell = cells[k];
        if (cell.textContent !== String(count)) cell.textContent = String(count);
        cell.classList.toggle("cnn-none", count === 0);
        cell.style.setProperty("--tint", `${count ? Math.round(8 + 40 * Math.sqrt(share)) : 0}%`);
      });
    },
  };
}

export default { render };
