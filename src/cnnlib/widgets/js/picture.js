// One image canvas with a window on it. Values in [0, 1] are shown in grey; signed values on a
// diverging scale (blue below zero, white at zero, orange above). Data keep their colours in dark mode.

import { element } from "./stage.js";

const NEGATIVE = [23, 105, 180];
const POSITIVE = [217, 115, 13];
const ZERO = [247, 246, 243];

// Decode PNG bytes to 8 bits a channel, exactly as stored: no colour management, no scaling.
async function decodePixels(bytes) {
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }), { colorSpaceConversion: "none" });
  const canvas = element("canvas", { width: bitmap.width, height: bitmap.height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

function channelOf({ width, height, data }, channel) {
  const values = new Float64Array(width * height);
  for (let k = 0; k < values.length; k++) values[k] = data[4 * k + channel] / 255;
  return { rows: height, cols: width, data: values };
}

// A grey PNG as one matrix of values in [0, 1].
export async function decodeGray(bytes) {
  return channelOf(await decodePixels(bytes), 0);
}

// A colour PNG as three matrices: red, green, blue.
export async function decodeRGB(bytes) {
  const pixels = await decodePixels(bytes);
  return [0, 1, 2].map((channel) => channelOf(pixels, channel));
}

const LITTLE = 0xff000000;
const pack = (r, g, b) => LITTLE | (b << 16) | (g << 8) | r;
const GREYS = Uint32Array.from({ length: 256 }, (_, k) => pack(k, k, k));
const TINTS = [0, 1, 2].map((channel) => Uint32Array.from({ length: 256 }, (_, k) => LITTLE | (k << (8 * channel))));
const DIVERGING = Uint32Array.from({ length: 511 }, (_, k) => {
  const t = Math.abs(k - 255) / 255;
  const end = k < 255 ? NEGATIVE : POSITIVE;
  return pack(...ZERO.map((zero, c) => Math.round(zero + (end[c] - zero) * t)));
});

const level = (value) => (value <= 0 ? 0 : value >= 1 ? 255 : (255 * value + 0.5) | 0);

export function grey(value) {
  return GREYS[level(value)];
}

// A channel of a colour picture in its own colour: 0 red, 1 green, 2 blue. The three of a pixel,
// joined by |, are its colour.
export function tint(value, channel) {
  return TINTS[channel][level(value)];
}

export function diverging(value) {
  return DIVERGING[value <= -1 ? 0 : value >= 1 ? 510 : (255.5 + 255 * value) | 0];
}

// The photographs of an explorer by name: each is decoded when it is first asked for, null until then.
export function createPhotographs(stage, decode = decodeGray) {
  const photos = new Map();
  return (name) => {
    if (!photos.has(name)) {
      photos.set(name, null);
      decode(stage.get("photos")[name]).then((image) => {
        photos.set(name, image);
        stage.redraw();
      });
    }
    return photos.get(name);
  };
}

// `onPoint(row, col)` is called for hover, drag and tap, `onMove(dRow, dCol)` for arrow keys; only a
// picture with `onMove` is in the tab order.
export function createPicture(stage, { onPoint = null, onMove = null }) {
  const canvas = element("canvas", { class: "cnn-canvas" });
  const frame = element("span", { class: "cnn-frame" });
  const surface = element("div", { class: "cnn-surface" }, canvas, frame);
  const caption = element("span", { class: "cnn-grid-label" });
  const node = element("div", { class: "cnn-picture" }, caption, surface);
  const context = canvas.getContext("2d");
  let image = null;

  if (onPoint) {
    surface.classList.add("cnn-movable");
    const point = (event) => {
      const box = canvas.getBoundingClientRect();
      const row = Math.floor(((event.clientY - box.top) / box.height) * canvas.height);
      const col = Math.floor(((event.clientX - box.left) / box.width) * canvas.width);
      onPoint(Math.max(0, Math.min(canvas.height - 1, row)), Math.max(0, Math.min(canvas.width - 1, col)));
    };
    stage.listen(surface, "pointerdown", (event) => {
      surface.setPointerCapture(event.pointerId);
      point(event);
    });
    stage.listen(surface, "pointermove", (event) => (event.buttons || event.pointerType === "mouse") && point(event));
  }
  if (onMove) {
    surface.tabIndex = 0;
    surface.setAttribute("role", "application");
    surface.setAttribute("aria-roledescription", "picture with a movable window");
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    stage.listen(surface, "keydown", (event) => {
      if (!moves[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      onMove(...moves[event.key].map((step) => step * (event.shiftKey ? 10 : 1)));
    });
  }

  return {
    node,
    // Paint a matrix, each value coloured by `shade(value, index)`.
    paint({ rows, cols, data }, shade) {
      if (canvas.width !== cols || canvas.height !== rows || image === null) {
        [canvas.width, canvas.height] = [cols, rows];
        image = context.createImageData(cols, rows);
        surface.style.setProperty("--aspect", cols / rows);
      }
      const pixels = new Uint32Array(image.data.buffer);
      for (let k = 0; k < data.length; k++) pixels[k] = shade(data[k], k);
      context.putImageData(image, 0, 0);
    },
    // Clear what comes after the first blocks, in reading order, of a picture cut into count × count.
    hideAfter(blocks, count) {
      const [height, width] = [canvas.height / count, canvas.width / count];
      const [top, left] = [Math.round(Math.floor(blocks / count) * height), Math.round((blocks % count) * width)];
      context.clearRect(left, top, canvas.width, Math.round(height));
      context.clearRect(0, top + Math.round(height), canvas.width, canvas.height);
    },
    // Place the window's frame, given in pixels of the picture; it may hang over the border.
    place(top, left, rows, cols) {
      const percent = (value, whole) => `${(100 * value) / whole}%`;
      frame.style.top = percent(top, canvas.height);
      frame.style.left = percent(left, canvas.width);
      frame.style.height = percent(rows, canvas.height);
      frame.style.width = percent(cols, canvas.width);
    },
    label(text, description) {
      if (caption.textContent !== text) caption.textContent = text;
      surface.setAttribute("aria-label", description);
      if (!onMove) surface.setAttribute("role", "img");
    },
  };
}
