// Pooling: a signal or a grid with its winners, a photograph, and what a shift changes in their pooled maps.

import { fromNested } from "./tensor.js";
import { compareMaps, moveAlong, pool2d, poolWindow, rollColumns } from "./pooling.js";
import { number, size } from "./format.js";
import { element, mountStage } from "./stage.js";
import { createGrid } from "./grid.js";
import { createPhotographs, createPicture, diverging, grey } from "./picture.js";

const KINDS = {
  max: "Max pooling",
  average: "Average pooling",
  blur: "Blur, then subsampling",
  subsample: "Plain subsampling",
};
const GAIN = 2.5; // full colour for a difference of 0.4
const plural = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;

function render({ model, el }) {
  return mountStage(model, el, (stage) => {
    const source = () => stage.get("small");
    const pick = (row, col) => stage.set({ row, col });
    const input = createGrid(stage, {
      label: "x",
      kind: "input",
      onEdit(i, j, value) {
        const nested = structuredClone(stage.get(source()));
        const [pad, rowPad] = [stage.get("padding"), nested.length > 1 ? stage.get("padding") : 0];
        nested[i - rowPad][j - pad] = value;
        stage.set({ [source()]: nested });
      },
    });
    const shifted = createGrid(stage, { label: "shifted x", kind: "input" });
    const pooled = createGrid(stage, { label: "y", kind: "output", onPick: pick });
    const after = createGrid(stage, { label: "y after the shift", kind: "output", onPick: pick });
    const pair = (one, other) => element("div", { class: "cnn-pool-pair" }, one.node, other.node);
    const grids = element("div", { class: "cnn-row cnn-pool" }, pair(input, pooled), pair(shifted, after));
    const line = element("p", { class: "cnn-sum cnn-pool-line" });
    const legend = createLegend();
    const pictures = Array.from({ length: 4 }, () => createPicture(stage, {}));
    const row = element("div", { class: "cnn-row cnn-pictures cnn-four" }, ...pictures.map(({ node }) => node));
    stage.root.append(grids, legend.node, line, row);
    const photograph = createPhotographs(stage);

    // What a window refuses is said until something else is changed.
    let refusal = { state: null, words: "" };
    const state = () => JSON.stringify(["kind", "window", "padding", "stride", "shift", "small", "photo", "signal", "grid"].map(stage.get));
    function followControls() {
      const [kind, window] = [stage.get("kind"), stage.get("window")];
      const padding = Math.min(stage.get("padding"), window >> 1);
      const clamped = padding !== stage.get("padding");
      const counts = padding > 0 && (kind === "average" || kind === "blur");
      const wanted = { padding, count_shown: counts ? "" : "none" };
      const changed = Object.entries(wanted).filter(([name, value]) => stage.get(name) !== value);
      if (changed.length) stage.set(Object.fromEntries(changed));
      if (clamped) refusal = { state: state(), words: `A window of ${window} takes a padding of ${window >> 1} at most, half of its side. ` };
    }

    function geometryOf(x) {
      const both = (name, alone) => [x.rows > 1 ? stage.get(name) : alone, stage.get(name)];
      return { window: both("window", 1), stride: both("stride", 1), padding: both("padding", 0), countPad: stage.get("count_pad") };
    }

    // Pool before and after the shift, and compare.
    function shiftAndPool(x, kind, shift) {
      const geometry = geometryOf(x);
      const moved = rollColumns(x, shift);
      const [before, now] = [pool2d(x, kind, geometry), pool2d(moved, kind, geometry)];
      const along = moveAlong(before, now, shift, geometry.stride[1]);
      return { x, moved, geometry, before, now, along, change: compareMaps(before, now), pixels: compareMaps(x, moved) };
    }

    function drawGrids(kind, shift) {
      const result = shiftAndPool(fromNested(stage.get(source())), kind, shift);
      const { x, moved, geometry, before, now, along } = result;
      const [i, j] = [Math.min(stage.get("row"), before.rows - 1), Math.min(stage.get("col"), before.cols - 1)];
      const wide = x.rows === 1;
      grids.style.setProperty("--columns", 2 * (x.cols + 2 * geometry.padding[1]));
      const steps = plural(shift, "pixel");
      drawInput(input, x, kind, geometry, [i, j], wide ? "Signal x" : `Grid x, ${size(x.rows, x.cols)}`);
      drawInput(shifted, moved, kind, geometry, [i, j], `Shifted by ${steps}`);
      const against = movesAlong(stage) ? along.map : before;
      const compared = compareMaps(against, now);
      pooled.update(before.rows, before.cols, `Pooled, ${wide ? plural(before.cols, "value") : size(before.rows, before.cols)}`,
        (a, b) => outputCell(before.data[a * before.cols + b], a === i && b === j, false, wide ? `${b}` : `${a}, ${b}`));
      const differ = movesAlong(stage) && along.cells ? "differ from the old map, moved" : "changed";
      after.update(now.rows, now.cols, `Pooled now: ${compared.changed} of ${compared.count} ${differ}`, (a, b) => {
        const index = a * now.cols + b;
        const changed = Math.abs(now.data[index] - against.data[index]) > 1e-9;
        return outputCell(now.data[index], a === i && b === j, changed, wide ? `${b}` : `${a}, ${b}`);
      });
      legend.update(kind, differ);
      const text = shift ? `After the shift: ${describeWindow(moved, kind, i, j, geometry)}` : describeWindow(x, kind, i, j, geometry);
      if (line.textContent !== text) line.textContent = text;
      return result;
    }

    let painted = { key: null, result: null };
    function drawPictures(name, photo, kind, shift) {
      const key = JSON.stringify([name, kind, shift, geometryOf(photo), stage.get("against")]);
      if (painted.key === key) return painted.result;
      const result = shiftAndPool(photo, kind, shift);
      const { moved, before, now, along, change } = result;
      const old = movesAlong(stage) ? along : { ...change, map: before, cells: 0 };
      const [whole, first, second, third] = pictures;
      whole.paint(moved, grey);
      whole.label(`${name}, shifted by ${shift}`, `The photograph “${name}”, shifted by ${plural(shift, "pixel")} to the right.`);
      first.paint(old.map, grey);
      const way = old.cells ? `, ${plural(old.cells, "cell")} on` : "";
      first.label(`Old map${way || ` ${size(before.rows, before.cols)}`}`, `The pooled map before the shift${way}.`);
      second.paint(now, grey);
      second.label(`New map ${size(now.rows, now.cols)}`, "The pooled map after the shift.");
      third.paint(now, (value, k) => diverging(GAIN * (value - old.map.data[k])));
      third.label(`Difference, mean ${number(old.mean, 3)}`,
        "New map minus old map: orange where it grew brighter, blue where it grew darker.");
      painted = { key, result };
      return result;
    }

    return function draw() {
      followControls();
      const [name, kind, shift] = ["photo", "kind", "shift"].map(stage.get);
      const photo = photograph(name);
      if (!photo) return undefined;
      const small = drawGrids(kind, shift);
      const refused = refusal.state === state() ? refusal.words : "";
      return refused + sentence(stage, small, name, drawPictures(name, photo, kind, shift));
    };
  });
}

