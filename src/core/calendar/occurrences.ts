/**
 * When the milestones of a plan come in a span of time, and what each takes: from when until when something is raised, how much
 * beside what is there between releases, and what that costs.
 */
import { Cron } from "croner";
import { groupName } from "../capacity/instance-group.ts";
import { poolExpense } from "../cost/expenses.ts";
import type { QuotaUse } from "../feasibility/feasibility.ts";
import type { KnownLaunch } from "../learning/launch.ts";
import { releaseOutlook } from "../outlook/release-outlook.ts";
import { instantOf, timesShown, toTheSecond } from "../plan/local-time.ts";
import { planOfMilestone, releasesVersion } from "../plan/milestone-plan.ts";
import {
  capacityOf,
  isCluster,
  type MilestoneKind,
  milestoneKinds,
  type Plan,
  type TrainingCapacity,
  type When,
} from "../plan/plan.ts";
import { type Listing, pricedFor, unlisted } from "../plan/price-list.ts";
import { graceOf } from "../plan/when.ts";
import type { EpochMs } from "../units.ts";
import { startOf } from "./calendar.ts";

/** Instances that count against a quota, beside those that are there between releases. */
export interface RaisedInstances {
  readonly use: QuotaUse;
  readonly instanceType: string;
  readonly instances: number;
}

export interface Occurrence {
  /** The same as long as it is the same: a date that is moved stays itself, each day of a cron is one of its own. */
  readonly id: string;
  readonly model: string;
  readonly kind: MilestoneKind;
  /** What it has to itself: `endpoint/NAME`, `pool/MODEL/MILESTONE`, or `cluster/NAME/GROUP`. */
  readonly subject: string;
  readonly dueMs: EpochMs;
  /** In which the date is meant. */
  readonly timeZone: string;
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly raised: readonly RaisedInstances[];
  /** Null where the price of any of it is not known. */
  readonly costUsd: number | null;
  /** Expected by the cadence of releases so far; nobody has set a date. */
  readonly isTentative: boolean;
}

