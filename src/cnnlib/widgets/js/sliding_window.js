// A kernel slides over a small input: window, products, sum, and the row of the matrix.

import { correlate2d, extent, fromNested, outputSize, rotate180, sum, windowTerms } from "./tensor.js";
import { number, size } from "./format.js";
import { element, mountStage } from "./stage.js";
import { createGrid } from "./grid.js";
import { createProducts } from "./products.js";
import { createSparseMatrix } from "./sparse_matrix.js";

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

function render({ model, el }) {
  return mountStage(model, el, (stage) => {
    const edit = (trait) => (i, j, value) => {
      const nested = structuredClone(stage.get(trait));
      nested[i][j] = value;
      stage.set(trait === "kernel" ? { kernel: nested, preset: "custom" } : { [trait]: nested });
    };
    const offset = () => stage.get("padding");
    const input = createGrid(stage, {
      label: "input",
      kind: "input",
      onEdit: (i, j, value) => edit("input")(i - offset(), j - offset(), value),
    });
    const kernel = createGrid(stage, { label: "kernel", kind: "kernel", onEdit: edit("kernel") });
    let shape = { rows: 0, cols: 0, kernelRows: 0, kernelCols: 0 };
    const goTo = (i, j) => stage.set({ step: clamp(i, 0, shape.rows - 1) * shape.cols + clamp(j, 0, shape.cols - 1) });
    const output = createGrid(stage, { label: "output", kind: "output", onPick: (i, j) => shape.rows && goTo(i, j) });
    const products = createProducts();
    const sparse = createSparseMatrix();
    const grids = element("div", { class: "cnn-row" }, input.node, kernel.node, output.node);
    stage.root.append(grids, products.node, sparse.node);
    dragWindow(stage, input, ([row, col]) => {
      if (!shape.rows) return;
      const stride = stage.get("stride");
      goTo(Math.round((row - (shape.kernelRows - 1) / 2) / stride), Math.round((col - (shape.kernelCols - 1) / 2) / stride));
    });

    let preset = stage.get("preset");
    return function draw() {
      if (stage.get("preset") !== preset) {
        preset = stage.get("preset");
        if (stage.get("presets")[preset]) stage.set({ kernel: stage.get("presets")[preset] });
      }
      const x = fromNested(stage.get("input"));
      const shown = fromNested(stage.get("kernel"));
      const flip = stage.get("flip");
      const weights = flip ? rotate180(shown) : shown;
      const [stride, p] = [stage.get("stride"), stage.get("padding")];
      const padding = [p, p];
      const geometry = { stride: [stride, stride], padding: [padding, padding] };
      const rows = outputSize(x.rows, weights.rows, { stride, padding });
      const cols = outputSize(x.cols, weights.cols, { stride, padding });
      const fits = rows > 0 && cols > 0;
      shape = { rows: fits ? rows : 0, cols: fits ? cols : 0, kernelRows: weights.rows, kernelCols: weights.cols };
      const last = fits ? rows * cols - 1 : 0;
      const step = clamp(stage.get("step"), 0, last);
      if (stage.get("last") !== last || stage.get("step") !== step) stage.set({ last, step });
      const [i, j] = [Math.floor(step / shape.cols), step % shape.cols];
      const terms = fits ? windowTerms(x, weights, i, j, geometry) : [];
      const touched = new Set(terms.map(({ row, col }) => `${row},${col}`));
      const y = fits ? correlate2d(x, weights, geometry) : { rows: 0, cols: 0, data: [] };

      input.update(x.rows + 2 * p, x.cols + 2 * p, `Input ${size(x.rows, x.cols)}${p ? ` + padding ${p}` : ""}`, (a, b) => {
        const [row, col] = [a - p, b - p];
        const inside = row >= 0 && col >= 0 && row < x.rows && col < x.cols;
        const state = `${inside ? "" : "cnn-padding "}${touched.has(`${row},${col}`) ? "cnn-on" : ""}`;
        const name = inside ? `x[${row}, ${col}]` : "padding, always 0";
        return { text: number(inside ? x.data[row * x.cols + col] : 0), state, readOnly: !inside, name };
      });
      kernel.update(shown.rows, shown.cols, `Kernel ${size(shown.rows, shown.cols)}${flip ? ", used rotated by 180°" : ""}`, (u, v) => ({
        text: number(shown.data[u * shown.cols + v]),
        name: `w[${u}, ${v}]`,
      }));
      const scale = Math.max(...extent(y.data).map(Math.abs)) || 1;
      output.update(shape.rows, shape.cols, fits ? `Output ${size(rows, cols)}` : "No output", (a, b) => {
        const index = a * shape.cols + b;
        const state = index === step ? "cnn-on" : index > step ? "cnn-later" : "";
        const text = number(y.data[index]);
        return { text, state, shade: index > step ? 0 : y.data[index] / scale, name: `y[${a}, ${b}] = ${text}` };
      });
      grids.style.setProperty("--columns", x.cols + 2 * p + shown.cols + shape.cols);
      products.update(terms, fits ? `y[${i}, ${j}]` : "");
      sparse.update(fits ? { x, weights, rows, cols, step, geometry } : null);
      const setting = `input ${size(x.rows, x.cols)}, kernel ${size(shown.rows, shown.cols)}, stride ${stride}, padding ${p}`;
      if (!fits) return `${setting}: the kernel is larger than the padded input, so there is no output. Add padding.`;
      const value = number(sum(terms.map(({ product }) => product)));
      return `${setting} → output ${size(rows, cols)}. At step ${step} of ${last}, y[${i}, ${j}] = ${value}.`;
    };
  });
}

// Dragging across the input moves the window; a click without a drag edits the cell.
function dragWindow(stage, grid, move) {
  let start = null;
  stage.listen(grid.body, "pointerdown", (event) => (start = grid.locate(event)?.join()));
  stage.listen(grid.body, "pointermove", (event) => {
    if (start === null || !event.buttons) return;
    const cell = grid.locate(event);
    if (!cell || cell.join() === start) return;
    start = "";
    event.preventDefault();
    document.activeElement?.blur?.();
    move(cell);
  });
  stage.listen(document, "pointerup", () => (start = null));
}

export default { render };
