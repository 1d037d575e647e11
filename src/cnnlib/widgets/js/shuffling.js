// The arithmetic of the shuffle lab: one fixed permutation, a dense layer, how alike neighbours
// are. No DOM here; tests run the same cases through NumPy.

import { matrix } from "./tensor.js";

const STRONG = 0.1; // from this size on a detector is said to answer
const WARM_UP = 12; // draws that let neighbouring seeds drift apart

// Return a function that draws a whole number below n, the same numbers as Python.
export function createDraws(seed) {
  let state = seed;
  const draw = (n) => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return Math.floor((state * n) / 4294967296);
  };
  for (let k = 0; k < WARM_UP; k++) draw(1);
  return draw;
}

function swap(list, a, b) {
  const kept = list[a];
  list[a] = list[b];
  list[b] = kept;
}

// Which of n pixels is shown at each place when `count` of them are shuffled. A larger count only
// adds swaps to those of a smaller one.
export function permutationOf(n, count, seed) {
  const draw = createDraws(seed);
  const order = new Int32Array(n);
  for (let k = 0; k < n; k++) order[k] = k;
  const shown = order.slice();
  for (let k = n - 1; k > 0; k--) swap(order, k, draw(k + 1));
  for (let k = 0; k < count; k++) swap(shown, order[k], order[draw(k + 1)]);
  return shown;
}

export function shuffledCount(n, percent) {
  return Math.floor((n * percent) / 100 + 0.5);
}

export function rearrange({ rows, cols, data }, shown) {
  const out = matrix(rows, cols);
  for (let k = 0; k < shown.length; k++) out.data[k] = data[shown[k]];
  return out;
}

// z[k] = Σ_i scale · weights[k, shown[i]] · x[i] + bias[k]: weight and pixel meet in the order in
// which they are shown. Without `shown` the weights stay where they were.
export function denseOutputs(x, weights, scale, bias, shown = null) {
  const n = x.data.length;
  return bias.map((b, k) => {
    let total = 0;
    for (let i = 0; i < n; i++) total += scale * weights[k * n + (shown ? shown[i] : i)] * x.data[i];
    return total + b;
  });
}

// The correlation over all pairs of pixels that lie side by side or one above the other.
export function neighbourCorrelation({ rows, cols, data }) {
  const count = rows * (cols - 1) + (rows - 1) * cols;
  let [one, other] = [0, 0];
  for (let k = 0; k < data.length; k++) {
    const [right, below] = [k % cols < cols - 1, k + cols < data.length];
    one += (right + below) * data[k];
    if (right) other += data[k + 1];
    if (below) other += data[k + cols];
  }
  [one, other] = [one / count, other / count];
  let [both, first, second] = [0, 0, 0];
  // A neighbour beyond the border is null, which counts for nothing in a sum.
  for (let k = 0; k < data.length; k++) {
    const a = data[k] - one;
    const right = k % cols < cols - 1 ? data[k + 1] - other : null;
    const below = k + cols < data.length ? data[k + cols] - other : null;
    both += a * (right + below);
    first += ((right !== null) + (below !== null)) * a * a;
    second += right * right + below * below;
  }
  return both / Math.sqrt(first * second);
}

// At how many places a detector answers: values beyond 0.1 on either side of 0.
export function countAnswers({ data }) {
  return data.reduce((count, value) => count + (Math.abs(value) > STRONG), 0);
}
