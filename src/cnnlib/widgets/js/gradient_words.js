// What the gradient microscope says: the paths through the chosen cell as terms, and the result in words.

import { sum } from "./tensor.js";
import { axesInWords } from "./axes.js";
import { number, size } from "./format.js";

export const shown = (value) => (Number.isFinite(value) ? number(value) : value < 0 ? "−∞" : "∞");
const factor = (value) => (value < 0 ? `(${shown(value)})` : shown(value));
export const at = (name, a, b) => `${name}[${a}, ${b}]`.replaceAll("-", "−");
const count = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;

function slopeText(operation, { u, v, slope }, w) {
  if (operation === "convolution") return [at("w", u, v), factor(slope)];
  const text = operation === "average pooling" ? `1/${w.rows * w.cols}` : number(slope);
  return [null, text];
}

// The paths through the chosen cell. Each term is a pair of factors with names, where it goes, its product.
export function listTerms(state) {
  const { operation, windows, side, row, col, backward, g, w } = state;
  const paths = windows.flat().filter((path) =>
    side === "x" ? path.row === row && path.col === col : side === "w" ? path.u === row && path.v === col : path.i === row && path.j === col);
  const source = (path) => ({ name: path.inside ? at("x", path.row, path.col) : "padding", text: factor(path.value), kind: "cnn-value", value: path.value });
  const slope = (path) => {
    const [name, text] = slopeText(operation, path, w);
    return { name: name ?? text, text, kind: "cnn-weight", value: path.slope };
  };
  const grad = (path) => {
    const value = g.data[path.i * g.cols + path.j];
    return { name: at("G", path.i, path.j), text: factor(value), kind: "cnn-grad", value };
  };
  const term = (path, factors, target) => {
    const product = factors[0].value * factors[1].value;
    return { path, factors, target, product, result: ` = ${shown(product)}` };
  };
  const goal = (path) => (side === "y" ? "" : at("y", path.i, path.j));
  if (!backward && operation === "max pooling") {
    return [paths.map((path) => ({ path, factors: [source(path)], target: goal(path), result: path.slope ? ", wins" : ", loses" }))];
  }
  if (!backward) return [paths.map((path) => term(path, [source(path), slope(path)], goal(path)))];
  if (side === "x") return [paths.map((path) => term(path, [grad(path), slope(path)], ""))];
  if (side === "w") return [paths.map((path) => term(path, [grad(path), source(path)], ""))];
  const toX = paths.map((path) => term(path, [grad(path), slope(path)], path.inside ? at("dX", path.row, path.col) : "cropped"));
  if (operation !== "convolution") return [toX];
  return [toX, paths.map((path) => term(path, [grad(path), source(path)], at("dW", path.u, path.v)))];
}

const totalOf = (terms) => sum(terms.map(({ product = 0 }) => product));

// What the chosen cell holds and why, in words.
export function findings(state, lists) {
  const { operation, side, row, col, backward, result, g, x, windows } = state;
  const [terms, more] = lists;
  const total = shown(totalOf(terms));
  const inside = row >= 0 && col >= 0 && row < x.rows && col < x.cols;
  if (backward && side === "x") {
    const name = inside ? at("x", row, col) : "This cell of the padding";
    if (!terms.length) return `${name} touched no output: its gradient is 0.`;
    const wins = terms.filter(({ path }) => path.slope).length;
    const won = operation === "max pooling" ? ` and ${state.geometry.everyTie ? "is a largest value of" : "won"} ${wins} of them` : "";
    const touched = `${name} touched ${count(terms.length, "output")}${won}`;
    return inside
      ? `${touched}: dX[${row}, ${col}] is the sum of ${count(terms.length, "term")}, ${total}.`
      : `${touched}: its gradient ${total} is cropped with the padding.`;
  }
  if (backward && side === "w") return `${at("w", row, col)} took part in ${count(terms.length, "output")}: dW[${row}, ${col}] is the sum of ${count(terms.length, "term")}, ${total}.`;
  if (backward) {
    const value = shown(g.data[row * g.cols + col]);
    const copies = terms.filter(({ path }) => path.slope).length;
    const doubled = operation === "max pooling" && copies > 1 ? ` The ${value} arrived once and is handed out ${copies} times: that is no gradient.` : "";
    return `G[${row}, ${col}] = ${value} hands ${total} in all to the inputs of its window${more ? `, and ${shown(totalOf(more))} in all to the weights` : ""}.${doubled}`;
  }
  if (side === "y") {
    const value = shown(result.y.data[row * result.y.cols + col]);
    if (operation === "max pooling") return `y[${row}, ${col}] = ${value}, the largest of ${count(terms.length, "value")}.`;
    return `y[${row}, ${col}] is the sum of ${count(terms.length, "term")}, ${value}.`;
  }
  const name = side === "w" ? at("w", row, col) : inside ? at("x", row, col) : "This cell of the padding";
  if (!terms.length) return `${name} reaches no output.`;
  const wins = terms.filter(({ path }) => path.slope).length;
  const then = operation === "max pooling" ? ` and wins ${wins} of them` : `; its products add up to ${total}`;
  return `${name} reaches ${count(terms.length, "output")} of ${windows.length}${then}.`;
}

export function headings({ backward, side, row, col, operation }, lists) {
  const place = `[${row}, ${col}]`.replaceAll("-", "−");
  if (backward && side === "y") return [`To dX from G${place}`, `To dW from G${place}`].slice(0, lists.length);
  if (backward) return [`d${side.toUpperCase()}${place} = the sum of`];
  if (side !== "y") return [`From ${side}${place}`];
  return [`y${place} = the ${operation === "max pooling" ? "largest" : "sum"} of`];
}

export function inWords(operation, x, w, { padding, stride, dilation }) {
  const kind = operation === "convolution" ? "kernel" : "window";
  const gaps = operation === "average pooling" ? "" : `, dilation ${axesInWords(dilation)}`;
  const name = operation.charAt(0).toUpperCase() + operation.slice(1);
  return `${name}, input ${size(x.rows, x.cols)}, ${kind} ${size(w.rows, w.cols)}, padding ${axesInWords(padding)}, stride ${axesInWords(stride)}${gaps}`;
}
