/**
 * What a plan means before anything is run: sizes, peaks, cost and time, release type by release type, and what a
 * careful reader would warn of. For the load that the plan itself is ready for; a live account may need more.
 */

import { calendarMistakes } from "./calendar/calendar.ts";
import type { InTheWay } from "./calendar/in-the-way.ts";
import { type MilestoneOutlook, milestoneOutlook, poolWarnings } from "./calendar/milestone-outlook.ts";
import type { ReservedOutlook } from "./calendar/reserved-dates.ts";
import { loadSizedFor } from "./capacity/candidate-fleet.ts";
import { candidateNeeds, instancesFor } from "./capacity/sizing.ts";
import { instancesInTime } from "./capacity/waiting.ts";
import { type GateOutlook, gateOutlook } from "./gates/gate-outlook.ts";
import { type QualityOutlook, qualityOutlook } from "./kpis/quality-outlook.ts";
import { type ExpectedLoad, expectedOf, type Sight } from "./kpis/sight.ts";
import { doubtfulBake, uncompared } from "./kpis/unproven.ts";
import type { KnownLaunch } from "./learning/launch.ts";
import { loadTestWarnings } from "./load/step.ts";
import { type AlongsideOutlook, alongsideOutlook } from "./outlook/alongside-outlook.ts";
import { type CeilingOutlook, ceilingsOutlook } from "./outlook/ceilings-outlook.ts";
import { holdMinutesOf, holdWarnings } from "./outlook/hold-outlook.ts";
import { type InPlaceOutlook, inPlaceOutlook, inPlaceWarnings } from "./outlook/in-place-outlook.ts";
import type { QuotaRoom } from "./outlook/quota-room.ts";
import { type ReleaseOutlook, releaseOutlook } from "./outlook/release-outlook.ts";
import { type RevertOutlook, revertOutlook } from "./outlook/revert-outlook.ts";
import { type StrategyOutlook, strategiesOutlook } from "./outlook/strategies-outlook.ts";
import { doubtsOf } from "./plan/doubts.ts";
import { expectedHistoryEvents, historyLimitEvents } from "./plan/execution-events.ts";
import { planOfMilestone } from "./plan/milestone-plan.ts";
import { milestoneKinds, type Plan, releaseTypes } from "./plan/plan.ts";
import { type Listing, type PriceOutlook, pricedFor, priceOutlook, unlisted } from "./plan/price-list.ts";
import { heldBack } from "./plan/rollout.ts";
import { withZoneSpare } from "./plan/zone-spare.ts";
import type { Percent } from "./units.ts";

export type { ExpectedLoad, Sight };

export interface Outlook {
  readonly model: string;
  readonly endpoint: Plan["endpoint"];
  readonly requirements: Plan["requirements"];
  readonly budget: Plan["budget"];
  /** What each instance type is taken to cost, and who says so. */
  readonly prices: readonly PriceOutlook[];
  readonly stages: readonly StageOutlook[];
  /** What the candidate must not exceed, named by the plan or by its requirements. */
  readonly ceilings: readonly CeilingOutlook[];
  /** What stable keeps until the promotion, percent. */
  readonly heldBackPercent: Percent;
  readonly load: ExpectedLoad;
  readonly sight: readonly Sight[];
  readonly releases: readonly ReleaseOutlook[];
  /** When its capacity could come, of the default release. */
  readonly strategies: readonly StrategyOutlook[];
  /** Where the plan has stable shrunk for it. */
  readonly inPlace?: InPlaceOutlook;
  readonly milestones: readonly MilestoneOutlook[];
  /** Where it names capacity that was bought before. */
  readonly reserved?: readonly ReservedOutlook[];
  /** Where the plan has it watched after a promotion. */
  readonly quality?: QualityOutlook;
  /** Where it asks for any. */
  readonly gates?: GateOutlook;
  /** Where an account was looked at: what its quotas leave. */
  readonly quotas?: readonly QuotaRoom[];
  /** And what the plan would be in the way of. */
  readonly ahead?: InTheWay;
  /** What the model leans on beside its endpoint, for the default release. */
  readonly alongside: readonly AlongsideOutlook[];
  /** All bakes together: the shortest time that traffic takes to move. */
  readonly bakeMinutes: number;
  /** History events of the longest release allowed, and the limit kept. */
  readonly historyEvents: number;
  readonly historyLimitEvents: number;
  /** How long the default release may be held beside stable, in a freeze or by a question, before its budget is spent; null: for ever. */
  readonly holdMinutes: number | null;
  /** How long what a release made is kept once another has taken its place, days. */
  readonly revertDays: number;
  /** What going back by `slipway revert` comes to, after the promotion of a release of the default type. */
  readonly revert: RevertOutlook;
  /** One sentence each. */
  readonly warnings: readonly string[];
}

