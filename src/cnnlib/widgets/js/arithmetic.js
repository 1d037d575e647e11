// Sizes and places along one axis of a convolution, whose input is the long side, or of its
// transpose, whose output is. Window i covers the long side at stride·i + dilation·u − padding for
// each tap u, in both. No DOM here; tests run the same settings through PyTorch and NumPy.

const some = (count, unit) => `${count} ${unit}${count === 1 ? "" : "s"}`;

// `reason` says in words why a setting is refused, and is null where it is not. `beyond` counts the
// places after the last window: the floor's remainder, or the output padding.
export function arithmeticAxis(setting, unit = "row") {
  const { transposed, size, kernel, stride, padding, dilation, outputPadding } = setting;
  const span = dilation * (kernel - 1) + 1;
  const base = { unit, kernel, stride, padding, dilation, span, transposed, reason: null };
  if (!transposed) {
    const slack = size + 2 * padding - span;
    const output = Math.floor(slack / stride) + 1;
    const padded = `${padding ? "padded " : ""}input has only ${size + 2 * padding}`;
    const reason = slack < 0 ? `the kernel spans ${some(span, unit)}, but the ${padded}` : null;
    return { ...base, long: size, short: Math.max(0, output), output, beyond: slack < 0 ? 0 : slack % stride, reason };
  }
  const covered = (size - 1) * stride + span;
  const output = covered - 2 * padding + outputPadding;
  const places = { ...base, long: Math.max(0, output), short: size, output, beyond: outputPadding };
  if (outputPadding >= Math.max(stride, dilation)) {
    places.reason = `output padding ${outputPadding} is refused, because it must be smaller than the stride (${stride}) or the dilation (${dilation})`;
  } else if (output < 1) {
    places.reason = `the windows cover ${some(covered, unit)}, and padding ${padding} crops ${padding} at each end, so nothing is left`;
  }
  return places;
}

// How many windows cover each place of the long side, its padding included, and how many places
// that are not padding each window covers.
export function windowCounts({ long, short, kernel, stride, padding, dilation }) {
  const onLong = new Array(long + 2 * padding).fill(0);
  const onShort = new Array(short).fill(0);
  for (let i = 0; i < short; i++) {
    for (let u = 0; u < kernel; u++) {
      const place = stride * i + dilation * u;
      onLong[place] += 1;
      if (place >= padding && place < padding + long) onShort[i] += 1;
    }
  }
  return { onLong, onShort };
}

// First place after the last window, counted from the first cell of the padding.
export function endOfWindows({ short, stride, span }) {
  return stride * (short - 1) + span;
}

// What the floor leaves over, or output padding adds, in words; "" where it is nothing.
export function beyondInWords({ beyond, padding, unit, transposed }) {
  if (!beyond) return "";
  const side = unit === "row" ? "at the bottom" : "on the right";
  if (!transposed) {
    const real = Math.max(0, beyond - padding);
    const parts = [
      real ? `${some(real, unit)} of the input` : "",
      beyond > real ? `${some(beyond - real, unit)} of padding` : "",
    ];
    return `left over ${side}: ${parts.filter(Boolean).join(" and ")}`;
  }
  const kept = Math.min(beyond, padding);
  const parts = [
    kept ? `keeps ${some(kept, unit)} that padding would crop` : "",
    beyond > kept ? `adds ${some(beyond - kept, unit)} that no window reaches` : "",
  ];
  return `${side} output padding ${parts.filter(Boolean).join(" and ")}`;
}

// Rows or columns between the windows or their taps, which none of them covers.
export function skippedInWords(axis) {
  const { long, padding, dilation, unit, transposed } = axis;
  const end = endOfWindows(axis);
  const skipped = windowCounts(axis).onLong.filter(
    (count, place) => !count && place >= padding && place < Math.min(padding + long, end));
  if (!skipped.length) return "";
  const what = transposed ? "of the output stay 0" : "of the input never read";
  return `${some(skipped.length, unit)} ${what}, between ${dilation > 1 ? "the windows or their taps" : "the windows"}`;
}
