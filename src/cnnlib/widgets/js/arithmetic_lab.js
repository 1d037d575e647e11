// The arithmetic of sizes, seen: which cells the windows cover, how often, and which are left over.

import { arithmeticAxis, beyondInWords, endOfWindows, skippedInWords, windowCounts } from "./arithmetic.js";
import { alongAxis, axesInWords, followAxes } from "./axes.js";
import { CONVOLUTION_RULE, TRANSPOSED_RULE, convolutionParts, createFormula, transposedParts } from "./formula.js";
import { size } from "./format.js";
import { element, mountStage } from "./stage.js";
import { createGrid } from "./grid.js";

const AXIS_TRAITS = ["input_size", "kernel_size", "padding", "stride", "dilation", "output_padding"];
const UNITS = ["row", "column"];
const LARGEST = 21; // rows or columns of a grid that are drawn

const LEGEND = [
  ["cnn-swatch-window", "in this window"],
  ["cnn-padding", "padding"],
  ["cnn-unused", "in no window"],
  ["cnn-left-over", "after the last window"],
];

const between = (value, low, high) => Math.max(low, Math.min(high, value));
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function settingOf(stage, axis, transposed) {
  const [length, kernel, padding, stride, dilation, outputPadding] = AXIS_TRAITS.map((name) => alongAxis(stage, name, axis));
  return { transposed, size: length, kernel, padding, stride, dilation, outputPadding };
}

const alike = ([one, other]) => JSON.stringify(one) === JSON.stringify(other);
const inWords = (axis) => [beyondInWords(axis), skippedInWords(axis)].filter(Boolean);

const remainder = ({ beyond, transposed }) => (beyond && !transposed ? `remainder ${beyond}, ` : "");

// Why a setting gives no output, one sentence an axis; said once where both axes are alike.
function refusals(settings, axes) {
  if (alike(settings)) return axes[0].reason ? [`Along both axes ${axes[0].reason.replaceAll("rows", "pixels").replaceAll("row,", "pixel,")}.`] : [];
  return axes.filter(({ reason }) => reason).map(({ reason, unit }) => `Along the ${unit === "row" ? "height" : "width"} ${reason}.`);
}

const pairText = (settings, name) => axesInWords(settings.map((setting) => setting[name]));

function render({ model, el }) {
  return mountStage(model, el, (stage) => {
    const refusal = element("p", { class: "cnn-refusal" });
    let shown = null; // the axes on view, null while a setting is refused
    const goTo = (i, j) => {
      if (shown) stage.set({ step: between(i, 0, shown[0].short - 1) * shown[1].short + between(j, 0, shown[1].short - 1) });
    };
    // A place of the long side: to the window whose middle is nearest.
    const goNear = (...place) => shown && goTo(...shown.map(({ stride, span }, axis) => Math.round((place[axis] - (span - 1) / 2) / stride)));
    const pick = (long) => (i, j) => (shown && shown[0].transposed === long ? goNear(i, j) : goTo(i, j));
    const input = createGrid(stage, { label: "input", kind: "input", onPick: pick(false) });
    const output = createGrid(stage, { label: "output", kind: "output", onPick: pick(true) });
    const grids = element("div", { class: "cnn-row cnn-lab" }, input.node, output.node);
    const legend = element("p", { class: "cnn-legend" });
    const formula = createFormula();
    stage.root.append(refusal, grids, legend, formula.node);
    for (const [grid, long] of [[input, false], [output, true]]) dragOver(stage, grid, pick(long));

    return function draw() {
      const transposed = stage.get("operation") !== stage.get("choices").operation[0];
      followAxes(stage, AXIS_TRAITS, { sometimes: "output_padding", applies: transposed });
      const settings = UNITS.map((_, axis) => settingOf(stage, axis, transposed));
      const axes = settings.map((setting, axis) => arithmeticAxis(setting, UNITS[axis]));
      const refused = refusals(settings, axes);
      const tooLarge = axes.some(({ long, padding }) => long + 2 * padding > LARGEST);
      shown = refused.length ? null : axes;
      const [rows, cols] = axes.map(({ short }) => short);
      const last = shown ? rows * cols - 1 : 0;
      const step = between(stage.get("step"), 0, last);
      if (stage.get("last") !== last || stage.get("step") !== step) stage.set({ last, step });
      const at = [Math.floor(step / (cols || 1)), step % (cols || 1)];

      refusal.hidden = !refused.length && !tooLarge;
      const drawable = shown && !tooLarge;
      refusal.textContent = refused.length
        ? `No output. ${refused.join(" ")}`
        : `The grids are drawn up to ${LARGEST} cells a side; the formula holds for any size.`;
      grids.hidden = legend.hidden = !drawable;
      if (drawable) drawGrids(input, output, grids, legend, axes, at);
      drawFormula(formula, settings, axes, transposed);
      return sentence(settings, axes, refused, at, step, last);
    };
  });
}