const movesAlong = (stage) => stage.get("against").endsWith("moved along");

// The padded input, with the winner of each window and the pixels that tie with it.
function drawInput(grid, x, kind, geometry, [i, j], title) {
  const [top, left] = geometry.padding;
  const [winners, ties, picked] = [new Set(), new Set(), new Set()];
  const compares = kind === "max";
  const { rows, cols } = pool2d(x, kind, geometry);
  for (let a = 0; compares && a < rows; a++) {
    for (let b = 0; b < cols; b++) {
      const contest = poolWindow(x, kind, a, b, geometry);
      winners.add(`${contest.winner.row},${contest.winner.col}`);
      for (const { row, col } of contest.ties) ties.add(`${row},${col}`);
    }
  }
  for (const { row, col } of poolWindow(x, kind, i, j, geometry).terms) picked.add(`${row},${col}`);
  grid.update(x.rows + 2 * top, x.cols + 2 * left, title, (a, b) => {
    const [row, col] = [a - top, b - left];
    const place = `${row},${col}`;
    const on = picked.has(place) ? "cnn-on" : "";
    if (row < 0 || col < 0 || row >= x.rows || col >= x.cols) {
      return { text: compares ? "−∞" : "0", state: `cnn-padding ${on}`, readOnly: true, name: "padding" };
    }
    const role = !compares ? "" : winners.has(place) ? "winner" : ties.has(place) ? "tie" : "";
    const label = x.rows > 1 ? `x[${row}, ${col}]` : `x[${col}]`;
    const said = { winner: ", a winner", tie: ", as large as the winner", "": "" }[role];
    return { text: number(x.data[row * x.cols + col]), state: `${on} ${role && `cnn-${role}`}`, name: label + said };
  });
}

