/**
 * With how many instances a fleet would better be kept at rest than it is, by the rule of proposals: more at once where it is not safe,
 * fewer where that is safe and saves enough. What a plan says elsewhere is left as it is.
 */
import type { Plan } from "../plan/plan.ts";
import type { SizeWish } from "../release/adjusting.ts";
import type { Evidence } from "./known.ts";
import { declinedText, knownOf, weightOf } from "./proposal.ts";
import { percent, safeSizes, worthOf } from "./sizes.ts";

export function sizeAtRest(
  plan: Plan,
  evidence: Evidence,
  now: number,
): SizeWish | { readonly quiet: string } {
  const known = knownOf(plan, evidence);
  const weight = weightOf(known.throughput.records + known.load.records);
  const safe = safeSizes(plan, known);
  if ("quiet" in safe) return safe;
  const [before, after] = [{ instances: now, risk: known.chance(now) }, safe.after];
  const worth = worthOf({ before, after });
  if (!worth.is) return { quiet: `it stays: less would ${worth.why}` };
  const declined = declinedText(plan, weight);
  if (declined !== undefined) return { quiet: declined };
  const risks = `the risk of too little in 28 days is ${percent(after.risk)} with ${after.instances} and ${percent(before.risk)} with ${now}`;
  const rests = [
    ...(known.load.records === 0 ? [] : [`${weightOf(known.load.records)} weeks of load`]),
    ...(known.throughput.records === 0 ? [] : [`${weightOf(known.throughput.records)} tests under load`]),
  ];
  return {
    instances: after.instances,
    evidence: weight,
    why: `${risks}, by ${rests.join(" and ")}`,
  };
}
