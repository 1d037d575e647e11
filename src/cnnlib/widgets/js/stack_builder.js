// Build a stack of layers: what one of its units can see of a photograph, and what it does see.

import {
  MOST_LAYERS, concentration, evenGradient, overhang, randomGradient, settledLayer, somePixels, stackTable,
} from "./receptive_field.js";
import { fixed, number, size } from "./format.js";
import { element, mountStage } from "./stage.js";
import { createFormula } from "./formula.js";
import { createLayerTable } from "./layer_table.js";
import { createPhotographs, createPicture, diverging, grey, tint } from "./picture.js";

const HEAT = [0.85, 0.33, 0.02]; // laid over the photograph, the stronger the more a pixel counts

function render({ model, el }) {
  return mountStage(model, el, (stage) => {
    const photo = createPicture(stage, {
      onPoint: (row, col) => moveTo(row + 0.5, col + 0.5),
      onMove: (dRow, dCol) => stage.set({ row: clamped(stage.get("row") + dRow), col: clamped(stage.get("col") + dCol) }),
    });
    const heat = createPicture(stage, {});
    const formula = createFormula();
    const change = (layers, layer = stage.get("layer")) => stage.set({ layers, layer, preset: "custom" });
    const table = createLayerTable(stage, {
      kinds: stage.get("kinds"),
      onEdit(index, changes) {
        const [asked, layers] = [{ ...stage.get("layers")[index], ...changes }, structuredClone(stage.get("layers"))];
        layers[index] = settledLayer(asked);
        if (layers[index].padding !== asked.padding) stage.say(`A pool's padding is at most half its kernel: set to ${layers[index].padding}.`);
        change(layers);
      },
      onAdd() {
        const [layers, place] = [structuredClone(stage.get("layers")), shown.layer];
        if (layers.length < MOST_LAYERS) change(layers.toSpliced(place, 0, { ...layers[place - 1] }), place + 1);
      },
      onRemove: (index) => change(stage.get("layers").toSpliced(index, 1), Math.max(1, stage.get("layer") - (index < stage.get("layer") ? 1 : 0))),
      onPick: (layer) => stage.set({ layer }),
    });
    stage.root.append(element("div", { class: "cnn-row cnn-pictures" }, photo.node, heat.node), formula.node, table.node);

    let shown = null; // what was drawn last: the layer, its map's side and field, and the box's centre
    const clamped = (unit) => Math.max(0, Math.min(shown.maps - 1, unit));
    const nearest = (place, { start, field, jump }, maps) => Math.max(0, Math.min(maps - 1, Math.round((place - start - field / 2) / jump)));

    // The unit whose box has its middle closest to a place of the photograph.
    function moveTo(...place) {
      const scale = stage.get("size") / photographOf(stage.get("photo")).rows;
      const [row, col] = place.map((at) => nearest(at * scale, shown, shown.maps));
      stage.set({ row, col });
    }
    const photographOf = createPhotographs(stage);

    let preset = stage.get("preset");
    function followControls() {
      const chosen = stage.get("presets")[stage.get("preset")];
      if (stage.get("preset") !== preset && chosen) {
        const { layers, size: side, channels } = chosen;
        stage.set({ layers, size: side, channels, layer: layers.length, row: null, col: null });
      }
      preset = stage.get("preset");
      const hidden = stage.get("weights") === "random" ? "" : "none";
      if (stage.get("draws_shown") !== hidden) stage.set({ draws_shown: hidden });
    }

    // At first the middle unit; it stays over the same place when the stack below it changes.
    function unitOf(layer, side, row) {
      const now = [layer, side, row.size, row.field, row.jump, row.start].join();
      let unit = ["row", "col"].map((name) => stage.get(name));
      if (unit.includes(null)) unit = [row.size >> 1, row.size >> 1];
      else if (shown && shown.stack !== now) unit = shown.centre.map((part) => nearest(part * side, row, row.size));
      unit = unit.map((place) => Math.max(0, Math.min(row.size - 1, place)));
      if (unit[0] !== stage.get("row") || unit[1] !== stage.get("col")) stage.set({ row: unit[0], col: unit[1] });
      const centre = unit.map((place) => (row.start + place * row.jump + row.field / 2) / side);
      shown = { stack: now, layer, maps: row.size, jump: row.jump, start: row.start, field: row.field, centre };
      return unit;
    }

    let cache = { key: null, draws: 0, sum: null };
    function gradientOf(layers, sizes, unit) {
      if (stage.get("weights") !== "random") return evenGradient(layers, sizes, unit);
      const [key, draws] = [JSON.stringify([layers, sizes, unit]), stage.get("draws")];
      if (cache.key !== key || cache.draws > draws) cache = { key, draws: 0, sum: null };
      for (; cache.draws < draws; cache.draws++) {
        const gradient = randomGradient(layers, sizes, unit, cache.draws);
        cache.sum ??= { ...gradient, data: new Float64Array(gradient.data.length) };
        gradient.data.forEach((value, k) => (cache.sum.data[k] += value * value));
      }
      return { ...cache.sum, data: cache.sum.data.map((value) => value / draws) };
    }

    return function draw() {
      followControls();
      const image = photographOf(stage.get("photo"));
      if (!image) return undefined;
      const [layers, side] = [stage.get("layers"), stage.get("size")];
      const rows = stackTable(layers, side, stage.get("channels"));
      const fitting = rows.filter(({ reason }) => reason === null).length;
      const refused = rows[fitting] ? ` Refused: ${rows[fitting].reason}.` : "";
      const layer = Math.min(stage.get("layer"), fitting);
      table.update(layers, rows, Math.max(1, layer), stage.get("preset"));
      if (!fitting) {
        formula.update("", []);
        return `No layer fits.${refused}`;
      }
      const row = rows[layer - 1];
      const unit = unitOf(layer, side, row);
      const box = { top: row.start + unit[0] * row.jump, left: row.start + unit[1] * row.jump, field: row.field };
      const used = layers.slice(0, layer);
      const gradient = gradientOf(used, [side, ...rows.map(({ size: length }) => length)], unit);
      const { share, deviation } = concentration(gradient, box);
      const strength = strengths(gradient, stage.get("weights") === "random");
      paintPhoto(photo, image, strength, box, side);
      paintHeat(heat, strength, box, side);
      const { field, jump } = row.before;
      const { kernel, stride, dilation } = layers[layer - 1];
      formula.update("field = field before + dilation·(kernel − 1)·jump before,   jump = jump before·stride", [{
        label: `layer ${layer}`,
        parts: [
          [number(field), "input"], ` + ${dilation}·(`, [number(kernel), "kernel"], ` − 1)·${number(jump)} = `, [number(row.field), "output"],
          ",  ", [number(jump), "input"], ` · ${stride} = `, [number(row.jump), "output"],
        ],
      }]);
      const where = `The unit in row ${unit[0]}, column ${unit[1]} of layer ${layer}'s ${size(row.size, row.size)} map; arrow keys move it.`;
      photo.label(`“${stage.get("photo")}” as ${size(side, side)} pixels, box ${size(row.field, row.field)}`, `A photograph with the box that a unit sees. ${where}`);
      const what = stage.get("weights") === "random" ? "squared gradient" : "gradient";
      const percent = share === null ? "" : `${fixed(100 * share, 1)} %`;
      heat.label(share === null ? "The unit sees padding only" : `The box enlarged: ${percent} in its middle quarter`, `The ${what} of the unit over its box, enlarged; the frame is the middle quarter.`);
      const over = overhang(box, side);
      return `Unit [${unit[0]}, ${unit[1]}] of layer ${layer} sees a box of ${size(row.field, row.field)} pixels: rows ${number(box.top)} to ${number(box.top + row.field - 1)}, ` +
        `columns ${number(box.left)} to ${number(box.left + row.field - 1)}${over ? `; it hangs ${over}` : ""}. ` +
        `The boxes of neighbouring units lie ${somePixels(row.jump)} apart. ` +
        (share === null ? "It sees nothing of the picture." : `The middle quarter of the box holds ${percent} of the ${what}; 25 % would be even. Standard deviation ${fixed(deviation, 1)} pixels.`) + refused;
    };
  });
}

