// A wavelength and what the eye's sensors answer to it; two lights that look like one.

import { answersTo, encodeSrgb, linearSrgb, matchAmounts, readColumn } from "./cones.js";
import { fixed, number } from "./format.js";
import { element, mountStage } from "./stage.js";
import { createCurves } from "./curves.js";

const SHOWN = { from: 390, to: 720 };
const STEPS = Array.from({ length: (SHOWN.to - SHOWN.from) / 2 + 1 }, (_, k) => SHOWN.from + 2 * k);
const CURVES = [
  ["L", "L", "L cones"],
  ["M", "M", "M cones"],
  ["S", "S", "S cones"],
  ["Y", "V", "V, by day"],
  ["V_scotopic", "V′", "V′, by night"],
];

function render({ model, el }) {
  return mountStage(model, el, (stage) => {
    const [table, peak] = [stage.get("table"), stage.get("peak")];
    const colorOf = ({ X, Y, Z }) => {
      const light = linearSrgb([X, Y, Z]).map((amount) => amount / peak);
      const pixel = light.map((amount) => Math.round(255 * encodeSrgb(amount)));
      return { light, pixel, css: `rgb(${pixel.join(" ")})` };
    };
    const curves = createCurves(stage, { height: 250 });
    const lines = CURVES.map(([column, , kind]) => ({
      points: STEPS.map((nm) => [nm, readColumn(table[column], nm)]),
      kind: `cnn-cone-${kind[0].toLowerCase()}${kind.startsWith("V′") ? "-night" : ""}`,
    }));
    const strip = STEPS.filter((_, k) => k % 2 === 0).slice(0, -1).map((nm) => [nm, nm + 4, colorOf(answersTo(table, [[nm + 2, 1]])).css]);
    const values = createValues(lines);
    const patches = [createPatch(), createPatch()];
    const seen = element("div", { class: "cnn-patches" }, ...patches.map(({ node }) => node));
    stage.root.append(curves.node, element("div", { class: "cnn-row cnn-cone-row" }, values.node, seen));

    return function draw() {
      const mixes = stage.get("show") !== "one light";
      const wanted = mixes ? "" : "none";
      if (stage.get("mix_shown") !== wanted) stage.set({ mix_shown: wanted });
      const [nm, first, second] = ["wavelength", "first", "second"].map(stage.get);
      const light = answersTo(table, [[nm, 1]]);
      const amounts = mixes ? matchAmounts(table, nm, first, second) : null;
      const mixture = amounts && answersTo(table, [[first, amounts[0]], [second, amounts[1]]]);
      curves.update({
        ...{ lines, strip },
        x: { ...SHOWN, ticks: [400, 450, 500, 550, 600, 650, 700], title: "wavelength in nm" },
        y: { from: 0, to: 1, ticks: [0, 0.25, 0.5, 0.75, 1], title: "sensitivity" },
        cursor: { x: nm, y: null },
        label: `Sensitivities of the L, M and S cones, V and V′ from 390 to 720 nm. At ${nm} nm: ${said(light)}.`,
      });
      values.update(light, mixture);
      const color = colorOf(light);
      patches[0].update(`${nm} nm`, color);
      patches[1].node.hidden = !mixture || Math.min(...amounts) < 0;
      if (!patches[1].node.hidden) patches[1].update(`${first} nm + ${second} nm`, colorOf(mixture));
      const alone = `${nm} nm: ${said(light)}. `;
      if (!mixes) return alone + clipped(color);
      return alone + matched({ nm, first, second, amounts, light, mixture });
    };
  });
}

const said = (answers) => CURVES.map(([column, name]) => `${name} ${fixed(answers[column], 3)}`).join(", ");

function clipped({ light }) {
  const missing = ["red", "green", "blue"].filter((_, k) => light[k] < 0);
  if (!missing.length) return "The drawn colour needs no negative amount, but it is so dark that this says little.";
  return `Drawn without the negative ${missing.join(" and ")} that this colour would need: no screen shows the light of a single wavelength.`;
}

function matched({ nm, first, second, amounts, light, mixture }) {
  if (!amounts) return "Two lights of one wavelength are one light: choose two different ones.";
  const recipe = `${fixed(amounts[0])} of ${first} nm and ${fixed(amounts[1])} of ${second} nm`;
  if (Math.min(...amounts) < 0) return `No mixture matches: L and M would need ${recipe}, and there is no negative light.`;
  const left = mixture.S - light.S;
  const same = Math.abs(left) < 0.005;
  return `${recipe} excite L and M exactly as ${nm} nm does; S differs by ${fixed(left, 3)}. ` +
    (same ? "By day they look almost the same: they are metamers, but for a trace in S." : "The S cones tell them apart.");
}

// The legend and the answers in one table.
function createValues(lines) {
  const rows = CURVES.map(([, , name], k) => {
    const [one, two] = [element("td"), element("td")];
    const key = element("span", { class: `cnn-cone-key ${lines[k].kind}` });
    return { row: element("tr", {}, element("th", { scope: "row" }, key, name), one, two), one, two };
  });
  const heading = element("th", { scope: "col" }, "mixture");
  const top = element("tr", {}, element("th", { scope: "col" }, "curve"), element("th", { scope: "col" }, "light"), heading);
  return {
    node: element("table", { class: "cnn-cone-values" }, element("thead", {}, top), element("tbody", {}, ...rows.map(({ row }) => row))),
    update(light, mixture) {
      heading.hidden = !mixture;
      rows.forEach(({ one, two }, k) => {
        const column = CURVES[k][0];
        one.textContent = fixed(light[column], 3);
        two.hidden = !mixture;
        two.textContent = mixture ? fixed(mixture[column], 3) : "";
      });
    },
  };
}

function createPatch() {
  const [patch, text] = [element("div", { class: "cnn-patch" }), element("span", { class: "cnn-patch-text" })];
  return {
    node: element("div", { class: "cnn-patch-box" }, patch, text),
    update(name, { pixel, css }) {
      patch.style.background = css;
      text.textContent = `${name}, drawn as R ${number(pixel[0])}, G ${number(pixel[1])}, B ${number(pixel[2])}`;
    },
  };
}

export default { render };
