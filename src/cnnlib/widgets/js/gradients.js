// The gradients of a convolution and of two poolings, path by path: which input value met which weight
// on its way to which output. Pure functions on row-major matrices. A geometry is
// { stride, padding, dilation, everyTie }, the first three [rows, columns].

import { matrix, outputSize } from "./tensor.js";

// The gradient of the output as given, cropped to its shape; what isn't given is 1.
export function fitGradient(nested, rows, cols) {
  const g = matrix(rows, cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) g.data[i * cols + j] = nested[i]?.[j] ?? 1;
  return g;
}

export function outputShape(x, w, { stride, padding, dilation }) {
  return [[x.rows, w.rows], [x.cols, w.cols]].map(([length, side], axis) =>
    outputSize(length, side, { stride: stride[axis], padding: [padding[axis], padding[axis]], dilation: dilation[axis] }));
}

// Every tap of one window: where it lies, what it reads, and the slope ∂y/∂x that it gives its input.
export function windowPaths(operation, x, w, i, j, { stride, padding, dilation, everyTie = false }) {
  const paths = [];
  const outside = operation === "max pooling" ? -Infinity : 0;
  for (let u = 0; u < w.rows; u++) {
    for (let v = 0; v < w.cols; v++) {
      const row = stride[0] * i + dilation[0] * u - padding[0];
      const col = stride[1] * j + dilation[1] * v - padding[1];
      const inside = row >= 0 && col >= 0 && row < x.rows && col < x.cols;
      const value = inside ? x.data[row * x.cols + col] : outside;
      const slope = operation === "convolution" ? w.data[u * w.cols + v] : 1 / (w.rows * w.cols);
      paths.push({ i, j, u, v, row, col, inside, value, slope });
    }
  }
  if (operation !== "max pooling") return paths;
  const best = Math.max(...paths.map(({ value }) => value));
  const winner = paths.find(({ value, inside }) => inside && value === best);
  for (const path of paths) path.slope = Number(path.inside && (everyTie ? path.value === best : path === winner));
  return paths;
}

export function allPaths(operation, x, w, geometry) {
  const [rows, cols] = outputShape(x, w, geometry);
  const windows = [];
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) windows.push(windowPaths(operation, x, w, i, j, geometry));
  return windows;
}

// The output y; the gradient of the padded input, to be cropped by the reader's eye; that of w.
export function runPasses(operation, x, w, g, geometry, windows = allPaths(operation, x, w, geometry)) {
  const [down, across] = geometry.padding;
  const y = matrix(g.rows, g.cols);
  const dx = matrix(x.rows + 2 * down, x.cols + 2 * across);
  const dw = matrix(w.rows, w.cols);
  for (const paths of windows) {
    const place = paths[0].i * y.cols + paths[0].j;
    if (operation === "max pooling") y.data[place] = Math.max(...paths.map(({ value }) => value));
    for (const { row, col, u, v, value, slope } of paths) {
      if (operation !== "max pooling") y.data[place] += value * slope;
      dx.data[(row + down) * dx.cols + col + across] += g.data[place] * slope;
      if (operation === "convolution") dw.data[u * w.cols + v] += g.data[place] * value;
    }
  }
  return { y, dx, dw };
}
