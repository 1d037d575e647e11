// A grid of number cells: editable (text fields), pickable (buttons) or plain. Cells are made
// or removed only when the shape changes. One cell is in the tab order; arrow keys move between cells.

import { element } from "./stage.js";
import { number, parse } from "./format.js";

export const CELL_LIMIT = 99;

// `kind` colours the grid: input, kernel, output, products.
export function createGrid(stage, { label, kind, onEdit = null, onPick = null }) {
  const heading = element("span", { class: "cnn-grid-label" });
  const body = element("div", { class: "cnn-grid-cells", role: "group" });
  const node = element("div", { class: `cnn-grid cnn-${kind}` }, heading, body);
  let [shownRows, shownCols] = [0, 0];
  let cells = [];

  function createCell(index) {
    const cell = onEdit
      ? element("input", { type: "text", inputmode: "decimal", autocomplete: "off" })
      : element(onPick ? "button" : "span", onPick ? { type: "button" } : {});
    cell.classList.add("cnn-cell");
    cell.dataset.index = index;
    return cell;
  }

  // Cells that are there already are kept: a shape changes with every step of some sliders.
  function build(rows, cols) {
    [shownRows, shownCols] = [rows, cols];
    body.style.setProperty("--cols", cols);
    while (cells.length > rows * cols) cells.pop().remove();
    const more = Array.from({ length: rows * cols - cells.length }, (_, k) => createCell(cells.length + k));
    cells.push(...more);
    body.append(...more);
    cells.forEach((cell, index) => {
      if (onEdit) cell.setAttribute("aria-label", `${label}[${Math.floor(index / cols)}, ${index % cols}]`);
      if (onEdit || onPick) cell.tabIndex = index === 0 ? 0 : -1;
    });
  }

  function indexOf(event) {
    const cell = event.target.closest?.(".cnn-cell");
    return cell ? Number(cell.dataset.index) : null;
  }

  function focus(index) {
    for (const cell of cells) if (cell.tabIndex === 0) cell.tabIndex = -1;
    cells[index].tabIndex = 0;
    cells[index].focus();
    cells[index].select?.();
  }

  function commit(cell) {
    const index = Number(cell.dataset.index);
    if (cell.readOnly || cell.value === cell.dataset.shown) return;
    const typed = parse(cell.value);
    const [i, j] = [Math.floor(index / shownCols), index % shownCols];
    if (typed === null) {
      stage.say(`“${cell.value}” is not a number: the old value stays.`);
      cell.value = cell.dataset.shown;
      return;
    }
    const value = Math.max(-CELL_LIMIT, Math.min(CELL_LIMIT, typed));
    if (value !== typed) stage.say(`${number(typed)} is outside −${CELL_LIMIT} to ${CELL_LIMIT}: set to ${number(value)}.`);
    cell.value = cell.dataset.shown = number(value);
    onEdit(i, j, value);
  }

  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  stage.listen(body, "keydown", (event) => {
    const index = indexOf(event);
    if (index === null || !(onEdit || onPick)) return;
    if (event.key === "Enter" && onEdit) commit(event.target);
    const move = moves[event.key];
    if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const row = Math.max(0, Math.min(shownRows - 1, Math.floor(index / shownCols) + move[0]));
    const col = Math.max(0, Math.min(shownCols - 1, (index % shownCols) + move[1]));
    focus(row * shownCols + col);
    if (onPick) onPick(row, col);
  });
  if (onEdit) {
    stage.listen(body, "change", (event) => commit(event.target));
    stage.listen(body, "focusin", (event) => event.target.select?.());
  }
  if (onPick) {
    stage.listen(body, "click", (event) => {
      const index = indexOf(event);
      if (index !== null) onPick(Math.floor(index / shownCols), index % shownCols);
    });
  }

  return {
    node,
    body,
    // Row and column under a pointer, also while it is dragged across cells.
    locate(event) {
      const cell = document.elementFromPoint(event.clientX, event.clientY)?.closest(".cnn-cell");
      if (!cell || !body.contains(cell)) return null;
      const index = Number(cell.dataset.index);
      return [Math.floor(index / shownCols), index % shownCols];
    },
    // `cell(i, j)` gives { text, state (class names), shade (−1 … 1), readOnly, name }.
    update(rows, cols, title, cell) {
      if (rows !== shownRows || cols !== shownCols) build(rows, cols);
      if (heading.textContent !== title) heading.textContent = title;
      body.setAttribute("aria-label", title);
      cells.forEach((node, index) => {
        const { text, state = "", shade = 0, readOnly = false, name } = cell(Math.floor(index / cols), index % cols);
        if (onEdit) {
          if (node.readOnly !== readOnly) node.readOnly = readOnly;
          if (node.dataset.shown !== text) node.value = node.dataset.shown = text;
        } else if (node.textContent !== text) node.textContent = text;
        if (name && node.getAttribute("aria-label") !== name) node.setAttribute("aria-label", name);
        const className = `cnn-cell ${state}`;
        if (node.className !== className) node.className = className;
        const tint = shade === 0 ? "" : `${Math.round(Math.min(1, Math.abs(shade)) * 34)}%`;
        if (node.dataset.tint !== tint + Math.sign(shade)) {
          node.dataset.tint = tint + Math.sign(shade);
          node.style.setProperty("--tint", tint || "0%");
          node.style.setProperty("--hue", shade < 0 ? "var(--cnn-negative)" : "var(--cnn-positive)");
        }
      });
    },
  };
}
