/** `slipway patch-status`: which models serve from images that are behind their plans' limits. */
import { patchStatuses } from "../aws/patching.ts";
import { printable } from "../core/input/bad-input.ts";
import { patchPage } from "../report/patching.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { looked } from "./mistakes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

/** Touches nothing. Resolves to 1 where one is behind or not known. */
export async function patchStatus(line: CommandLine, terminal: Terminal): Promise<number> {
  const { aws } = await bound(line, terminal);
  const { out, err } = terminal;
  const statuses = await looked("the plans in force could not be read", () => patchStatuses(aws, Date.now()));
  const { models, unread } = statuses;
  for (const model of unread)
    tell(
      err,
      `${err.paint.yellow("!")} the plan of ${printable(model)} is of another version of slipway, and left out`,
    );
  if (line.switches.has("json")) out.write(`${JSON.stringify(statuses, null, 2)}\n`);
  else if (models.length === 0) tell(out, `no plan is in force in ${aws.environment.stack}`);
  else out.write(`${patchPage(models, { width: out.columns, paint: out.paint }).join("\n")}\n`);
  return unread.length > 0 || models.some(({ isBehind }) => isBehind) ? 1 : 0;
}
