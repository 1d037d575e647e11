// The table of a stack: one layer a row, its numbers editable, what follows from them beside it.

import { LAYER_LIMITS, MOST_LAYERS } from "./receptive_field.js";
import { element } from "./stage.js";
import { number, parse } from "./format.js";

const NUMBERS = Object.keys(LAYER_LIMITS);
const RESULTS = ["output", "field", "jump", "start", "parameters", "multiply-adds"];

// A count, exact while it is short: 112,832, then 9.19 M and 1.85 G.
export function count(value) {
  if (value < 1e6) return value.toLocaleString("en");
  const [unit, name] = value < 1e9 ? [1e6, "M"] : [1e9, "G"];
  return `${(value / unit).toPrecision(3)} ${name}`;
}

export function createLayerTable(stage, { kinds, onEdit, onAdd, onRemove, onPick }) {
  // Radio buttons of two explorers on a page must not form one group; each may load this module anew.
  const group = `cnn-layers-${Math.random().toString(36).slice(2)}`;
  const body = element("tbody");
  const totals = ["parameters", "multiply-adds"].map((name) => element("td", { class: "cnn-count", "data-label": name }));
  const head = ["layer", "kind", ...NUMBERS, ...RESULTS, ""].map((name) =>
    name ? element("th", { scope: "col" }, name) : element("td"));
  const table = element(
    "table",
    { class: "cnn-layers" },
    element("thead", {}, element("tr", {}, ...head)),
    body,
    element("tfoot", {}, element("tr", {}, element("th", { colspan: 11, scope: "row" }, "all layers"), ...totals, element("td"))),
  );
  const add = element("button", { type: "button", class: "cnn-button" }, "Add a layer");
  const box = element("div", { class: "cnn-layer-rows" }, table);
  const node = element("div", { class: "cnn-layer-table" }, box, add);
  let rows = [];

  function numberInput(index, name) {
    const [min, max] = LAYER_LIMITS[name];
    const input = element("input", { type: "number", min, max, step: 1, "aria-label": `${name} of layer ${index + 1}` });
    stage.listen(input, "change", () => {
      const typed = parse(input.value);
      const value = typed === null ? null : Math.max(min, Math.min(max, Math.round(typed)));
      if (value === null) stage.say(`The ${name} must be a number: the old value stays.`);
      else if (value !== typed) stage.say(`The ${name} goes from ${min} to ${max} in whole steps: ${number(typed)} is set to ${value}.`);
      if (value !== null) onEdit(index, { [name]: value });
      else input.value = input.dataset.shown;
    });
    return input;
  }

  function createRow(index) {
    const label = `layer ${index + 1}`;
    const radio = element("input", { type: "radio", name: group, "aria-label": `Show the field of ${label}` });
    const kind = element("select", { "aria-label": `kind of ${label}` }, ...kinds.map((name) => element("option", {}, name)));
    const inputs = Object.fromEntries(NUMBERS.map((name) => [name, numberInput(index, name)]));
    const results = RESULTS.map((name) => element("td", { class: "cnn-count", "data-label": name }));
    const remove = element("button", { type: "button", class: "cnn-button", "aria-label": `Remove ${label}`, title: `Remove ${label}` }, "×");
    stage.listen(radio, "change", () => onPick(index + 1));
    stage.listen(kind, "change", () => onEdit(index, { kind: kind.value }));
    stage.listen(remove, "click", () => {
      onRemove(index);
      queueMicrotask(() => (rows[Math.min(index, rows.length - 1)].remove.focus()));
    });
    const cells = NUMBERS.map((name) => element("td", { "data-label": name }, inputs[name]));
    const first = element("th", { scope: "row" }, element("label", {}, radio, String(index + 1)));
    const line = element("tr", {}, first, element("td", { class: "cnn-layer-kind" }, kind), ...cells, ...results, element("td", { class: "cnn-layer-remove" }, remove));
    return { line, radio, kind, inputs, results, remove };
  }

  // The chosen row, where it lies out of sight, goes to the middle of the box; the page stays where it is.
  function reveal({ line }) {
    const [seen, row] = [box, line].map((part) => part.getBoundingClientRect());
    const heads = table.tHead.rows[0].getBoundingClientRect().height;
    const covered = getComputedStyle(table.tHead).position === "absolute" ? 0 : heads;
    if (row.top >= seen.top + covered && row.bottom <= seen.bottom) return;
    box.scrollTop += (row.top + row.bottom) / 2 - (seen.top + seen.bottom) / 2;
  }

  let revealed = { picked: 0, stack: "" };
  stage.listen(add, "click", onAdd);

  const show = (cell, text) => cell.textContent !== text && (cell.textContent = text);
  return {
    node,
    // `stack` is the name of the preset; an edited one is "custom", and stays where its reader looks.
    update(layers, results, picked, stack) {
      while (rows.length > layers.length) rows.pop().line.remove();
      while (rows.length < layers.length) {
        rows.push(createRow(rows.length));
        body.append(rows.at(-1).line);
      }
      rows.forEach(({ line, radio, kind, inputs, results: cells, remove }, index) => {
        const [layer, result] = [layers[index], results[index]];
        const pool = layer.kind !== "conv";
        line.classList.toggle("cnn-on", index + 1 === picked);
        line.classList.toggle("cnn-refused", result.reason !== null);
        radio.checked = index + 1 === picked;
        radio.disabled = result.reason !== null;
        kind.value = layer.kind;
        for (const [name, input] of Object.entries(inputs)) {
          const shown = String(name === "channels" ? result.channels : layer[name]);
          if (input.dataset.shown !== shown || input.value !== shown) input.value = input.dataset.shown = shown;
          input.disabled = pool && (name === "dilation" || name === "channels");
        }
        const { size, field, jump, start, parameters, multiplyAdds } = result;
        const texts = result.reason ? ["none", "", "", "", "", ""] : [`${size}×${size}`, number(field), number(jump), number(start), count(parameters), count(multiplyAdds)];
        cells.forEach((cell, column) => show(cell, texts[column]));
        remove.disabled = layers.length === 1;
      });
      const fitting = results.filter(({ reason }) => reason === null);
      const total = (name) => count(fitting.reduce((sum, row) => sum + row[name], 0));
      show(totals[0], total("parameters"));
      show(totals[1], total("multiplyAdds"));
      add.disabled = layers.length >= MOST_LAYERS;
      show(add, add.disabled ? `At most ${MOST_LAYERS} layers` : `Add a layer after layer ${picked}`);
      const another = picked !== revealed.picked || (stack !== "custom" && stack !== revealed.stack);
      if (another && box.clientHeight) reveal(rows[picked - 1]);
      if (box.clientHeight) revealed = { picked, stack };
    },
  };
}
