// Numbers as text: a true minus sign, no more digits than a cell can hold.

export function number(value, digits = 2) {
  const rounded = Number(value.toFixed(digits));
  return String(rounded === 0 ? 0 : rounded).replace("-", "−");
}

export function fixed(value, digits = 2) {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

// A share of a softmax, which is never quite all or nothing: it isn't rounded to it either.
export function percent(share, below = "under", above = "over") {
  if (share >= 0.9995) return `${above} 99.9 %`;
  return share < 0.0005 ? `${below} 0.1 %` : `${fixed(100 * share, 1)} %`;
}

// A digit with its article: a 7, an 8.
export function aDigit(digit) {
  return `${String(digit).startsWith("8") ? "an" : "a"} ${digit}`;
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
