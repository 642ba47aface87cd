/** `slipway digest`: what both sides of all teams are told once a week, as of now. */
import { digestOf } from "../aws/digest.ts";
import { digestLines } from "../core/release/digest-texts.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { bound } from "./binding.ts";
import { looked } from "./mistakes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

/** Touches nothing, and tells nobody else. */
export async function digest(line: CommandLine, terminal: Terminal): Promise<number> {
  const days = numberOf(line, "days", { default: 14, min: 1, max: 90, whole: true });
  const { aws } = await bound(line, terminal);
  const found = await looked("what comes could not be read", () => digestOf(aws, Date.now(), days));
  const { out } = terminal;
  if (line.switches.has("json")) out.write(`${JSON.stringify(found, null, 2)}\n`);
  else tell(out, ...digestLines(found));
  return 0;
}