export interface TimeSpan {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

/** What a milestone takes whenever it comes. */
interface Taken extends Pick<Occurrence, "raised" | "costUsd" | "subject"> {
  readonly leadMinutes: number;
  /** From its start to its end. */
  readonly minutes: number;
}

/** Of the account: how long its instances took, what is expected, and what instances cost there. */
interface KnownOfReleases {
  readonly launches: readonly KnownLaunch[];
  readonly expectedMs?: EpochMs | undefined;
  /** Absent: what was published. */
  readonly listing?: Listing;
}

/** Those of which something is raised within the span, by their dates. `expectedMs`: when a release without a date is expected. */
export function occurrencesOf(
  plan: Plan,
  span: TimeSpan,
  { launches, expectedMs, listing = unlisted }: KnownOfReleases,
): Occurrence[] {
  const all = milestoneKinds.flatMap((kind) => {
    const when = plan.milestones[kind]?.when;
    if (when === undefined) return [];
    if ("event" in when && (kind !== "production" || expectedMs === undefined)) return [];
    const taken = takenBy(plan, kind, { launches, listing });
    const dues = "event" in when ? [expectedMs ?? 0] : duesIn(when, spanOfDues(span, taken));
    return dues.map((dueMs) => occurrence(plan, { kind, when, dueMs }, taken));
  });
  return all
    .filter(({ fromMs, untilMs }) => fromMs < span.toMs && untilMs > span.fromMs)
    .sort((one, other) => one.dueMs - other.dueMs);
}

const spanOfDues = ({ fromMs, toMs }: TimeSpan, { leadMinutes, minutes }: Taken): TimeSpan => ({
  fromMs: fromMs - minutes * 60_000,
  toMs: toMs + leadMinutes * 60_000,
});

function occurrence(
  { model }: Plan,
  { kind, when, dueMs }: { kind: MilestoneKind; when: When; dueMs: EpochMs },
  { leadMinutes, minutes, ...taken }: Taken,
): Occurrence {
  const fromMs = dueMs - leadMinutes * 60_000;
  const day = "cron" in when ? `-${new Date(dueMs).toISOString().slice(0, 16).replace(/\W/g, "")}` : "";
  return {
    id: `${model}-${kind}${day}`,
    model,
    kind,
    ...taken,
    dueMs,
    timeZone: "event" in when ? "UTC" : when.timeZone,
    fromMs,
    untilMs: fromMs + minutes * 60_000,
    isTentative: "event" in when,
  };
}

function takenBy(given: Plan, kind: MilestoneKind, { launches, listing = unlisted }: KnownOfReleases): Taken {
  const isRelease = releasesVersion(given, kind);
  const plan = pricedFor(given, isRelease ? "hosting" : "training", listing);
  const leadMinutes = startOf(plan, kind, launches)?.leadMinutes ?? 0;
  if (isRelease) return takenByRelease(planOfMilestone(plan, kind), leadMinutes, launches);
  const capacity = capacityOf(plan.milestones[kind]);
  const subject = `pool/${plan.model}/${kind}`;
  if (capacity === undefined) return { leadMinutes, minutes: 0, subject, raised: [], costUsd: 0 };
  const { instanceType, instances, holdMinutes } = capacity;
  return {
    leadMinutes,
    minutes: leadMinutes + holdMinutes,
    subject: isCluster(capacity) ? `cluster/${groupName(capacity)}` : subject,
    raised: usesOf(capacity).map((use) => ({ use, instanceType, instances })),
    costUsd: poolExpense(plan, capacity, { leadMinutes }).usd,
  };
}

const usesOf = (capacity: TrainingCapacity): readonly QuotaUse[] =>
  isCluster(capacity) ? ["cluster usage"] : ["training job usage", "training warm pool usage"];

/** Until stable has left: a lead time, which is until all traffic has moved, may be longer than a release is believed to take. */
function takenByRelease(plan: Plan, leadMinutes: number, launches: readonly KnownLaunch[]): Taken {
  const { peak, costUsd, minutes, expenses } = releaseOutlook(plan, plan.defaultReleaseType, launches);
  const leaving = expenses.find(({ item }) => item === "leaving")?.minutes ?? 0;
  const steady = { [plan.endpoint.instanceType]: plan.endpoint.instances };
  return {
    leadMinutes,
    minutes: Math.max(minutes, leadMinutes + leaving),
    subject: `endpoint/${plan.endpoint.name}`,
    raised: Object.entries(peak).map(([instanceType, most]) => ({
      use: "endpoint usage",
      instanceType,
      // In place a release may stay below what serves anyhow.
      instances: Math.max(0, most - (steady[instanceType] ?? 0)),
    })),
    costUsd,
  };
}

/** The next date of a milestone. */
export const nextDueMs = (plan: Plan, kind: MilestoneKind, nowMs: EpochMs): EpochMs | undefined =>
  duesAhead(plan, kind, nowMs)[0];

/** Its dates to come, in their order; one whose review is waited for after it stays among them until its grace is over. */
export function duesAhead({ milestones }: Plan, kind: MilestoneKind, nowMs: EpochMs): EpochMs[] {
  const { when, review } = milestones[kind] ?? {};
  if (when === undefined || "event" in when) return [];
  const graceMs = review?.onMissing === "wait" ? graceOf(when) * 60_000 : 0;
  return duesIn(when, { fromMs: nowMs - graceMs, toMs: nowMs + longestAheadMs });
}

/** A year and a leap day. */
const longestAheadMs = 366 * 86_400_000;

/** The dates of a milestone in a span, in their order. */
export function duesIn(when: Exclude<When, { readonly event: string }>, span: TimeSpan): EpochMs[] {
  if ("cron" in when) return firings(when, span);
  const dueMs = instantOf(when.at, when.timeZone);
  return dueMs >= span.fromMs && dueMs < span.toMs ? [dueMs] : [];
}

/**
 * As Scheduler fires a cron: over the clock on the wall, on which a time that is skipped is left out, and one that comes twice
 * counts once ("Daylight savings time in EventBridge Scheduler", user guide).
 */
function firings(
  { cron, timeZone }: { cron: string; timeZone: string },
  { fromMs, toMs }: TimeSpan,
): EpochMs[] {
  const walls = wallsOf(cron);
  const found: EpochMs[] = [];
  const dayMs = 86_400_000;
  // A clock is at most fourteen hours off UTC.
  for (let wall = walls.nextRun(new Date(fromMs - dayMs)); wall !== null; wall = walls.nextRun(wall)) {
    if (wall.getTime() > toMs + dayMs) break;
    const text = toTheSecond(wall.toISOString());
    if (timesShown(text, timeZone) === 0) continue;
    const dueMs = instantOf(text, timeZone);
    if (dueMs >= fromMs && dueMs < toMs) found.push(dueMs);
  }
  return found;
}

/** When clocks on a wall show what an expression says, as if they were in UTC. */
export function wallsOf(cron: string): Cron {
  const fields = cron.slice("cron(".length, -1).split(" ");
  // A lone L as day of week is its last day, Saturday; the library knows it only behind a day's number.
  const pattern = fields.map((field, nth) => (nth === 4 && field === "L" ? "7" : field)).join(" ");
  return new Cron(`0 ${pattern}`, { timezone: "UTC", alternativeWeekdays: true, sloppyRanges: true });
}
