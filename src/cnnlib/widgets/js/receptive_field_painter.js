// A model cell and what it sees: receptive field, stimulus, their product, the response and its curve.

import { ANGLES, FIELD_SIDE, PLACES, WIDTHS, cellFields, cellResponse, drives, paintStimulus, placeOf, responseCurve } from "./cells.js";
import { matrix } from "./tensor.js";
import { fixed, number } from "./format.js";
import { element, mountStage } from "./stage.js";
import { createCurves, roundTicks } from "./curves.js";
import { createPhotographs, createPicture, diverging, grey } from "./picture.js";

const FAINT = 0.6; // small weights are drawn stronger than they are, or a surround would hardly show
const REACH = 40; // how far a stimulus can be moved, in pixels
const NAMES = { "on-centre": "On-centre cell", "off-centre": "Off-centre cell", simple: "Simple cell", complex: "Complex cell" };
const SHAPE = ["sigma", "theta", "wavelength", "phase"];
const SETTING = ["angle", "width", "x", "y", "dark"];

function render({ model, el }) {
  return mountStage(model, el, (stage) => {
    const read = (names) => Object.fromEntries(names.map((name) => [name, stage.get(name)]));
    const move = (x, y) => {
      const [inX, inY] = [x, y].map((value) => Math.max(-REACH, Math.min(REACH, Math.round(value))));
      if (inX !== x || inY !== y) stage.say(`A stimulus can be moved by ${REACH} pixels at most.`);
      stage.set({ x: inX, y: inY });
    };
    const field = createPicture(stage, {});
    const shown = createPicture(stage, { onMove: (down, right) => move(stage.get("x") + right, stage.get("y") + down) });
    const product = createPicture(stage, {});
    const second = createPicture(stage, {});
    const secondProduct = createPicture(stage, {});
    const line = element("p", { class: "cnn-sum cnn-cell-line" });
    const gap = element("span", { class: "cnn-cell-gap" });
    const pictures = [field, shown, product, second, { node: gap }, secondProduct].map(({ node }) => node);
    const curves = createCurves(stage);
    stage.root.append(element("div", { class: "cnn-cell-pictures" }, ...pictures), line, curves.node);
    dragging(stage, shown.node.querySelector(".cnn-surface"), () => [stage.get("x"), stage.get("y")], move);
    const photographOf = createPhotographs(stage);

    function followControls() {
      const [cell, kind] = [stage.get("cell"), stage.get("stimulus")];
      const striped = cell === "simple" || cell === "complex";
      const visible = {
        angle_shown: ["bar", "edge", "grating"].includes(kind),
        width_shown: ["bar", "spot", "grating"].includes(kind),
        theta_shown: striped,
        wavelength_shown: striped,
        phase_shown: cell === "simple",
      };
      const wanted = Object.entries(visible).map(([name, on]) => [name, on ? "" : "none"]);
      const changed = wanted.filter(([name, value]) => stage.get(name) !== value);
      if (changed.length) stage.set(Object.fromEntries(changed));
    }

    let known = { key: null, values: null };
    function curveOf(against, cell, shape, kind, setting, photo) {
      // What the curve runs over doesn't change it: to turn a bar only moves the mark.
      const over = against === "angle" && kind === "photograph" ? "theta" : against;
      const key = JSON.stringify([against, cell, kind, { ...shape, ...setting, [over]: null }]);
      if (key !== known.key) known = { key, values: responseCurve(against, cell, shape, kind, setting, photo) };
      return known.values;
    }

    function paintPair(pair, stimulus) {
      [[field, product], [second, secondProduct]].forEach(([one, other], k) => {
        const missing = !pair[k];
        one.node.hidden = other.node.hidden = gap.hidden = missing;
        if (missing) return;
        const weights = pair[k].data;
        const peak = weights.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const shade = (value) => diverging(Math.sign(value) * (Math.abs(value) / peak) ** FAINT);
        one.paint(pair[k], shade);
        other.paint(matrix(FIELD_SIDE, FIELD_SIDE, weights.map((value, at) => value * stimulus.data[at])), shade);
      });
    }

    return function draw() {
      followControls();
      const [cell, kind, against] = ["cell", "stimulus", "curve"].map(stage.get);
      const photo = photographOf(Object.keys(stage.get("photos"))[0]);
      if (!photo) return undefined;
      const [shape, setting] = [read(SHAPE), read(SETTING)];
      const pair = cellFields(cell, shape);
      const stimulus = paintStimulus(kind, setting, photo);
      const sums = drives(pair, stimulus);
      const answer = cellResponse(pair, stimulus);

      paintPair(pair, stimulus);
      shown.paint(stimulus, (value) => grey((value + 1) / 2));
      const two = pair.length === 2;
      field.label(two ? "Field e" : "Receptive field w", "The receptive field: orange where light excites the cell, blue where it inhibits it.");
      shown.label("Stimulus s", `The stimulus, ${describe(kind, setting)}. Drag it, or move it by the arrow keys.`);
      product.label(two ? `e·s, sum ${fixed(sums[0])}` : `w·s, sum ${fixed(sums[0])}`, "Field times stimulus, pixel by pixel: orange adds, blue takes away.");
      if (two) {
        second.label("Field o", "The second receptive field, a quarter of a wave further on.");
        secondProduct.label(`o·s, sum ${fixed(sums[1])}`, "The second field times the stimulus.");
      }
      const text = two ? `Energy (${fixed(sums[0])})² + (${fixed(sums[1])})² = ${fixed(answer, 3)}`
        : `Response Σ w·s = ${fixed(answer)}; fires max(0, ${fixed(answer)}) = ${fixed(Math.max(0, answer))}`;
      if (line.textContent !== text) line.textContent = text;

      drawCurve(curves, against, kind, two ? "energy" : "response", curveOf(against, cell, shape, kind, setting, photo), answer, cursorAt(against, kind, shape, setting));
      return `${NAMES[cell]}${cell.endsWith("centre") ? "" : ` at ${shape.theta}°`}, ${describe(kind, setting)}: ` +
        (two ? `energy ${fixed(answer, 3)}, from the sums ${fixed(sums[0])} and ${fixed(sums[1])}.`
          : `response ${fixed(answer)} on a scale from −1 to 1. ${verdict(answer)}`);
    };
  });
}

