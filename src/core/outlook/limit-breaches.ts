/**
 * What of a plan is beyond what the owner of the infrastructure allows: one mistake each, at its place in the plan, with what is
 * allowed, what was found, whose limit it is and how to ask for more.
 */
import { poolExpense } from "../cost/expenses.ts";
import { foundText, type Mistake, type PathStep } from "../input/bad-input.ts";
import { allowsRegion, allowsType, type CapacityLimits } from "../plan/capacity-limits.ts";
import { instantOf } from "../plan/local-time.ts";
import { isOnServing, planOfMilestone, releasesVersion } from "../plan/milestone-plan.ts";
import { type NamedType, namedTypes } from "../plan/named-types.ts";
import {
  capacityOf,
  type MilestoneKind,
  milestoneKinds,
  type Plan,
  type ReleaseType,
  releaseTypes,
} from "../plan/plan.ts";
import { costOf, priceUsdPerHour } from "../plan/prices.ts";
import { breach, by, money, ofFleet } from "./limit-fleets.ts";

/** Where releases of the plan run, as far as that is known. */
export interface InRegion {
  readonly region?: string | undefined;
}

/** Of a whole plan, in its order. */
export function limitBreaches(plan: Plan, limits: CapacityLimits, { region }: InRegion = {}): Mistake[] {
  const staging = plan.milestones.staging?.release;
  const stagingAt = ["milestones", "staging", "release"];
  return [
    ...ofRegion(limits, region),
    ...ofTypes(plan, limits, namedTypes(plan)),
    ...ofFleet(plan, limits, { types: releaseTypes, at: [] }),
    ...(staging === undefined
      ? []
      : ofFleet(planOfMilestone(plan, "staging"), limits, { types: releaseTypes, at: stagingAt })),
    ...milestoneKinds.flatMap((kind) => ofHold(plan, limits, kind)),
    ...ofBudget(plan.budget, limits, []),
    ...(staging?.budget === undefined ? [] : ofBudget(staging.budget, limits, stagingAt)),
    ...ofMonth(plan, limits),
    ...ofDates(plan, limits),
  ];
}

/** Of what one release of it takes, by the plan of its milestone: what else the plan has is no matter of this release's. */
export function openingBreaches(
  plan: Plan,
  limits: CapacityLimits,
  { milestone, releaseType, region }: InRegion & { milestone: MilestoneKind; releaseType: ReleaseType },
): Mistake[] {
  const named = namedTypes(plan);
  if (!releasesVersion(plan, milestone))
    return [
      ...ofRegion(limits, region),
      ...ofTypes(
        plan,
        limits,
        named.filter((each) => each.milestone === milestone),
      ),
      ...ofHold(plan, limits, milestone),
    ];
  const own = ({ path: [first], releaseType: of }: NamedType) => first === "endpoint" || of === releaseType;
  return [
    ...ofRegion(limits, region),
    ...ofTypes(plan, limits, named.filter(own)),
    ...ofFleet(plan, limits, { types: [releaseType], at: [] }),
    ...ofBudget(plan.budget, limits, []),
    ...(isOnServing(milestone) ? ofMonth(plan, limits) : []),
  ];
}

function ofRegion(limits: CapacityLimits, region: string | undefined): Mistake[] {
  if (region === undefined || allowsRegion(limits, region)) return [];
  const regions = limits.allowed.regions?.join(", ") || "no region at all";
  return [{ where: "the deployment's region", expected: `${regions}, ${by(limits)}`, found: region }];
}

function ofTypes(plan: Plan, limits: CapacityLimits, named: readonly NamedType[]): Mistake[] {
  const { surgeUsdPerHour, surgeUsdPerRelease } = limits.ceilings;
  const countsMoney = surgeUsdPerHour !== undefined || surgeUsdPerRelease !== undefined;
  const types = limits.allowed.instanceTypes?.join(", ") || "no instance type at all";
  return named.flatMap(({ instanceType, path }) => [
    ...(allowsType(limits, instanceType)
      ? []
      : [breach(path, `${types}, ${by(limits)}`, foundText(instanceType))]),
    // What nobody knows the price of would cost nothing.
    ...(countsMoney && priceUsdPerHour(instanceType, plan) === undefined
      ? [
          breach(
            path,
            `a type whose price is known, as money is counted ${by(limits)}`,
            foundText(instanceType),
          ),
        ]
      : []),
  ]);
}

function ofHold(plan: Plan, limits: CapacityLimits, kind: MilestoneKind): Mistake[] {
  const milestone = plan.milestones[kind];
  const capacity = capacityOf(milestone);
  if (capacity === undefined) return [];
  const path = ["milestones", kind, milestone?.pool === undefined ? "cluster" : "pool"];
  const { surgeUsdPerHour, surgeUsdPerRelease } = limits.ceilings;
  const hourly = costOf({ [capacity.instanceType]: capacity.instances }, plan).usd;
  const { extendMinutes } = milestone?.late ?? {};
  const whole = poolExpense(plan, capacity, { extendMinutes }).usd ?? 0;
  return [
    ...(surgeUsdPerHour !== undefined && hourly > surgeUsdPerHour
      ? [breach(path, `${money(surgeUsdPerHour)} an hour at most, ${by(limits)}`, money(hourly))]
      : []),
    ...(surgeUsdPerRelease !== undefined && whole > surgeUsdPerRelease
      ? [breach(path, `${money(surgeUsdPerRelease)} at most for the whole hold, ${by(limits)}`, money(whole))]
      : []),
  ];
}

function ofBudget(
  { usdPerRelease }: Plan["budget"],
  limits: CapacityLimits,
  at: readonly PathStep[],
): Mistake[] {
  const { surgeUsdPerRelease: most } = limits.ceilings;
  if (most === undefined || usdPerRelease <= most) return [];
  return [
    breach([...at, "budget", "usdPerRelease"], `${most} at most, ${by(limits)}`, String(usdPerRelease)),
  ];
}

function ofMonth({ budget: { usdPerMonth } }: Plan, limits: CapacityLimits): Mistake[] {
  const { usdPerMonth: most } = limits.ceilings;
  if (most === undefined || (usdPerMonth !== undefined && usdPerMonth <= most)) return [];
  return [breach(["budget", "usdPerMonth"], `${most} at most, ${by(limits)}`, foundText(usdPerMonth))];
}

/** Dates alone: what a cron or an approval makes due in a freeze waits for its end. */
function ofDates({ milestones }: Plan, limits: CapacityLimits): Mistake[] {
  return milestoneKinds.flatMap((kind) => {
    const when = milestones[kind]?.when;
    if (when === undefined || !("at" in when)) return [];
    const dueMs = instantOf(when.at, when.timeZone);
    return limits.freezes
      .filter(({ from, to }) => Date.parse(from) <= dueMs && dueMs < Date.parse(to))
      .map(({ from, to, reason }) =>
        breach(
          ["milestones", kind, "when", "at"],
          `no date from ${from} until ${to} (${reason}), ${by(limits)}`,
          foundText(when.at),
        ),
      );
  });
}
