// Gradients under the microscope: pick an x, a w or a y, and see every path that goes through it.

import { extent, fromNested } from "./tensor.js";
import { allPaths, fitGradient, outputShape, runPasses } from "./gradients.js";
import { at, findings, headings, inWords, listTerms, shown } from "./gradient_words.js";
import { alongAxis, followAxes } from "./axes.js";
import { size } from "./format.js";
import { element, mountStage } from "./stage.js";
import { createGrid } from "./grid.js";

const PER_AXIS = ["padding", "stride", "dilation"];
const SHOWN = ["operation", "direction", "input", "kernel", "grad", "side", "row", "col", "path"];
const limit = (value, low, high) => Math.max(low, Math.min(high, value));

// What holds along both axes. Pooling pads with half of the window at most, as the libraries ask.
function geometryOf(stage, operation, w) {
  const pairs = PER_AXIS.map((name) => [name, [0, 1].map((axis) => alongAxis(stage, name, axis))]);
  const geometry = { ...Object.fromEntries(pairs), everyTie: stage.get("ties") !== stage.get("choices").ties[0] };
  if (operation === "average pooling") geometry.dilation = [1, 1];
  if (operation === "convolution") return { geometry, clamped: false };
  const most = [w.rows >> 1, w.cols >> 1];
  const padding = geometry.padding.map((p, axis) => Math.min(p, most[axis]));
  const clamped = padding.join() !== geometry.padding.join();
  return { geometry: { ...geometry, padding }, clamped };
}

function chip({ factors, target, result }, on) {
  const names = factors.flatMap(({ name, kind }, k) => [...(k ? [" · "] : []), element("span", { class: kind }, name)]);
  const values = factors.flatMap(({ text, kind }, k) => [...(k ? [" · "] : []), element("span", { class: kind }, text)]);
  return element("li", { class: on ? "cnn-path cnn-path-on" : "cnn-path" },
    element("span", { class: "cnn-path-names" }, ...names, ...(target ? [` → ${target}`] : [])),
    element("span", {}, ...values, result));
}

function render({ model, el }) {
  return mountStage(model, el, (stage) => {
    let pads = [0, 0];
    const choose = (side) => (i, j) => {
      const [row, col] = side === "x" ? [i - pads[0], j - pads[1]] : [i, j];
      stage.set({ side, row, col, path: 0 });
    };
    const edit = (trait) => (i, j, value) => {
      const nested = structuredClone(trait === "grad" ? state.given : stage.get(trait));
      const [row, col] = trait === "input" ? [i - pads[0], j - pads[1]] : [i, j];
      nested[row][col] = value;
      stage.set({ [trait]: nested, example: "custom" });
    };
    const make = (label, kind, side, trait) =>
      createGrid(stage, { label, kind, onPick: choose(side), onEdit: trait ? edit(trait) : null });
    const grids = {
      x: make("x", "input", "x", "input"), w: make("w", "weights", "w", "kernel"), y: make("y", "output", "y"),
      dx: make("dX", "input", "x"), dw: make("dW", "weights", "w"), g: make("G", "output", "y", "grad"),
    };
    const pair = (...names) => element("div", { class: "cnn-pair" }, ...names.map((name) => grids[name].node));
    const row = element("div", { class: "cnn-row cnn-microscope" }, pair("x", "dx"), pair("w", "dw"), pair("y", "g"));
    const refusal = element("p", { class: "cnn-refusal" });
    const paths = element("div", { class: "cnn-paths" });
    stage.root.append(refusal, row, paths);
    let state = {};
    let drawn = {};
    let listed = "";
    let example = stage.get("example");

    function list(titles, lists, path) {
      const chips = JSON.stringify([titles, lists.map((terms) => terms.map(({ factors, target, result }) => [factors, target, result])), path]);
      if (chips === listed) return;
      listed = chips;
      paths.replaceChildren(...lists.flatMap((terms, k) => [
        element("p", { class: "cnn-path-title" }, titles[k]),
        element("ol", { class: "cnn-path-list" }, ...terms.map((term, n) => chip(term, n === path - 1))),
      ]));
    }

    return function draw() {
      if (stage.get("example") !== example) {
        example = stage.get("example");
        const chosen = stage.get("examples")[example];
        if (chosen) stage.set({ ...chosen, path: 0 });
      }
      const operation = stage.get("operation");
      followAxes(stage, PER_AXIS, {
        sometimes: "dilation",
        applies: operation !== "average pooling",
        more: { show_ties: operation === "max pooling" ? "" : "none" },
      });
      const [x, w] = ["input", "kernel"].map((trait) => fromNested(stage.get(trait)));
      const { geometry, clamped } = geometryOf(stage, operation, w);
      const key = JSON.stringify([geometry, clamped, ...SHOWN.map(stage.get)]);
      if (key === drawn.key) return drawn.sentence; // what was set while drawing asks for a second draw
      pads = geometry.padding;
      const [rows, cols] = outputShape(x, w, geometry);
      const fits = rows > 0 && cols > 0;
      refusal.hidden = fits;
      row.hidden = paths.hidden = !fits;
      const told = inWords(operation, x, w, geometry);
      if (!fits) {
        refusal.textContent = "No output: the kernel spans more than the padded input. Reduce the dilation or add padding.";
        drawn = { key, sentence: `${told}: no output.` };
        return drawn.sentence;
      }
      const g = fitGradient(stage.get("grad"), rows, cols);
      const given = Array.from({ length: rows }, (_, i) => Array.from(g.data.subarray(i * cols, (i + 1) * cols)));
      const windows = allPaths(operation, x, w, geometry);
      const result = runPasses(operation, x, w, g, geometry, windows);
      const backward = stage.get("direction") === "backward";
      state = { operation, x, w, g, given, geometry, windows, result, backward, ...chosenCell(stage, operation, { x, w, rows, cols }) };
      const lists = listTerms(state);
      const [last, path] = [lists[0].length, limit(stage.get("path"), 0, lists[0].length)];
      if (stage.get("last") !== last || stage.get("path") !== path) stage.set({ last, path });
      drawGrids(grids, row, state, lists.map((terms) => (path ? [terms[path - 1]] : terms)).flat());
      list(headings(state, lists), lists, path);
      const one = path ? ` Shown is path ${path} of ${last}.` : "";
      const half = clamped ? " A pooling window takes half of its size as padding at most, so the padding is cut to that." : "";
      drawn = { key, sentence: `${told} → output ${size(rows, cols)}. ${findings(state, lists)}${one}${half}` };
      return drawn.sentence;
    };
  });
}

