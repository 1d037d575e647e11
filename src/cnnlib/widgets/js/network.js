// The forward pass of a small network, and what made each of its numbers. Pure functions: a tensor is
// { shape, data }, one image of shape [C, H, W] or a row of shape [n]; a network is a list of layers
// as cnnlib.widgets._network.describe writes it, with the weights filled in by readNetwork.

import { matrix, outputSize, sum, windowTerms } from "./tensor.js";
import { pool2d, poolWindow } from "./pooling.js";

export function tensor(shape, data = new Float64Array(shape.reduce((product, n) => product * n, 1))) {
  return { shape, data };
}

// One map of an image of several channels; it shares the image's memory.
export function mapOf({ shape: [, rows, cols], data }, c) {
  return matrix(rows, cols, data.subarray(c * rows * cols, (c + 1) * rows * cols));
}

// Layers hold the places of their weights and biases in `view`, little-endian float32.
export function readNetwork(layers, view) {
  const read = (start, count) => Float64Array.from({ length: count }, (_, k) => view.getFloat32(4 * (start + k), true));
  return layers.map((layer) => {
    if (layer.weight === undefined) return layer;
    const size = layer.shape.reduce((product, n) => product * n, 1);
    const bias = layer.bias === null ? new Float64Array(layer.shape[0]) : read(layer.bias, layer.shape[0]);
    return { ...layer, weight: read(layer.weight, size), bias };
  });
}

// The kernel with which filter f of a convolution reads channel c.
export function kernelOf({ shape: [, channels, rows, cols], weight }, f, c) {
  const start = (f * channels + c) * rows * cols;
  return matrix(rows, cols, weight.subarray(start, start + rows * cols));
}

function padTensor({ shape: [channels, rows, cols], data }, [[top, bottom], [left, right]]) {
  const padded = tensor([channels, rows + top + bottom, cols + left + right]);
  const [, height, width] = padded.shape;
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < rows; i++) {
      const start = (c * rows + i) * cols;
      padded.data.set(data.subarray(start, start + cols), (c * height + i + top) * width + left);
    }
  }
  return padded;
}

function runConvolution({ shape: [filters, channels, kh, kw], stride, padding, weight, bias }, x) {
  const [, height, width] = x.shape;
  const rows = outputSize(height, kh, { stride: stride[0], padding: padding[0] });
  const cols = outputSize(width, kw, { stride: stride[1], padding: padding[1] });
  const { shape: [, , across], data } = padTensor(x, padding);
  const plane = data.length / channels;
  const out = tensor([filters, rows, cols]);
  for (let f = 0, k = 0; f < filters; f++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++, k++) {
        let total = bias[f];
        for (let c = 0, w = f * channels * kh * kw; c < channels; c++) {
          for (let u = 0; u < kh; u++) {
            let p = c * plane + (i * stride[0] + u) * across + j * stride[1];
            for (let v = 0; v < kw; v++) total += weight[w++] * data[p++];
          }
        }
        out.data[k] = total;
      }
    }
  }
  return out;
}

function runPooling({ window, stride, padding }, x) {
  const maps = Array.from({ length: x.shape[0] }, (_, c) => pool2d(mapOf(x, c), "max", { window, stride, padding }));
  const out = tensor([maps.length, maps[0].rows, maps[0].cols]);
  maps.forEach(({ data }, c) => out.data.set(data, c * data.length));
  return out;
}

function runDense({ shape: [units, inputs], weight, bias }, { data }) {
  const out = tensor([units]);
  for (let unit = 0; unit < units; unit++) {
    let total = bias[unit];
    for (let k = 0; k < inputs; k++) total += weight[unit * inputs + k] * data[k];
    out.data[unit] = total;
  }
  return out;
}

const RUN = {
  conv: runConvolution,
  pool: runPooling,
  relu: (_, { shape, data }) => tensor(shape, data.map((value) => Math.max(0, value))),
  flatten: (_, { data }) => tensor([data.length], data),
  linear: runDense,
};

