// Ink on a pad of 28 × 28 units: strokes of a pen become pixels, and a picture of a digit gets the size
// and the place that MNIST gives it. Pure functions on matrices; cnnlib.ink is the same in NumPy.

import { matrix } from "./tensor.js";

export const UNITS = 28;
export const FINENESS = 4; // pixels of the pad a unit
export const SOFTNESS = 0.5;

const BOX = 20;
const CENTER = 14;
const NEAREST = 0.15; // points closer than this, in units, add nothing that is seen

const onPad = (value) => Math.max(0, Math.min(UNITS, value));

// The strokes with one more point [x, y], in units, at the end of the last stroke or of a new one.
// Every pointer event and every key that moves the pen ends here.
export function addPoint(strokes, [x, y], fresh) {
  const point = [x, y].map((value) => Math.round(100 * onPad(value)) / 100);
  if (fresh || !strokes.length) return [...strokes, [point]];
  const last = strokes.at(-1);
  const [a, b] = last.at(-1);
  if (Math.hypot(point[0] - a, point[1] - b) < NEAREST) return strokes;
  return [...strokes.slice(0, -1), [...last, point]];
}

// Draw on the ink of a pad, in place. Where lines cross they are no darker than one.
export function drawStrokes(ink, strokes, pen) {
  for (const stroke of strokes) {
    if (stroke.length === 1) drawSegment(ink, stroke[0], stroke[0], pen);
    for (let k = 1; k < stroke.length; k++) drawSegment(ink, stroke[k - 1], stroke[k], pen);
  }
  return ink;
}

export function drawSegment({ rows, cols, data }, [ax, ay], [bx, by], pen) {
  const reach = (pen + SOFTNESS) / 2;
  const from = (one, other) => Math.max(0, Math.floor((Math.min(one, other) - reach) * FINENESS));
  const to = (one, other, length) => Math.min(length, Math.ceil((Math.max(one, other) + reach) * FINENESS));
  const [alongX, alongY] = [bx - ax, by - ay];
  const length = alongX ** 2 + alongY ** 2;
  const [left, right] = [from(ax, bx), to(ax, bx, cols)];
  for (let i = from(ay, by); i < to(ay, by, rows); i++) {
    const y = (i + 0.5) / FINENESS - ay;
    for (let j = left; j < right; j++) {
      const x = (j + 0.5) / FINENESS - ax;
      const share = length ? Math.max(0, Math.min(1, (x * alongX + y * alongY) / length)) : 0;
      const distance = Math.sqrt((x - share * alongX) ** 2 + (y - share * alongY) ** 2);
      const value = Math.min(1, (pen / 2 - distance) / SOFTNESS + 0.5);
      if (value > data[i * cols + j]) data[i * cols + j] = value;
    }
  }
}

export function blankPad() {
  return matrix(UNITS * FINENESS, UNITS * FINENESS);
}

// A stored picture on the pad: each of its pixels becomes a square of ink.
export function printDigit({ rows, cols, data }) {
  const ink = matrix(rows * FINENESS, cols * FINENESS);
  ink.data.forEach((_, k) => {
    const [i, j] = [Math.floor(k / ink.cols), k % ink.cols];
    ink.data[k] = data[Math.floor(i / FINENESS) * cols + Math.floor(j / FINENESS)];
  });
  return ink;
}

// The pad as it is, each new pixel the mean of those that it covers.
export function shrinkPad(ink) {
  return areaMean(ink, [0, 0, ink.rows, ink.cols], UNITS, UNITS);
}

// The ink's box with its longer side scaled to 20, its centre of mass brought to row 14, column 14.
export function centreDigit(ink) {
  const picture = matrix(UNITS, UNITS);
  const box = inkBox(ink);
  if (!box) return picture;
  const [, , height, width] = box;
  const longer = Math.max(height, width);
  const [rows, cols] = [height, width].map((side) => Math.max(1, roundHalfUp((side * BOX) / longer)));
  const small = areaMean(ink, box, rows, cols);
  const [top, left] = placeOf(small);
  for (let i = 0; i < rows; i++) {
    picture.data.set(small.data.subarray(i * cols, (i + 1) * cols), (top + i) * UNITS + left);
  }
  return picture;
}

// The box around all ink, [top, left, rows, columns], or null on a blank pad.
export function inkBox({ rows, cols, data }) {
  let [top, left, bottom, right] = [rows, cols, -1, -1];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      if (data[i * cols + j] <= 0) continue;
      [top, bottom] = [Math.min(top, i), i];
      [left, right] = [Math.min(left, j), Math.max(right, j)];
    }
  }
  return bottom < 0 ? null : [top, left, bottom - top + 1, right - left + 1];
}

// Halves go up, also those that rounding errors have pushed below the half.
function roundHalfUp(value) {
  return Math.floor(value + 0.5 + 1e-9);
}

function placeOf({ rows, cols, data }) {
  let [total, down, across] = [0, 0, 0];
  data.forEach((value, k) => {
    total += value;
    down += value * Math.floor(k / cols);
    across += value * (k % cols);
  });
  const place = (mass, side) => Math.min(Math.max(roundHalfUp(CENTER - mass), 0), UNITS - side);
  return [place(down / total, rows), place(across / total, cols)];
}

// For each new pixel along a side: the first old pixel that it covers, and the share of each.
function overlaps(old, fresh) {
  return Array.from({ length: fresh }, (_, k) => {
    const [start, stop] = [(k * old) / fresh, ((k + 1) * old) / fresh];
    const first = Math.floor(start);
    const last = Math.min(old, Math.ceil(stop));
    const shares = Array.from({ length: last - first }, (_, n) =>
      ((Math.min(stop, first + n + 1) - Math.max(start, first + n)) * fresh) / old);
    return { first, shares };
  });
}

function areaMean(x, [top, left, height, width], rows, cols) {
  const out = matrix(rows, cols);
  const across = overlaps(width, cols);
  overlaps(height, rows).forEach(({ first, shares }, i) => {
    across.forEach((column, j) => {
      let total = 0;
      shares.forEach((share, u) => {
        const start = (top + first + u) * x.cols + left + column.first;
        for (let v = 0; v < column.shares.length; v++) total += share * column.shares[v] * x.data[start + v];
      });
      out.data[i * cols + j] = total;
    });
  });
  return out;
}
