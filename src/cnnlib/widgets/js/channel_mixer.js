// A colour photograph in its three channels: a kernel and a map for each, their running sum, the
// bias, ReLU, and the three windows under the pointer with their sums.

import { extent, fromNested, resizeKernel, toNested, windowTerms } from "./tensor.js";
import { accumulateChannels, activeChannels, addBias, filterParameters, rectify, runningSums } from "./channels.js";
import { fixed, number, size } from "./format.js";
import { element, mountStage } from "./stage.js";
import { createFormula } from "./formula.js";
import { createGrid } from "./grid.js";
import { createPhotographs, createPicture, decodeRGB, diverging, grey, tint } from "./picture.js";

const CHANNELS = ["red", "green", "blue"];

// A further term of a sum: "+ 0.25" or "− 0.25".
const added = (value) => `${fixed(value).startsWith("−") ? "−" : "+"} ${fixed(Math.abs(value))}`;

// One colour scale for all maps and sums: grey if nothing can be negative, else signed.
function colourScale(layer) {
  const ends = layer.flatMap(({ data }) => extent(data));
  const peak = Math.max(1e-9, ...ends.map(Math.abs));
  if (Math.min(...ends) >= 0) return { text: "grey", shade: (value) => grey(value / Math.max(1, peak)) };
  return { text: "blue below 0, orange above", shade: (value) => diverging(value / peak) };
}

function presetOf(kernel, bias, presets) {
  const same = (preset) => preset.bias === bias && JSON.stringify(preset.kernel) === JSON.stringify(kernel);
  const found = Object.entries(presets).find(([, preset]) => same(preset));
  return found ? found[0] : "custom";
}

function render({ model, el }) {
  return mountStage(model, el, (stage) => {
    const onPoint = (row, col) => stage.set({ row, col });
    const onMove = (dRow, dCol) => stage.set({ row: stage.get("row") + dRow, col: stage.get("col") + dCol });
    const parts = CHANNELS.map((name, c) => createRow(stage, name, c, { onPoint, onMove }));
    const [photo, biased, output] = [0, 1, 2].map(() => createPicture(stage, { onPoint }));
    const [atPixel, counts] = [createFormula(), createFormula()];
    const last = element("div", { class: "cnn-mixer-row cnn-mixer-last" }, photo.node, atPixel.node, biased.node, output.node);
    stage.root.append(element("div", { class: "cnn-mixer" }, ...parts.map(({ node }) => node), last), counts.node);
    const channelsOf = createPhotographs(stage, decodeRGB);

    let seen = { preset: stage.get("preset"), side: stage.get("kernel_size") };
    function followControls() {
      const chosen = stage.get("presets")[stage.get("preset")];
      const side = stage.get("kernel_size");
      if (stage.get("preset") !== seen.preset && chosen) {
        stage.set({ kernel: chosen.kernel, bias: chosen.bias, kernel_size: chosen.kernel[0].length });
      } else if (side !== seen.side && side !== stage.get("kernel")[0].length) {
        stage.set({ kernel: stage.get("kernel").map((one) => toNested(resizeKernel(fromNested(one), side))) });
      }
      const named = presetOf(stage.get("kernel"), stage.get("bias"), stage.get("presets"));
      const length = stage.get("kernel")[0].length;
      if (named !== stage.get("preset") || length !== stage.get("kernel_size")) stage.set({ preset: named, kernel_size: length });
      seen = { preset: named, side: length };
    }

    let painted = { photo: "", maps: "", all: "" };
    let layers = null;
    function paint(name, channels, kernels, active) {
      const maps = JSON.stringify([name, stage.get("kernel")]);
      const all = JSON.stringify([maps, stage.get("bias"), stage.get("relu"), active]);
      if (all === painted.all) return layers;
      if (name !== painted.photo) paintPhoto(channels);
      layers = mix(painted.maps === maps ? layers.maps : accumulateChannels(channels, kernels), active);
      painted = { photo: name, maps, all };
      parts.forEach((part, c) => {
        part.map.paint(layers.maps[c], layers.scale.shade);
        part.running.paint(layers.sums[c], layers.scale.shade);
      });
      biased.paint(layers.plus, layers.scale.shade);
      output.paint(layers.result, layers.scale.shade);
      return layers;
    }

    function paintPhoto(channels) {
      parts.forEach((part, c) => part.channel.paint(channels[c], (value) => tint(value, c)));
      const [red, green, blue] = channels;
      photo.paint(red, (value, k) => tint(value, 0) | tint(green.data[k], 1) | tint(blue.data[k], 2));
    }

    function mix(maps, active) {
      const sums = runningSums(maps, active);
      const plus = addBias(sums[2], stage.get("bias"));
      const result = stage.get("relu") ? rectify(plus) : plus;
      return { maps, sums, plus, result, scale: colourScale([...maps, ...sums, plus]) };
    }

    return function draw() {
      followControls();
      const name = stage.get("photo");
      const channels = channelsOf(name);
      if (!channels) return undefined;
      const kernels = stage.get("kernel").map(fromNested);
      const side = kernels[0].rows;
      const solo = CHANNELS.indexOf(stage.get("solo"));
      const active = activeChannels(CHANNELS.map((channel) => stage.get(channel)), solo < 0 ? null : solo);
      const { maps, sums, plus, result, scale } = paint(name, channels, kernels, active);
      const [row, col] = position(stage, channels[0]);
      const at = (layer) => layer.data[row * layer.cols + col];
      const pictures = [photo, biased, output, ...parts.flatMap(({ channel, map, running }) => [channel, map, running])];
      for (const picture of pictures) picture.place(row - (side - 1) / 2, col - (side - 1) / 2, side, side);

      const place = `[${row}, ${col}]`;
      parts.forEach((part, c) => {
        const before = c ? sums[c - 1] : null;
        part.update({ channel: channels[c], kernel: kernels[c], row, col, active: active[c], value: at(maps[c]), scale });
        const term = active[c] ? at(maps[c]) : 0;
        const text = before ? `${fixed(at(before))} ${added(term)} = ${fixed(at(sums[c]))}` : `sum so far: ${fixed(at(sums[c]))}`;
        part.running.label(text, `The running sum after ${CHANNELS[c]}; ${scale.text}. At ${place}: ${text}.`);
      });
      const [b, relu] = [stage.get("bias"), stage.get("relu")];
      const [total, shifted, final] = [at(sums[2]), at(plus), at(result)];
      photo.label(name, `The photograph “${name}” in its colours, ${size(channels[0].rows, channels[0].cols)}.`);
      biased.label(`+ b: ${fixed(shifted)}`, `The sum plus the bias ${number(b)}; ${scale.text}. At ${place}: ${fixed(shifted)}.`);
      output.label(relu ? `ReLU: ${fixed(final)}` : "ReLU is off", `The output map${relu ? " after ReLU" : ""}; ${scale.text}. At ${place}: ${fixed(final)}.`);
      atPixel.update(`at row ${row}, column ${col}`, [
        { label: "sum", parts: [[fixed(total), "output"]] },
        { label: "+ b", parts: [`${fixed(total)} `, [added(b), "kernel"], " = ", [fixed(shifted), "output"]] },
        { label: "ReLU", parts: relu ? [`max(0, ${fixed(shifted)}) = `, [fixed(final), "output"]] : ["off"] },
      ]);
      const filters = stage.get("filters");
      const each = filterParameters(1, CHANNELS.length, side);
      const many = filters === 1 ? "1 filter, 1 map" : `${filters} filters, ${filters} maps`;
      counts.update("parameters = filters · (channels · kernel · kernel + 1)", [{
        label: many,
        parts: [
          `${filters} · (`, ["3", "input"], " · ", [`${side} · ${side}`, "kernel"], ` + 1) = ${filters} · ${each} = `,
          [(filters * each).toLocaleString("en"), "output"],
        ],
      }]);
      const heard = CHANNELS.filter((_, c) => active[c]);
      const muted = heard.length === 3 ? "" : `, ${heard.length ? `only ${heard.join(" and ")}` : "all channels muted"}`;
      const named = stage.get("preset") === "custom" ? "Custom filter" : `Filter “${stage.get("preset")}”`;
      const terms = maps.map((map, c) => `${CHANNELS[c]} ${active[c] ? fixed(at(map)) : "muted"}`).join(", ");
      return (
        `${named}, 3 kernels ${size(side, side)} and bias ${number(b)}, on “${name}”${muted}. At row ${row}, column ${col}: ` +
        `${terms}; sum ${fixed(total)}, with the bias ${fixed(shifted)}${relu ? `, after ReLU ${fixed(final)}` : ""}. ` +
        `${filters} ${filters === 1 ? "filter has" : "filters have"} ${(filters * each).toLocaleString("en")} parameters.`
      );
    };
  });
}

