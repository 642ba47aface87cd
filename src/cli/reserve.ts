/** `slipway reserve`: asks that a training plan be bought for a milestone, agrees to that as an owner of capacity, or ends it. */
import { foundText, printable } from "../core/input/bad-input.ts";
import { type MilestoneKind, milestoneKinds } from "../core/plan/plan.ts";
import { nameOfPurchase, type Purchase } from "../core/purchase/purchase.ts";
import type { PersonsOrder } from "../core/request/persons-order.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { bound } from "./binding.ts";
import { modelOf } from "./inputs.ts";
import { BadInput, BadUsage } from "./mistakes.ts";
import { mostHours } from "./offerings.ts";
import { ordered, replyTo } from "./orders.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

/** Throws BadInput where it is not taken. */
export async function reserve(line: CommandLine, terminal: Terminal): Promise<number> {
  const model = modelOf(line, "for whose milestone");
  const of = { model, milestone: kindOf(line) };
  refuseBeside(line);
  const reason = line.values["reason"] ?? "";
  const order = orderOf(line, { ...of, reason });
  const { aws } = await bound(line, terminal);
  if (order !== undefined) return ordered(aws, order, terminal);
  const show = { order: "show-purchase", ...of } as const;
  if (!line.switches.has("agree")) return ordered(aws, show, terminal);
  const { said, seen } = await replyTo(aws, show);
  if (seen === undefined)
    throw new BadInput([`${said}; --offering and --max-usd ask for it`], "nothing was bought");
  tell(terminal.err, terminal.err.paint.dim(printable(said)));
  return ordered(aws, { order: "agree-purchase", ...of, reason, seen }, terminal);
}

function kindOf({ values: { milestone } }: CommandLine): MilestoneKind {
  const kind = milestoneKinds.find((each) => each === milestone);
  if (kind !== undefined) return kind;
  throw new BadUsage([
    `--milestone: expected one of ${milestoneKinds.join(", ")}, found ${foundText(milestone)}`,
  ]);
}

/** Throws BadUsage with a line for each mistake. */
function refuseBeside({ values, switches }: CommandLine): void {
  const { offering, until, reason } = values;
  const asking = ["offering", "max-usd", "hours", "until"].filter((name) => values[name] !== undefined);
  const other = ["agree", "reject"].filter((name) => switches.has(name));
  const says = offering !== undefined || other.length > 0;
  const mistakes = [
    ...(other.length > 1 ? ["--agree: expected no --reject beside it, found both"] : []),
    ...(other.length > 0
      ? asking.map((name) => `--${name}: expected no --${other[0]} beside it, found both`)
      : []),
    ...(other.length === 0 && offering === undefined && asking.length > 0
      ? ["--offering: expected the id of one that slipway offerings shows, found nothing"]
      : []),
    ...(offering !== undefined && values["max-usd"] === undefined
      ? ["--max-usd: expected the most that may be paid for it, found nothing"]
      : []),
    ...(says && (reason ?? "").trim() === "" ? ["--reason: expected why, found nothing"] : []),
    ...(until !== undefined && Number.isNaN(Date.parse(until))
      ? [`--until: expected a time to come such as 2026-12-24T08:00:00Z, found ${foundText(until)}`]
      : []),
  ];
  if (mistakes.length > 0) throw new BadUsage(mistakes);
}

/** Undefined where nothing is to be changed, or what is asked for is to be agreed to. */
function orderOf(
  line: CommandLine,
  of: { readonly model: string; readonly milestone: MilestoneKind; readonly reason: string },
): PersonsOrder | undefined {
  const { offering, hours, until } = line.values;
  if (line.switches.has("reject")) return { order: "end-purchase", ...of };
  if (offering === undefined) return undefined;
  const maxUsd = numberOf(line, "max-usd", { default: 0, min: 1, max: 10_000_000, whole: false });
  return {
    order: "ask-purchase",
    ...of,
    offering,
    maxUsd,
    ...(hours !== undefined && {
      hours: numberOf(line, "hours", { default: 1, min: 1, max: mostHours, whole: true }),
    }),
    ...(until !== undefined && { until: new Date(until).toISOString() }),
  };
}

/** Of `slipway status`. */
export function purchaseStatus(stack: string, purchase: Purchase) {
  const { asked, agreed, open } = purchase;
  const { model, milestone, offering, maxUsd, until, reason, askedAt, by } = asked;
  return {
    model,
    milestone,
    trainingPlan: nameOfPurchase(stack, purchase),
    offering,
    maxUsd,
    until,
    reason,
    askedAt,
    askedBy: by.arn,
    agreedAt: agreed?.at ?? null,
    agreedBy: agreed?.by.arn ?? null,
    /** When a call went out of which nobody knows what came of it. */
    calledAt: open?.at ?? null,
  };
}