// The chosen cell, moved into what there is.
function chosenCell(stage, operation, { x, w, rows, cols }) {
  const pads = geometryOf(stage, operation, w).geometry.padding;
  const wanted = stage.get("side");
  const side = wanted === "w" && operation !== "convolution" ? "y" : wanted;
  const [low, high] = {
    x: [pads.map((p) => -p), [x.rows + pads[0] - 1, x.cols + pads[1] - 1]],
    w: [[0, 0], [w.rows - 1, w.cols - 1]],
    y: [[0, 0], [rows - 1, cols - 1]],
  }[side];
  return { side, row: limit(stage.get("row"), low[0], high[0]), col: limit(stage.get("col"), low[1], high[1]) };
}

function drawGrids(grids, row, state, terms) {
  const { operation, x, w, g, geometry, result, side, backward } = state;
  const { y, dx, dw } = result;
  const [down, across] = geometry.padding;
  const pooled = operation !== "convolution";
  const lit = { x: new Set(), w: new Set(), y: new Set() };
  const won = new Set();
  for (const { path } of terms) {
    lit.x.add(`${path.row},${path.col}`);
    lit.w.add(`${path.u},${path.v}`);
    lit.y.add(`${path.i},${path.j}`);
    if (path.slope) won.add(`${path.row},${path.col}`);
  }
  // Forward paths end at y. Backward ones start at G, and pass x on the way to dW, w on the way to dX.
  const onPaths = backward ? { x: true, w: true, y: true, G: true, dX: side !== "w", dW: side !== "x" } : { x: true, w: true, y: true };
  const mark = (name, kind, a, b) => {
    if (!onPaths[name]) return "";
    if (side === kind && state.row === a && state.col === b) return "cnn-chosen";
    return lit[kind].has(`${a},${b}`) ? "cnn-on" : "";
  };
  const scaleOf = ({ data }) => Math.max(...extent(data.filter(Number.isFinite)).map(Math.abs)) || 1;
  const cell = (m, kind, name, tinted) => {
    const scale = tinted ? scaleOf(m) : Infinity;
    return (a, b) => {
      const value = m.data[a * m.cols + b];
      const text = shown(value);
      const state = mark(name, kind, a, b);
      const where = state === "cnn-on" ? ", on a path" : state ? ", chosen" : "";
      return { text, state, shade: Number.isFinite(value) ? value / scale : 0, name: `${at(name, a, b)} = ${text}${where}` };
    };
  };
  const padded = (m, name, value, extra = "") => (a, b) => {
    const [i, j] = [a - down, b - across];
    const inside = i >= 0 && j >= 0 && i < x.rows && j < x.cols;
    const text = shown(value(a, b, i, j, inside));
    const winner = operation === "max pooling" && won.has(`${i},${j}`) && name === "x" ? "cnn-won" : "";
    const state = [inside ? "" : "cnn-padding", mark(name, "x", i, j), winner].filter(Boolean).join(" ");
    const what = inside ? `${at(name, i, j)} = ${text}` : `padding, ${extra}${text}`;
    return { text, state, readOnly: !inside, name: winner ? `${what}, wins` : what };
  };
  const border = down || across ? " with padding" : "";
  const outside = operation === "max pooling" ? -Infinity : 0;
  const high = x.rows + 2 * down;
  const wide = x.cols + 2 * across;
  grids.x.update(high, wide, `x ${size(x.rows, x.cols)}${border}`, padded(x, "x", (a, b, i, j, inside) => (inside ? x.data[i * x.cols + j] : outside)));
  grids.dx.update(high, wide, `dX = ∂L/∂x${border ? ", padding to be cropped" : ""}`, padded(dx, "dX", (a, b) => dx.data[a * dx.cols + b], "to be cropped, "));
  grids.w.node.parentElement.hidden = pooled;
  grids.w.update(w.rows, w.cols, `w ${size(w.rows, w.cols)}`, cell(w, "w", "w", false));
  grids.dw.update(w.rows, w.cols, "dW = ∂L/∂w", cell(dw, "w", "dW", true));
  grids.y.update(y.rows, y.cols, `y ${size(y.rows, y.cols)}`, cell(y, "y", "y", true));
  grids.g.update(g.rows, g.cols, "G = ∂L/∂y", cell(g, "y", "G", false));
  grids.y.node.classList.toggle("cnn-quiet", backward);
  row.style.setProperty("--columns", wide + (pooled ? 0 : w.cols) + y.cols);
}

export default { render };
