/**
 * Dates of releases that capacity which was bought before is in the way of, and when it ends: what the calendar, a plan's page and
 * whoever applies a plan tell of it, weeks before.
 */

import type { KnownLaunch } from "../learning/launch.ts";
import { planOfMilestone, releasesVersion } from "../plan/milestone-plan.ts";
import type { Plan, ReleaseType } from "../plan/plan.ts";
import { trainingPlanName } from "../plan/training-plan-name.ts";
import type { EpochMs } from "../units.ts";
import { type Occurrence, occurrencesOf, type TimeSpan } from "./occurrences.ts";
import {
  endOf,
  faultOf,
  type ReservationFault,
  type ReservationSeen,
  reservedReleases,
  spansOf,
  trainingPlansOf,
} from "./reservations.ts";

/** A date of a release that a training plan is in the way of; the span is from its end, or the release's beginning, on. */
export interface ReservationConflict extends TimeSpan {
  readonly what: "reservation";
  readonly who: readonly Occurrence[];
  readonly trainingPlan: string;
  readonly releaseType: ReleaseType;
  readonly instanceType: string;
  readonly fault: ReservationFault;
  readonly revertDays: number;
}

/** Those of plans' dates, as far as their training plans were looked at. */
export function onReservations(
  plans: readonly Plan[],
  occurrences: readonly Occurrence[],
  seen: readonly ReservationSeen[],
): ReservationConflict[] {
  const byArn = new Map(seen.map((one) => [one.trainingPlan, one]));
  const byModel = Map.groupBy(occurrences, ({ model }) => model);
  return plans.flatMap((plan) =>
    (byModel.get(plan.model) ?? []).flatMap((one) => {
      if (!releasesVersion(plan, one.kind)) return [];
      const own = planOfMilestone(plan, one.kind);
      return reservedReleases(own, one).flatMap((release): ReservationConflict[] => {
        const looked = byArn.get(release.trainingPlan);
        const found = looked && faultOf(looked.view, release);
        if (found === undefined || (found.fault === "ends-while-kept" && one.kind === "staging")) return [];
        const { fault, endMs = release.fromMs } = found;
        const { trainingPlan, releaseType, instanceType, closeMs, keptMs } = release;
        const toMs = fault === "ends-while-kept" ? keptMs : closeMs;
        const what = { what: "reservation", trainingPlan, releaseType, instanceType, fault } as const;
        return [{ ...what, revertDays: own.rollout.revertDays, fromMs: endMs, toMs, who: [one] }];
      });
    }),
  );
}

/** What a plan's candidates run on that was bought before, held against its next release. */
export interface ReservedOutlook {
  readonly releaseType: ReleaseType;
  readonly instanceType: string;
  /** ARN. */
  readonly trainingPlan: string;
  /** As SageMaker says it; null where nobody has looked, or the account has none of that name. */
  readonly status: string | null;
  /** ISO 8601, when it ends, for whoever is on it as the release begins; null where that is not known. */
  readonly endsAt: string | null;
  /** Whether the plan has a date of production, by which this goes; else by a release that begins now. */
  readonly isDated: boolean;
  /** ISO 8601: when the release begins, when it would be over with its way back, and until when it could be reverted. */
  readonly from: string;
  readonly closesAt: string;
  readonly revertibleUntil: string;
  /** What of it is in the way of that release; null where nothing is, or nobody has looked. */
  readonly fault: ReservationFault | null;
}

/** A date is looked for so far ahead. */
const aheadMs = 366 * 86_400_000;

/** `seen` is absent where nobody has looked. */
export function reservedOutlook(
  plan: Plan,
  {
    nowMs,
    launches,
    seen = [],
  }: {
    readonly nowMs: EpochMs;
    readonly launches: readonly KnownLaunch[];
    readonly seen?: readonly ReservationSeen[];
  },
): ReservedOutlook[] {
  if (trainingPlansOf(plan).length === 0) return [];
  const span = { fromMs: nowMs, toMs: nowMs + aheadMs };
  const next = occurrencesOf(plan, span, { launches }).find(({ kind }) => kind === "production");
  const fromMs = Math.max(nowMs, next?.fromMs ?? nowMs);
  const untilMs = next?.untilMs ?? fromMs;
  return reservedReleases(plan, { fromMs, untilMs }, launches).map((release) => {
    const { releaseType, instanceType, trainingPlan, closeMs, keptMs } = release;
    const looked = seen.find((one) => one.trainingPlan === trainingPlan);
    const endMs = looked?.view && endOf(looked.view, fromMs);
    return {
      releaseType,
      instanceType,
      trainingPlan,
      status: looked?.view?.status ?? null,
      endsAt: endMs === undefined ? null : iso(endMs),
      isDated: next !== undefined,
      from: iso(fromMs),
      closesAt: iso(closeMs),
      revertibleUntil: iso(keptMs),
      fault: (looked && faultOf(looked.view, release)?.fault) ?? null,
    };
  });
}

