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

// Which of n pixels is shown at each place when `count` of them are shuffled. A larger count only
// adds swaps to those of a smaller one.
export function permutationOf(n, count, seed) {
  const draw = createDraws(seed);
  const swap = (list, a, b) => ([list[a], list[b]] = [list[b], list[a]]);
  const [order, shown] = [Int32Array.from({ length: n }, (_, k) => k), Int32Array.from({ length: n }, (_, k) => k)];
  for (let k = n - 1; k > 0; k--) swap(order, k, draw(k + 1));
  for (let k = 0; k < count; k++) swap(shown, order[k], order[draw(k + 1)]);
  return shown;
}

export function shuffledCount(n, percent) {
  return Math.floor((n * percent) / 100 + 0.5);
}

export function rearrange({ rows, cols, data }, shown) {
  return matrix(rows, cols, Float64Array.from(shown, (from) => data[from]));
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
  function sumOverPairs(term) {
    let total = 0;
    for (let k = 0; k < data.length; k++) {
      if (k % cols < cols - 1) total += term(data[k], data[k + 1]);
      if (k + cols < data.length) total += term(data[k], data[k + cols]);
    }
    return total;
  }
  const [one, other] = [sumOverPairs((a) => a) / count, sumOverPairs((a, b) => b) / count];
  const both = sumOverPairs((a, b) => (a - one) * (b - other));
  return both / Math.sqrt(sumOverPairs((a) => (a - one) ** 2) * sumOverPairs((a, b) => (b - other) ** 2));
}

// At how many places a detector answers: values beyond 0.1 on either side of 0.
export function countAnswers({ data }) {
  return data.reduce((count, value) => count + (Math.abs(value) > STRONG), 0);
}
