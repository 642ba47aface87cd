/** Numbers in sentences, the same on every machine. */

export function decimal(value: number): string {
  return value >= 100 ? number(value) : value.toFixed(value >= 10 ? 0 : 1);
}

/** Thousands with commas. */
export function number(value: number): string {
  const digits = value < 10 && !Number.isInteger(value) ? value.toFixed(1) : String(Math.round(value));
  return value < 1000 ? digits : digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}
