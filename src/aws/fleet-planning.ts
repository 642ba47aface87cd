/** The candidate's fleet for a release that is planned: within quota and budget, with room for the way back. */

import { type CandidateFleet, finalOf, fleetsFor, loadSizedFor } from "../core/capacity/candidate-fleet.ts";
import type { EquippedVariant } from "../core/capacity/endpoint.ts";
import { servingNeeds } from "../core/capacity/sizing.ts";
import { leasesUsd } from "../core/cost/alongside-cost.ts";
import { estimateOf } from "../core/cost/estimate.ts";
import type { InstancesByType } from "../core/feasibility/feasibility.ts";
import { tightness } from "../core/feasibility/planned-fleet.ts";
import type { ExpectedPeak } from "../core/outlook/expected-peak.ts";
import { fleetBreaches } from "../core/outlook/limit-fleets.ts";
import type { CapacityLimits } from "../core/plan/capacity-limits.ts";
import type { InstanceNeeds, Plan } from "../core/plan/plan.ts";
import type { Opened } from "../core/release/document/document.ts";
import { variantName } from "../core/release/names.ts";
import type { Planning, Sizes } from "../core/release/release.ts";
import type { EpochMs } from "../core/units.ts";
import type { planAlongside } from "./alongside.ts";
import type { Aws } from "./clients.ts";
import { meansAndRoom } from "./feasibility.ts";
import { type InPlaceRefusal, inPlaceFor } from "./in-place-planning.ts";
import { reservedMeans } from "./reserved-capacity.ts";
import { servingPlatform } from "./serving/platforms.ts";

/** It `isShort` where nothing but a quota is in its way. */
export type FleetAnswer = Pick<Planning, "status" | "reason" | "needs" | "servedBefore"> & {
  readonly isShort?: boolean;
  /** Of what waits for a moment that is known. */
  readonly waitSeconds?: number;
};

type Asked = Pick<Opened, "release" | "plan">;

interface Sized {
  /** As it is called, at rest. */
  readonly endpoint: { readonly called: string };
  readonly stable: EquippedVariant;
  /** What one of the candidate's instances is and serves. */
  readonly each: InstanceNeeds;
  readonly packageArn: string;
  readonly stableMaximum?: number | undefined;
  readonly alongside: Awaited<ReturnType<typeof planAlongside>>;
  /** Requests per second as they were measured, and for which the fleet is sized. */
  readonly measured: number;
  readonly design: number;
  /** What it has cost to try other types before. */
  readonly triedUsd: number;
  readonly expected?: ExpectedPeak | { readonly lack: string } | undefined;
  /** Of the infrastructure's owner. */
  readonly limits?: CapacityLimits | undefined;
  readonly nowMs: EpochMs;
}

/** Those of several types that the candidate may run on where this one serves, and why not the others. */
export async function suitedTypes(
  aws: Aws,
  { plan, packageArn, types }: { plan: Plan; packageArn: string; types: readonly InstanceNeeds[] },
): Promise<Suited> {
  const suited: InstanceNeeds[] = [];
  const lacks = new Set<string>();
  let stableMaximum: number | undefined;
  let madeOf: string | undefined;
  for (const candidate of types) {
    const found = await servingPlatform(aws).suits({ plan, candidate, packageArn });
    ({ stableMaximum, madeOf } = found);
    if (found.unsupported.length === 0) suited.push(candidate);
    for (const each of found.unsupported) lacks.add(each);
  }
  return { suited, lacks: [...lacks], stableMaximum, madeOf };
}

interface Suited {
  readonly suited: readonly InstanceNeeds[];
  /** One sentence each. */
  readonly lacks: readonly string[];
  readonly stableMaximum?: number | undefined;
  /** The version that serves, by its ARN; undefined where that is not known. */
  readonly madeOf?: string | undefined;
}

