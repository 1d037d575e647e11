// An editable kernel on a photograph: before, after, and the window under the pointer.

import { correlate2d, extent, fromNested, resizeKernel, sum, toNested, windowTerms } from "./tensor.js";
import { fixed, number, size } from "./format.js";
import { element, mountStage } from "./stage.js";
import { createGrid } from "./grid.js";
import { createPhotographs, createPicture, diverging, grey } from "./picture.js";

const BLOCKS = 24; // the sweep uncovers the output in 24 × 24 blocks

// How the output is shown: a kernel that sums to zero gives signed values, others give brightness.
function display(choice, weights) {
  if (choice !== "auto") return choice;
  return Math.abs(sum(weights.data)) < 1e-9 ? "signed" : "grey";
}

function shader(kind, low, high) {
  const peak = Math.max(Math.abs(low), Math.abs(high)) || 1;
  if (kind === "signed") return (value) => diverging(value / peak);
  if (kind === "absolute") return (value) => grey(Math.abs(value) / peak);
  return grey;
}

function render({ model, el }) {
  return mountStage(model, el, (stage) => {
    const points = {
      onPoint: (row, col) => stage.set({ row, col, progress: BLOCKS * BLOCKS }),
      onMove: (dRow, dCol) =>
        stage.set({ row: stage.get("row") + dRow, col: stage.get("col") + dCol, progress: BLOCKS * BLOCKS }),
    };
    const before = createPicture(stage, points);
    const after = createPicture(stage, points);
    const patch = createGrid(stage, { label: "pixel", kind: "input" });
    const products = createGrid(stage, { label: "product", kind: "products" });
    const kernel = createGrid(stage, {
      label: "kernel",
      kind: "kernel",
      onEdit(u, v, value) {
        const nested = structuredClone(stage.get("kernel"));
        nested[u][v] = value;
        stage.set({ kernel: nested, preset: "custom" });
      },
    });
    const detail = element("div", { class: "cnn-row cnn-detail" }, patch.node, kernel.node, products.node);
    stage.root.append(element("div", { class: "cnn-row cnn-pictures" }, before.node, after.node), detail);
    const photograph = createPhotographs(stage);

    let seen = { preset: stage.get("preset"), kernelSize: stage.get("kernel_size") };
    function followControls() {
      const [preset, kernelSize] = [stage.get("preset"), stage.get("kernel_size")];
      const chosen = stage.get("presets")[preset];
      if (preset !== seen.preset && chosen) {
        stage.set({ kernel: chosen, kernel_size: chosen.length });
      } else if (kernelSize !== seen.kernelSize && kernelSize !== stage.get("kernel").length) {
        const resized = toNested(resizeKernel(fromNested(stage.get("kernel")), kernelSize));
        stage.set({ kernel: resized, preset: "custom" });
      }
      seen = { preset: stage.get("preset"), kernelSize: stage.get("kernel_size") };
    }

    let result = { key: null };
    function convolve(name, photo, weights) {
      const key = `${name}:${weights.rows}:${weights.data}`;
      if (key !== result.key) {
        const half = (weights.rows - 1) / 2;
        const geometry = { padding: [[half, half], [half, half]] };
        const y = correlate2d(photo, weights, geometry);
        result = { key, y, geometry, range: extent(y.data) };
      }
      return result;
    }

    let painted = { before: "", after: "" };
    return function draw() {
      followControls();
      const name = stage.get("photo");
      const photo = photograph(name);
      if (!photo) return undefined;
      const weights = fromNested(stage.get("kernel"));
      const k = weights.rows;
      const { key, y, geometry, range } = convolve(name, photo, weights);
      const kind = display(stage.get("show"), weights);
      const sweep = stage.get("progress") < BLOCKS * BLOCKS ? stage.get("progress") : null;
      const [row, col] = position(stage, photo, sweep);

      if (painted.before !== name) before.paint(photo, grey);
      const afterKey = `${key}:${kind}:${sweep}`;
      if (painted.after !== afterKey) {
        after.paint(y, shader(kind, ...range));
        if (sweep !== null) after.hideAfter(sweep, BLOCKS);
      }
      painted = { before: name, after: afterKey };
      for (const picture of [before, after]) picture.place(row - (k - 1) / 2, col - (k - 1) / 2, k, k);
      const where = `The window is at row ${row}, column ${col}; arrow keys move it, with Shift by ten pixels.`;
      before.label(`Before: ${name}, ${size(photo.rows, photo.cols)}`, `The photograph “${name}”. ${where}`);
      const scale = kind === "signed" ? "blue below 0, orange above" : kind === "absolute" ? "size only, sign dropped" : "0 black, 1 white";
      after.label(`After: ${scale}`, `The photograph after the kernel. ${where}`);

      detail.style.setProperty("--columns", 3 * k);
      const terms = windowTerms(photo, weights, row, col, geometry);
      const total = sum(terms.map(({ product }) => product));
      const cell = (value) => (u, v) => ({ text: value(terms[u * k + v]) });
      patch.update(k, k, "Window (pixels)", (u, v) => {
        const { value, inside } = terms[u * k + v];
        return { text: fixed(value), state: inside ? "" : "cnn-padding" };
      });
      kernel.update(k, k, `Kernel ${size(k, k)}`, cell(({ weight }) => number(weight, 3)));
      const peak = Math.max(...terms.map(({ product }) => Math.abs(product))) || 1;
      products.update(k, k, `Products, sum ${fixed(total)}`, (u, v) => {
        const { product } = terms[u * k + v];
        return { text: fixed(product), shade: product / peak };
      });
      return `${stage.get("preset") === "custom" ? "Custom kernel" : `Kernel “${stage.get("preset")}”`} ${size(k, k)} on “${name}”: ` +
        `output from ${fixed(range[0])} to ${fixed(range[1])}. At row ${row}, column ${col} the pixel ${fixed(photo.data[row * photo.cols + col])} becomes ${fixed(total)}.`;
    };
  });
}

// While the output is being uncovered the window follows; otherwise it is where the reader put it.
function position(stage, photo, sweep) {
  const inside = (value, length) => Math.max(0, Math.min(length - 1, value));
  if (sweep !== null) {
    const [band, block] = [Math.floor(sweep / BLOCKS), sweep % BLOCKS];
    const row = inside(Math.floor(((band + 0.5) / BLOCKS) * photo.rows), photo.rows);
    const col = inside(Math.floor(((block + 0.5) / BLOCKS) * photo.cols), photo.cols);
    return [row, col];
  }
  const [row, col] = [inside(stage.get("row"), photo.rows), inside(stage.get("col"), photo.cols)];
  if (row !== stage.get("row") || col !== stage.get("col")) stage.set({ row, col });
  return [row, col];
}

export default { render };
