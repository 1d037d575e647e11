// Quantities that hold along both axes, or along each its own: the traits `name` and `name_width`.

// The value along the height (axis 0) or the width (axis 1).
export function alongAxis(stage, name, axis) {
  return stage.get(axis === 1 && !stage.get("same") ? `${name}_width` : name);
}

export function axesInWords([down, across]) {
  return down === across ? `${down}` : `${down} down and ${across} across`;
}

// While both axes are the same, the widths follow; sliders that have no effect are hidden, such as
// those of the quantity `sometimes` where it doesn't apply. `more` is set along with them.
export function followAxes(stage, names, { sometimes, applies, more = {} }) {
  const same = stage.get("same");
  const display = (visible) => (visible ? "" : "none");
  const wanted = {
    show_both: display(same),
    show_each: display(!same),
    [`show_both_${sometimes}`]: display(same && applies),
    [`show_each_${sometimes}`]: display(!same && applies),
    ...more,
  };
  if (same) for (const name of names) wanted[`${name}_width`] = stage.get(name);
  const changes = Object.entries(wanted).filter(([name, value]) => stage.get(name) !== value);
  if (changes.length) stage.set(Object.fromEntries(changes));
}
