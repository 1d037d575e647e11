// The convolution as one sparse matrix C with y = C·x: a dot for every entry that holds a kernel
// value, and the current row in full.

import { element } from "./stage.js";
import { number, size } from "./format.js";
import { windowTerms } from "./tensor.js";

const SVG = "http://www.w3.org/2000/svg";

function svg(tag, attributes = {}) {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

// Entry (row, column) of C for one window: column = position of the pixel in the flattened input.
function matrixRow(x, weights, index, cols, geometry) {
  const terms = windowTerms(x, weights, Math.floor(index / cols), index % cols, geometry);
  return terms.filter(({ inside }) => inside).map(({ row, col, weight }) => ({ column: row * x.cols + col, weight }));
}

export function createSparseMatrix() {
  const title = element("p", { class: "cnn-grid-label" });
  const picture = svg("svg", { role: "img", preserveAspectRatio: "none" });
  const band = svg("rect", { class: "cnn-band", x: 0, height: 1 });
  const dots = svg("path", { class: "cnn-dots" });
  const current = svg("path", { class: "cnn-dots cnn-on" });
  picture.append(band, dots, current);
  const entries = element("p", { class: "cnn-entries" });
  const node = element("div", { class: "cnn-matrix" }, title, picture, entries);
  let drawn = "";

  return {
    node,
    update(state) {
      node.hidden = state === null;
      if (state === null) return;
      const { x, weights, rows, cols, step, geometry } = state;
      const [height, width] = [rows * cols, x.rows * x.cols];
      const square = (column, row) => `M${column} ${row}h1v1h-1z`;
      const key = JSON.stringify([x.rows, x.cols, weights.rows, weights.cols, geometry]);
      if (key !== drawn) {
        drawn = key;
        const all = Array.from({ length: height }, (_, index) => matrixRow(x, weights, index, cols, geometry));
        const count = all.reduce((total, row) => total + row.length, 0);
        const share = number((100 * count) / (height * width), 1);
        title.textContent = `The same as a matrix C, ${size(height, width)}: ${count} of ${height * width} entries (${share} %) hold a kernel value, the others are 0`;
        picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
        picture.setAttribute("aria-label", `Sparse matrix of ${height} rows and ${width} columns; its kernel values lie on parallel diagonals.`);
        picture.style.setProperty("--aspect", width / height);
        picture.style.setProperty("--widest", `${1.4 * width}rem`);
        dots.setAttribute("d", all.map((row, index) => row.map(({ column }) => square(column, index)).join("")).join(""));
        band.setAttribute("width", width);
      }
      const row = matrixRow(x, weights, step, cols, geometry);
      band.setAttribute("y", step);
      current.setAttribute("d", row.map(({ column }) => square(column, step)).join(""));
      const values = new Map(row.map(({ column, weight }) => [column, weight]));
      const cells = Array.from({ length: width }, (_, column) =>
        values.has(column) ? element("b", {}, number(values.get(column))) : "0");
      entries.replaceChildren(`Row ${step} of C: (`, ...cells.flatMap((cell, index) => (index ? [" ", cell] : [cell])), ")");
    },
  };
}
