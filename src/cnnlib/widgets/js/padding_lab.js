// Padding: how often each pixel is read, the padded picture, and the response at its border.

import { extent, fromNested, matrix, resizeKernel, sum, toNested } from "./tensor.js";
import {
  axisReads, centreOfMass, coverage, meanSizes, padWith, paddedLayers, settlePadding, sourceIndices, untouched,
} from "./padding.js";
import { number, size } from "./format.js";
import { element, mountStage } from "./stage.js";
import { createFormula } from "./formula.js";
import { createGrid } from "./grid.js";
import { createPhotographs, createPicture, diverging, grey } from "./picture.js";

const SIDES = ["top", "bottom", "left", "right"];
const often = (count) => (count === 1 ? "once" : `${count} times`);
const brief = (value) => (Math.abs(value) < 1e5 ? number(value) : value.toPrecision(3).replace("-", "−"));

function render({ model, el }) {
  return mountStage(model, el, (stage) => {
    let sources = [[], []];
    const counts = createGrid(stage, {
      label: "pixel",
      kind: "input",
      onPick(i, j) {
        const [row, col] = [sources[0][i], sources[1][j]];
        if (row === null || col === null) stage.say("A zero of the border is no pixel: choose one inside.");
        else stage.set({ row, col });
      },
    });
    const readers = createGrid(stage, { label: "output", kind: "output" });
    const kernel = createGrid(stage, {
      label: "kernel",
      kind: "kernel",
      onEdit(u, v, value) {
        const nested = structuredClone(stage.get("kernel"));
        nested[u][v] = value;
        stage.set({ kernel: nested, preset: "custom" });
      },
    });
    const formula = createFormula();
    const before = createPicture(stage, {});
    const after = createPicture(stage, {});
    const grids = element("div", { class: "cnn-row" }, counts.node, kernel.node, readers.node);
    const pictures = element("div", { class: "cnn-row cnn-pictures" }, before.node, after.node);
    stage.root.append(grids, formula.node, pictures);
    const photograph = createPhotographs(stage);

    const state = () => ({
      k: stage.get("kernel").length,
      fit: stage.get("fit"),
      padding: stage.get("padding"),
      each: stage.get("each"),
      sides: SIDES.map((side) => stage.get(side)),
    });
    let seen = { preset: stage.get("preset"), kernelSize: stage.get("kernel_size"), padding: state() };
    function followControls() {
      const presets = stage.get("presets");
      const [preset, kernelSize] = [stage.get("preset"), stage.get("kernel_size")];
      if (preset !== seen.preset && presets[preset]) {
        stage.set({ kernel: presets[preset], kernel_size: presets[preset].length });
      } else if (kernelSize !== seen.kernelSize && kernelSize !== stage.get("kernel").length) {
        const nested = resizedKernel(stage.get("kernel"), kernelSize);
        stage.set({ kernel: nested, preset: presetOf(nested, presets) });
      }
      const { fit, padding, each, sides } = settlePadding(seen.padding, state());
      const changes = { fit, padding, each, every_shown: each ? "none" : "", each_shown: each ? "" : "none" };
      SIDES.forEach((side, index) => (changes[side] = sides[index]));
      const changed = Object.entries(changes).filter(([name, value]) => stage.get(name) !== value);
      if (changed.length) stage.set(Object.fromEntries(changed));
      seen = { preset: stage.get("preset"), kernelSize: stage.get("kernel_size"), padding: state() };
    }

    function drawGrids(weights, padding, mode) {
      const [n, k] = [stage.get("side"), weights.rows];
      const [row, col] = ["row", "col"].map((name) => Math.max(0, Math.min(n - 1, stage.get(name))));
      sources = padding.map((sides) => sourceIndices(n, sides, mode));
      const times = coverage([n, n], k, padding, mode);
      const [down, across] = padding.map((sides) => axisReads(n, k, sides, mode));
      const peak = Math.max(...times.data);
      const copies = padding.flat().some(Boolean) && mode !== "zero" ? ", its copies included" : "";
      counts.update(sources[0].length, sources[1].length, `How often each pixel is read${copies}`, (i, j) => {
        const [a, b] = [sources[0][i], sources[1][j]];
        const [inside, copied] = [inPicture(i, padding[0], n) && inPicture(j, padding[1], n), a !== null && b !== null];
        const picked = copied && a === row && b === col ? "cnn-on" : "";
        if (!inside) return { text: copied ? `${a},${b}` : "", state: `cnn-padding ${picked}`, name: copied ? `copy of x[${a}, ${b}]` : "padding, always 0" };
        const count = times.data[a * n + b];
        return { text: String(count), state: picked, shade: count / peak, name: `x[${a}, ${b}] is read ${often(count)}` };
      });
      kernel.update(k, k, `Kernel ${size(k, k)}`, (u, v) => ({ text: number(weights.data[u * k + v]), name: `w[${u}, ${v}]` }));
      readers.update(down.length, across.length, `Output ${size(down.length, across.length)}: reads of x[${row}, ${col}]`, (i, j) => {
        const count = down[i][row] * across[j][col];
        return { text: String(count), state: count ? "cnn-on" : "cnn-later" };
      });
      grids.style.setProperty("--columns", sources[1].length + k + across.length);
      const line = ([start, end], label) => ({
        label,
        parts: [[number(n), "input"], ` + ${start} + ${end} − `, [number(k), "kernel"], " + 1 = ", [number(n + start + end - k + 1), "output"]],
      });
      const square = String(padding[0]) === String(padding[1]);
      const lines = square ? [line(padding[0], "rows and columns")] : [line(padding[0], "rows"), line(padding[1], "columns")];
      formula.update("output = input + before + after − kernel + 1", lines);
      const readings = sum(down.map((reads) => reads[row])) * sum(across.map((reads) => reads[col]));
      return `In the ${size(n, n)} grid a corner pixel is read ${often(times.data[0])}, the middle one ${often(times.data[(n >> 1) * n + (n >> 1)])}; x[${row}, ${col}] ${often(readings)}.`;
    }

    let painted = { key: null };
    function drawPictures(name, photo, weights, padding, mode, layers) {
      const key = `${name}:${weights.data}:${padding}:${mode}:${layers}`;
      if (painted.key === key) return painted;
      const padded = padWith(photo, padding, mode);
      const y = paddedLayers(photo, weights, padding, mode, layers);
      const frame = untouched([photo.rows, photo.cols], weights.rows, padding, layers);
      const signed = Math.abs(sum(weights.data)) < 1e-9;
      const peak = Math.max(...extent(y.data).map(Math.abs)) || 1;
      const gain = name === "dot" ? 1 / peak : 1;
      before.paint(padded, grey);
      before.place(padding[0][0], padding[1][0], photo.rows, photo.cols);
      const border = padding.flat().some(Boolean);
      before.label(`${name} ${size(photo.rows, photo.cols)}${border ? ` in its border, ${size(padded.rows, padded.cols)}` : ""}`,
        `The picture “${name}” with its padding; a frame marks where the picture ends.`);
      after.paint(y, signed ? (value) => diverging(value / peak) : (value) => grey(value * gain));
      after.place(frame.top, frame.left, frame.rows, frame.cols);
      const scale = signed ? "blue below 0, orange above" : gain === 1 ? "0 black, 1 white" : "brightest pixel white";
      after.label(`Response ${size(y.rows, y.cols)}: ${scale}`,
        "The response of the kernel; no padding took part in what lies inside the frame.");
      painted = { key, y, sizes: meanSizes(y, frame), centres: [photo, y].map(centreOfMass) };
      return painted;
    }

    return function draw() {
      followControls();
      const [name, mode, layers] = ["photo", "mode", "layers"].map(stage.get);
      const photo = photograph(name);
      if (!photo) return undefined;
      const weights = fromNested(stage.get("kernel"));
      const sides = SIDES.map(stage.get);
      const padding = [sides.slice(0, 2), sides.slice(2)];
      const grid = drawGrids(weights, padding, mode);
      const { y, sizes, centres } = drawPictures(name, photo, weights, padding, mode, layers);
      const named = stage.get("preset") === "custom" ? "" : ` “${stage.get("preset")}”`;
      const times = layers === 1 ? "" : `, ${layers} layers`;
      const result = name === "dot" ? movement(...centres) : response(sizes);
      return `${name} ${size(photo.rows, photo.cols)}, kernel ${size(weights.rows, weights.cols)}${named}, ` +
        `${described(sides, mode)}${times} → output ${size(y.rows, y.cols)}. ${grid} ${result}`;
    };
  });
}

