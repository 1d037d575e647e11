// Draw a digit, and see every number of a trained network follow: maps, pooled maps, logits and
// probabilities; pick any of them to see what made it.

import { matrix } from "./tensor.js";
import { explainUnit, fieldOf, mapOf, readNetwork, runNetwork, softmax, tensor, windowOf } from "./network.js";
import { addPoint, blankPad, centreDigit, drawStrokes, printDigit, shrinkPad } from "./ink.js";
import { aDigit, fixed, number, percent } from "./format.js";
import { element, mountStage } from "./stage.js";
import { decodeGray, diverging, grey } from "./picture.js";
import { createClassBars } from "./class_bars.js";
import { createMapStrip } from "./map_strip.js";
import { createPad } from "./pad.js";
import { createUnitDetail } from "./unit_detail.js";

const SIDE = 28;
const RULES = {
  conv: "a convolution: for each map that it reads, the window times the weights, summed; then the bias. Shown with two decimals, added up before rounding",
  pool: "a maximum: the largest number of the window",
  relu: "ReLU: what is negative becomes 0",
  linear: "a dense layer: each of its inputs times a weight of its own, summed map by map; then the bias. Shown with two decimals, added up before rounding",
};

function render({ model, el }) {
  return mountStage(model, el, (stage) => {
    const layers = readNetwork(stage.get("layers"), stage.get("weights"));
    const labels = stage.get("labels");
    let digits = null;
    decodeGray(stage.get("sheet")).then(({ data }) => {
      digits = labels.map((_, k) => matrix(SIDE, SIDE, data.subarray(k * SIDE * SIDE, (k + 1) * SIDE * SIDE)));
      stage.redraw();
    });

    const clear = () => stage.set({ strokes: [], blank: true, over: false });
    // The first stroke takes a blank sheet, unless it is meant for the test digit.
    const showsDigit = () => stage.get("over") || !(stage.get("blank") || stage.get("strokes").length);

    const pad = createPad(stage, {
      onPoint: (point, fresh) => {
        const strokes = addPoint(stage.get("strokes"), point, fresh);
        if (strokes !== stage.get("strokes")) stage.set({ strokes });
        else stage.redraw();
      },
      onClear: clear,
    });
    const input = createMapStrip(stage, {});
    const strips = layers.map(({ kind, name }) =>
      kind === "flatten" || kind === "linear" ? null : createMapStrip(stage, { onPick: ([map, row, col]) => stage.set({ layer: name, map, row, col }) }));
    const last = layers.at(-1);
    const bars = createClassBars(stage, { classes: last.shape[0], onPick: (map) => stage.set({ layer: last.name, map }) });
    const detail = createUnitDetail(stage, { onPart: (part) => stage.set({ part }) });
    stage.root.append(layOut(stage, { pad, input, bars, strips, clear }), detail.node);

    // Moving on to another test digit takes a fresh sheet of paper.
    let shown = stage.get("digit");
    function followDigit() {
      if (stage.get("digit") !== shown) stage.set({ strokes: [], blank: false });
      shown = stage.get("digit");
    }

    let computed = { key: "", strokes: null };
    function compute() {
      const key = JSON.stringify(["digit", "blank", "over", "pen", "centre"].map(stage.get));
      const strokes = stage.get("strokes");
      if (computed.key === key && computed.strokes === strokes) return computed;
      const paper = showsDigit() ? printDigit(digits[stage.get("digit")]) : blankPad();
      const ink = drawStrokes(paper, strokes, stage.get("pen"));
      const picture = stage.get("centre") ? centreDigit(ink) : shrinkPad(ink);
      const outputs = runNetwork(layers, tensor([1, SIDE, SIDE], picture.data));
      computed = { key, strokes, ink, outputs, shares: softmax(outputs.at(-1).data) };
      pad.paint(ink);
      input.paint(outputs[0], grey);
      strips.forEach((strip, l) => {
        if (!strip) return;
        const peak = Math.max(1e-9, outputs[l + 1].data.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
        strip.paint(outputs[l + 1], (value) => diverging(value / peak));
      });
      return computed;
    }

    return function draw() {
      if (!digits) return undefined;
      followDigit();
      const { outputs, shares } = compute();
      const l = Math.max(0, layers.findIndex(({ name }) => name === stage.get("layer")));
      const unit = clampUnit(stage, outputs[l + 1].shape);
      const { kind, name } = layers[l];
      const explained = explainUnit(layers, outputs, l, unit);
      const most = (explained.parts?.length ?? 1) - 1;
      if (stage.get("part") > most) stage.set({ part: most });

      const [first, second] = [...shares.keys()].sort((a, b) => shares[b] - shares[a]);
      const what = describePad(stage, labels, showsDigit());
      pad.label(what.short, `Drawing pad. Arrow keys move the pen, Home, End, Page Up and Page Down diagonally; Space puts it down or lifts it, Delete clears. On it: ${what.long}.`, stage.get("pen"));
      const texts = Array.from(outputs.at(-1).data, (logit, k) => [fixed(logit, 1), percent(shares[k], "<", ">")]);
      bars.update(shares, texts, first, kind === "linear" ? unit[0] : -1);
      frameUnits({ layers, outputs, strips, input, l, unit });
      labelStrips({ layers, outputs, strips, input, l, unit, centred: stage.get("centre") });
      const place = kind === "linear" ? `logit of ${unit[0]}` : `map ${unit[0]}, row ${unit[1]}, column ${unit[2]}`;
      const flattened = layers[l - 1]?.kind === "flatten";
      const before = layers[flattened ? l - 2 : l - 1]?.name ?? "input";
      const title = `${name}, ${place}: ${fixed(explained.total)}`;
      const window = `${kind === "linear" ? "" : "window on "}${before}${kind === "pool" ? `, map ${unit[0]}` : ""}`;
      detail.update(kind, explained, stage.get("part"), { title, before, window, rule: RULES[kind] });
      return (
        `${what.long[0].toUpperCase()}${what.long.slice(1)}: recognised as ${first} with ${percent(shares[first])}, next ${second} with ${percent(shares[second])}. ` +
        `Picked: ${name}, ${place}, ${madeOf(kind, explained)}.`
      );
    };
  });
}

// The unit that is picked, held within its layer: [map, row, column], or [unit, 0, 0].
function clampUnit(stage, [maps, rows = 1, cols = 1]) {
  const wanted = ["map", "row", "col"].map(stage.get);
  const unit = wanted.map((value, axis) => Math.max(0, Math.min([maps, rows, cols][axis] - 1, value)));
  const [map, row, col] = unit;
  if (unit.some((value, axis) => value !== wanted[axis])) stage.set({ map, row, col });
  return unit;
}

function describePad(stage, labels, showsDigit) {
  const strokes = stage.get("strokes").length;
  const drawn = strokes === 1 ? "1 stroke" : `${strokes} strokes`;
  const digit = stage.get("digit");
  const printed = `test digit ${digit}, ${aDigit(labels[digit])}`;
  if (showsDigit) return strokes ? { short: `${printed}, and you`, long: `${printed}, with ${drawn} of yours` } : { short: `${printed}: draw here`, long: printed };
  if (!strokes) return { short: "draw here", long: "a blank pad" };
  return { short: "your drawing", long: `your drawing of ${drawn}${stage.get("blank") ? "" : `, in place of test digit ${digit}`}` };
}

function madeOf(kind, { parts, bias, before, total }) {
  if (kind === "pool") return `the largest of its window, ${fixed(total)}`;
  if (kind === "relu") return `max(0, ${fixed(before)}) = ${fixed(total)}`;
  const sums = parts.length === 1 ? `a sum of ${number(parts[0].x.data.length)} products` : `${parts.length} partial sums`;
  return `${sums} and the bias ${fixed(bias)}: ${fixed(total)}`;
}

// Frames on the picked unit, on the windows that it reads, and on the box that it sees in the input.
function frameUnits({ layers, outputs, strips, input, l, unit }) {
  const { kind } = layers[l];
  const flat = kind === "linear";
  const reads = (map) => kind === "conv" || map === unit[0];
  strips.forEach((strip, k) => {
    if (!strip) return;
    if (k === l) strip.frame([{ map: unit[0], box: [unit[1], unit[2], 1, 1], kind: "unit" }]);
    else if (k === l - 1 && !flat) {
      const box = windowOf(layers[l], unit);
      const maps = [...Array(outputs[l].shape[0]).keys()].filter(reads);
      strip.frame(maps.map((map) => ({ map, box, kind: "window" })));
    } else strip.frame([]);
    if (k === l) strip.stand(unit);
  });
  input.frame(flat ? [] : [{ map: 0, box: fieldOf(layers, l, unit), kind: "window" }]);
}

function labelStrips({ layers, outputs, strips, input, l, unit, centred }) {
  const side = SIDE + "×" + SIDE;
  input.label(`input ${side}`, `The network's input, ${side}${centred ? ", centred" : ", not centred"}. The frame is what the picked unit sees.`);
  strips.forEach((strip, k) => {
    if (!strip) return;
    const [maps, rows, cols] = outputs[k + 1].shape;
    const { name } = layers[k];
    strip.node.dataset.width = rows >= 20 ? "full" : "half";
    const at = k === l ? ` Picked: map ${unit[0]}, row ${unit[1]}, column ${unit[2]}: ${fixed(mapOf(outputs[k + 1], unit[0]).data[unit[1] * cols + unit[2]])}.` : "";
    strip.label(`${name}: ${maps} maps, ${rows}×${cols}`, `${name}, ${maps} maps of ${rows}×${cols}; blue below 0, orange above. Arrow keys pick a unit.${at}`);
  });
}

function layOut(stage, { pad, input, bars, strips, clear }) {
  const button = (text, act) => {
    const node = element("button", { type: "button", class: "cnn-button" }, text);
    stage.listen(node, "click", act);
    return node;
  };
  const buttons = element(
    "div",
    { class: "cnn-pad-buttons" },
    button("Clear the pad", clear),
    button("Undo a stroke", () => {
      if (stage.get("strokes").length) stage.set({ strokes: stage.get("strokes").slice(0, -1) });
      else stage.say("There is no stroke to undo.");
    }),
  );
  pad.node.append(buttons);
  const top = element("div", { class: "cnn-pad-row" }, pad.node, input.node, bars.node);
  const maps = element("div", { class: "cnn-maps" });
  maps.append(...strips.filter(Boolean).map(({ node }) => node));
  return element("div", { class: "cnn-digit-pad" }, top, maps);
}

export default { render };
