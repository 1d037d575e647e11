// Layers of five kinds, and what shifting before or after them changes. Pure functions on row-major
// matrices. The world is a torus: what leaves on one side comes back on the other.

import { correlate2d, matrix } from "./tensor.js";
import { padWith } from "./padding.js";
import { pool2d } from "./pooling.js";

// Numbers between −1 and 1 that look random: an integer hash, the very same in Python.
export function hashedWeights(count, seed) {
  const weights = new Float64Array(count);
  const offset = (seed << 24) >>> 0;
  for (let k = 0; k < count; k++) {
    let bits = (k + offset) >>> 0;
    bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d) >>> 0;
    bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b) >>> 0;
    weights[k] = ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 31 - 1;
  }
  return weights;
}

const kept = new Map();
function keptWeights(count, seed) {
  const key = `${count}:${seed}`;
  if (!kept.has(key)) kept.set(key, hashedWeights(count, seed));
  return kept.get(key);
}

// Every output has a weight for every pixel.
export function denseMap(x) {
  const count = x.data.length;
  const weights = keptWeights(count * count, 1);
  const scale = Math.sqrt(3 / count);
  const y = matrix(x.rows, x.cols);
  for (let m = 0, at = 0; m < count; m++, at += count) {
    let sum = 0;
    for (let p = 0; p < count; p++) sum += weights[at + p] * x.data[p];
    y.data[m] = sum * scale;
  }
  return y;
}

const bordered = (x, k, mode) => padWith(x, [[k >> 1, k >> 1], [k >> 1, k >> 1]], mode);

// Every output has a k×k kernel of its own.
export function localMap(x, mode, k = 3) {
  const padded = bordered(x, k, mode);
  const weights = keptWeights(x.data.length * k * k, 2);
  const y = matrix(x.rows, x.cols);
  for (let i = 0, at = 0; i < x.rows; i++) {
    for (let j = 0; j < x.cols; j++) {
      let sum = 0;
      for (let u = 0; u < k; u++) {
        for (let v = 0; v < k; v++) sum += weights[at++] * padded.data[(i + u) * padded.cols + j + v];
      }
      y.data[i * x.cols + j] = (sum * Math.sqrt(3)) / k;
    }
  }
  return y;
}

export function layerMap(x, layer, kernel, mode) {
  if (layer === "dense layer") return denseMap(x);
  if (layer === "locally connected layer") return localMap(x, mode);
  const y = correlate2d(bordered(x, kernel.rows, mode), kernel);
  if (layer === "convolution") return y;
  const positive = matrix(y.rows, y.cols, y.data.map((value) => Math.max(0, value)));
  if (layer.endsWith("max pool")) return pool2d(positive, "max", { window: [2, 2], stride: [2, 2], padding: [0, 0] });
  return matrix(1, 1, Float64Array.of(positive.data.reduce((sum, value) => sum + value, 0) / y.data.length));
}

// Move by whole pixels.
export function roll2d(x, down, right) {
  const rolled = matrix(x.rows, x.cols);
  const [by, along] = [((down % x.rows) + x.rows) % x.rows, ((right % x.cols) + x.cols) % x.cols];
  for (let i = 0; i < x.rows; i++) {
    const [from, to] = [i * x.cols, ((i + by) % x.rows) * x.cols];
    rolled.data.set(x.data.subarray(from, from + x.cols - along), to + along);
    rolled.data.set(x.data.subarray(from + x.cols - along, from + x.cols), to);
  }
  return rolled;
}

// Move by cells that need not be whole: half a cell on is the mean of two neighbours.
export function moveMap(y, down, right) {
  const [i, j] = [Math.floor(down), Math.floor(right)];
  const [a, b] = [down - i, right - j];
  const parts = [[0, 0, (1 - a) * (1 - b)], [1, 0, a * (1 - b)], [0, 1, (1 - a) * b], [1, 1, a * b]];
  const moved = matrix(y.rows, y.cols);
  for (const [di, dj, share] of parts) {
    if (share) roll2d(y, i + di, j + dj).data.forEach((value, k) => (moved.data[k] += share * value));
  }
  return moved;
}

// How many values differ, the largest difference and its place, and whether all of them lie within
// `reach` of the border, or of where the border was moved to.
export function differMaps(one, other, reach, down, right) {
  const { rows, cols } = one;
  const onSeam = (i, j) => i < reach || j < reach || i >= rows - reach || j >= cols - reach;
  const back = (index, shift, length) => (((index - shift) % length) + length) % length;
  let [count, largest, place, near] = [0, 0, 0, true];
  for (let k = 0; k < one.data.length; k++) {
    const difference = Math.abs(one.data[k] - other.data[k]);
    if (difference > largest) [largest, place] = [difference, k];
    if (difference <= 1e-9) continue;
    count += 1;
    const [i, j] = [Math.floor(k / cols), k % cols];
    near = near && (onSeam(i, j) || onSeam(back(i, down, rows), back(j, right, cols)));
  }
  return { count, largest, row: Math.floor(place / cols), col: place % cols, near };
}
