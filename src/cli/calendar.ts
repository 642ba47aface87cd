/** `slipway calendar`: when the milestones of all plans come, what each takes, and where they are in each other's way. */
import { existsSync, readFileSync } from "node:fs";
import { type AllPlans, allPlans, onePlan } from "../aws/all-plans.ts";
import type { TimeSpan } from "../core/calendar/occurrences.ts";
import { printable } from "../core/input/bad-input.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { EpochMs } from "../core/units.ts";
import { calendarTable, conflictLines, requestLines } from "../report/calendar.ts";
import { feedOf } from "../report/ical.ts";
import { endsTable } from "../report/reserved.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { bound } from "./binding.ts";
import { readPlan } from "./inputs.ts";
import { CommandFailed, looked } from "./mistakes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";
import { written } from "./written-files.ts";

/** Writes the file of the feed where one is asked for, and touches nothing else. */
export async function calendar(line: CommandLine, terminal: Terminal): Promise<number> {
  const [path] = line.positionals;
  const days = numberOf(line, "days", { default: 90, min: 1, max: 366, whole: true });
  const own = path === undefined ? undefined : readPlan(path);
  const nowMs = Date.now();
  const span = { fromMs: nowMs, toMs: nowMs + days * 86_400_000 };
  const { out, err } = terminal;
  const { stack, occurrences, conflicts, ends, unseen } =
    own !== undefined && line.values.stage === undefined
      ? { stack: undefined, ...onePlan(own, span) }
      : await inDeployment(line, terminal, { span, own });
  tell(err, ...unseen.map((each) => `${err.paint.yellow("!")} ${printable(each)}`));
  if (line.values.ics !== undefined)
    writeFeed(line.values.ics, { occurrences, ends }, { stack: stack ?? "plan", nowMs });
  const page = { width: out.columns, paint: out.paint };
  if (line.switches.has("json")) out.write(`${JSON.stringify({ occurrences, conflicts, ends }, null, 2)}\n`);
  else
    tell(
      out,
      ...(occurrences.length === 0
        ? [`no milestone has a date in the next ${days} days`]
        : calendarTable(occurrences, page)),
      ...endsTable(ends, page),
      ...conflictLines(conflicts, page),
      ...requestLines(conflicts),
    );
  if (stack === undefined)
    tell(err, "nothing was asked of an account: --stage adds its other plans, and its quotas");
  return 0;
}

async function inDeployment(
  line: CommandLine,
  terminal: Terminal,
  { span, own }: { span: TimeSpan; own: Plan | undefined },
): Promise<AllPlans & { stack: string }> {
  const { aws } = await bound(line, terminal);
  const all = await looked("the calendar could not be read", () => allPlans(aws, span, own));
  return { stack: aws.environment.stack, ...all };
}

/** What the file said before goes on in it. */
function writeFeed(
  path: string,
  entries: Parameters<typeof feedOf>[0],
  { stack, nowMs }: { stack: string; nowMs: EpochMs },
): void {
  written(path, feedOf(entries, { stack, nowMs, before: feedBefore(path) }));
}

function feedBefore(path: string): string | undefined {
  try {
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  } catch (error) {
    throw new CommandFailed(`${path} could not be read: ${error instanceof Error ? error.message : error}`);
  }
}
