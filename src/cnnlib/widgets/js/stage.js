// What every explorer shares: a root element, drawing once a change, the spoken summary, clean-up.

export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

// `build(stage)` makes the parts once and returns `draw()`, which brings them up to date and
// returns the sentence that states the result.
export function mountStage(model, el, build) {
  const listeners = new AbortController();
  const root = element("div", { class: "cnn-stage" });
  const summary = element("p", { class: "cnn-summary", "aria-live": "polite", "aria-atomic": "true" });
  let notice = "";
  let pending = false;

  const stage = {
    root,
    get: (name) => model.get(name),
    set(changes) {
      for (const [name, value] of Object.entries(changes)) model.set(name, value);
      model.save_changes();
      redraw(); // ipywidgets forgets to trigger "change" when a trait is set in answer to another
    },
    // Something the reader should know about the last change, such as a value that was clamped.
    say(sentence) {
      notice = sentence;
      redraw();
    },
    listen(target, type, handler, options = {}) {
      target.addEventListener(type, handler, { ...options, signal: listeners.signal });
    },
    redraw,
  };

  // Several traits often change in one task; a microtask draws them together, within the same frame.
  function redraw() {
    if (pending) return;
    pending = true;
    queueMicrotask(() => {
      pending = false;
      if (!listeners.signal.aborted) show();
    });
  }

  function show() {
    const sentence = draw();
    if (sentence === undefined) return; // not ready yet: a picture is still being decoded
    const text = notice ? `${notice} ${sentence}` : sentence;
    notice = "";
    if (summary.textContent !== text) summary.textContent = text;
    root.dataset.ready = "true";
    root.dispatchEvent(new CustomEvent("cnn:drawn", { bubbles: true }));
  }

  // A trait that a dropdown sets has a twin with the index of its option; keep the two together.
  const twins = Object.entries(model.get("choices")).flatMap(([trait, options]) => {
    const index = `${trait}_index`;
    const follow = (from, to, value) => [from, () => model.get(to) !== value() && stage.set({ [to]: value() })];
    return [
      follow(`change:${index}`, trait, () => options[model.get(index)]),
      follow(`change:${trait}`, index, () => options.indexOf(model.get(trait))),
    ];
  });
  for (const [event, handler] of twins) model.on(event, handler);

  const draw = build(stage);
  root.append(summary);
  el.append(root);
  model.on("change", redraw);
  const theme = new MutationObserver(redraw);
  const themed = { attributes: true, attributeFilter: ["data-theme", "data-jp-theme-light"] };
  theme.observe(document.documentElement, themed);
  theme.observe(document.body, themed);
  show();

  return () => {
    listeners.abort();
    theme.disconnect();
    model.off("change", redraw);
    for (const [event, handler] of twins) model.off(event, handler);
    root.remove();
  };
}
