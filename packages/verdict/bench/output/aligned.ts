/** Rows of text in columns, two spaces apart. */

/** `toTheRight` are the columns that end where the widest of their texts does. */
export function alignedRows(
  rows: readonly (readonly string[])[],
  toTheRight: ReadonlySet<number> = new Set(),
): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, column) => {
        const width = widths[column] ?? 0;
        return toTheRight.has(column) ? text.padStart(width) : text.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
}