// The outputs of all layers, after the input itself: result[l + 1] is what layer l made of result[l].
export function runNetwork(layers, x) {
  const outputs = [x];
  for (const layer of layers) outputs.push(RUN[layer.kind](layer, outputs.at(-1)));
  return outputs;
}

// Subtracting the largest logit changes no share, and keeps the exponentials from overflowing.
export function softmax(logits) {
  const peak = Math.max(...logits);
  const powers = Array.from(logits, (value) => Math.exp(value - peak));
  const total = sum(powers);
  return powers.map((value) => value / total);
}

// What made one number of layer l. `unit` is [map, row, column], or [unit] in a dense layer.
//  conv, linear: { parts: [{ x, w, sum }], bias, total }, a part for each channel or map that is read;
//  pool: { x, winner: [row, column] in the window, total }; relu: { before, total }.
export function explainUnit(layers, outputs, l, [c, i, j]) {
  const [layer, x] = [layers[l], outputs[l]];
  if (layer.kind === "linear") return explainDense(layer, lastMaps(layers, outputs, l), c);
  if (layer.kind === "relu") {
    const before = mapOf(x, c).data[i * x.shape[2] + j];
    return { before, total: Math.max(0, before) };
  }
  if (layer.kind === "pool") {
    const { terms, winner, best } = poolWindow(mapOf(x, c), "max", i, j, layer);
    const window = matrix(...layer.window, Float64Array.from(terms, ({ value }) => value));
    const at = terms.indexOf(winner);
    return { x: window, winner: [Math.floor(at / window.cols), at % window.cols], total: best };
  }
  const { stride, padding } = layer;
  const parts = Array.from({ length: x.shape[0] }, (_, channel) => {
    const w = kernelOf(layer, c, channel);
    const terms = windowTerms(mapOf(x, channel), w, i, j, { stride, padding });
    const window = matrix(w.rows, w.cols, Float64Array.from(terms, ({ value }) => value));
    return { x: window, w, sum: sum(terms.map(({ product }) => product)) };
  });
  return withBias(parts, layer.bias[c]);
}

function explainDense({ shape: [, inputs], weight, bias }, { shape, data }, unit) {
  const [maps, rows, cols] = shape;
  const weights = tensor(shape, weight.subarray(unit * inputs, (unit + 1) * inputs));
  const parts = Array.from({ length: maps }, (_, c) => {
    const [x, w] = [mapOf({ shape, data }, c), mapOf(weights, c)];
    return { x, w, sum: sum(x.data.map((value, k) => value * w.data[k])) };
  });
  return withBias(parts, bias[unit]);
}

function withBias(parts, bias) {
  return { parts, bias, total: sum(parts.map((part) => part.sum)) + bias };
}

// The input of a dense layer as the maps that were flattened, or as one map of one row.
function lastMaps(layers, outputs, l) {
  const flattened = layers[l - 1]?.kind === "flatten";
  const { shape, data } = outputs[flattened ? l - 1 : l];
  return tensor(shape.length === 3 ? shape : [1, 1, data.length], data);
}

// The window of a unit of layer l in the maps before it: [top, left, rows, columns].
export function windowOf({ kind, shape, window, stride, padding }, [, i, j]) {
  if (kind === "relu") return [i, j, 1, 1];
  const [rows, cols] = kind === "conv" ? shape.slice(2) : window;
  const [above, before] = kind === "conv" ? [padding[0][0], padding[1][0]] : padding;
  return [i * stride[0] - above, j * stride[1] - before, rows, cols];
}

// The box that a unit of layer l sees in the input: [top, left, rows, columns].
export function fieldOf(layers, l, unit) {
  let [top, left, bottom, right] = [unit[1], unit[2], unit[1], unit[2]];
  for (let k = l; k >= 0; k--) {
    [top, left] = windowOf(layers[k], [0, top, left]);
    const [low, far, rows, cols] = windowOf(layers[k], [0, bottom, right]);
    [bottom, right] = [low + rows - 1, far + cols - 1];
  }
  return [top, left, bottom - top + 1, right - left + 1];
}
