/** What a plan's rule makes of the load of late, or of what is foreseen, where nothing stands in its way. */
import { servingNeeds, steadyInstances } from "../capacity/sizing.ts";
import { type BoundsPlan, steadyBounds } from "../capacity/steady-bounds.ts";
import { foreseenSize } from "../outlook/foreseen-size.ts";
import type { Plan } from "../plan/plan.ts";
import { isAccountedFor, priceUsdPerHour, unaccountedFor } from "../plan/prices.ts";
import type { Asked, Watching } from "./watched.ts";
import { silent, told } from "./watched-bounds.ts";

export function byRule(asked: Asked): Watching {
  const { record, plan, variant, min, nowMs } = asked;
  if (plan === undefined) return { kept: record };
  const only = (text: string): Watching => ({ kept: told(record, text, { nowMs }) });
  const needs = servingNeeds(plan, variant.instanceType);
  if (needs === undefined)
    return only(
      `it serves on ${variant.instanceType || "an unknown type"}, and the plan does not say what one of it serves`,
    );
  if (!isAccountedFor(variant.instanceType, plan)) return only(unaccountedFor(variant.instanceType));
  const perInstance = needs.requestsPerSecondPerInstance;
  const own = record.hold?.own ?? min;
  const { next, lack } = planned(asked, { plan, needs, own });
  const until = next.untilMs === undefined ? undefined : new Date(next.untilMs).toISOString();
  const { until: _, ...rest } = record;
  const kept = { ...rest, ...(until !== undefined && { until }) };
  const bounded =
    next.bound === undefined ? undefined : `the load takes ${next.needed}, and ${next.bound} allows less`;
  const lacking = [lack, bounded].flatMap((one) => one ?? []).join("; ");
  const said = { kept: lacking === "" ? silent(kept) : told(kept, lacking, { nowMs }) };
  if (next.to === min) return said;
  return {
    ...said,
    change: { variant: variant.name, perInstance, from: min, to: next.to, own, why: next.why },
  };
}

type Sized = { plan: Plan; needs: NonNullable<ReturnType<typeof servingNeeds>>; own: number };

/** What is to be done, and why that is not by what is foreseen where the rule asks for it. */
interface Planned {
  readonly next: BoundsPlan;
  readonly lack?: string;
}

function planned(asked: Asked, { plan, needs, own }: Sized): Planned {
  const { record, variant, minutes, min, max, history, nowMs } = asked;
  const { scaling: rule, requirements } = plan;
  if (rule === undefined) return { next: { to: min, why: "there is no rule" } };
  const utilisationPercent = rule.utilisationPercent ?? requirements.utilisationPercent;
  const filled = {
    ...plan,
    endpoint: { ...plan.endpoint, ...needs },
    requirements: { ...requirements, utilisationPercent },
  };
  const price = priceUsdPerHour(variant.instanceType, plan);
  const question = {
    rule,
    instancesFor: (requestsPerSecond: number) => steadyInstances(filled, requestsPerSecond),
    minutes,
    set: min,
    own,
    maximum: max,
    affordable: price === undefined ? Number.POSITIVE_INFINITY : own + Math.floor(rule.maxUsdPerHour / price),
    changedAtMs: record.changedAt === undefined ? undefined : Date.parse(record.changedAt),
    nowMs,
  };
  const foreseen = history === undefined ? undefined : foreseenSize(filled, history);
  if (foreseen === undefined) return { next: steadyBounds(question) };
  return "lack" in foreseen
    ? { next: steadyBounds(question), lack: `it goes by the load of late: ${foreseen.lack}` }
    : { next: steadyBounds({ ...question, foreseen }) };
}