function outputCell(value, picked, changed, place) {
  const text = number(value);
  const name = `y[${place}] = ${text}${changed ? ", changed" : ""}`;
  return { text, state: `${picked ? "cnn-on" : ""} ${changed ? "cnn-changed" : ""}`, name };
}

// The arithmetic of one window in words.
function describeWindow(x, kind, i, j, geometry) {
  const { terms, winner, ties, best, denominator } = poolWindow(x, kind, i, j, geometry);
  const name = ({ row, col }, letter = "x") => (x.rows > 1 ? `${letter}[${row}, ${col}]` : `${letter}[${col}]`);
  const y = name({ row: i, col: j }, "y");
  const values = (list) => list.map(({ value }) => (value === -Infinity ? "−∞" : number(value))).join(", ");
  if (kind === "max") {
    const tied = ties.length ? `, the first of ${ties.length + 1} equal pixels` : "";
    return `${y} = max(${values(terms)}) = ${number(best)}: ${name(winner)} wins${tied}.`;
  }
  if (kind === "subsample") {
    const kept = terms.find(({ weight }) => weight);
    return kept.inside ? `${y} = ${name(kept)} = ${number(kept.value)}; the other pixels of the window are skipped.` : `${y} = 0, a zero of the padding.`;
  }
  const existing = terms.filter(({ inside }) => inside);
  const parts = existing.map(({ weight, value }) => `${weight === 1 ? "" : `${weight}·`}${value < 0 ? `(${number(value)})` : number(value)}`);
  const sum = existing.reduce((all, { weight, value }) => all + weight * value, 0);
  const what = kind === "blur" ? "the sum of the weights" : "the number of places";
  const counted = existing.length === terms.length ? what : geometry.countPad ? `${what}, the padding's included` : `${what} inside the input`;
  return `${y} = (${parts.join(" + ")}) / ${denominator} = ${number(sum / denominator)}, divided by ${counted}.`;
}

function createLegend() {
  const entry = (state, text) => element("span", {}, element("span", { class: `cnn-swatch ${state}` }), text);
  const [winner, tie] = [entry("cnn-winner", "wins a window"), entry("cnn-tie", "ties, but comes later")];
  const [picked, changed] = [entry("cnn-swatch-window", "chosen window"), entry("cnn-changed", "")];
  return {
    node: element("p", { class: "cnn-legend" }, winner, tie, picked, changed),
    update(kind, differ) {
      winner.hidden = tie.hidden = kind !== "max";
      changed.lastChild.data = differ;
    },
  };
}

function sentence(stage, small, name, large) {
  const { padding, shift, window, stride } = Object.fromEntries(["padding", "shift", "window", "stride"].map((key) => [key, stage.get(key)]));
  const setting = `${KINDS[stage.get("kind")]}, window ${window}${padding ? `, padding ${padding}` : ""}, stride ${stride}.`;
  const sizes = (one) => `${size(one.x.rows, one.x.cols)} → ${size(one.before.rows, one.before.cols)}`;
  const what = stage.get("small") === "signal" ? "Signal" : "Grid";
  if (!shift) return `${setting} ${what} ${sizes(small)}, “${name}” ${sizes(large)}. Nothing is shifted yet.`;
  const cells = plural(small.along.cells, "cell");
  return `${setting} Shifted by ${plural(shift, "pixel")}: in the ${what.toLowerCase()} ${small.change.changed} of ${small.change.count} pooled values change; ` +
    `in “${name}” pixels change by ${number(large.pixels.mean, 3)} on average, pooled values by ${number(large.change.mean, 3)}. ` +
    `Compared with the old map moved along by ${cells}, the mean difference is ${number(small.along.mean, 3)} in the ${what.toLowerCase()}, ${number(large.along.mean, 3)} in the photograph.`;
}

export default { render };
