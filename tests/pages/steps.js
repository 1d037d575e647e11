// Forty steps and more of every kind in one explorer, each timed from the event to the end of the
// layout that follows the stage's last draw for it. Draws run in microtasks, before the next frame.
async (figure) => {
  const times = {slider: [], keystroke: [], drag: []};
  const all = (selector) => [...figure.querySelectorAll(selector)];
  function fire(node, type, more = {}, Kind = Event) {
    node.dispatchEvent(new Kind(type, { bubbles: true, ...more }));
  }
  async function timed(kind, act) {
    await new Promise(requestAnimationFrame);
    let took = null;
    const start = performance.now();
    const drawn = () => { figure.getBoundingClientRect(); took = performance.now() - start; };
    figure.addEventListener("cnn:drawn", drawn);
    act();
    await new Promise((done) => setTimeout(done));
    figure.removeEventListener("cnn:drawn", drawn);
    if (took !== null) times[kind].push(took);
  }
  const sliders = all("input[type=range]:enabled");
  for (const slider of sliders) {
    let way = 1;
    for (let count = 0; count < Math.max(6, 40 / sliders.length); count += 1) {
      await timed("slider", () => {
        if (slider.valueAsNumber >= Number(slider.max)) way = -1;
        if (slider.valueAsNumber <= Number(slider.min)) way = 1;
        slider.valueAsNumber += way * (Number(slider.step) || 1);
        fire(slider, "input");
      });
    }
  }
  for (let count = 0; count < 40; count += 1) {
    const cells = all(".cnn-kernel input.cnn-cell:not([readonly])");
    if (!cells.length) break;
    const cell = cells[count % cells.length];
    await timed("keystroke", () => { cell.value = String(count % 7 - 3.5); fire(cell, "change"); });
  }
  const surfaces = all(".cnn-movable, .cnn-input .cnn-grid-cells, [data-drawing]");
  for (const surface of surfaces) {
    surface.scrollIntoView({ block: "center", behavior: "instant" });
    const box = surface.getBoundingClientRect();
    const at = (x, y = x) => ({clientX: box.left + x * box.width, clientY: box.top + y * box.height,
                               pointerType: "mouse", buttons: 1});
    fire(surface.firstElementChild, "pointerdown", at(0.02), PointerEvent);
    // A drawing surface gets a long stroke that crosses itself; others are moved along a diagonal.
    const drawing = "drawing" in surface.dataset;
    const moves = drawing ? 40 : Math.max(6, 60 / surfaces.length);
    for (let count = 0; count < moves; count += 1) {
      const turn = 0.5 + 0.45 * Math.sin(count);
      const where = drawing ? at(turn, 0.5 + 0.45 * Math.cos(1.3 * count)) : at(turn);
      await timed("drag", () => fire(surface, "pointermove", where, PointerEvent));
    }
    fire(surface, "pointerup", {}, PointerEvent);
  }
  return times;
}
