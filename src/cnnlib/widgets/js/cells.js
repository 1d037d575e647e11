// Model cells of the eye and the visual cortex: receptive fields, stimuli, responses and curves. Pure
// functions on row-major matrices. A stimulus is a contrast: 0 is mid-grey, 1 white, −1 black. Angles are
// in degrees, from the right towards down; at 0 the stripes of a field and the bars are vertical.

import { matrix } from "./tensor.js";

export const FIELD_SIDE = 41;
const HALF_FIELD = (FIELD_SIDE - 1) / 2;
const RATIO = 1.6; // surround over centre
const GAMMA = 0.6; // a simple cell's field is longer than wide by 1 / GAMMA

export const PLACES = Array.from({ length: FIELD_SIDE }, (_, k) => k - HALF_FIELD);
export const ANGLES = Array.from({ length: 37 }, (_, k) => 5 * k);
export const WIDTHS = Array.from({ length: 20 }, (_, k) => k + 1);
const TURNING = ["bar", "edge", "grating"]; // the stimuli that look different when they are turned

const radians = (degrees) => (degrees * Math.PI) / 180;
const within = (value, low, high) => Math.max(low, Math.min(high, value));
const total = (values) => values.reduce((sum, value) => sum + value, 0);

// A matrix of `value(x, y)`, with x to the right and y down from the middle.
function overField(value) {
  const field = matrix(FIELD_SIDE, FIELD_SIDE);
  for (let i = 0, k = 0; i < FIELD_SIDE; i++) {
    for (let j = 0; j < FIELD_SIDE; j++, k++) field.data[k] = value(j - HALF_FIELD, i - HALF_FIELD);
  }
  return field;
}

function gaussianField(sigma) {
  const bell = PLACES.map((place) => Math.exp(-(place * place) / (2 * sigma * sigma)));
  const sum = total(bell);
  return overField((x, y) => (bell[x + HALF_FIELD] / sum) * (bell[y + HALF_FIELD] / sum));
}

function centreSurround(sigma) {
  const [centre, surround] = [gaussianField(sigma), gaussianField(sigma * RATIO)];
  return matrix(FIELD_SIDE, FIELD_SIDE, centre.data.map((value, k) => value - surround.data[k]));
}

// cos(step·place + shift) and sin(step·place + shift) at all places.
function waveAlong(step, shift = 0) {
  return [PLACES.map((place) => Math.cos(step * place + shift)), PLACES.map((place) => Math.sin(step * place + shift))];
}

// Gabor filters of several phases, from each of which as much of the bell is taken that even light gives 0.
// With along = x cos + y sin and across = y cos − x sin, the bell is exp(−a x² − b xy − c y²), and the wave
// follows from sines and cosines of x and of y alone: a few hundred calls in place of three a pixel.
export function gaborFields({ sigma, theta, wavelength }, phases) {
  const [cos, sin] = [Math.cos(radians(theta)), Math.sin(radians(theta))];
  const [square, flat, twice] = [sigma * sigma, GAMMA * GAMMA, 2 * sigma * sigma];
  const [a, b, c] = [(cos * cos + flat * sin * sin) / twice, (cos * sin * (1 - flat)) / square, (sin * sin + flat * cos * cos) / twice];
  const [bellX, bellY] = [a, c].map((rate) => PLACES.map((place) => Math.exp(-rate * place * place)));
  const bell = new Float64Array(FIELD_SIDE * FIELD_SIDE);
  let mass = 0;
  for (let i = 0, k = 0; i < FIELD_SIDE; i++) {
    const slope = Math.exp(-b * PLACES[i]);
    let tilt = bellY[i] * Math.exp(b * PLACES[i] * HALF_FIELD);
    for (let j = 0; j < FIELD_SIDE; j++, k++, tilt *= slope) mass += bell[k] = bellX[j] * tilt;
  }
  const turn = (2 * Math.PI) / wavelength;
  const [cosX, sinX] = waveAlong(turn * cos);
  return phases.map((phase) => {
    const wave = matrix(FIELD_SIDE, FIELD_SIDE);
    const [cosY, sinY] = waveAlong(turn * sin, radians(phase));
    let sum = 0;
    for (let i = 0, k = 0; i < FIELD_SIDE; i++) {
      for (let j = 0; j < FIELD_SIDE; j++, k++) sum += wave.data[k] = bell[k] * (cosX[j] * cosY[i] - sinX[j] * sinY[i]);
    }
    const share = sum / mass;
    for (let k = 0; k < bell.length; k++) wave.data[k] -= share * bell[k];
    return wave;
  });
}

