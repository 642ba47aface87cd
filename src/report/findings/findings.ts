/** What is wrong with a file, or to be warned of in it, for programs that show it where it is written. */
import { formatMistake, type Mistake, printable } from "../../core/input/bad-input.ts";

export interface Finding {
  readonly level: "error" | "warning";
  /** Without the place. */
  readonly message: string;
  /** The path of the value; absent where it is about the whole file. */
  readonly where?: string;
  readonly file: string;
  /** From 1, where it is known. */
  readonly line?: number;
  /** Of what a gate of a release answered; absent: of the plan as it is written. */
  readonly isGates?: true;
}

/** What was looked at, whatever was found. */
export interface Findings {
  readonly file: string;
  /** It is no file but the id of a release that the table keeps. */
  readonly isRelease?: boolean;
  readonly findings: readonly Finding[];
  /** The gates that passed, of a release, be it rehearsed; absent: the plan was read and no more. */
  readonly passed?: readonly string[];
}

export function findingsIn(
  file: string,
  { mistakes = [], warnings = [] }: { mistakes?: readonly Mistake[]; warnings?: readonly string[] },
): Findings {
  const errors = mistakes.map(
    ({ file: own = file, line, ...mistake }): Finding => ({
      level: "error",
      message: formatMistake(mistake),
      where: mistake.where,
      file: own,
      ...(line !== undefined && { line }),
    }),
  );
  const others = warnings.map(
    (message): Finding => ({ level: "warning", message: printable(message), file }),
  );
  return { file, findings: [...errors, ...others] };
}
