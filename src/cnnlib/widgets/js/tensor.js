// The arithmetic of the explorers: pure functions on row-major matrices
// { rows, cols, data: Float64Array }. No DOM here; tests run the same cases through NumPy.

export function matrix(rows, cols, data = new Float64Array(rows * cols)) {
  return { rows, cols, data };
}

export function fromNested(nested) {
  return matrix(nested.length, nested[0].length, Float64Array.from(nested.flat()));
}

export function toNested({ rows, cols, data }) {
  return Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * cols, (i + 1) * cols)));
}

export function outputSize(inputSize, kernelSize, { stride = 1, padding = [0, 0], dilation = 1 } = {}) {
  const span = dilation * (kernelSize - 1) + 1;
  return Math.floor((inputSize + padding[0] + padding[1] - span) / stride) + 1;
}

export function zeroPad(x, [[top, bottom], [left, right]], spare = 0) {
  const [rows, cols] = [x.rows + top + bottom, x.cols + left + right];
  const padded = matrix(rows, cols, new Float64Array(rows * cols + spare));
  for (let i = 0; i < x.rows; i++) {
    const row = x.data.subarray(i * x.cols, (i + 1) * x.cols);
    padded.data.set(row, (i + top) * padded.cols + left);
  }
  return padded;
}

export function rotate180({ rows, cols, data }) {
  return matrix(rows, cols, Float64Array.from(data).reverse());
}

// Centre a kernel in a larger square, or crop it to a smaller one.
export function resizeKernel(kernel, size) {
  const resized = matrix(size, size);
  const shift = Math.trunc((size - kernel.rows) / 2);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const [u, v] = [i - shift, j - shift];
      const inside = u >= 0 && v >= 0 && u < kernel.rows && v < kernel.cols;
      resized.data[i * size + j] = inside ? kernel.data[u * kernel.cols + v] : 0;
    }
  }
  return resized;
}

const NO_PADDING = [[0, 0], [0, 0]];

// Add to a row of outputs, from `start` on, the products of seven taps of one kernel row, d pixels
// apart; the first tap begins at source[p]. Seven at a time, so that an output is read and written once
// for seven products. Where the window moves on by one tap it keeps the six pixels that it has read:
// so a 7×7 kernel on a 512×512 photograph stays within one frame.
function addTaps(out, start, cols, source, p, step, d, [w0, w1, w2, w3, w4, w5, w6]) {
  if (step === d) {
    let x0 = source[p], x1 = source[p + d], x2 = source[p + 2 * d];
    let x3 = source[p + 3 * d], x4 = source[p + 4 * d], x5 = source[p + 5 * d];
    for (let j = start, last = p + 6 * d; j < start + cols; j++, last += d) {
      const x6 = source[last];
      out[j] += w0 * x0 + w1 * x1 + w2 * x2 + w3 * x3 + w4 * x4 + w5 * x5 + w6 * x6;
      x0 = x1; x1 = x2; x2 = x3; x3 = x4; x4 = x5; x5 = x6;
    }
    return;
  }
  for (let j = start; j < start + cols; j++, p += step) {
    out[j] +=
      w0 * source[p] + w1 * source[p + d] + w2 * source[p + 2 * d] + w3 * source[p + 3 * d] +
      w4 * source[p + 4 * d] + w5 * source[p + 5 * d] + w6 * source[p + 6 * d];
  }
}

const TAPS = 7;

// A kernel's taps in runs of seven along its rows: { u, v, weights }. Runs of zeros are left out.
function runs(kernel) {
  const found = [];
  for (let u = 0; u < kernel.rows; u++) {
    for (let v = 0; v < kernel.cols; v += TAPS) {
      const weight = (_, t) => (v + t < kernel.cols ? kernel.data[u * kernel.cols + v + t] : 0);
      const weights = Array.from({ length: TAPS }, weight);
      if (weights.some((value) => value !== 0)) found.push({ u, v, weights });
    }
  }
  return found;
}

// y[i, j] = Σ_u Σ_v x[s·i + d·u, s·j + d·v] · kernel[u, v], the convolution of deep learning.
export function correlate2d(x, kernel, { stride = [1, 1], padding = NO_PADDING, dilation = [1, 1] } = {}) {
  // Taps beyond the kernel's width have weight 0 but are read: room for them at the end.
  const padded = zeroPad(x, padding, TAPS * dilation[1]);
  const rows = outputSize(padded.rows, kernel.rows, { stride: stride[0], dilation: dilation[0] });
  const cols = outputSize(padded.cols, kernel.cols, { stride: stride[1], dilation: dilation[1] });
  const out = matrix(rows, cols);
  const taps = runs(kernel);
  for (let i = 0; i < rows; i++) {
    for (const { u, v, weights } of taps) {
      const from = (stride[0] * i + dilation[0] * u) * padded.cols + dilation[1] * v;
      addTaps(out.data, i * cols, cols, padded.data, from, stride[1], dilation[1], weights);
    }
  }
  return out;
}

// The terms of one output value: for each tap the input value it meets (0 in the padding).
export function windowTerms(x, kernel, i, j, { stride = [1, 1], padding = NO_PADDING, dilation = [1, 1] } = {}) {
  const terms = [];
  for (let u = 0; u < kernel.rows; u++) {
    for (let v = 0; v < kernel.cols; v++) {
      const row = stride[0] * i + dilation[0] * u - padding[0][0];
      const col = stride[1] * j + dilation[1] * v - padding[1][0];
      const inside = row >= 0 && col >= 0 && row < x.rows && col < x.cols;
      const value = inside ? x.data[row * x.cols + col] : 0;
      const weight = kernel.data[u * kernel.cols + v];
      terms.push({ u, v, row, col, inside, value, weight, product: value * weight });
    }
  }
  return terms;
}

export function sum(values) {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

export function extent(values) {
  let [low, high] = [Infinity, -Infinity];
  for (let k = 0; k < values.length; k++) {
    if (values[k] < low) low = values[k];
    if (values[k] > high) high = values[k];
  }
  return [low, high];
}
