// A recorded training run: snapshots of the weights in 8 bits, and confusion matrices.

// The weights of snapshot `at`, as network.js reads them: little-endian float32. Each parameter
// array is a row of whole numbers times its scale, rounded to float32 as NumPy does it.
export function snapshotWeights(codes, scales, sizes, at) {
  const count = sizes.reduce((all, size) => all + size, 0);
  const view = new DataView(new ArrayBuffer(4 * count));
  let k = 0;
  sizes.forEach((size, part) => {
    for (const end = k + size; k < end; k++) {
      view.setFloat32(4 * k, Math.fround(codes.getInt8(at * count + k) * scales[at][part]), true);
    }
  });
  return view;
}

// Of a confusion matrix, row by row: how many are right, of how many, and the pair that is mixed up most.
export function readConfusion(counts) {
  const classes = Math.sqrt(counts.length);
  let [right, all, worst] = [0, 0, { count: 0, truth: 0, found: 0 }];
  counts.forEach((count, k) => {
    const [truth, found] = [Math.floor(k / classes), k % classes];
    all += count;
    if (truth === found) right += count;
    else if (count > worst.count) worst = { count, truth, found };
  });
  return { classes, right, all, worst };
}