/** The first of the plan's types that is within its means, and why it is none of those before; else why it is none at all. */
export async function firstType(
  aws: Aws,
  doc: Asked,
  { suited, lacks: known, ...sized }: Omit<Sized, "each"> & Suited,
): Promise<FleetAnswer> {
  const lacks: string[] = [];
  const refusals: FleetAnswer[] = [];
  for (const each of suited) {
    const answer = await firstThatFits(aws, doc, { ...sized, each });
    if (answer.status !== "refused") {
      const passed = [...known, ...lacks].map((lack) => `; ${lack}`).join("");
      return { ...answer, reason: `${answer.reason}${passed}` };
    }
    refusals.push(answer);
    lacks.push(suited.length === 1 ? answer.reason : `not ${each.instanceType}, since ${answer.reason}`);
  }
  const isShort = refusals.some((answer) => answer.isShort);
  return { status: "refused", reason: [...known, ...lacks].join("; "), needs: refusals[0]?.needs, isShort };
}

/**
 * By the first of the strategies that the plan's comes down to which is within its means. The last is taken as it is; what
 * comes before it must leave something of the budget.
 */
async function firstThatFits(aws: Aws, doc: Asked, sized: Sized): Promise<FleetAnswer> {
  const lacks: string[] = [];
  const choices = fleetsFor(doc.plan, sized.each, sized.design);
  for (const [nth, { strategy, fleet }] of choices.entries()) {
    const { dearestUsd, ...answer } = await planFleet(aws, doc, { ...sized, fleet });
    const isLast = nth === choices.length - 1;
    const tight = isLast || answer.status === "refused" ? undefined : tightness(doc.plan, dearestUsd);
    if (isLast || (answer.status !== "refused" && tight === undefined))
      return { ...answer, reason: [answer.reason, ...lacks].join("; ") };
    lacks.push(`not ${strategy}, since ${tight ?? answer.reason}`);
  }
  throw new Error("a strategy comes down to one at least");
}

/** With what it comes to at most, promoted or rolled back. */
type Planned = FleetAnswer & { readonly dearestUsd: number };

/** Whether a candidate of such a fleet is within the means, and what it is named. */
async function planFleet(
  aws: Aws,
  { release, plan }: Asked,
  sized: Sized & { readonly fleet: CandidateFleet },
): Promise<Planned> {
  const { endpoint, stable, each } = sized;
  const named = { stack: aws.environment.stack, ...release };
  const sizes = await sizesOf(aws, { release, plan }, sized);
  if ("status" in sizes) return { ...sizes, dearestUsd: 0 };
  const needs = servingPlatform(aws).named(sizes, { of: named, called: endpoint.called, stable });
  // Shrunk, it does not scale meanwhile.
  const stableMaximum = needs.inPlace === undefined ? sized.stableMaximum : needs.stable.instances;
  const { room: byQuota, isShort, ...means } = await meansAndRoom(aws, { plan, needs, stableMaximum });
  const asked = { plan, stable, needs, stableMaximum, room: byQuota, nowMs: sized.nowMs };
  const { room, ...reserved } = await reservedMeans(aws, asked);
  const { leases, changing, ...alongside } = sized.alongside;
  const lacks = [
    ...reserved.lacks,
    ...alongside.lacks,
    ...beyondLimits(plan, sized.limits, { ...needs, peak: means.peak }),
  ];
  const { minutes, dearestKnownUsd } = estimateOf(plan, needs.stable, needs.candidate);
  const leasesCost = leasesUsd(plan.alongside ?? [], leases, minutes);
  const { triedUsd } = sized;
  const besideUsd = leasesCost + triedUsd;
  const costUsd = means.costUsd === null ? null : means.costUsd + besideUsd;
  const planned = {
    ...needs,
    peakInstances: means.peak,
    costUsd,
    ...(leases.length > 0 && { alongside: leases }),
    ...(triedUsd > 0 && { triedUsd }),
  };
  const dearestUsd = dearestKnownUsd + besideUsd;
  const beside = [
    ...(leasesCost > 0 ? ["what it leans on"] : []),
    ...(triedUsd > 0 ? ["what was tried before"] : []),
  ].join(" and ");
  if (besideUsd > 0 && dearestUsd > plan.budget.usdPerRelease)
    lacks.push(
      `with ${beside} the release is estimated at $${dearestUsd.toFixed(2)}, its budget is $${plan.budget.usdPerRelease.toFixed(2)}`,
    );
  const refused = (reasons: readonly string[]): Planned => ({
    status: "refused",
    reason: reasons.join("; "),
    needs: planned,
    dearestUsd,
    isShort: isShort && lacks.length === 0,
  });
  if (lacks.length > 0) return refused([...means.lacks, ...lacks]);
  if (!means.fits) return refused(means.lacks);
  if ("lacks" in room) return refused(room.lacks);
  if (changing.length > 0) return { status: "waiting", reason: changing.join("; "), dearestUsd };
  return {
    status: "fits",
    reason: `${finalOf(needs.candidate)} ${each.instanceType} for the candidate${madeRoom(needs)}${uncounted(means.unseen)}${unforeseen(sized.expected)}${reserved.warnings.map((each) => `; ${each}`).join("")}`,
    needs: { ...planned, room },
    dearestUsd,
  };
}