// The parts of one channel: its picture, the window, the kernel, the map, and the sum so far.
function createRow(stage, name, c, points) {
  const channel = createPicture(stage, points);
  const [map, running] = [0, 1].map(() => createPicture(stage, { onPoint: points.onPoint }));
  const patch = createGrid(stage, { label: `${name} pixel`, kind: "input" });
  const weights = createGrid(stage, {
    label: `${name} kernel`,
    kind: "kernel",
    onEdit(u, v, value) {
      const nested = structuredClone(stage.get("kernel"));
      nested[c][u][v] = value;
      stage.set({ kernel: nested, preset: presetOf(nested, stage.get("bias"), stage.get("presets")) });
    },
  });
  const node = element("div", { class: "cnn-mixer-row" }, channel.node, patch.node, weights.node, map.node, running.node);
  function update({ channel: pixels, kernel, row, col, active, value, scale }) {
    const k = kernel.rows;
    const half = (k - 1) / 2;
    const terms = windowTerms(pixels, kernel, row, col, { padding: [[half, half], [half, half]] });
    node.classList.toggle("cnn-muted", !active);
    channel.label(active ? name : `${name}, muted`,
      `The ${name} channel. The window is at row ${row}, column ${col}; arrow keys move it, with Shift by ten pixels.`);
    patch.update(k, k, "window", (u, v) => ({
      text: fixed(terms[u * k + v].value),
      state: terms[u * k + v].inside ? "" : "cnn-padding",
    }));
    weights.update(k, k, `kernel ${name}`, (u, v) => ({
      text: number(terms[u * k + v].weight, 3),
      name: `w[${c}, ${u}, ${v}], ${name}`,
    }));
    map.label(`map: ${fixed(value)}${active ? "" : ", muted"}`,
      `The map of the ${name} channel${active ? "" : ", muted"}; ${scale.text}. At row ${row}, column ${col}: ${fixed(value)}.`);
  }
  return { node, channel, map, running, update };
}

function position(stage, { rows, cols }) {
  const inside = (value, length) => Math.max(0, Math.min(length - 1, value));
  const [row, col] = [inside(stage.get("row"), rows), inside(stage.get("col"), cols)];
  if (row !== stage.get("row") || col !== stage.get("col")) stage.set({ row, col });
  return [row, col];
}

export default { render };
