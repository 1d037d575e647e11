// Pooling: one number a window, and how far a shifted input changes what comes out. Pure functions on
// row-major matrices. A geometry is { window, stride, padding, countPad }, the first three [rows, columns].

import { matrix, outputSize } from "./tensor.js";

const BINOMIALS = [[1], [1, 1], [1, 2, 1], [1, 3, 3, 1], [1, 4, 6, 4, 1]];

// The weight of each place along one side of a window. Max pooling compares and has none: they are 1.
export function poolWeights(kind, k) {
  if (kind === "blur") return BINOMIALS[k - 1];
  return Array.from({ length: k }, (_, u) => (kind === "subsample" ? Number(u === (k - 1) >> 1) : 1));
}

const total = (values) => values.reduce((sum, value) => sum + value, 0);

// What is divided by the weights of a whole window, or by those of the pixels that exist.
const countsAll = (kind, countPad) => countPad || kind === "subsample";

export function pool2d(x, kind, { window: [kh, kw], stride, padding, countPad = true }) {
  const rows = outputSize(x.rows, kh, { stride: stride[0], padding: [padding[0], padding[0]] });
  const cols = outputSize(x.cols, kw, { stride: stride[1], padding: [padding[1], padding[1]] });
  const [down, across] = [poolWeights(kind, kh), poolWeights(kind, kw)];
  const all = total(down) * total(across);
  const out = matrix(rows, cols);
  for (let i = 0; i < rows; i++) {
    const top = i * stride[0] - padding[0];
    const [first, last] = [Math.max(0, top), Math.min(x.rows, top + kh)];
    for (let j = 0; j < cols; j++) {
      const left = j * stride[1] - padding[1];
      const [start, stop] = [Math.max(0, left), Math.min(x.cols, left + kw)];
      let [best, sum, existing] = [-Infinity, 0, 0];
      for (let row = first; row < last; row++) {
        for (let col = start; col < stop; col++) {
          const value = x.data[row * x.cols + col];
          const weight = down[row - top] * across[col - left];
          if (value > best) best = value;
          sum += weight * value;
          existing += weight;
        }
      }
      out.data[i * cols + j] = kind === "max" ? best : sum / (countsAll(kind, countPad) ? all : existing);
    }
  }
  return out;
}

// One window in full: its places in row-major order, the first largest pixel, the pixels that equal it
// but come later, and what the weighted sum is divided by.
export function poolWindow(x, kind, i, j, { window: [kh, kw], stride, padding, countPad = true }) {
  const [down, across] = [poolWeights(kind, kh), poolWeights(kind, kw)];
  const terms = [];
  for (let u = 0; u < kh; u++) {
    for (let v = 0; v < kw; v++) {
      const [row, col] = [i * stride[0] + u - padding[0], j * stride[1] + v - padding[1]];
      const inside = row >= 0 && col >= 0 && row < x.rows && col < x.cols;
      const value = inside ? x.data[row * x.cols + col] : kind === "max" ? -Infinity : 0;
      terms.push({ row, col, inside, value, weight: down[u] * across[v] });
    }
  }
  const best = Math.max(...terms.map(({ value }) => value));
  const [winner, ...ties] = terms.filter(({ value, inside }) => inside && value === best);
  const counted = countsAll(kind, countPad) ? terms : terms.filter(({ inside }) => inside);
  return { terms, winner, ties, best, denominator: total(counted.map(({ weight }) => weight)) };
}

// Move every row to the right; what leaves on the right comes back on the left.
export function rollColumns(x, shift) {
  const rolled = matrix(x.rows, x.cols);
  const by = ((shift % x.cols) + x.cols) % x.cols;
  for (let i = 0; i < x.rows; i++) {
    const row = x.data.subarray(i * x.cols, (i + 1) * x.cols);
    rolled.data.set(row.subarray(0, x.cols - by), i * x.cols + by);
    rolled.data.set(row.subarray(x.cols - by), i * x.cols);
  }
  return rolled;
}

// How many values differ, and by how much on average.
export function compareMaps(one, other) {
  let [changed, sum] = [0, 0];
  for (let k = 0; k < one.data.length; k++) {
    const difference = Math.abs(one.data[k] - other.data[k]);
    if (difference > 1e-9) changed += 1;
    sum += difference;
  }
  return { changed, count: one.data.length, mean: sum / one.data.length };
}

// The map before the shift, moved along by shift / stride cells and compared with the map after it.
// Between two cells its values are interpolated linearly: half a cell on is the mean of two neighbours.
export function moveAlong(before, after, shift, stride) {
  const cells = shift / stride;
  const part = cells - Math.floor(cells);
  const map = rollColumns(before, Math.floor(cells));
  const next = rollColumns(before, Math.floor(cells) + 1);
  if (part) map.data.forEach((value, k) => (map.data[k] = (1 - part) * value + part * next.data[k]));
  return { cells, map, ...compareMaps(map, after) };
}
