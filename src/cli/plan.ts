/** `slipway plan`: what a plan means. */

import { meanRequestsPerSecond, settled } from "#twin/world";
import { calendarWarnings } from "../core/calendar/calendar.ts";
import { outlookOf } from "../core/outlook.ts";
import { accountOf } from "../rehearsal/account-of-plan.ts";
import { outlookPage } from "../report/outlook.ts";
import type { CommandLine } from "./arguments.ts";
import { readPlan, readWorld } from "./inputs.ts";
import type { Terminal } from "./terminal.ts";

/** Touches nothing. Throws BadInput. */
export async function plan(line: CommandLine, { out }: Terminal): Promise<number> {
  const valid = readPlan(line.positionals[0]);
  const { spec } = readWorld(line.values.world ?? "healthy");
  const account = accountOf(valid);
  const mean = meanRequestsPerSecond(spec.traffic, account.peakRequestsPerSecond);
  const meant = outlookOf(valid, {
    requestsPerSecond: Math.round(mean * 10) / 10,
    errorPercent: settled(spec, account).service.errorPercent,
  });
  const outlook = { ...meant, warnings: [...meant.warnings, ...calendarWarnings(valid, Date.now())] };
  const page = { width: out.columns, paint: out.paint };
  out.write(
    line.switches.has("json")
      ? `${JSON.stringify(outlook, null, 2)}\n`
      : `${outlookPage(outlook, page).join("\n")}\n`,
  );
  return 0;
}
