/** What is wrong with a table of minutes or with its settings: one message for each mistake, and where it is. */

export interface Mistake {
  /** In the table: line and column of the cell's first character, both from 1. */
  readonly line?: number;
  readonly column?: number;
  /** The column's name, or the setting's. */
  readonly where: string;
  /** Completes "expected …". */
  readonly expected: string;
  /** Completes "found …". */
  readonly found: string;
}

/** `minutes.csv:12:18: candidate_bad: expected …, found …`; without a name, "line 12, column 18: …". */
export function mistakeText({ line, column, where, expected, found }: Mistake, file?: string): string {
  const said = `${where}: expected ${expected}, found ${found}`;
  if (file !== undefined)
    return [file, line, column, ` ${said}`].filter((part) => part !== undefined).join(":");
  if (line === undefined) return said;
  return `line ${line}${column === undefined ? "" : `, column ${column}`}: ${said}`;
}

/** A table or settings that cannot be judged by; `message` has every mistake, one a line. */
export class BadMinutes extends Error {
  override readonly name = "BadMinutes";
  readonly mistakes: readonly Mistake[];
  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map((each) => mistakeText(each)).join("\n"));
    this.mistakes = mistakes;
  }
}

/** A value as a message shows it. */
export function foundText(value: unknown): string {
  if (value === undefined || value === null || value === "") return "nothing";
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  return typeof value === "object" ? "a map of keys" : String(value);
}
