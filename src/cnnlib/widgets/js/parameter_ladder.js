// What three kinds of layer cost on the same picture, on a logarithmic scale, and how they are wired.

import { amountInWords, bytesInWords, layerCounts, memoryOf, separated } from "./counting.js";
import { DRAWN, createConnections } from "./connections.js";
import { size } from "./format.js";
import { element, mountStage } from "./stage.js";

const KINDS = { dense: "dense", local: "locally connected", convolution: "convolution" };
const DECADES = 18; // a bar as long as its track stands for 10^18
const TICKS = ["1", "thousand", "million", "billion", "trillion", "10¹⁵"];
const BYTE_TICKS = ["1 B", "1 kB", "1 MB", "1 GB", "1 TB", "1 PB"];

// One quantity: a heading with the scale, and a bar with its number for each kind.
function createLadder(ticks) {
  const heading = element("p", { class: "cnn-ladder-title" });
  const scale = element("div", { class: "cnn-ladder-scale", "aria-hidden": "true" });
  scale.append(...ticks.map((tick, index) => element("span", { style: `--at: ${index / 6}` }, tick)));
  const rows = Object.entries(KINDS).map(([kind, name]) => {
    const bar = element("div", { class: "cnn-ladder-bar" });
    const [exact, words] = [element("b"), element("span")];
    const track = element("div", { class: "cnn-ladder-track", "aria-hidden": "true" }, bar);
    const text = element("div", { class: "cnn-ladder-number" }, exact, " ", words);
    const row = element("li", { class: `cnn-ladder-row cnn-kind-${kind}` }, element("span", { class: "cnn-ladder-kind" }, name), " ", track, text);
    return { kind, row, bar, exact, words };
  });
  const list = element("ul", { class: "cnn-ladder" }, ...rows.map(({ row }) => row));
  return {
    nodes: [element("div", { class: "cnn-ladder-head" }, heading, scale), list],
    update(title, values, wordsOf) {
      heading.textContent = title;
      list.setAttribute("aria-label", title);
      for (const { kind, bar, exact, words } of rows) {
        const [value, said] = [values[kind], wordsOf(values[kind])];
        bar.style.width = `${(100 * Math.log10(Number(value))) / DECADES}%`;
        exact.textContent = separated(value);
        words.textContent = value < 1000n ? "" : said;
      }
    },
  };
}

function render({ model, el }) {
  return mountStage(model, el, (stage) => {
    const onPick = (output) => output !== stage.get("output") && stage.set({ output });
    const drawings = Object.entries(KINDS).map(([kind, name]) =>
      createConnections(stage, { kind, name: name[0].toUpperCase() + name.slice(1), onPick }));
    const note = element("p", { class: "cnn-legend" });
    const ladders = { parameters: createLadder(TICKS), memory: createLadder(BYTE_TICKS), work: createLadder(TICKS) };
    const bars = (...group) => element("div", { class: "cnn-ladders" }, ...group.flatMap(({ nodes }) => nodes));
    // The parameters first, next to the sliders that change them: on a phone they share its screen.
    stage.root.append(
      bars(ladders.parameters),
      element("div", { class: "cnn-row cnn-wiring" }, ...drawings.map(({ node }) => node)),
      note,
      bars(ladders.memory, ladders.work),
    );

    return function draw() {
      const [side, channels, maps, kernel] = ["side", "channels", "maps", "kernel"].map(stage.get);
      const [perMap, training] = [stage.get("dense") === "one for each map", stage.get("training")];
      const counts = layerCounts({ side, channels, maps, kernel, perMap });
      const taps = Math.min(kernel, DRAWN.mostTaps);
      for (const drawing of drawings) drawing.update(taps, stage.get("output"));
      note.textContent = `Drawn for one row of ${DRAWN.pixels} pixels, one map and a kernel of ${taps}. One colour is one weight; the thick edges lead to the chosen output.`;
      const of = (value) => Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, value(counts[kind])]));
      ladders.parameters.update("Parameters", of(({ parameters }) => parameters), amountInWords);
      const memory = of(({ parameters }) => memoryOf(parameters, training));
      ladders.memory.update(training ? "Bytes while training with Adam" : "Bytes of the parameters", memory, bytesInWords);
      ladders.work.update("Multiply-adds for one picture", of(({ multiplyAdds }) => multiplyAdds), amountInWords);
      return sentence({ side, channels, maps, kernel, training }, counts, Object.values(memory));
    };
  });
}

function sentence({ side, channels, maps, kernel, training }, { dense, local, convolution }, memory) {
  const several = (count, what) => `${separated(count)} ${what}${BigInt(count) === 1n ? "" : "s"}`;
  const places = size(side - kernel + 1, side - kernel + 1);
  return `${size(side, side)} pixels in ${several(channels, "channel")}, kernel ${size(kernel, kernel)}, ${several(maps, "map")} of ${places} outputs; ` +
    `parameters: dense with ${several(dense.outputs, "unit")} ${separated(dense.parameters)}, ` +
    `locally connected ${separated(local.parameters)}, convolution ${separated(convolution.parameters)}; ` +
    `memory${training ? " while training" : ""}: ${memory.map(bytesInWords).join(", ")}; ` +
    `multiply-adds: dense ${separated(dense.multiplyAdds)}, the other two ${separated(local.multiplyAdds)} each`;
}

export default { render };
