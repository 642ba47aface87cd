/** Judges a table as a command line asks for it. What is read and where it is printed is the caller's. */
import { judgeCsv } from "../minutes/judge-csv.ts";
import { BadMinutes } from "../minutes/mistakes.ts";
import { exitCodeOf, zeroOf } from "./exit-codes.ts";
import { pageOf } from "./page.ts";
import { type PlacedMistake, type SettingsFile, settingsGiven } from "./settings-given.ts";

export interface JudgeRequest {
  /** The table's text, and what messages call it. */
  readonly table: { readonly file: string; readonly text: string };
  /** What the options give that have a value. */
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly settings?: SettingsFile;
  readonly json: boolean;
}

export type JudgeAnswer =
  | { readonly ok: true; readonly output: string; readonly exitCode: number }
  | { readonly ok: false; readonly mistakes: readonly PlacedMistake[] };

/** Mistakes of the line and of the settings come first: by other settings a table is read in another way. */
export function runJudge({ table, values, settings: from, json }: JudgeRequest): JudgeAnswer {
  const { zero, mistakes: inList } = zeroOf(values["exit-zero"]);
  const { settings, mistakes } = settingsGiven(values, from);
  if (inList.length + mistakes.length > 0) return { ok: false, mistakes: [...inList, ...mistakes] };
  try {
    const judgement = judgeCsv(table.text, settings);
    const output = json ? JSON.stringify(judgement, null, 2) : pageOf(judgement).join("\n");
    return { ok: true, output: `${output}\n`, exitCode: exitCodeOf(judgement.conclusion, zero) };
  } catch (error) {
    if (!(error instanceof BadMinutes)) throw error;
    return { ok: false, mistakes: error.mistakes.map((each) => ({ ...each, file: table.file })) };
  }
}
