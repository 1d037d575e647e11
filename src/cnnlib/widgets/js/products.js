// The sum of a window, written out: input value · kernel value, term by term.

import { element } from "./stage.js";
import { number } from "./format.js";
import { sum } from "./tensor.js";

const factor = (value) => (value < 0 ? `(${number(value)})` : number(value));

export function createProducts() {
  const node = element("p", { class: "cnn-sum" });
  return {
    node,
    update(terms, name) {
      const parts = terms.flatMap(({ value, weight, inside }, index) => [
        index ? " + " : "",
        element("span", { class: "cnn-term" },
          element("span", { class: inside ? "cnn-value" : "cnn-value cnn-padding" }, factor(value)),
          "·",
          element("span", { class: "cnn-weight" }, factor(weight))),
      ]);
      const total = sum(terms.map(({ product }) => product));
      const result = element("strong", {}, number(total));
      node.replaceChildren(...(terms.length ? [`${name} = `, ...parts, " = ", result] : []));
    },
  };
}