/** A stage at the planned peak, in place at the most load that the plan consents to. */
export interface StageOutlook {
  readonly trafficPercent: Percent;
  readonly bakeMinutes: number;
  /** Requests per second that come to the candidate. */
  readonly requestsPerSecond: number;
  /** Instances that these need, for the default release type. */
  readonly instancesNeeded: number;
}

/** What is known of the account; what is absent is believed, or goes by what was published. */
export interface KnownOfAccount {
  /** Of the account's own, how long instances took. */
  readonly launches?: readonly KnownLaunch[];
  readonly listing?: Listing;
}

export function outlookOf(
  given: Plan,
  expected: ExpectedLoad,
  { launches = [], listing = unlisted }: KnownOfAccount = {},
): Outlook {
  const plan = pricedFor(given, "hosting", listing);
  // In place nothing begins above what the plan consents to.
  const requestsPerSecond = Math.min(
    expected.requestsPerSecond,
    loadSizedFor(plan, expected.requestsPerSecond),
  );
  const load = { ...expected, requestsPerSecond };
  const stages = plan.rollout.stages.map((stage) => stageOutlook(plan, stage));
  const { expectations, sight } = expectedOf(plan, load);
  const releases = releaseTypes
    .filter((type) => plan.releaseTypes[type] !== undefined)
    .map((type) => releaseOutlook(plan, type, launches));
  const milestones = milestoneKinds.flatMap((kind) => milestoneOutlook(given, kind, { launches, listing }));
  const inPlace = inPlaceOutlook(plan);
  const quality = qualityOutlook(plan);
  const gates = gateOutlook(plan);
  const historyEvents = expectedHistoryEvents(plan);
  const usual = releases.find(({ isDefault }) => isDefault);
  const holdMinutes = holdMinutesOf(plan, usual);
  return {
    model: plan.model,
    endpoint: plan.endpoint,
    requirements: plan.requirements,
    budget: plan.budget,
    prices: priceOutlook(given, listing),
    ceilings: ceilingsOutlook(plan),
    heldBackPercent: heldBack(plan.rollout),
    load,
    sight,
    stages,
    releases,
    strategies: strategiesOutlook(plan, launches),
    ...(inPlace !== undefined && { inPlace }),
    milestones,
    ...(quality !== undefined && { quality }),
    ...(gates !== undefined && { gates }),
    alongside: alongsideOutlook(plan, usual?.minutes ?? 0),
    historyEvents,
    historyLimitEvents,
    holdMinutes,
    revertDays: plan.rollout.revertDays,
    revert: revertOutlook(plan, undefined),
    bakeMinutes: plan.rollout.stages.reduce((sum, stage) => sum + stage.bakeMinutes, 0),
    warnings: [
      ...doubtsOf(given),
      ...calendarMistakes(plan, launches),
      ...fleetWarnings(plan),
      ...inPlaceWarnings(plan),
      ...releases.flatMap((release) => releaseWarnings(plan, release)),
      ...stagingWarnings(plan),
      ...milestones.flatMap((milestone) => poolWarnings(plan, milestone)),
      ...stages.flatMap((stage) => stageWarnings(plan, stage)),
      ...expectations.flatMap(({ warning }) => warning ?? []),
      ...expectations.flatMap((expectation) => doubtfulBake(plan, expectation)),
      ...uncompared(plan),
      ...loadTestWarnings(plan),
      ...holdWarnings(plan, holdMinutes),
    ],
  };
}

