/** Small pictures made of text: a line of bars for a series, a bar for a share. */

const levels = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/**
 * One column per value, from nothing to a full block at `most`; what is above zero is always seen. More values than
 * columns are drawn together, each column as high as its highest.
 */
export function sparkline(values: readonly number[], options: { width: number; most?: number }): string {
  const columns = Math.min(options.width, values.length);
  const groups = Array.from({ length: columns }, (_, i) =>
    values.slice(Math.floor((i * values.length) / columns), Math.floor(((i + 1) * values.length) / columns)),
  );
  const highest = groups.map((group) => Math.max(...group));
  const most = options.most ?? Math.max(...highest);
  return highest
    .map((value) => {
      const level = most <= 0 ? 0 : Math.round((Math.min(value, most) / most) * 8);
      return levels[value > 0 ? Math.max(1, level) : 0];
    })
    .join("");
}

/** A bar of `width` columns, filled to a share from 0 to 1 in steps of an eighth. */
export function bar(share: number, width: number): { filled: string; rest: string } {
  const steps = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const filled = "█".repeat(Math.floor(steps / 8)) + (eighths[steps % 8] ?? "");
  return { filled, rest: "░".repeat(width - [...filled].length) };
}