function drawGrids(input, output, grids, legend, axes, at) {
  const counts = axes.map(windowCounts);
  const [{ transposed }] = axes;
  const [long, short] = transposed ? [output, input] : [input, output];
  const [longName, shortName] = transposed ? ["y", "x"] : ["x", "y"];
  const ends = axes.map(endOfWindows);
  const peak = Math.max(...counts[0].onLong) * Math.max(...counts[1].onLong);
  const covers = ({ stride, dilation, kernel }, i, place) => {
    const offset = place - stride * i;
    if (offset < 0 || offset > dilation * (kernel - 1)) return "none";
    return offset % dilation ? "between" : "tap";
  };
  const seen = new Set();
  const [height, width] = axes.map((axis) => axis.long + 2 * axis.padding);
  const title = (name, lengths, extra) => `${name} ${size(...lengths)}${extra}`;
  const lengths = [axes.map((axis) => axis.long), axes.map((axis) => axis.short)];
  const pads = axes.map(({ padding }) => padding);
  const padText = pads[0] || pads[1] ? ` ${transposed ? "and what padding crops" : "with padding"}` : "";

  long.update(height, width, title(transposed ? "Output" : "Input", lengths[0], `${padText}: windows on each cell`), (a, b) => {
    const count = counts[0].onLong[a] * counts[1].onLong[b];
    const real = [a, b].every((place, axis) => place >= pads[axis] && place < pads[axis] + axes[axis].long);
    const after = a >= ends[0] || b >= ends[1];
    const kinds = [covers(axes[0], at[0], a), covers(axes[1], at[1], b)];
    const inWindow = !kinds.includes("none") && (kinds.includes("between") ? "cnn-within" : "cnn-on");
    const empty = after ? "cnn-left-over" : "cnn-unused";
    const states = [!real && "cnn-padding", !count && empty, inWindow].filter(Boolean);
    for (const state of states) seen.add(state);
    const name = real ? `${longName}[${a - pads[0]}, ${b - pads[1]}]` : transposed ? "cropped" : "padding";
    return { text: String(count), state: states.join(" "), shade: count / peak, name: `${name}, in ${count} window${count === 1 ? "" : "s"}` };
  });
  short.update(axes[0].short, axes[1].short, title(transposed ? "Input" : "Output", lengths[1], ": cells in each window"), (i, j) => {
    const count = counts[0].onShort[i] * counts[1].onShort[j];
    return { text: String(count), state: i === at[0] && j === at[1] ? "cnn-on" : "", name: `${shortName}[${i}, ${j}], its window holds ${count} cells` };
  });
  grids.style.setProperty("--columns", width + axes[1].short);
  const wanted = LEGEND.filter(([state]) => state === "cnn-swatch-window" || seen.has(state));
  const texts = wanted.map(([state, text]) => [state, state === "cnn-padding" && transposed ? "cropped by padding" : text]);
  const key = JSON.stringify(texts);
  if (legend.dataset.key === key) return;
  legend.dataset.key = key;
  legend.replaceChildren(...texts.map(([state, text]) =>
    element("span", {}, element("span", { class: `cnn-swatch ${state}`, "aria-hidden": "true" }), text)));
}

function drawFormula(formula, settings, axes, transposed) {
  const parts = transposed ? transposedParts : convolutionParts;
  const lines = settings.map((setting, axis) => ({
    label: axis ? "width" : "height",
    parts: parts(setting),
    note: axes[axis].reason ? "" : remainder(axes[axis]) + inWords(axes[axis]).join("; "),
  }));
  const one = alike(settings) && !lines[0].note;
  formula.update(transposed ? TRANSPOSED_RULE : CONVOLUTION_RULE, one ? [{ ...lines[0], label: "height and width" }] : lines);
}

// The result in words, then the window of this step.
function sentence(settings, axes, refused, at, step, last) {
  const [{ transposed }] = axes;
  const names = transposed ? ["Transposed convolution", "x", "y"] : ["Convolution", "y", "x"];
  const text = [
    `input ${size(...settings.map((setting) => setting.size))}`,
    `kernel ${size(...settings.map(({ kernel }) => kernel))}`,
    ...["padding", "stride", "dilation"].map((name) => `${name} ${pairText(settings, name)}`),
    ...(transposed ? [`output padding ${pairText(settings, "outputPadding")}`] : []),
  ].join(", ");
  if (refused.length) return `${names[0]}, ${text}: no output. ${refused.join(" ")}`;
  const words = axes.flatMap(inWords);
  const rest = words.length ? `${capital(words.join("; "))}.` : "Nothing is left over.";
  const places = axes.map(({ stride, dilation, kernel, padding, unit }, axis) => {
    const taps = Array.from({ length: kernel }, (_, u) => String(stride * at[axis] + dilation * u - padding).replace("-", "−"));
    return `${unit}${kernel === 1 ? "" : "s"} ${taps.join(", ")}`;
  });
  const output = size(...axes.map((axis) => axis.output));
  const verb = transposed ? "writes to" : "reads";
  return `${names[0]}, ${text} → output ${output}. ${rest} At step ${step} of ${last}, ${names[1]}[${at.join(", ")}] ${verb} ${places.join(" and ")} of ${names[2]}.`;
}

// A pressed pointer that moves over a grid picks each cell on its way.
function dragOver(stage, grid, pick) {
  let before = null;
  stage.listen(grid.body, "pointermove", (event) => {
    const cell = event.buttons ? grid.locate(event) : null;
    if (cell && cell.join() !== before) pick(...cell);
    before = cell?.join() ?? null;
  });
}

export default { render };