function stageOutlook(
  plan: Plan,
  { trafficPercent, bakeMinutes }: Plan["rollout"]["stages"][0],
): StageOutlook {
  const requestsPerSecond = loadSizedFor(plan, plan.requirements.peakRequestsPerSecond);
  const needs = candidateNeeds(plan, plan.defaultReleaseType);
  return {
    trafficPercent,
    bakeMinutes,
    requestsPerSecond: Math.round(requestsPerSecond * trafficPercent) / 100,
    instancesNeeded: instancesFor(plan, needs, { requestsPerSecond, percent: trafficPercent }),
  };
}

function fleetWarnings(plan: Plan): string[] {
  const { instances, instanceType } = plan.endpoint;
  const { peakRequestsPerSecond: requestsPerSecond, utilisationPercent } = plan.requirements;
  const needed = instancesFor(plan, plan.endpoint, { requestsPerSecond, percent: 100 });
  const { requestsPerSecondPerInstance: throughput } = plan.endpoint;
  const inTime = instancesInTime(plan, { requestsPerSecond, throughput }, needed);
  const spared = withZoneSpare(plan.requirements.zoneSpare, inTime);
  if (needed <= instances && instances < inTime)
    return [
      `requests wait too long in the steady fleet of ${instances} ${instanceType} at the peak, until a release has brought a larger one: to keep 99 % of them within ${plan.requirements.latencyMsP99} ms takes ${inTime}`,
    ];
  if (needed <= instances && instances < spared)
    return [
      `the steady fleet of ${instances} ${instanceType} does not serve the peak when it loses a zone, until a release has brought one that does: that takes ${spared}`,
    ];
  if (needed <= instances) return [];
  return [
    `the steady fleet of ${instances} ${instanceType} does not serve the peak of ${requestsPerSecond} requests per second at ${utilisationPercent} %: that takes ${needed}`,
  ];
}

function releaseWarnings(
  { budget }: Plan,
  { releaseType, dearestKnownUsd, unpriced, fallback = [] }: ReleaseOutlook,
): string[] {
  const warnings = unpriced.map(
    (type) =>
      `the price of ${type} is not known, and the plan consents to that: a ${releaseType} release spends on it without limit`,
  );
  if (dearestKnownUsd > budget.usdPerRelease)
    warnings.push(
      `a ${releaseType} release is estimated at $${dearestKnownUsd.toFixed(2)} at most and would be refused: the budget is $${budget.usdPerRelease.toFixed(2)}`,
    );
  for (const { candidate, ...other } of fallback)
    if (other.dearestKnownUsd > budget.usdPerRelease)
      warnings.push(
        `on ${candidate.instanceType} a ${releaseType} release is estimated at $${other.dearestKnownUsd.toFixed(2)} at most, and the type would be passed over: the budget is $${budget.usdPerRelease.toFixed(2)}`,
      );
  return warnings;
}

/** The same of staging, where that is a release of its own. */
function stagingWarnings(plan: Plan): string[] {
  const staging = planOfMilestone(plan, "staging");
  if (staging === plan) return [];
  return [
    ...fleetWarnings(staging),
    ...releaseWarnings(staging, releaseOutlook(staging, plan.defaultReleaseType)),
    ...staging.rollout.stages.flatMap((stage) => stageWarnings(staging, stageOutlook(staging, stage))),
  ].map((warning) => `in staging ${warning}`);
}

/** A stage that cannot even serve the requests that it must have served waits for data until it is rolled back. */
function stageWarnings(
  plan: Plan,
  { trafficPercent, bakeMinutes, requestsPerSecond }: StageOutlook,
): string[] {
  const expected = Math.round(requestsPerSecond * bakeMinutes * 60);
  if (expected >= plan.rollout.minimumRequests) return [];
  return [
    `the stage of ${trafficPercent} % serves about ${expected} requests in ${bakeMinutes} min at the peak, fewer than the ${plan.rollout.minimumRequests} that it must have served to pass`,
  ];
}
