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

export function zeroPad(x, [[top, bottom], [left, right]]) {
  const padded = matrix(x.rows + top + bottom, x.cols + left + right);
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

// y[i, j] = Σ_u Σ_v x[s·i + d·u, s·j + d·v] · kernel[u, v], the convolution of deep learning.
export function correlate2d(x, kernel, { stride = [1, 1], padding = NO_PADDING, dilation = [1, 1] } = {}) {
  const padded = padding.flat().some(Boolean) ? zeroPad(x, padding) : x;
  const rows = outputSize(padded.rows, kernel.rows, { stride: stride[0], dilation: dilation[0] });
  const cols = outputSize(padded.cols, kernel.cols, { stride: stride[1], dilation: dilation[1] });
  const out = matrix(rows, cols);
  const taps = [];
  for (let u = 0; u < kernel.rows; u++) {
    for (let v = 0; v < kernel.cols; v++) {
      const weight = kernel.data[u * kernel.cols + v];
      if (weight !== 0) taps.push([dilation[0] * u * padded.cols + dilation[1] * v, weight]);
    }
  }
  // Four taps a pass: an output value is read and written once for four products, which keeps
  // a 7×7 kernel on a 512×512 photograph within one frame.
  while (taps.length % 4) taps.push([0, 0]);
  const source = padded.data;
  const target = out.data;
  const step = stride[1];
  for (let i = 0; i < rows; i++) {
    const from = stride[0] * i * padded.cols;
    const start = i * cols;
    for (let t = 0; t < taps.length; t += 4) {
      const [[o0, w0], [o1, w1], [o2, w2], [o3, w3]] = [taps[t], taps[t + 1], taps[t + 2], taps[t + 3]];
      for (let j = 0, p = from; j < cols; j++, p += step) {
        target[start + j] +=
          w0 * source[p + o0] + w1 * source[p + o1] + w2 * source[p + o2] + w3 * source[p + o3];
      }
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
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
