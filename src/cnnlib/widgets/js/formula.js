// The formula line: a rule in words, and under it one line an axis with the numbers filled in. A
// part of a line is a text, or a pair [text, kind] in the colour of its kind (FORMULA_COLOURS).

import { element } from "./stage.js";
import { number } from "./format.js";

const FORMULA_COLOURS = { input: "cnn-value", kernel: "cnn-weight", output: "cnn-result" };

export function createFormula() {
  const rule = element("p", { class: "cnn-rule" });
  const lines = element("div", { class: "cnn-formula-lines" });
  const node = element("div", { class: "cnn-formula" }, rule, lines);
  let shown = "";
  return {
    node,
    // `filled` is a list of { label, parts, note }; the note, if any, follows in plain words.
    update(text, filled) {
      const key = JSON.stringify([text, filled]);
      if (key === shown) return;
      shown = key;
      rule.textContent = text;
      lines.replaceChildren(...filled.map(({ label, parts, note = "" }) => {
        const spans = parts.map((part) =>
          typeof part === "string" ? part : element("span", { class: FORMULA_COLOURS[part[1]] }, part[0]));
        const name = label ? [element("span", { class: "cnn-formula-label" }, `${label}: `)] : [];
        return element("p", {}, ...name, ...spans, note ? ` (${note})` : "");
      }));
    },
  };
}

export const CONVOLUTION_RULE = "output = ⌊(input + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1";
export const TRANSPOSED_RULE = "output = (input − 1)·stride − 2·padding + dilation·(kernel − 1) + output padding + 1";

// The numbers of CONVOLUTION_RULE, up to the point from which they make no sense.
export function convolutionParts({ size, kernel, stride, padding, dilation }) {
  const slack = size + 2 * padding - dilation * (kernel - 1) - 1;
  const parts = ["⌊(", [number(size), "input"], ` + 2·${padding} − ${dilation}·(`, [number(kernel), "kernel"], ` − 1) − 1) / ${stride}⌋ + 1 = ⌊`];
  if (slack < 0) return [...parts, `${number(slack)} / ${stride}⌋ + 1: ${number(slack)} is below 0, no window fits`];
  const steps = Math.floor(slack / stride);
  return [...parts, `${slack} / ${stride}⌋ + 1 = ${steps} + 1 = `, [number(steps + 1), "output"]];
}

export function transposedParts({ size, kernel, stride, padding, dilation, outputPadding }) {
  const output = (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + outputPadding + 1;
  return [
    "(", [number(size), "input"], ` − 1)·${stride} − 2·${padding} + ${dilation}·(`, [number(kernel), "kernel"],
    ` − 1) + ${outputPadding} + 1 = `, [number(output), "output"],
  ];
}
