// What one unit of a stack of layers sees: sizes, fields, costs, and the gradient of the unit with
// respect to the picture. No DOM here; tests run the same stacks through cnnlib and NumPy.

import { outputSize } from "./tensor.js";

export const LAYER_LIMITS = { kernel: [1, 11], stride: [1, 4], padding: [0, 8], dilation: [1, 16], channels: [1, 512] };
export const MOST_LAYERS = 20;

// The nearest layer that is allowed: a pool isn't dilated, its padding is at most half its kernel,
// and it keeps the number of channels.
export function settledLayer(layer) {
  const settled = { kind: layer.kind };
  for (const [name, [low, high]] of Object.entries(LAYER_LIMITS)) {
    settled[name] = Math.max(low, Math.min(high, Math.round(layer[name])));
  }
  if (layer.kind === "conv") return settled;
  return { ...settled, padding: Math.min(settled.padding, settled.kernel >> 1), dilation: 1 };
}

// One row a layer, both axes alike. `size` is 0 from the first layer on that doesn't fit, and
// `reason` says why.
export function stackTable(layers, size, channels) {
  let [field, jump, start, reason] = [1, 1, 0, null];
  return layers.map(({ kind, kernel, stride, padding, dilation, channels: filters }, index) => {
    const span = dilation * (kernel - 1) + 1;
    if (reason === null && span > size + 2 * padding) {
      reason = `layer ${index + 1} spans ${span} pixels, but its ${padding ? "padded " : ""}input has only ${size + 2 * padding}`;
    }
    size = reason ? 0 : outputSize(size, kernel, { stride, padding: [padding, padding], dilation });
    const before = { field, jump };
    field += dilation * (kernel - 1) * jump;
    start -= padding * jump;
    jump *= stride;
    const weights = kind === "conv" ? channels * kernel * kernel * filters : 0;
    const parameters = weights ? weights + filters : 0;
    if (weights) channels = filters;
    return { size, channels, field, jump, start, before, parameters, multiplyAdds: weights * size * size, reason };
  });
}

// The part of each layer's input that a unit reads along one axis, last layer first, cut off where
// the input ends. `sizes` begins with the picture's.
function readRanges(layers, sizes, unit) {
  let [low, high] = [unit, unit];
  return layers.map((_, index) => layers.length - 1 - index).map((index) => {
    const { kernel, stride, padding, dilation } = layers[index];
    const end = high * stride - padding + dilation * (kernel - 1);
    [low, high] = [Math.max(0, low * stride - padding), Math.min(sizes[index] - 1, end)];
    return [low, high];
  });
}

// Gradient of a unit along one axis where all weights of a layer are equal and add up to 1.
export function axisGradient(layers, sizes, unit) {
  let [from, values] = [unit, Float64Array.of(1)];
  readRanges(layers, sizes, unit).forEach(([low, high], step) => {
    const { kernel, stride, padding, dilation } = layers[layers.length - 1 - step];
    const below = new Float64Array(Math.max(0, high - low + 1));
    values.forEach((value, i) => {
      for (let u = 0; u < kernel; u++) {
        const place = (from + i) * stride - padding + dilation * u - low;
        if (place >= 0 && place < below.length) below[place] += value / kernel;
      }
    });
    [from, values] = [low, below];
  });
  return { from, values };
}

// Gradient of the unit [row, col] with equal weights: a product of its two axes.
export function evenGradient(layers, sizes, [row, col]) {
  const [down, across] = [axisGradient(layers, sizes, row), axisGradient(layers, sizes, col)];
  const [rows, cols] = [down.values.length, across.values.length];
  const data = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) data[i * cols + j] = down.values[i] * across.values[j];
  }
  return { top: down.from, left: across.from, rows, cols, data };
}

// Weights of mean 0 and variance 1/kernel², uniform, the same in Python: a hash of three counts.
export function randomWeights(draw, layer, kernel) {
  return Float64Array.from({ length: kernel * kernel }, (_, tap) => {
    let h = Math.imul(draw + 1, 0x9e3779b1) ^ Math.imul(layer + 1, 0x85ebca77) ^ Math.imul(tap + 1, 0xc2b2ae3d);
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
    h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
    h = (h ^ (h >>> 15)) >>> 0;
    return ((2 * h) / 4294967296 - 1) * (Math.sqrt(3) / kernel);
  });
}

