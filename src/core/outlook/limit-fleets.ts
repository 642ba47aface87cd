/** What of an endpoint's instances is beyond the limits: at rest, at the peak of each release, and in money an hour. */
import type { InstancesByType } from "../feasibility/feasibility.ts";
import { type Mistake, type PathStep, pathText } from "../input/bad-input.ts";
import { askedOf, type CapacityLimits } from "../plan/capacity-limits.ts";
import type { Plan, ReleaseType } from "../plan/plan.ts";
import { type Charged, costOf } from "../plan/prices.ts";
import { releaseOutlook } from "./release-outlook.ts";

/** Whose limits they are, as a mistake says it. */
export const by = (limits: CapacityLimits): string => `by the limits of ${askedOf(limits)}`;
export const money = (usd: number): string => `$${usd.toFixed(2)}`;
const sum = (instances: InstancesByType): number =>
  Object.values(instances).reduce((total, each) => total + each, 0);

export const breach = (path: readonly PathStep[], expected: string, found: string): Mistake => ({
  where: pathText(path),
  expected,
  found,
});

/** What is there between releases, and at the peak of each release, at the planned load. */
export function ofFleet(
  plan: Plan,
  limits: CapacityLimits,
  { types, at }: { readonly types: readonly ReleaseType[]; readonly at: readonly PathStep[] },
): Mistake[] {
  return [
    ...(at.length > 0 ? [] : ofBounds(plan, limits)),
    ...ofRest(plan, limits, at),
    ...types
      .filter((type) => plan.releaseTypes[type] !== undefined)
      .flatMap((type) => {
        const { fallback = [], ...first } = releaseOutlook(plan, type);
        const path = at.length > 0 ? at : ["releaseTypes", type, "inference"];
        return [first, ...fallback].flatMap(({ peak }, nth) =>
          ofPeak(plan, limits, {
            peak,
            path: nth === 0 || at.length > 0 ? path : [...path, "fallback", nth - 1],
            of: `a ${type} release`,
          }),
        );
      }),
  ];
}

function ofRest({ endpoint }: Plan, limits: CapacityLimits, at: readonly PathStep[]): Mistake[] {
  const { instancesPerEndpoint: most } = limits.ceilings;
  if (most === undefined || endpoint.instances <= most) return [];
  return [
    breach([...at, "endpoint", "instances"], `${most} at most, ${by(limits)}`, String(endpoint.instances)),
  ];
}

/** The most that a minimum may be set to, where the plan has that done. */
function ofBounds({ scaling, proposals }: Plan, limits: CapacityLimits): Mistake[] {
  const { instancesPerEndpoint: most } = limits.ceilings;
  const bounds: readonly (readonly [string, number | undefined])[] = [
    ["scaling.maxInstances", scaling?.maxInstances],
    ["proposals.within.maxInstances", proposals?.within?.maxInstances],
  ];
  return bounds.flatMap(([where, bound]) =>
    most === undefined || bound === undefined || bound <= most
      ? []
      : [{ where, expected: `${most} at most, ${by(limits)}`, found: String(bound) }],
  );
}

function ofPeak(
  plan: Plan,
  limits: CapacityLimits,
  {
    peak,
    path,
    of,
  }: { readonly peak: InstancesByType; readonly path: readonly PathStep[]; readonly of: string },
): Mistake[] {
  const { instancesPerEndpoint, surgeUsdPerHour } = limits.ceilings;
  const most = sum(peak);
  const usd = surgeUsd(plan, peak, { [plan.endpoint.instanceType]: plan.endpoint.instances });
  return [
    ...(instancesPerEndpoint !== undefined && most > instancesPerEndpoint
      ? [
          breach(
            path,
            `${instancesPerEndpoint} instances at most at one time, ${by(limits)}`,
            `${most} at the peak of ${of}`,
          ),
        ]
      : []),
    ...(surgeUsdPerHour !== undefined && usd > surgeUsdPerHour
      ? [
          breach(
            path,
            `${money(surgeUsdPerHour)} an hour at most beside the steady fleet, ${by(limits)}`,
            `${money(usd)} at the peak of ${of}`,
          ),
        ]
      : []),
  ];
}

/** What instances cost an hour beside the steady fleet; those without a price are told by their types. */
function surgeUsd(plan: Charged, peak: InstancesByType, steady: InstancesByType): number {
  const more = Object.entries(peak).map(([type, most]) => [type, Math.max(0, most - (steady[type] ?? 0))]);
  return costOf(Object.fromEntries(more), plan).usd;
}

/** Of a release whose fleets are known: one sentence each. */
export function fleetBreaches(
  plan: Charged,
  limits: CapacityLimits,
  { peak, steady }: { readonly peak: InstancesByType; readonly steady: InstancesByType },
): string[] {
  const { instancesPerEndpoint, surgeUsdPerHour } = limits.ceilings;
  const whose = `the limits of ${askedOf(limits)} allow`;
  const most = sum(peak);
  const usd = surgeUsd(plan, peak, steady);
  return [
    ...(instancesPerEndpoint !== undefined && most > instancesPerEndpoint
      ? [`the release needs ${most} instances at its peak, ${whose} ${instancesPerEndpoint}`]
      : []),
    ...(surgeUsdPerHour !== undefined && usd > surgeUsdPerHour
      ? [`the release raises up to ${money(usd)} an hour, ${whose} ${money(surgeUsdPerHour)}`]
      : []),
  ];
}
