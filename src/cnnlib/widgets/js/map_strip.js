// The maps of one layer side by side on one canvas, eight in a row, each unit to be picked by pointer or
// keys. Frames mark the picked unit, or the windows that a unit of the next layer reads.

import { element } from "./stage.js";

const PER_ROW = 8;

export function createMapStrip(stage, { onPick = null }) {
  const canvas = element("canvas", { class: "cnn-canvas" });
  const surface = element("div", { class: "cnn-surface cnn-strip" }, canvas);
  const caption = element("span", { class: "cnn-grid-label" });
  const node = element("div", { class: "cnn-picture" }, caption, surface);
  const context = canvas.getContext("2d");
  const frames = [];
  let [count, rows, cols, gap] = [0, 0, 0, 0];
  let image = null;
  let unit = [0, 0, 0];

  const corner = (c) => [Math.floor(c / PER_ROW) * (rows + gap), (c % PER_ROW) * (cols + gap)];

  function lay([maps, height, width]) {
    [count, rows, cols, gap] = [maps, height, width, maps > 1 ? Math.max(1, Math.round(height / 12)) : 0];
    const across = Math.min(PER_ROW, count);
    canvas.width = across * (cols + gap) - gap;
    canvas.height = Math.ceil(count / PER_ROW) * (rows + gap) - gap;
    image = context.createImageData(canvas.width, canvas.height);
    surface.style.setProperty("--aspect", canvas.width / canvas.height);
  }

  function pick(event) {
    const box = canvas.getBoundingClientRect();
    const y = Math.min(canvas.height - 1, Math.max(0, ((event.clientY - box.top) / box.height) * canvas.height));
    const x = Math.min(canvas.width - 1, Math.max(0, ((event.clientX - box.left) / box.width) * canvas.width));
    const [down, across] = [Math.floor(y / (rows + gap)), Math.floor(x / (cols + gap))];
    const c = down * PER_ROW + across;
    const [top, left] = corner(c);
    if (c < count) onPick([c, Math.min(rows - 1, Math.floor(y - top)), Math.min(cols - 1, Math.floor(x - left))]);
  }

  // Arrow keys walk over the units of a map and on into the next one; Page Up and Down change the map.
  function walk(key, far) {
    const [c, i, j] = unit;
    const step = far ? 5 : 1;
    const held = (value, length) => Math.max(0, Math.min(length - 1, value));
    if (key === "PageUp" || key === "PageDown") return [held(c + (key === "PageUp" ? -1 : 1), count), i, j];
    if (key === "ArrowUp" || key === "ArrowDown") {
      const row = i + (key === "ArrowUp" ? -step : step);
      const next = c + (row < 0 ? -PER_ROW : PER_ROW);
      if ((row < 0 || row >= rows) && next >= 0 && next < count) return [next, row < 0 ? rows - 1 : 0, j];
      return [c, held(row, rows), j];
    }
    const col = j + (key === "ArrowLeft" ? -step : step);
    const next = c + (col < 0 ? -1 : 1);
    if ((col < 0 || col >= cols) && next >= 0 && next < count) return [next, i, col < 0 ? cols - 1 : 0];
    return [c, i, held(col, cols)];
  }

  if (onPick) {
    surface.classList.add("cnn-movable");
    surface.tabIndex = 0;
    surface.setAttribute("role", "application");
    surface.setAttribute("aria-roledescription", "feature maps");
    stage.listen(surface, "pointerdown", pick);
    stage.listen(surface, "pointermove", (event) => event.buttons && pick(event));
    const keys = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown"];
    stage.listen(surface, "keydown", (event) => {
      if (!keys.includes(event.key) || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      onPick(walk(event.key, event.shiftKey));
    });
  } else surface.setAttribute("role", "img");

  return {
    node,
    paint({ shape, data }, shade) {
      if (image === null || shape[0] !== count || shape[1] !== rows || shape[2] !== cols) lay(shape);
      const pixels = new Uint32Array(image.data.buffer);
      for (let c = 0, k = 0; c < count; c++) {
        const [top, left] = corner(c);
        for (let i = 0; i < rows; i++) {
          let at = (top + i) * canvas.width + left;
          for (let j = 0; j < cols; j++) pixels[at++] = shade(data[k++]);
        }
      }
      context.putImageData(image, 0, 0);
    },
    // Each frame is { map, box: [top, left, rows, columns], kind }; it may hang over the map's border.
    frame(wanted) {
      while (frames.length < wanted.length) {
        frames.push(element("span", { class: "cnn-unit-frame" }));
        surface.append(frames.at(-1));
      }
      frames.forEach((span, k) => {
        span.hidden = k >= wanted.length;
        if (span.hidden) return;
        const { map, box: [top, left, height, width], kind } = wanted[k];
        const [down, across] = corner(map);
        span.dataset.kind = kind;
        const percent = (value, whole) => `${(100 * value) / whole}%`;
        span.style.top = percent(down + top, canvas.height);
        span.style.left = percent(across + left, canvas.width);
        span.style.height = percent(height, canvas.height);
        span.style.width = percent(width, canvas.width);
      });
    },
    // The unit from which keys walk on, whether it is the picked one or not.
    stand(place) {
      unit = place;
    },
    label(text, description) {
      if (caption.textContent !== text) caption.textContent = text;
      if (surface.getAttribute("aria-label") !== description) surface.setAttribute("aria-label", description);
    },
  };
}
