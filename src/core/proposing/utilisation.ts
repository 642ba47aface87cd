/** What is known of the utilisation at which latency breaks, and why a plan's own stays as it is. */
import { candidateNeeds } from "../capacity/sizing.ts";
import { posteriorOf } from "../learning/posterior.ts";
import type { Plan } from "../plan/plan.ts";
import { utilisationOf } from "../release/utilisation-lessons.ts";
import { shareOf } from "../units.ts";
import { leastSaving } from "./changes.ts";
import { type Evidence, fewestReleases } from "./known.ts";

/** A sentence where it is shown to be another than the plan's; nothing where it is not, or too few tests say so. */
export function utilisationNotes(plan: Plan, { past, nowMs }: Evidence): string[] {
  const { utilisationPercent } = plan.requirements;
  const { instanceType } = candidateNeeds(plan, plan.defaultReleaseType);
  const { belief, seen } = utilisationOf({ model: plan.model, instanceType, past, nowMs });
  if (seen.length < fewestReleases) return [];
  const { n, median, low, high } = posteriorOf(belief, seen);
  const planned = shareOf(utilisationPercent);
  const isAbove = planned > high;
  if (!isAbove && planned >= (1 - leastSaving) * low) return [];
  const percent = (value: number) => `${Math.round(100 * value)} %`;
  const known = `latency of an ${instanceType} breaks at ${percent(median)} of its full load (95 %: ${percent(low)} to ${percent(high)}, n = ${n} of ${seen.length} tests), and the plan runs it at ${utilisationPercent} %`;
  const why = isAbove
    ? "what an instance was shown to serve is taken at the plan's utilisation and has that in it, so that to change both would count it twice"
    : "what lies between is room for what comes before more capacity does, of which a test says nothing";
  return [`${known}; requirements.utilisationPercent stays, since ${why}`];
}