const inPicture = (place, [before], length) => place >= before && place < before + length;

// A kernel of equal weights that sum to 1 stays one in every size; others are centred or cropped.
function resizedKernel(nested, k) {
  const mean = 1 / nested.length ** 2;
  if (nested.flat().every((weight) => Math.abs(weight - mean) < 1e-9)) return toNested(matrix(k, k, new Float64Array(k * k).fill(1 / k ** 2)));
  return toNested(resizeKernel(fromNested(nested), k));
}

function presetOf(nested, presets) {
  const found = Object.entries(presets).find(([, preset]) => String(preset) === String(nested) && preset.length === nested.length);
  return found ? found[0] : "custom";
}

function described(sides, mode) {
  if (!sides.some(Boolean)) return "no padding";
  if (sides.every((side) => side === sides[0])) return `${mode} padding ${sides[0]} on every side`;
  return `${mode} padding ${SIDES.map((side, index) => `${side} ${sides[index]}`).join(", ")}`;
}

function response([inside, outside]) {
  if (outside === null) return `Mean size of the response: ${brief(inside)}.`;
  return `Mean size of the response: ${brief(outside)} where padding took part, ${brief(inside)} elsewhere.`;
}

function movement(start, end) {
  if (!start || !end) return "The response has no centre: its values add up to 0.";
  const way = (value, [less, more]) => `${number(Math.abs(value))} px ${Number(value.toFixed(2)) < 0 ? less : more}`;
  const [down, right] = [end[0] - start[0], end[1] - start[1]];
  if (Math.max(Math.abs(down), Math.abs(right)) < 0.005) return "The dot's centre has not moved.";
  return `The dot's centre has moved ${way(down, ["up", "down"])} and ${way(right, ["left", "right"])}.`;
}

export default { render };