/** What of the fleets, as they are to be by the load of now, is more than is allowed. */
const beyondLimits = (
  plan: Plan,
  limits: CapacityLimits | undefined,
  { peak, stable, inPlace }: Pick<Sizes, "stable" | "inPlace"> & { readonly peak: InstancesByType },
): string[] =>
  limits === undefined
    ? []
    : fleetBreaches(plan, limits, {
        peak,
        steady: { [stable.instanceType]: inPlace?.stableInstances ?? stable.instances },
      });

/** What is kept of a forecast: nothing where there is none. */
const forecastIn = (expected: Sized["expected"]): Pick<Sizes, "expected"> =>
  expected === undefined || "lack" in expected ? {} : { expected };

/** A plan that goes by a forecast is told where there is none. */
const unforeseen = (expected: Sized["expected"]): string =>
  expected !== undefined && "lack" in expected
    ? `; for the plan's peak, since what the release will meet is not forecast: ${expected.lack}`
    : "";

/** Both fleets as they are to stand side by side; in place, why they are not to. */
async function sizesOf(
  aws: Aws,
  { release, plan }: Asked,
  sized: Sized & { readonly fleet: CandidateFleet },
): Promise<Sizes | InPlaceRefusal> {
  const { stable, each, fleet, packageArn } = sized;
  const name = variantName(release.version ?? 0, release.attempt);
  const serving = {
    variant: stable.name,
    instanceType: stable.instanceType,
    instances: Math.max(stable.currentInstances, stable.desiredInstances),
    requestsPerSecondPerInstance: (servingNeeds(plan, stable.instanceType) ?? plan.endpoint)
      .requestsPerSecondPerInstance,
  };
  const shrunk = await inPlaceFor(aws, { ...sized, plan, stable: serving });
  if (shrunk !== undefined && "status" in shrunk) return shrunk;
  return {
    measuredRequestsPerSecond: sized.measured,
    designRequestsPerSecond: loadSizedFor(plan, sized.design),
    ...forecastIn(sized.expected),
    stable: { ...serving, instances: shrunk?.instances ?? serving.instances },
    candidate: { variant: name === stable.name ? `${name}-again` : name, ...each, ...fleet, packageArn },
    peakInstances: {},
    costUsd: 0,
    ...(shrunk !== undefined && { inPlace: shrunk.inPlace }),
  };
}

/** What stable gives up for it. */
const madeRoom = ({ stable, inPlace }: Pick<Sizes, "stable" | "inPlace">): string =>
  inPlace === undefined || inPlace.stableInstances === stable.instances
    ? ""
    : `, for which ${stable.variant} shrinks from ${inPlace.stableInstances} to ${stable.instances}`;

/** Instances that could not be counted may make the quota too small after all; what is too much is refused then. */
const uncounted = (unseen: readonly string[]): string => {
  if (unseen.length === 0) return "";
  const more = unseen.length > 5 ? ` and ${unseen.length - 5} more` : "";
  return `; not counted, since they may not be looked at: endpoints ${unseen.slice(0, 5).join(", ")}${more}`;
};
