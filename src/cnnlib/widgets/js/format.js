// Numbers as text: a true minus sign, no more digits than a cell can hold.

export function number(value, digits = 2) {
  const rounded = Number(value.toFixed(digits));
  return String(rounded === 0 ? 0 : rounded).replace("-", "−");
}

export function fixed(value, digits = 2) {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

export function size(rows, cols) {
  return `${rows}×${cols}`;
}

// What a reader typed: a number, or null where it is none. Comma and true minus are welcome.
export function parse(text) {
  const cleaned = text.trim().replace("−", "-").replace(",", ".");
  const value = Number(cleaned);
  return cleaned === "" || !Number.isFinite(value) ? null : value;
}
