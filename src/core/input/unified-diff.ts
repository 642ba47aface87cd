/** The difference of two texts by lines, as `git apply` and `patch` take it (POSIX diff -u). */

const context = 3;

interface Line {
  readonly sign: " " | "-" | "+";
  readonly text: string;
  /** Lines of the old and of the new text before it. */
  readonly old: number;
  readonly new: number;
}

/** Empty where the texts are the same; both are taken to end with a line's end. */
export function unifiedDiff(before: string, after: string, file: string): string {
  const lines = compared(linesOf(before), linesOf(after));
  const changed = lines.flatMap(({ sign }, nth) => (sign === " " ? [] : [nth]));
  if (changed.length === 0) return "";
  const hunks: [number, number][] = [];
  for (const nth of changed) {
    const last = hunks.at(-1);
    if (last !== undefined && nth - last[1] <= 2 * context) last[1] = nth;
    else hunks.push([nth, nth]);
  }
  const told = hunks.map(([from, to]) =>
    hunkText(lines.slice(Math.max(0, from - context), to + context + 1)),
  );
  return `--- a/${file}\n+++ b/${file}\n${told.join("")}`;
}

const linesOf = (text: string): string[] => text.replace(/\n$/, "").split("\n");

function hunkText(lines: readonly Line[]): string {
  const count = (other: "-" | "+") => lines.filter(({ sign }) => sign !== other).length;
  const [first] = lines;
  const at = `@@ -${(first?.old ?? 0) + 1},${count("+")} +${(first?.new ?? 0) + 1},${count("-")} @@`;
  return `${at}\n${lines.map(({ sign, text }) => `${sign}${text}\n`).join("")}`;
}

/** By the longest common subsequence. */
function compared(olds: readonly string[], news: readonly string[]): Line[] {
  const lengths = commonLengths(olds, news);
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < olds.length || j < news.length) {
    const sign = signAt(i, j);
    lines.push({ sign, text: (sign === "+" ? news[j] : olds[i]) ?? "", old: i, new: j });
    if (sign !== "+") i += 1;
    if (sign !== "-") j += 1;
  }
  return lines;

  function signAt(old: number, fresh: number): Line["sign"] {
    if (fresh === news.length) return "-";
    if (old === olds.length) return "+";
    if (olds[old] === news[fresh]) return " ";
    return (lengths[old + 1]?.[fresh] ?? 0) >= (lengths[old]?.[fresh + 1] ?? 0) ? "-" : "+";
  }
}

/** How many lines two ends have in common at most, by where they begin. */
function commonLengths(olds: readonly string[], news: readonly string[]): number[][] {
  const lengths = Array.from({ length: olds.length + 1 }, () => Array<number>(news.length + 1).fill(0));
  for (let i = olds.length - 1; i >= 0; i -= 1)
    for (let j = news.length - 1; j >= 0; j -= 1) {
      const row = lengths[i];
      if (row === undefined) continue;
      row[j] =
        olds[i] === news[j]
          ? (lengths[i + 1]?.[j + 1] ?? 0) + 1
          : Math.max(lengths[i + 1]?.[j] ?? 0, row[j + 1] ?? 0);
    }
  return lengths;
}
