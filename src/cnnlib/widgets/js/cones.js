// Cones, luminous efficiency and the colour of a light: pure functions on the published table, a column of
// which holds one number for each 5 nm from 390 nm on.

const [FIRST_NM, STEP_NM] = [390, 5];
const SRGB_OF_XYZ = [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.204, 1.057]];

// Lagrange's cubic through the four nearest rows.
export function readColumn(column, nm) {
  const place = (nm - FIRST_NM) / STEP_NM;
  const start = Math.max(0, Math.min(column.length - 4, Math.floor(place) - 1));
  const t = place - start;
  return (-(t - 1) * (t - 2) * (t - 3) / 6) * column[start] + (t * (t - 2) * (t - 3) / 2) * column[start + 1] +
    (-t * (t - 1) * (t - 3) / 2) * column[start + 2] + (t * (t - 1) * (t - 2) / 6) * column[start + 3];
}

// What every column of the table answers to a mixture, [[wavelength, amount], …]; amounts add up.
export function answersTo(table, mixture) {
  const sumOf = (column) => mixture.reduce((sum, [nm, amount]) => sum + amount * readColumn(column, nm), 0);
  return Object.fromEntries(Object.entries(table).map(([name, column]) => [name, sumOf(column)]));
}

export function linearSrgb(xyz) {
  return SRGB_OF_XYZ.map((row) => row.reduce((sum, weight, k) => sum + weight * xyz[k], 0));
}

export function encodeSrgb(light) {
  const value = Math.max(0, Math.min(1, light));
  return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
}

// The amounts of two lights that excite the L and the M cones as a third one does; null if there are none.
export function matchAmounts(table, nm, first, second) {
  const [l1, l2, l] = [first, second, nm].map((at) => readColumn(table.L, at));
  const [m1, m2, m] = [first, second, nm].map((at) => readColumn(table.M, at));
  const determinant = l1 * m2 - l2 * m1;
  if (first === second) return null;
  return [(l * m2 - l2 * m) / determinant, (l1 * m - l * m1) / determinant];
}