// One layer back: every entry of the gradient above is spread over the pixels that it read.
function spread(above, layer, weights, [top, bottom], [left, right]) {
  const { kernel, stride, padding, dilation } = layer;
  const [rows, cols] = [Math.max(0, bottom - top + 1), Math.max(0, right - left + 1)];
  const data = new Float64Array(rows * cols);
  const source = above.data;
  for (let v = 0; v < kernel; v++) {
    const first = above.left * stride - padding + dilation * v - left; // column that j = 0 reads
    const begin = Math.max(0, Math.ceil(-first / stride));
    const end = Math.min(above.cols - 1, Math.floor((cols - 1 - first) / stride));
    for (let i = 0; i < above.rows; i++) {
      const start = i * above.cols;
      for (let u = 0; u < kernel; u++) {
        const row = (above.top + i) * stride - padding + dilation * u - top;
        if (row < 0 || row >= rows) continue;
        const weight = weights[u * kernel + v];
        for (let j = begin, p = row * cols + first + begin * stride; j <= end; j++, p += stride) {
          data[p] += weight * source[start + j];
        }
      }
    }
  }
  return { top, left, rows, cols, data };
}

// Gradient of the unit [row, col] with random weights in the convolutions; pools share evenly.
export function randomGradient(layers, sizes, [row, col], draw) {
  const [down, across] = [readRanges(layers, sizes, row), readRanges(layers, sizes, col)];
  let gradient = { top: row, left: col, rows: 1, cols: 1, data: Float64Array.of(1) };
  for (let step = 0; step < layers.length; step++) {
    const index = layers.length - 1 - step;
    const { kind, kernel } = layers[index];
    const even = () => new Float64Array(kernel * kernel).fill(1 / (kernel * kernel));
    const weights = kind === "conv" ? randomWeights(draw, index, kernel) : even();
    gradient = spread(gradient, layers[index], weights, down[step], across[step]);
  }
  return gradient;
}

// Share of the values that falls into the middle half of the box's height and width, a quarter of
// its area (cut pixels count in part), and their standard deviation along an axis, in pixels.
export function concentration({ top, left, rows, cols, data }, box) {
  const inMiddle = (place, start) => {
    const [low, high] = [start + box.field / 4, start + (3 * box.field) / 4];
    return Math.max(0, Math.min(place + 1, high) - Math.max(place, low));
  };
  const across = Float64Array.from({ length: cols }, (_, j) => inMiddle(left + j, box.left));
  let [total, middle, rowSum, colSum] = [0, 0, 0, 0];
  for (let i = 0; i < rows; i++) {
    const down = inMiddle(top + i, box.top);
    for (let j = 0; j < cols; j++) {
      const value = data[i * cols + j];
      total += value;
      middle += value * down * across[j];
      rowSum += value * i;
      colSum += value * j;
    }
  }
  if (!(total > 0)) return { total: 0, share: null, deviation: null };
  const [meanRow, meanCol] = [rowSum / total, colSum / total];
  let squares = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) squares += data[i * cols + j] * ((i - meanRow) ** 2 + (j - meanCol) ** 2);
  }
  return { total, share: middle / total, deviation: Math.sqrt(squares / total / 2) };
}

// How far a box hangs over the picture's borders, in words; "" where it lies inside.
export function overhang({ top, left, field }, size) {
  const sides = { top: -top, bottom: top + field - size, left: -left, right: left + field - size };
  let over = Object.entries(sides).filter(([, pixels]) => pixels > 0).map(([side, pixels]) => [`the ${side}`, pixels]);
  if (over.length === 4 && over.every(([, pixels]) => pixels === over[0][1])) over = [["every border", over[0][1]]];
  return over.map(([side, pixels], index) => `${index ? pixels : somePixels(pixels)} over ${side}`).join(", ");
}

export const somePixels = (pixels) => `${pixels} ${pixels === 1 ? "pixel" : "pixels"}`;