const iso = (ms: EpochMs): string => new Date(ms).toISOString();

/** An endpoint on a training plan, as it was seen last. */
export interface OnReservation {
  readonly endpoint: string;
  readonly model: string;
  readonly version: number;
}

/** The end of a training plan, or of a part of it that another does not follow at once. */
export interface ReservationEnd {
  /** The same as long as it is the same: one that is moved stays itself. */
  readonly id: string;
  /** ARN. */
  readonly trainingPlan: string;
  readonly status: string;
  readonly endsMs: EpochMs;
  /** Whose plans name it. */
  readonly models: readonly string[];
  /** What serves on it, and stops then. */
  readonly serving: readonly OnReservation[];
}

/** Those in a span of time, by when they come. */
export function reservationEnds(
  seen: readonly ReservationSeen[],
  span: TimeSpan,
  {
    plans,
    serving,
  }: { readonly plans: readonly Plan[]; readonly serving: ReadonlyMap<string, readonly OnReservation[]> },
): ReservationEnd[] {
  return seen
    .flatMap(({ trainingPlan, view }): ReservationEnd[] => {
      if (view === undefined || view.status === "Failed") return [];
      const models = plans
        .filter((plan) => trainingPlansOf(plan).includes(trainingPlan))
        .map(({ model }) => model);
      const of = { trainingPlan, status: view.status, models, serving: serving.get(trainingPlan) ?? [] };
      return spansOf(view).map(({ toMs }, nth) => ({
        id: `reservation-${trainingPlanName(trainingPlan)}${nth === 0 ? "" : `-${nth + 1}`}`,
        ...of,
        endsMs: toMs,
      }));
    })
    .filter(({ endsMs }) => endsMs >= span.fromMs && endsMs < span.toMs)
    .sort((one, other) => one.endsMs - other.endsMs);
}

interface Told extends Pick<ReservationConflict, "trainingPlan" | "releaseType" | "instanceType" | "fault"> {
  /** ISO 8601 */
  readonly endsAt: string | null;
  readonly closesAt: string;
  readonly revertDays: number;
}

/** What is in a release's way, in a sentence. */
export function reservationText({ trainingPlan, fault, endsAt, closesAt, ...of }: Told): string {
  const called = `training plan ${trainingPlanName(trainingPlan)}`;
  const release = `a ${of.releaseType} release on ${of.instanceType}`;
  const refused = "it is refused, or goes on to the next instance type that its plan names";
  const end = minuteOf(endsAt ?? "");
  switch (fault) {
    case "missing":
      return `${called} does not exist in this account and region, and ${release} would run on it: ${refused}`;
    case "not-there":
      return `${called} is not there as ${release} would begin: ${refused}`;
    case "ends-before-close":
      return `${called} ends at ${end}, before ${release} would be over, its way back among it, at ${minuteOf(closesAt)}: ${refused}`;
    case "ends-while-kept":
      return `${called} ends at ${end}, within the ${of.revertDays} days in which ${release} could be reverted: what is promoted on it stops serving then`;
  }
}

const minuteOf = (isoText: string): string => `${isoText.slice(0, 16)}Z`;

/** The same of a plan's next releases: a sentence for each that something is in the way of. */
export const reservedWarnings = (plan: Plan, outlooks: readonly ReservedOutlook[]): string[] =>
  outlooks.flatMap(({ fault, ...one }) =>
    fault === null
      ? []
      : [
          `${reservationText({ ...one, fault, revertDays: plan.rollout.revertDays })} (${one.isDated ? "by its next date" : "if it began now"})`,
        ],
  );
