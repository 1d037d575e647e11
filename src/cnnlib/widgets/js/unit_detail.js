// What made one number of a network: its window and weights, channel by channel, the products, the
// partial sums and the bias; the winner of a pooling window; the two sides of a ReLU.

import { matrix } from "./tensor.js";
import { fixed } from "./format.js";
import { element } from "./stage.js";
import { createFormula } from "./formula.js";
import { createGrid } from "./grid.js";

// Whether one + other = total, as they are shown.
const addsUp = (...values) => {
  const [one, other, total] = values.map((value) => Math.round(100 * Number(value.toFixed(2))));
  return one + other === total;
};
const signed = (value) => `${fixed(value).startsWith("−") ? "−" : "+"} ${fixed(Math.abs(value))}`;

export function createUnitDetail(stage, { onPart }) {
  const title = element("p", { class: "cnn-unit-title" });
  const parts = createGrid(stage, { label: "partial sum", kind: "output", onPick: (i, j) => onPart(i * 8 + j) });
  const [window, weights, products] = [["x", "input"], ["w", "kernel"], ["product", "products"]].map(([label, kind]) =>
    createGrid(stage, { label, kind }));
  const formula = createFormula();
  const row = element("div", { class: "cnn-row cnn-unit-grids" }, window.node, weights.node, products.node);
  const node = element("div", { class: "cnn-unit" }, title, parts.node, row, formula.node);

  function grid(target, { rows, cols, data }, name, winner = null) {
    const peak = Math.max(1e-9, ...data.map(Math.abs));
    target.update(rows, cols, name, (i, j) => ({
      text: fixed(data[i * cols + j]),
      shade: target === products ? data[i * cols + j] / peak : 0,
      state: winner && winner[0] === i && winner[1] === j ? "cnn-on" : "",
    }));
  }

  function weighted({ parts: all, bias, total }, part, words) {
    const { x, w, sum } = all[part];
    const one = all.length === 1;
    if (!one) {
      const cols = Math.min(8, all.length);
      parts.update(Math.ceil(all.length / cols), cols, `${all.length} partial sums, one for each map of ${words.before}: pick one to see its terms`, (i, j) => ({
        text: fixed(all[i * cols + j].sum),
        state: i * cols + j === part ? "cnn-on" : "",
        name: `partial sum of map ${i * cols + j}: ${fixed(all[i * cols + j].sum)}`,
      }));
    }
    grid(window, x, one ? words.window : `${words.window}, map ${part}`);
    grid(weights, w, one ? "weights" : `weights for map ${part}`);
    grid(products, matrix(x.rows, x.cols, x.data.map((value, k) => value * w.data[k])), "products");
    const lines = [{ label: one ? "sum of the products" : `sum of the products, map ${part}`, parts: [[fixed(sum), "output"]] }];
    if (!one) lines.push({ label: `sum over all ${all.length} maps`, parts: [fixed(total - bias)] });
    const equals = addsUp(total - bias, bias, total) ? " = " : " ≈ ";
    lines.push({ label: "plus the bias", parts: [`${fixed(total - bias)} `, [signed(bias), "kernel"], equals, [fixed(total), "output"]] });
    return lines;
  }

  return {
    node,
    // `words` says in words what the unit is and what it reads: { title, before, window, rule }.
    update(kind, explained, part, words) {
      if (title.textContent !== words.title) title.textContent = words.title;
      const many = explained.parts?.length > 1;
      parts.node.hidden = !many;
      row.hidden = kind === "relu";
      weights.node.hidden = products.node.hidden = kind === "pool";
      if (kind === "relu") {
        const { before, total } = explained;
        formula.update(words.rule, [{ label: "", parts: [`max(0, ${fixed(before)}) = `, [fixed(total), "output"]] }]);
      } else if (kind === "pool") {
        const { x, winner, total } = explained;
        grid(window, x, words.window, winner);
        formula.update(words.rule, [{ label: "the largest", parts: [[fixed(total), "output"]] }]);
      } else formula.update(words.rule, weighted(explained, part, words));
    },
  };
}