// What the colours show, 0 to 1: the gradient, or the root of its mean square.
function strengths({ data, ...place }, squared) {
  const values = squared ? data.map(Math.sqrt) : data;
  const peak = values.reduce((most, value) => Math.max(most, value), 0) || 1;
  return { ...place, data: values.map((value) => value / peak) };
}

// The photograph, dimmed outside the box, with the strengths laid over it.
function paintPhoto(picture, image, strength, box, side) {
  const scale = side / image.rows;
  picture.paint(image, (value, k) => {
    const row = Math.floor((Math.floor(k / image.cols) + 0.5) * scale);
    const col = Math.floor(((k % image.cols) + 0.5) * scale);
    const inBox = row >= box.top && col >= box.left && row < box.top + box.field && col < box.left + box.field;
    if (!inBox) return grey(0.12 + 0.5 * value);
    const [i, j] = [row - strength.top, col - strength.left];
    const reached = i >= 0 && j >= 0 && i < strength.rows && j < strength.cols;
    const opacity = reached ? 0.65 * strength.data[i * strength.cols + j] : 0;
    const mixed = HEAT.map((part, channel) => tint(value + (part - value) * opacity, channel));
    return mixed[0] | mixed[1] | mixed[2];
  });
  picture.place(box.top / scale, box.left / scale, box.field / scale, box.field / scale);
}

// The box enlarged, at most half a picture beyond the borders; what isn't picture is chequered.
function paintHeat(picture, strength, box, side) {
  const [beyond, half] = [side >> 1, box.field / 2];
  const [top, left] = [Math.max(-beyond, box.top), Math.max(-beyond, box.left)];
  const rows = Math.max(1, Math.min(side + beyond, box.top + box.field) - top);
  const cols = Math.max(1, Math.min(side + beyond, box.left + box.field) - left);
  picture.paint({ rows, cols, data: new Float64Array(rows * cols) }, (_, k) => {
    const [row, col] = [top + Math.floor(k / cols), left + (k % cols)];
    if (row < 0 || col < 0 || row >= side || col >= side) return grey((row + col) & 1 ? 0.55 : 0.7);
    const [i, j] = [row - strength.top, col - strength.left];
    const reached = i >= 0 && j >= 0 && i < strength.rows && j < strength.cols;
    return diverging(reached ? strength.data[i * strength.cols + j] : 0);
  });
  picture.place(box.top + half / 2 - top, box.left + half / 2 - left, half, half);
}

export default { render };
