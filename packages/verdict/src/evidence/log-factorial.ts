/** ln n!, which JavaScript does not have. */

const EXACT = 32;
const table = Array.from({ length: EXACT }, () => 0);
for (let n = 1; n < EXACT; n++) table[n] = (table[n - 1] ?? 0) + Math.log(n);

/** For whole n ≥ 0, to 1e-12 relative: a table, then Stirling's series with three terms. */
export function logFactorial(n: number): number {
  const exact = table[n];
  if (exact !== undefined) return exact;
  const inverse = 1 / n;
  const series = inverse / 12 - inverse ** 3 / 360 + inverse ** 5 / 1260;
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + series;
}
