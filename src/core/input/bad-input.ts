/**
 * What is wrong with something that a person wrote: one mistake at a time, each with the place, what was expected
 * and what was found, so that it can be mended without reading any code.
 */

/** A step on the way to a value: a key of a map or an index of a list. */
export type PathStep = string | number;

export interface Mistake {
  /** The path of the value: `rollout.stages[2].trafficPercent`; "the whole document" for the root. */
  readonly where: string;
  /** Completes the sentence "expected …". */
  readonly expected: string;
  /** Completes the sentence "found …". */
  readonly found: string;
  /** What was probably meant. */
  readonly hint?: string;
  /** The line in the file, from 1. */
  readonly line?: number;
  readonly file?: string;
}

/** One line of text: `plans/a.yml:34: rollout.stages[2]: expected …, found …; did you mean …?` */
export function formatMistake(mistake: Mistake): string {
  const { file, line, where, expected, found, hint } = mistake;
  const place = [file, line === undefined ? undefined : String(line)]
    .filter((part) => part !== undefined)
    .join(":");
  const lead = place === "" ? "" : file === undefined ? `line ${place}: ` : `${place}: `;
  const tail = hint === undefined ? "" : `; did you mean ${hint}?`;
  return printable(`${lead}${where}: expected ${expected}, found ${found}${tail}`);
}

/**
 * Characters that steer a terminal instead of being shown: controls, line and paragraph separators, and the marks
 * that turn the direction of writing (Unicode general categories Cc, Zl, Zp and bidirectional formatting).
 */
const steering = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text from outside in one line and without any power over the terminal: what steers is spelt out, `\\u001b`. */
export const printable = (text: string): string =>
  text.replace(steering, (each) => `\\u${(each.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);

/** The path as a person would write it. */
export function pathText(path: readonly PathStep[]): string {
  if (path.length === 0) return "the whole document";
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    const key = step === "" ? '""' : step;
    return text === "" ? key : `${text}.${key}`;
  }, "");
}

/** A value as a message shows it: scalars as they are, the rest by their kind. */
export function foundText(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  return typeof value === "object" ? "a map of keys" : String(value);
}

/** The candidate that `word` was probably meant to be, or undefined where none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: { candidate: string; edits: number } | undefined;
  for (const candidate of candidates) {
    const edits = plain(word) === plain(candidate) ? 0 : editsBetween(plain(word), plain(candidate));
    const shorter = Math.min(word.length, candidate.length);
    const allowed = Math.max(1, Math.floor(shorter / 3));
    if (edits <= allowed && edits < shorter && (best === undefined || edits < best.edits))
      best = { candidate, edits };
  }
  return best?.candidate;
}

/** Case, hyphens and underscores are the commonest slips: `traffic_percent` is `trafficPercent`. */
const plain = (word: string) => word.toLowerCase().replaceAll(/[-_ ]/g, "");

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours, each one edit. */
function editsBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const single = Math.min((row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(swapped ? Math.min(single, (beforeLast[j - 2] ?? 0) + 1) : single);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
