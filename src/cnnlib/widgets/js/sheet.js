// A sheet of small pictures side by side: the kernels of a layer, or its maps. It is one picture to
// those who can't see it, described by one sentence.

import { element } from "./stage.js";

export function createSheet({ columns }) {
  const caption = element("span", { class: "cnn-grid-label" });
  const tiles = element("div", { class: "cnn-sheet", role: "img" });
  tiles.style.setProperty("--tiles", columns);
  const node = element("div", {}, caption, tiles);
  let painted = [];

  function tile({ rows, cols }) {
    const canvas = element("canvas", { class: "cnn-canvas", width: cols, height: rows });
    const context = canvas.getContext("2d");
    return { canvas, context, image: context.createImageData(cols, rows) };
  }

  return {
    node,
    // Paint a matrix a tile, each value coloured by `shade(value)`.
    paint(maps, shade) {
      const size = JSON.stringify(maps.map(({ rows, cols }) => [rows, cols]));
      if (tiles.dataset.size !== size) {
        painted = maps.map(tile);
        tiles.dataset.size = size;
        tiles.replaceChildren(...painted.map(({ canvas }) => canvas));
      }
      maps.forEach(({ data }, t) => {
        const pixels = new Uint32Array(painted[t].image.data.buffer);
        for (let k = 0; k < data.length; k++) pixels[k] = shade(data[k]);
        painted[t].context.putImageData(painted[t].image, 0, 0);
      });
    },
    label(text, description) {
      if (caption.textContent !== text) caption.textContent = text;
      tiles.setAttribute("aria-label", description);
    },
  };
}
