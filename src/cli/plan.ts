/** `slipway plan`: what a plan means. */
import { recentLaunches } from "../aws/history.ts";
import { listingAt } from "../aws/price-list.ts";
import { calendarWarnings } from "../core/calendar/calendar.ts";
import { type KnownOfAccount, outlookOf } from "../core/outlook.ts";
import type { EpochMs } from "../core/units.ts";
import { outlookPage } from "../report/outlook.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { expectedLoadIn } from "./expected-load.ts";
import { readPlan, readWorld } from "./inputs.ts";
import { looked } from "./mistakes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

/** Touches nothing. Throws BadInput, and where it looks at a deployment BadUsage and CommandFailed. */
export async function plan(line: CommandLine, terminal: Terminal): Promise<number> {
  const { out } = terminal;
  const valid = readPlan(line.positionals[0]);
  const nowMs = Date.now();
  const known = line.values.stage === undefined ? {} : await knownIn(line, terminal, nowMs);
  const { spec } = readWorld(line.values.world ?? "healthy");
  const meant = outlookOf(valid, expectedLoadIn(spec, valid), known);
  const warnings = [...meant.warnings, ...calendarWarnings(valid, { launches: known.launches ?? [], nowMs })];
  const outlook = { ...meant, warnings };
  const page = { width: out.columns, paint: out.paint };
  out.write(
    line.switches.has("json")
      ? `${JSON.stringify(outlook, null, 2)}\n`
      : `${outlookPage(outlook, page).join("\n")}\n`,
  );
  return 0;
}

async function knownIn(line: CommandLine, terminal: Terminal, nowMs: EpochMs): Promise<KnownOfAccount> {
  const { aws } = await bound(line, terminal);
  const launches = await looked("the history could not be read", () => recentLaunches(aws, nowMs));
  const listing = await looked("the fetched prices could not be read", () => listingAt(aws, nowMs));
  if (listing.refused !== undefined) tell(terminal.err, listing.refused);
  return { launches, listing };
}
