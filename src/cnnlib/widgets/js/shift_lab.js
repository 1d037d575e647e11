// Drag an object, and compare two ways: first the shift and then the layer, or the other way round.

import { extent, fromNested } from "./tensor.js";
import { differMaps, layerMap, moveMap, roll2d } from "./shifting.js";
import { number, size } from "./format.js";
import { element, mountStage } from "./stage.js";
import { createPhotographs, createPicture, diverging, grey } from "./picture.js";

function render({ model, el }) {
  return mountStage(model, el, (stage) => {
    const move = (dRow, dCol) => {
      const { rows, cols } = canvas();
      stage.set({ down: turned(stage.get("down") + dRow, rows), right: turned(stage.get("right") + dCol, cols) });
    };
    const [x, fx, moved] = [0, 1, 2].map(() => createPanel(stage, {}));
    const tx = createPanel(stage, { onMove: move });
    const [ftx, difference] = [0, 1].map(() => createPanel(stage, {}));
    const legend = element("p", { class: "cnn-legend" });
    const square = element("div", { class: "cnn-shift" }, ...[x, fx, moved, tx, ftx, difference].map(({ node }) => node));
    stage.root.append(square, legend);
    const photograph = createPhotographs(stage);
    const canvas = () => photograph(stage.get("photo")) ?? { rows: 1, cols: 1 };
    makeDraggable(stage, tx.node.querySelector(".cnn-surface"), canvas);

    function followControls() {
      const layer = stage.get("layer");
      const wanted = { mode_shown: layer === "dense layer" ? "none" : "", kernel_shown: layer.startsWith("convolution") ? "" : "none" };
      const changed = Object.entries(wanted).filter(([name, value]) => stage.get(name) !== value);
      if (changed.length) stage.set(Object.fromEntries(changed));
    }

    let still = { key: null };
    function unshifted(name, photo, { layer, preset, mode }, kernel) {
      const key = JSON.stringify([name, layer, preset, mode]);
      if (key === still.key) return still;
      const y = layerMap(photo, layer, kernel, mode);
      const peak = Math.max(...extent(y.data).map(Math.abs));
      still = { key, y, peak };
      x.paint(photo, grey);
      x.label("x", `The input, ${name}, where it lies at first.`);
      fx.show(y, peak);
      fx.label(y.data.length === 1 ? "f(x), a number" : `f(x), ${size(y.rows, y.cols)}`, `The layer's output for the input where it lies at first.`);
      return still;
    }

    return function draw() {
      followControls();
      const [name, layer, preset, mode, down, right] = ["photo", "layer", "preset", "mode", "down", "right"].map(stage.get);
      const photo = photograph(name);
      if (!photo) return undefined;
      const kernel = fromNested(stage.get("presets")[preset]);
      const { y, peak } = unshifted(name, photo, { layer, preset, mode }, kernel);
      const shifted = roll2d(photo, down, right);
      const after = layerMap(shifted, layer, kernel, mode);
      const step = y.rows === photo.rows ? 1 : 2;
      const before = y.data.length === 1 ? y : moveMap(y, down / step, right / step);
      const reach = layer === "convolution" ? kernel.rows >> 1 : 0;
      const found = differMaps(after, before, reach, down, right);
      const largest = number(found.largest, 3);

      tx.paint(shifted, grey);
      tx.label("Tx: drag it", `The input, ${name}, shifted ${way(down, right)}. Arrow keys shift it further, with Shift by ten pixels.`);
      moved.show(before, peak);
      moved.label(y.data.length === 1 ? "T f(x): the same" : "T f(x): layer first", "First the layer, then the shift.");
      ftx.show(after, peak);
      ftx.label("f(Tx): shift first", "First the shift, then the layer.");
      difference.show({ ...after, data: after.data.map((value, k) => value - before.data[k]) }, peak);
      difference.label(`Difference ≤ ${largest}`, found.count ? `Where the two differ; a frame marks the largest difference, ${largest}.` : "The two don't differ.");
      difference.mark(found.count && after.data.length > 1 ? found : null);
      legend.hidden = y.data.length === 1;
      legend.textContent = `Maps: blue below 0, orange above, full colour at ±${number(peak, 2)}`;
      const border = layer === "dense layer" ? "" : `, border “${mode}”`;
      const which = layer.startsWith("convolution") ? `${layer.replace("convolution", `convolution “${preset}”`)}` : layer;
      return `${capital(which)}${border}; the ${name} shifted ${way(down, right)}. ${verdict(layer, mode, found, { y, after, peak, down, right, reach })}`;
    };
  });
}

