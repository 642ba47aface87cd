/** `slipway history`: how past releases ended. */
import { pastReleases } from "../aws/history.ts";
import { summariesOf } from "../core/release/past.ts";
import { historyTable, summaryTable } from "../report/history.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { bound } from "./binding.ts";
import { modelOf } from "./inputs.ts";
import { looked } from "./mistakes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

/** Touches nothing. */
export async function history(line: CommandLine, terminal: Terminal): Promise<number> {
  const model = line.positionals.length === 0 ? undefined : modelOf(line, "whose releases to list");
  const days = numberOf(line, "days", { default: 90, min: 1, max: 3650, whole: true });
  const { aws } = await bound(line, terminal);
  const { out, err } = terminal;
  const { past, unread } = await looked("the history could not be read", () =>
    pastReleases(aws, Date.now() - days * 86_400_000),
  );
  const own = past.filter((one) => model === undefined || one.model === model);
  const summaries = line.switches.has("summary") ? summariesOf(own, days) : undefined;
  const page = { width: out.columns, paint: out.paint };
  if (unread > 0)
    tell(err, `${err.paint.yellow("!")} ${unread} of another version of slipway cannot be read`);
  if (line.switches.has("json"))
    out.write(`${JSON.stringify(summaries === undefined ? { past: own } : { summaries }, null, 2)}\n`);
  else if (own.length === 0) tell(out, `no release has ended in the last ${days} days`);
  else out.write(`${(summaries ? summaryTable(summaries, page) : historyTable(own, page)).join("\n")}\n`);
  return 0;
}
