// The ten classes, one a row: the digit, its logit, and its probability as a bar and a number. Each row
// can be picked; one is in the tab order, and arrow keys move between them.

import { element } from "./stage.js";

export function createClassBars(stage, { classes, onPick }) {
  const head = ["digit", "logit", "probability"].map((name) => element("span", {}, name));
  const list = element("div", { class: "cnn-classes", role: "group", "aria-label": "classes: logits and probabilities" });
  const heading = element("div", { class: "cnn-class cnn-classes-head", "aria-hidden": "true" }, head[0], head[1], element("span"), head[2]);
  const rows = Array.from({ length: classes }, (_, digit) => {
    const [logit, share] = [element("span"), element("span")];
    const fill = element("span", { class: "cnn-class-fill" });
    const bar = element("span", { class: "cnn-class-track" }, fill);
    const node = element("button", { type: "button", class: "cnn-class" }, element("span", {}, String(digit)), logit, bar, share);
    node.tabIndex = digit === 0 ? 0 : -1;
    stage.listen(node, "click", () => onPick(digit));
    return { node, logit, share, fill };
  });
  list.append(heading, ...rows.map(({ node }) => node));
  stage.listen(list, "keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const at = rows.findIndex(({ node }) => node === document.activeElement);
    const next = Math.max(0, Math.min(classes - 1, at + step));
    rows.forEach(({ node }, k) => (node.tabIndex = k === next ? 0 : -1));
    rows[next].node.focus();
    onPick(next);
  });
  const show = (node, text) => node.textContent !== text && (node.textContent = text);
  return {
    node: list,
    // `texts` gives for each class [logit, probability in words]; `picked` may be −1.
    update(shares, texts, best, picked) {
      rows.forEach(({ node, logit, share, fill }, digit) => {
        show(logit, texts[digit][0]);
        show(share, texts[digit][1]);
        fill.style.width = `${100 * shares[digit]}%`;
        node.classList.toggle("cnn-best", digit === best);
        node.classList.toggle("cnn-picked", digit === picked);
        node.setAttribute("aria-pressed", String(digit === picked));
      });
    },
  };
}
