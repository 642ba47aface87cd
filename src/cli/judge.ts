/** `slipway judge`: the verdict's own command, with settings in YAML. */

import * as z from "zod";
import { mistakeText, type PlacedMistake, runJudge, type SettingsFile } from "#verdict/command";
import type { Mistake } from "../core/input/bad-input.ts";
import { checkText, withLines } from "../core/input/checked-file.ts";
import type { CommandLine } from "./arguments.ts";
import { readInput } from "./files.ts";
import { BadInput, BadUsage } from "./mistakes.ts";
import type { Terminal } from "./terminal.ts";

/** Touches nothing. Throws BadUsage and BadInput. */
export async function judge(
  { positionals, values, switches }: CommandLine,
  { out }: Terminal,
): Promise<number> {
  const [path] = positionals;
  if (path === undefined) throw new BadUsage(["expected TABLE, a file with minutes, found nothing"]);
  const settings = values.settings === undefined ? undefined : readSettings(values.settings);
  const answer = runJudge({
    table: { file: path === "-" ? "standard input" : path, text: readInput(path, "a table of minutes") },
    values,
    json: switches.has("json"),
    ...(settings === undefined ? {} : { settings: settings.given }),
  });
  if (!answer.ok) throw new BadInput(answer.mistakes.flatMap((each) => told(each, settings)));
  out.write(answer.output);
  return answer.exitCode;
}

interface Settings {
  readonly given: SettingsFile;
  readonly text: string;
}

function readSettings(file: string): Settings {
  const text = readInput(file, "the settings");
  const parsed = checkText(z.unknown(), text, file);
  if (!parsed.ok) throw new BadInput(parsed.mistakes);
  return { given: { file, document: parsed.value }, text };
}

/** Where it is in the settings the verdict does not know: it has not read their text. */
function told(mistake: PlacedMistake, settings: Settings | undefined): readonly (Mistake | string)[] {
  return settings !== undefined && mistake.file === settings.given.file && mistake.line === undefined
    ? withLines([mistake], settings.text)
    : [mistakeText(mistake, mistake.file)];
}
