/** `slipway offerings`: which training plans could be bought for a milestone, when they would be there, and what they cost. */
import { searchOfferings } from "../aws/training-plans.ts";
import { offeringSearchOf } from "../core/calendar/offerings.ts";
import { foundText } from "../core/input/bad-input.ts";
import { capacityOf, type MilestoneKind, milestoneKinds, type Plan } from "../core/plan/plan.ts";
import { offeringsPage } from "../report/offerings.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { bound } from "./binding.ts";
import { readPlan } from "./inputs.ts";
import { BadUsage, looked } from "./mistakes.ts";
import type { Terminal } from "./terminal.ts";

/** Ten years (API model, DurationHours). */
export const mostHours = 87_600;

/** Touches nothing, and buys nothing. */
export async function offerings(line: CommandLine, terminal: Terminal): Promise<number> {
  const plan = readPlan(line.positionals[0]);
  const milestone = milestoneOf(line, plan);
  const nowMs = Date.now();
  const search = offeringSearchOf(plan, milestone, { nowMs });
  if (search === undefined)
    throw new BadUsage([`--milestone: expected one that raises capacity, found ${foundText(milestone)}`]);
  const hours = numberOf(line, "hours", { default: search.hours, min: 1, max: mostHours, whole: true });
  const { aws } = await bound(line, terminal);
  const asked = { ...search, hours };
  const found = await looked("SageMaker does not say what it offers", () =>
    searchOfferings(aws, asked, nowMs),
  );
  const { out } = terminal;
  out.write(
    line.switches.has("json")
      ? `${JSON.stringify({ search: asked, offerings: found }, null, 2)}\n`
      : `${offeringsPage(asked, found, { width: out.columns, paint: out.paint }).join("\n")}\n`,
  );
  return 0;
}

/** The first that raises training capacity, where none is named; else production. Throws BadUsage. */
function milestoneOf({ values }: CommandLine, plan: Plan): MilestoneKind {
  const { milestone } = values;
  if (milestone === undefined)
    return milestoneKinds.find((kind) => capacityOf(plan.milestones[kind]) !== undefined) ?? "production";
  const known = milestoneKinds.find((kind) => kind === milestone);
  if (known !== undefined && plan.milestones[known] !== undefined) return known;
  const own = milestoneKinds.filter((kind) => plan.milestones[kind] !== undefined);
  throw new BadUsage([
    `--milestone: expected one of the plan's, ${own.join(", ")}, found ${foundText(milestone)}`,
  ]);
}
