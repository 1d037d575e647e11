// What a layer costs, in whole numbers of any size (BigInt: the largest exceed 2^53), and who is
// connected to whom by which weight. Nothing here touches the page.

const AMOUNTS = ["", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion", "sextillion"];
const BYTES = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB"];

// Three layers that read the same picture. The last two have `maps` outputs for each place of the
// kernel; the dense one has as many in all, or, with `perMap`, one for each map.
export function layerCounts({ side, channels, maps, kernel, perMap }) {
  const [places, pixels] = [BigInt(side - kernel + 1) ** 2n, BigInt(channels) * BigInt(side) ** 2n];
  const weights = BigInt(channels) * BigInt(kernel) ** 2n; // that one output reads
  const outputs = BigInt(maps) * places;
  const units = perMap ? BigInt(maps) : outputs;
  return {
    outputs,
    dense: { outputs: units, parameters: units * (pixels + 1n), multiplyAdds: units * pixels },
    local: { outputs, parameters: outputs * (weights + 1n), multiplyAdds: outputs * weights },
    convolution: { outputs, parameters: BigInt(maps) * (weights + 1n), multiplyAdds: outputs * weights },
  };
}

// float32 takes four bytes; Adam keeps each weight, its gradient and two means.
export function memoryOf(parameters, training) {
  return parameters * (training ? 16n : 4n);
}

export function separated(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

// Two digits below ten, whole numbers above, halves rounded up.
function scaled(value, names) {
  for (let step = 1; value >= 1000n && step < names.length; step += 1) {
    const unit = 1000n ** BigInt(step);
    const tenths = (value * 10n + unit / 2n) / unit;
    if (tenths < 100n) return `${tenths / 10n}.${tenths % 10n} ${names[step]}`;
    const whole = (value + unit / 2n) / unit;
    if (whole < 1000n) return `${whole} ${names[step]}`;
  }
  return null;
}

export function amountInWords(value) {
  return scaled(value, AMOUNTS) ?? separated(value);
}

export function bytesInWords(value) {
  return scaled(value, BYTES) ?? `${separated(value)} B`;
}

// The edges of a layer over a row of `inputs` pixels, as [output, input, number of the weight].
export function layerEdges(kind, inputs, kernel) {
  const reach = kind === "dense" ? inputs : kernel;
  const edges = [];
  for (let output = 0; output <= inputs - kernel; output += 1) {
    for (let tap = 0; tap < reach; tap += 1) {
      const weight = kind === "convolution" ? tap : output * reach + tap;
      edges.push([output, kind === "dense" ? tap : output + tap, weight]);
    }
  }
  return edges;
}

// The hue of a weight, in degrees: five that all eyes tell apart, or a rainbow where more are needed.
export function weightHue(weight, count) {
  return count <= 5 ? [205, 25, 150, 320, 50][weight] : Math.round((320 * weight) / (count - 1));
}
