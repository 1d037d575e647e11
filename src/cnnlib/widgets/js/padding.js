// Padding, and what it does to a picture: which pixel a place in the border copies, how often each
// pixel is read, where a picture's centre lies. Pure functions; padding is [[top, bottom], [left, right]].

import { correlate2d, matrix } from "./tensor.js";

// The index of the pixel that stands at `index` of a padded axis, or null where a zero stands.
export function sourceIndex(index, length, mode) {
  if (index >= 0 && index < length) return index;
  if (mode === "edge") return index < 0 ? 0 : length - 1;
  if (mode === "wrap") return ((index % length) + length) % length;
  if (mode !== "reflect") return null;
  const period = 2 * (length - 1) || 1;
  const place = Math.abs(index) % period;
  return place < length ? place : period - place;
}

export function sourceIndices(length, [before, after], mode) {
  return Array.from({ length: before + length + after }, (_, place) => sourceIndex(place - before, length, mode));
}

export function padWith(x, [vertical, horizontal], mode) {
  const [rows, cols] = [sourceIndices(x.rows, vertical, mode), sourceIndices(x.cols, horizontal, mode)];
  const padded = matrix(rows.length, cols.length);
  rows.forEach((row, i) => cols.forEach((col, j) => {
    if (row !== null && col !== null) padded.data[i * cols.length + j] = x.data[row * x.cols + col];
  }));
  return padded;
}

// Pad and convolve, `layers` times over.
export function paddedLayers(x, kernel, padding, mode, layers) {
  let y = x;
  for (let layer = 0; layer < layers; layer++) y = correlate2d(padWith(y, padding, mode), kernel);
  return y;
}

// Along one axis: how often each output reads each pixel, as reads[output][pixel].
export function axisReads(length, k, sides, mode) {
  const sources = sourceIndices(length, sides, mode);
  return Array.from({ length: Math.max(0, sources.length - k + 1) }, (_, output) => {
    const counts = new Array(length).fill(0);
    for (const source of sources.slice(output, output + k)) if (source !== null) counts[source] += 1;
    return counts;
  });
}

// How often each pixel is read in all: windows are rows times columns, and so are the counts.
export function coverage([rows, cols], k, [vertical, horizontal], mode) {
  const total = (reads, length) => Array.from({ length }, (_, pixel) => reads.reduce((sum, counts) => sum + counts[pixel], 0));
  const down = total(axisReads(rows, k, vertical, mode), rows);
  const across = total(axisReads(cols, k, horizontal, mode), cols);
  return matrix(rows, cols, Float64Array.from(down.flatMap((a) => across.map((b) => a * b))));
}

// The part of the output, { top, left, rows, cols }, that no padding has reached.
export function untouched([rows, cols], k, [[top], [left]], layers) {
  return { top: layers * top, left: layers * left, rows: rows - layers * (k - 1), cols: cols - layers * (k - 1) };
}

// The mean of |y| inside a frame and outside; null where there is nothing.
export function meanSizes(y, frame) {
  const [sums, counts] = [[0, 0], [0, 0]];
  for (let i = 0; i < y.rows; i++) {
    for (let j = 0; j < y.cols; j++) {
      const inside = i >= frame.top && i < frame.top + frame.rows && j >= frame.left && j < frame.left + frame.cols;
      sums[inside ? 0 : 1] += Math.abs(y.data[i * y.cols + j]);
      counts[inside ? 0 : 1] += 1;
    }
  }
  return sums.map((sum, part) => (counts[part] ? sum / counts[part] : null));
}

// The centre of mass, in pixels below and to the right of the picture's middle; null without mass.
export function centreOfMass({ rows, cols, data }) {
  let [mass, down, right] = [0, 0, 0];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      mass += data[i * cols + j];
      down += data[i * cols + j] * (i - (rows - 1) / 2);
      right += data[i * cols + j] * (j - (cols - 1) / 2);
    }
  }
  return Math.abs(mass) < 1e-9 ? null : [down / mass, right / mass];
}

// Pixels before and after each axis: none; as many as keep the size; as many as let the kernel touch
// the picture with its outermost weight.
export function sidesOf(fit, k) {
  const before = { none: 0, same: Math.floor((k - 1) / 2), full: k - 1 }[fit];
  const after = fit === "same" ? k - 1 - before : before;
  return [before, after, before, after];
}

const alike = (one, other) => one.every((value, index) => value === other[index]);

export function fitOf(sides, k) {
  return ["none", "same", "full"].find((fit) => alike(sides, sidesOf(fit, k))) ?? "custom";
}

// Several controls set the padding: a named amount, all sides, each side. What changed last decides
// the others. States are { k, fit, padding, each, sides: [top, bottom, left, right] }.
export function settlePadding(seen, now) {
  let { sides, each } = now;
  const wanted = now.fit === "custom" ? sides : sidesOf(now.fit, now.k);
  const named = (now.fit !== seen.fit || now.k !== seen.k) && !alike(wanted, sides);
  if (named) sides = wanted;
  else if (now.padding !== seen.padding) sides = new Array(4).fill(now.padding);
  else if (seen.each && !now.each) sides = new Array(4).fill(sides[0]);
  const equal = alike(sides, new Array(4).fill(sides[0]));
  if (named || !equal) each = !equal;
  const fit = alike(sides, seen.sides) && now.k === seen.k ? now.fit : fitOf(sides, now.k);
  return { k: now.k, fit, padding: equal ? sides[0] : now.padding, each, sides };
}