// The one or two fields of a cell; the weights of the first add up to 1 without their signs.
export function cellFields(cell, shape) {
  const round = cell === "on-centre" || cell === "off-centre";
  const pair = round ? [centreSurround(shape.sigma)] : gaborFields(shape, cell === "simple" ? [shape.phase] : [0, 90]);
  let size = 0;
  for (const value of pair[0].data) size += Math.abs(value);
  if (cell === "off-centre") size = -size;
  for (const { data } of pair) for (let k = 0; k < data.length; k++) data[k] /= size;
  return pair;
}

// A stimulus that doesn't turn moves to the right.
const directionOf = (kind, angle) => (TURNING.includes(kind) ? angle : 0);

export function paintStimulus(kind, { angle, width, x, y, dark }, photo = null) {
  const turn = radians(directionOf(kind, angle));
  const sign = dark ? -1 : 1;
  if (kind === "spot") return overField((col, row) => sign * within(width / 2 + 0.5 - Math.hypot(col - x, row - y), 0, 1));
  if (kind === "even light") return overField(() => sign);
  if (kind === "photograph") return cutOut(photo, x, y, sign);
  const shown = matrix(FIELD_SIDE, FIELD_SIDE);
  const { data } = shown;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  if (kind === "grating") {
    const step = Math.PI / width;
    const [cosX, sinX] = waveAlong(step * cos, -step * (x * cos + y * sin));
    const [cosY, sinY] = waveAlong(step * sin);
    for (let i = 0, k = 0; i < FIELD_SIDE; i++) {
      for (let j = 0; j < FIELD_SIDE; j++, k++) data[k] = sign * (cosX[j] * cosY[i] - sinX[j] * sinY[i]);
    }
    return shown;
  }
  const bar = kind === "bar";
  for (let i = 0, k = 0; i < FIELD_SIDE; i++) {
    for (let j = 0; j < FIELD_SIDE; j++, k++) {
      const across = (j - HALF_FIELD - x) * cos + (i - HALF_FIELD - y) * sin;
      data[k] = sign * (bar ? within(width / 2 + 0.5 - Math.abs(across), 0, 1) : within(2 * across, -1, 1));
    }
  }
  return shown;
}

// The part of a photograph that the field sees; beyond its borders the last pixel goes on.
function cutOut(photo, x, y, sign) {
  const [down, right] = [Math.floor(photo.rows / 2) - Math.floor(y + 0.5), Math.floor(photo.cols / 2) - Math.floor(x + 0.5)];
  return overField((col, row) => {
    const place = within(down + row, 0, photo.rows - 1) * photo.cols + within(right + col, 0, photo.cols - 1);
    return sign * (2 * photo.data[place] - 1);
  });
}

// Σ w·s of each field.
export function drives(pair, { data }) {
  return pair.map((field) => {
    let sum = 0;
    for (let k = 0; k < data.length; k++) sum += field.data[k] * data[k];
    return sum;
  });
}

// One field answers by its sum; of two the squares are added, which is called the energy.
export function cellResponse(pair, shown) {
  const sums = drives(pair, shown);
  return sums.length === 1 ? sums[0] : sums[0] * sums[0] + sums[1] * sums[1];
}

// How far a stimulus lies from the field's middle, across its stripes; and moved to another place.
export function placeOf(kind, { angle, x, y }) {
  const turn = radians(directionOf(kind, angle));
  return x * Math.cos(turn) + y * Math.sin(turn);
}

function movedTo(kind, setting, place) {
  const turn = radians(directionOf(kind, setting.angle));
  const step = place - placeOf(kind, setting);
  return { ...setting, x: setting.x + step * Math.cos(turn), y: setting.y + step * Math.sin(turn) };
}

// The responses while the stimulus is turned, moved or made wider. A photograph isn't turned, but the cell.
export function responseCurve(against, cell, shape, kind, setting, photo = null) {
  if (against === "angle" && kind === "photograph") {
    const shown = paintStimulus(kind, setting, photo);
    return ANGLES.map((theta) => cellResponse(cellFields(cell, { ...shape, theta }), shown));
  }
  const pair = cellFields(cell, shape);
  const settings = against === "angle" ? ANGLES.map((angle) => ({ ...setting, angle }))
    : against === "width" ? WIDTHS.map((width) => ({ ...setting, width }))
    : PLACES.map((place) => movedTo(kind, setting, place));
  return settings.map((each) => cellResponse(pair, paintStimulus(kind, each, photo)));
}
