// The drawing surface: mouse, finger and pen draw; with the keyboard the arrow keys move a pen, Space
// puts it down or lifts it, Delete clears. What is drawn goes to `onPoint`, whoever drew it.

import { UNITS } from "./ink.js";
import { element } from "./stage.js";
import { grey } from "./picture.js";

const MOVES = {
  ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0],
  Home: [-1, -1], PageUp: [1, -1], End: [-1, 1], PageDown: [1, 1],
};

export function createPad(stage, { onPoint, onClear }) {
  const canvas = element("canvas", { class: "cnn-canvas" });
  const tip = element("span", { class: "cnn-pen" });
  const surface = element("div", {
    class: "cnn-surface cnn-pad", tabindex: "0", role: "application", "aria-roledescription": "drawing pad", "data-drawing": "",
  }, canvas, tip);
  const caption = element("span", { class: "cnn-grid-label" });
  const node = element("div", { class: "cnn-picture" }, caption, surface);
  const context = canvas.getContext("2d");
  let image = null;
  let drawing = false; // a pointer is down
  let down = false; // the keyboard's pen is down
  let pen = [UNITS / 2, UNITS / 2];

  function pointAt(event) {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * UNITS, ((event.clientY - box.top) / box.height) * UNITS];
  }

  stage.listen(surface, "pointerdown", (event) => {
    if (event.button > 0) return;
    [drawing, down] = [true, false];
    onPoint(pointAt(event), true);
    surface.setPointerCapture(event.pointerId);
  });
  stage.listen(surface, "pointermove", (event) => {
    if (!drawing) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length ? events : [event]) onPoint(pointAt(one), false);
  });
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) stage.listen(surface, type, () => (drawing = false));

  stage.listen(surface, "keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const move = MOVES[event.key];
    if (move) {
      pen = pen.map((value, axis) => Math.max(0, Math.min(UNITS, value + move[axis])));
      if (down) onPoint(pen, false);
    } else if (event.key === " " || event.key === "Enter") {
      down = !down;
      if (down) onPoint(pen, true);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      onClear();
    } else return;
    event.preventDefault();
    const [x, y] = pen.map((value) => Math.round(value));
    stage.say(`The pen is ${down ? "down" : "up"} at row ${y}, column ${x} of ${UNITS}.`);
  });
  stage.listen(surface, "blur", () => (down = false));

  return {
    node,
    paint({ rows, cols, data }) {
      if (image === null) {
        [canvas.width, canvas.height] = [cols, rows];
        image = context.createImageData(cols, rows);
      }
      const pixels = new Uint32Array(image.data.buffer);
      for (let k = 0; k < data.length; k++) pixels[k] = grey(data[k]);
      context.putImageData(image, 0, 0);
    },
    label(text, description, width) {
      if (caption.textContent !== text) caption.textContent = text;
      if (surface.getAttribute("aria-label") !== description) surface.setAttribute("aria-label", description);
      tip.style.left = `${(100 * pen[0]) / UNITS}%`;
      tip.style.top = `${(100 * pen[1]) / UNITS}%`;
      tip.style.width = `${(100 * width) / UNITS}%`;
      tip.classList.toggle("cnn-pen-down", down);
    },
  };
}
