// One filter on a picture of several channels: a map for each channel, their running sum, the bias
// and ReLU. A filter is one kernel a channel.

import { correlate2d, matrix } from "./tensor.js";

// The channels that take part: those that aren't muted, or the only one that is played solo.
export function activeChannels(open, solo) {
  return open.map((isOpen, channel) => (solo === null ? isOpen : channel === solo));
}

// Accumulation: each channel with its own kernel, zero-padded to keep the size of odd kernels.
export function accumulateChannels(channels, kernels) {
  return channels.map((channel, c) => {
    const pads = [kernels[c].rows, kernels[c].cols].map((side) => [(side - 1) / 2, (side - 1) / 2]);
    return correlate2d(channel, kernels[c], { padding: pads });
  });
}

// Aggregation: after each channel the sum of the maps so far; a channel that is muted adds nothing.
export function runningSums(maps, active) {
  let sums = matrix(maps[0].rows, maps[0].cols);
  return maps.map((map, c) => {
    if (active[c]) sums = matrix(map.rows, map.cols, sums.data.map((value, k) => value + map.data[k]));
    return sums;
  });
}

export function addBias({ rows, cols, data }, bias) {
  return matrix(rows, cols, data.map((value) => value + bias));
}

export function rectify({ rows, cols, data }) {
  return matrix(rows, cols, data.map((value) => Math.max(0, value)));
}

// F filters: for each of them k·k weights a channel, and one bias.
export function filterParameters(filters, channels, side) {
  return filters * (channels * side * side + 1);
}
