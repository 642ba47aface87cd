/** Tables of minutes for tests. */

/** A minute a row from 2026-03-01T12:00:00Z on; `header` and `rows` are without the time. */
export const tableOf = (header: string, rows: readonly string[]): string =>
  [`time,${header}`, ...rows.map((row, nth) => `${1_772_366_400 + 60 * nth},${row}`)].join("\n");