function verdict(answer) {
  if (Math.abs(answer) < 0.005) return "To the cell it makes no difference.";
  return answer > 0 ? "The cell fires." : "The cell is inhibited.";
}

function describe(kind, { angle, width, x, y, dark }) {
  const what = kind === "photograph" ? (dark ? "the photograph's negative" : "the photograph")
    : kind === "even light" ? (dark ? "even darkness" : "even light")
    : kind === "edge" ? `an edge at ${angle}°, ${dark ? "bright on the left" : "bright on the right"} when upright`
    : kind === "grating" ? `a grating at ${angle}° with stripes of ${width}`
    : `a ${dark ? "dark" : "bright"} ${kind} ${kind === "bar" ? `at ${angle}°, ${width} wide` : `${width} across`}`;
  const moves = [x && `${Math.abs(x)} to the ${x > 0 ? "right" : "left"}`, y && `${Math.abs(y)} ${y > 0 ? "down" : "up"}`].filter(Boolean);
  return kind === "even light" || !moves.length ? what : `${what}, moved by ${moves.join(" and ")}`;
}

function cursorAt(against, kind, shape, setting) {
  if (against === "place") return placeOf(kind, setting);
  if (against === "width") return setting.width;
  return kind === "photograph" ? shape.theta : setting.angle;
}

const AXES = {
  angle: { places: ANGLES, marks: [0, 45, 90, 135, 180], title: "angle of the stimulus in degrees" },
  place: { places: PLACES, marks: [-20, -10, 0, 10, 20], title: "place of the stimulus, across its stripes, in pixels" },
  width: { places: WIDTHS, marks: [1, 5, 10, 15, 20], title: "width of the stimulus in pixels" },
};

function drawCurve(curves, against, kind, what, values, answer, at) {
  const { places, marks, title } = AXES[against];
  const [low, high] = [Math.min(0, answer, ...values), Math.max(0, answer, ...values)];
  const ticks = roundTicks(low, Math.max(high, low + 0.02));
  const name = against === "angle" && kind === "photograph" ? "angle of the cell in degrees" : title;
  const [from, to] = [places[0], places.at(-1)];
  const best = values.indexOf(Math.max(...values));
  curves.update({
    x: { from, to, ticks: marks, title: name },
    y: { from: ticks[0], to: ticks.at(-1), ticks, title: what },
    lines: [{ points: values.map((value, k) => [places[k], value]), kind: "cnn-line-response" }],
    cursor: { x: Math.max(from, Math.min(to, at)), y: at < from || at > to ? null : answer },
    label: `The ${what} against the ${name}: from ${fixed(Math.min(...values), 3)} to ${fixed(values[best], 3)}, the largest at ${number(places[best])}.`,
  });
}

// Drag by as many pixels of the picture as the pointer moves.
function dragging(stage, surface, position, move) {
  surface.classList.add("cnn-movable", "cnn-draggable");
  surface.setAttribute("aria-roledescription", "picture with a movable stimulus");
  let start = null;
  stage.listen(surface, "pointerdown", (event) => {
    surface.setPointerCapture(event.pointerId);
    start = { at: [event.clientX, event.clientY], from: position() };
  });
  stage.listen(surface, "pointermove", (event) => {
    if (!start || !event.buttons) return;
    const scale = FIELD_SIDE / surface.getBoundingClientRect().width;
    const [x, y] = [event.clientX, event.clientY].map((place, k) => Math.round(start.from[k] + (place - start.at[k]) * scale));
    if (x !== position()[0] || y !== position()[1]) move(x, y);
  });
  stage.listen(surface, "pointerup", () => (start = null));
}

export default { render };