// A picture that can show a single number as text, too.
function createPanel(stage, handlers) {
  const picture = createPicture(stage, handlers);
  const text = element("span", { class: "cnn-shift-number" });
  picture.node.querySelector(".cnn-surface").append(text);
  const frame = picture.node.querySelector(".cnn-frame");
  frame.hidden = true;
  return {
    ...picture,
    mark(place) {
      frame.hidden = !place;
      if (place) picture.place(place.row - 1, place.col - 1, 3, 3);
    },
    show(map, peak) {
      const single = map.data.length === 1;
      picture.paint(map, single ? () => diverging(0) : (value) => diverging(value / (peak || 1)));
      text.textContent = single ? number(map.data[0], 3) : "";
    },
  };
}

function makeDraggable(stage, surface, canvas) {
  surface.classList.add("cnn-movable");
  surface.setAttribute("aria-roledescription", "picture that can be shifted");
  let start = null;
  const at = (event) => {
    const box = surface.getBoundingClientRect();
    const { rows, cols } = canvas();
    return [((event.clientY - box.top) / box.height) * rows, ((event.clientX - box.left) / box.width) * cols];
  };
  const end = () => (start = null);
  stage.listen(surface, "pointerdown", (event) => {
    start = { point: at(event), down: stage.get("down"), right: stage.get("right") };
    if (event.isTrusted) surface.setPointerCapture(event.pointerId);
  });
  stage.listen(surface, "pointermove", (event) => {
    if (!start || !event.buttons) return;
    const [dRow, dCol] = at(event).map((value, axis) => Math.round(value - start.point[axis]));
    const { rows, cols } = canvas();
    stage.set({ down: turned(start.down + dRow, rows), right: turned(start.right + dCol, cols) });
  });
  for (const type of ["pointerup", "pointercancel"]) stage.listen(surface, type, end);
}

// On a torus a shift by the whole length is none: −length/2 to length/2 are all there are.
function turned(shift, length) {
  const half = length / 2;
  return Math.abs(shift) <= half ? shift : ((((shift + half) % length) + length) % length) - half;
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

function way(down, right) {
  const parts = [[down, "down", "up"], [right, "right", "left"]].filter(([shift]) => shift);
  return parts.length ? `by ${parts.map(([shift, ahead, back]) => `${Math.abs(shift)} ${shift > 0 ? ahead : back}`).join(" and ")}` : "by nothing yet";
}

function verdict(layer, mode, { count, largest, near }, { y, after, peak, down, right, reach }) {
  if (!down && !right) return "Drag it: then the two ways can differ.";
  if (y.data.length === 1) {
    const values = `f(x) = ${number(y.data[0], 3)} and f(Tx) = ${number(after.data[0], 3)}`;
    return count ? `${values} differ by ${number(largest, 3)}: not invariant, since the border took part.` : `${values}: ${mode === "wrap" ? "the number is invariant" : "the number does not notice this shift"}.`;
  }
  const places = y.data.length;
  if (!count) return `f(Tx) = T f(x) at all ${places} places: equivariant${layer === "convolution" && mode === "wrap" ? "" : " for this shift"}.`;
  const differ = `f(Tx) and T f(x) differ at ${count} of ${places} places, by ${number(largest, 3)} at most, where f(x) itself reaches ${number(peak, 3)}`;
  if (layer === "convolution" && near) return `${differ}; all of them lie within ${reach} px of the border, or of where T has moved it.`;
  if (layer.endsWith("max pool") && (down % 2 || right % 2)) return `${differ}. The shift is no whole number of cells, which are 2 px wide; T f(x) takes the mean of neighbours.`;
  return layer.endsWith("max pool") ? `${differ}: the border took part.` : `${differ}: not equivariant.`;
}

export default { render };
