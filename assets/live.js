// The page runtime: brings the explorers of a static page to life, with no kernel and no network.
//
// myst-nb embeds the state of all widgets of a page as JSON. This script builds a model for each,
// draws ipywidgets' controls as native, labelled HTML inputs, keeps linked traits equal, and hosts
// anywidget stages by the AFM contract (initialize, render; model.get/set/on/off/save_changes).
// It is a classic script, since a page opened from disk may not load modules.

(() => {
  "use strict";

  const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
  const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';

  class Model {
    constructor(id, name, state) {
      Object.assign(this, { id, name, state, listeners: new Map(), changed: new Set() });
    }

    get(key) {
      return this.state[key];
    }

    set(key, value) {
      const changes = typeof key === "object" ? key : { [key]: value };
      const fresh = Object.entries(changes).filter(([name, next]) => !Object.is(this.state[name], next));
      for (const [name, next] of fresh) this.state[name] = next;
      for (const [name, next] of fresh) this.emit(`change:${name}`, next);
      if (fresh.length) this.emit("change");
    }

    // Without a kernel there is nowhere to save to; the traits already hold the change.
    save_changes() {}

    send() {}

    on(events, handler) {
      for (const event of events.split(" ")) {
        if (!this.listeners.has(event)) this.listeners.set(event, new Set());
        this.listeners.get(event).add(handler);
      }
    }

    off(events, handler) {
      for (const event of (events ?? [...this.listeners.keys()].join(" ")).split(" ")) {
        if (handler) this.listeners.get(event)?.delete(handler);
        else this.listeners.delete(event);
      }
    }

    emit(event, ...details) {
      for (const handler of [...(this.listeners.get(event) ?? [])]) handler(...details);
    }
  }

  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== undefined && value !== null && value !== false) node.setAttribute(key, value === true ? "" : value);
    }
    node.append(...children);
    return node;
  }

  // A view follows some traits of its model: `update` runs now and after each change.
  function follow(model, traits, update) {
    for (const trait of traits) model.on(`change:${trait}`, update);
    update();
  }

  function labelled(model, control, ...more) {
    const text = make("span", { class: "cnn-control-label" });
    follow(model, ["description"], () => (text.textContent = model.get("description")));
    follow(model, ["disabled"], () => (control.disabled = Boolean(model.get("disabled"))));
    return make("label", { class: "cnn-control" }, text, control, ...more);
  }

  function slider(model) {
    const input = make("input", { type: "range" });
    const output = make("output", { class: "cnn-control-value" });
    follow(model, ["min", "max", "step", "value"], () => {
      [input.min, input.max, input.step] = [model.get("min"), model.get("max"), model.get("step")];
      input.value = model.get("value");
      output.textContent = String(Math.round(model.get("value") * 1e6) / 1e6).replace("-", "−");
    });
    input.addEventListener("input", () => model.set("value", input.valueAsNumber));
    return labelled(model, input, output);
  }

  // A slider over a list: its place is the index, what it says is the option.
  function steps(model) {
    const input = make("input", { type: "range", min: 0, step: 1 });
    const output = make("output", { class: "cnn-control-value" });
    follow(model, ["_options_labels", "index"], () => {
      const options = model.get("_options_labels");
      input.max = options.length - 1;
      input.value = model.get("index");
      output.textContent = options[model.get("index")];
      input.setAttribute("aria-valuetext", output.textContent);
    });
    input.addEventListener("input", () => model.set("index", input.valueAsNumber));
    return labelled(model, input, output);
  }

  function dropdown(model) {
    const select = make("select");
    follow(model, ["_options_labels", "index"], () => {
      const options = model.get("_options_labels");
      if (select.options.length !== options.length) select.replaceChildren(...options.map((text) => new Option(text)));
      select.selectedIndex = model.get("index");
    });
    select.addEventListener("change", () => model.set("index", select.selectedIndex));
    return labelled(model, select);
  }

  function checkbox(model) {
    const input = make("input", { type: "checkbox" });
    follow(model, ["value"], () => (input.checked = model.get("value")));
    input.addEventListener("change", () => model.set("value", input.checked));
    const label = labelled(model, input);
    label.classList.add("cnn-control-check");
    return label;
  }

  const ICONS = { play: "M4 2l10 6-10 6z", pause: "M3 2h4v12H3zM9 2h4v12H9z", back: "M11 2L3 8l8 6zM12 2h2v12h-2z", next: "M5 2l8 6-8 6zM2 2h2v12H2z", start: "M13 2L5 8l8 6zM2 2h2v12H2z" };

  function iconButton(icon, name) {
    const button = make("button", { type: "button", class: "cnn-icon", "aria-label": name, title: name });
    button.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${ICONS[icon]}"/></svg>`;
    return button;
  }

  function player(model) {
    const name = model.get("description") || "Play";
    const [start, back, toggle, next] = [
      iconButton("start", `${name}: to the start`),
      iconButton("back", `${name}: one step back`),
      iconButton("play", `${name}: play`),
      iconButton("next", `${name}: one step on`),
    ];
    const stop = () => model.set("playing", false);
    const step = (by) => {
      const [min, max, repeat] = ["min", "max", "repeat"].map((trait) => model.get(trait));
      const value = model.get("value") + by * model.get("step");
      if (value > max && !repeat) stop();
      model.set("value", value > max ? (repeat ? min : max) : Math.max(min, value));
    };
    let timer = null;
    follow(model, ["playing", "interval"], () => {
      clearInterval(timer);
      if (model.get("playing") && model.get("value") >= model.get("max")) model.set("value", model.get("min"));
      if (model.get("playing")) timer = setInterval(() => step(1), model.get("interval"));
      toggle.innerHTML = iconButton(model.get("playing") ? "pause" : "play", "").innerHTML;
      toggle.setAttribute("aria-label", `${name}: ${model.get("playing") ? "pause" : "play"}`);
      toggle.title = toggle.getAttribute("aria-label");
    });
    start.addEventListener("click", () => (stop(), model.set("value", model.get("min"))));
    back.addEventListener("click", () => (stop(), step(-1)));
    next.addEventListener("click", () => (stop(), step(1)));
    toggle.addEventListener("click", () => model.set("playing", !model.get("playing")));
    const label = make("span", { class: "cnn-control-label", "aria-hidden": "true" }, name);
    return make("div", { class: "cnn-control cnn-player", role: "group", "aria-label": name }, label, start, back, toggle, next);
  }

  function box(model, page) {
    const node = make("div", { class: `cnn-box ${(model.get("_dom_classes") ?? []).join(" ")}` });
    node.append(...model.get("children").map((child) => draw(page.resolve(child), page)));
    return node;
  }

  function stage(model, page) {
    const node = make("div", { class: "cnn-host" });
    page.pending.push(host(model, node));
    return node;
  }

  async function host(model, node) {
    const css = model.get("_css");
    if (css && !stage.styles.has(css)) {
      stage.styles.add(css);
      document.head.append(make("style", {}, css));
    }
    const source = model.get("_esm");
    if (!stage.modules.has(source)) {
      const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      stage.modules.set(source, import(url).finally(() => URL.revokeObjectURL(url)));
    }
    const { default: exported } = await stage.modules.get(source);
    const widget = typeof exported === "function" ? await exported() : exported;
    await widget.initialize?.({ model });
    await widget.render?.({ model, el: node });
  }
  stage.styles = new Set();
  stage.modules = new Map();

  function link(model, page, both) {
    const [source, from] = model.get("source");
    const [target, to] = model.get("target");
    const [a, b] = [page.resolve(source), page.resolve(target)];
    const forward = () => b.set(to, a.get(from));
    a.on(`change:${from}`, forward);
    if (both) b.on(`change:${to}`, () => a.set(from, b.get(to)));
    forward();
  }

  // What a page may contain, by model name. tools/check_site.py reads these tables: a widget that is
  // in none of them fails the build.
  const WIDGETS = {
    AnyModel: stage,
    BoxModel: box,
    CheckboxModel: checkbox,
    DropdownModel: dropdown,
    FloatSliderModel: slider,
    HBoxModel: box,
    IntSliderModel: slider,
    PlayModel: player,
    SelectionSliderModel: steps,
    VBoxModel: box,
  };
  const LINKS = {
    DirectionalLinkModel: false,
    LinkModel: true,
  };
  const SILENT = ["LayoutModel", "SliderStyleModel", "CheckboxStyleModel", "DescriptionStyleModel"];

  function draw(model, page) {
    const view = WIDGETS[model.name];
    if (!view) throw new Error(`live.js cannot draw ${model.name}`);
    const node = view(model, page);
    const layout = page.resolve(model.get("layout"));
    if (layout) follow(layout, ["display"], () => (node.style.display = layout.get("display") ?? ""));
    return node;
  }

  function decode(base64) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return new DataView(bytes.buffer);
  }

  function load(json) {
    const models = new Map();
    for (const [id, { model_name: name, state, buffers = [] }] of Object.entries(json.state)) {
      for (const { path, data } of buffers) {
        const parent = path.slice(0, -1).reduce((place, key) => place[key], state);
        parent[path.at(-1)] = decode(data);
      }
      models.set(id, new Model(id, name, state));
    }
    const resolve = (reference) => models.get(String(reference).replace("IPY_MODEL_", ""));
    return { models, resolve, pending: [] };
  }

  // What followed the explorer, and waits for no other one, appears.
  function ready(figure) {
    figure.dataset.ready = "true";
    delete figure.dataset.hold;
    for (const node of document.querySelectorAll("[data-hold]:not(figure)")) {
      if (!node.querySelector("figure[data-hold]")) delete node.dataset.hold;
    }
  }

  async function start() {
    const state = document.querySelector(STATE);
    if (!state) return;
    const page = load(JSON.parse(state.textContent));
    for (const model of page.models.values()) {
      if (model.name in LINKS) link(model, page, LINKS[model.name]);
      else if (!(model.name in WIDGETS) && !SILENT.includes(model.name)) throw new Error(`live.js does not know ${model.name}`);
    }
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    for (const model of page.models.values()) if (model.name === "PlayModel" && still) model.set("playing", false);
    for (const script of document.querySelectorAll(VIEW)) {
      const figure = script.closest("figure");
      const view = draw(page.resolve(JSON.parse(script.textContent).model_id), page);
      figure?.addEventListener("cnn:drawn", () => ready(figure), { once: true });
      script.after(view);
    }
    await Promise.all(page.pending);
  }

  start();
})();
