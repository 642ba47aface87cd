/** A release that is over, as the history keeps it: one item for each, beside all others of the stack. */
import * as z from "zod";
import { weightAt } from "../learning/forgetting.ts";
import { type KnownLaunch, Launch } from "../learning/launch.ts";
import { Claimed } from "../request/claimed.ts";
import { type EpochMs, epochMs } from "../units.ts";
import { type Closing, Outcome } from "./closing.ts";
import type { ReleaseRecord } from "./record.ts";
import { Retrospective } from "./retrospective.ts";
import { ServedBefore, servedBeforeIn } from "./served-before.ts";
import { TestedCandidate, testedCandidateIn } from "./tested-candidate.ts";

export const PastRelease = z.object({
  releaseId: z.string(),
  model: z.string(),
  version: z.int().optional(),
  milestone: z.string().optional(),
  releaseType: z.string().optional(),
  attempt: z.int().min(1),
  /** ISO 8601, as all times here. */
  openedAt: z.iso.datetime(),
  closedAt: z.iso.datetime(),
  /** The milestone's date, where the release was started ahead of it. */
  dueAt: z.iso.datetime().optional(),
  /** When its capacity was there, or its promotion. */
  thereAt: z.iso.datetime().optional(),
  /** When its way back began. */
  backSince: z.iso.datetime().optional(),
  outcome: Outcome,
  reason: z.string(),
  /** What whoever asked for it has said of themselves. */
  claimed: Claimed.optional().catch(undefined),
  lateMinutes: z.int().min(0).optional(),
  /** What could not be put back, or was left when the lock was given back by hand: how many things. */
  left: z.int().min(0),
  /** Absent where it launched nothing, or nobody looked at that. */
  launch: Launch.optional(),
  /** What was planned, and what happened. Absent of releases of before it was kept, and of what another version wrote. */
  retrospective: Retrospective.optional().catch(undefined),
  /** Which version served as it was planned. Absent of releases of before it was kept, and of what was never planned. */
  servedBefore: ServedBefore.optional().catch(undefined),
  /** Absent where no candidate was tested under load, and of releases of before it was kept. */
  tested: TestedCandidate.optional().catch(undefined),
});
export type PastRelease = z.infer<typeof PastRelease>;

/** What only the execution that closes it has seen. */
export type SeenAtClosing = Pick<PastRelease, "thereAt" | "backSince" | "launch" | "retrospective">;

/** A release as it has just closed. What is absent is not known by this closing; an earlier one may have said it. */
export function pastOf(
  { release, ...record }: Pick<ReleaseRecord, "release" | "planning" | "plan" | "changes">,
  { outcome, reason, lateMinutes, remainder, freed }: Closing,
  { closedAt, ...seen }: SeenAtClosing & { readonly closedAt: string },
): PastRelease {
  const {
    id: releaseId,
    model,
    version,
    milestone,
    releaseType,
    attempt,
    openedAt,
    dueAt,
    claimed,
  } = release;
  return {
    releaseId,
    model,
    version,
    milestone,
    releaseType,
    attempt,
    openedAt,
    closedAt,
    dueAt,
    outcome,
    reason,
    claimed,
    lateMinutes,
    left: (remainder ?? freed?.left ?? []).length,
    servedBefore: servedBeforeIn(record.planning),
    tested: testedCandidateIn({ release, ...record }),
    ...seen,
  };
}

/** Chosen: how many of the newest launches of a type are weighed. */
const mostLaunches = 24;

/** The newest launches of releases that are over, of each instance type so many, and how much of each still counts. */
export function launchesOf(past: readonly PastRelease[], nowMs: EpochMs): KnownLaunch[] {
  const counts = new Map<string, number>();
  const newestFirst = past
    .flatMap(({ launch }) => launch ?? [])
    .sort((one, other) => (one.askedAt < other.askedAt ? 1 : -1));
  return newestFirst.flatMap((launch) => {
    const weight = weightAt(epochMs(launch.askedAt), nowMs);
    const types = Object.keys(launch.instances);
    const isKnownWell = types.every((type) => (counts.get(type) ?? 0) >= mostLaunches);
    for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
    return isKnownWell || weight === 0 ? [] : [{ ...launch, weight }];
  });
}

/** How often and how fast one model's versions are released. Pools, staging and what never began count in `releases` alone. */
export interface PastSummary {
  readonly model: string;
  readonly releases: number;
  /** A month of 30.4 days, over the days that were asked for. */
  readonly perMonth: number;
  /** By release type, of production. */
  readonly types: Readonly<Record<string, number>>;
  readonly promoted: number;
  /** Of those that were promoted or walked back, between 0 and 1; null where there are none. */
  readonly rolledBackShare: number | null;
  /** Medians; null where there is none to take it of. */
  readonly minutesToPromotion: number | null;
  readonly minutesToRestore: number | null;
  /** Of those with a date. */
  readonly inTime: number;
  readonly late: number;
  /** When a release of production is to be expected, by the median of the days between them: tentative; null for fewer than four. */
  readonly expectedAt: string | null;
}

const daysOfMonth = 30.4;
const walkedBack: ReadonlySet<string> = new Set<Outcome>(["rolled-back", "superseded", "stopped", "failed"]);

/** One for each model, by name. */
export function summariesOf(past: readonly PastRelease[], days: number): PastSummary[] {
  const byModel = Map.groupBy(past, ({ model }) => model);
  const models = [...byModel.keys()].sort();
  return models.map((model) => summaryOf(model, byModel.get(model) ?? [], days));
}

function summaryOf(model: string, all: readonly PastRelease[], days: number): PastSummary {
  const production = all.filter(({ milestone }) => milestone === "production");
  const promoted = production.filter(({ outcome }) => outcome === "promoted");
  const back = production.filter(({ outcome }) => walkedBack.has(outcome));
  const began = promoted.length + back.length;
  const types = Map.groupBy(production, ({ releaseType }) => releaseType ?? "of no type");
  const dated = all.flatMap(({ lateMinutes }) => lateMinutes ?? []);
  return {
    model,
    releases: all.length,
    perMonth: (all.length / days) * daysOfMonth,
    types: Object.fromEntries([...types].map(([type, some]) => [type, some.length])),
    promoted: promoted.length,
    rolledBackShare: began === 0 ? null : back.length / began,
    minutesToPromotion: median(promoted.flatMap(({ openedAt, thereAt }) => minutesFrom(openedAt, thereAt))),
    minutesToRestore: median(back.flatMap(({ backSince, closedAt }) => minutesFrom(backSince, closedAt))),
    inTime: dated.filter((minutes) => minutes === 0).length,
    late: dated.filter((minutes) => minutes > 0).length,
    expectedAt: expectedAfter(production),
  };
}

/** Attempts at one version are one release. */
function expectedAfter(production: readonly PastRelease[]): string | null {
  const first = production.filter(({ attempt }) => attempt === 1).map(({ openedAt }) => epochMs(openedAt));
  const openings = first.sort((one, other) => one - other);
  const gaps = openings.slice(1).map((at, nth) => at - (openings[nth] ?? at));
  const [gap, last] = [median(gaps), openings.at(-1)];
  return gap === null || last === undefined || gaps.length < fewestGaps
    ? null
    : new Date(last + gap).toISOString();
}

/** Chosen: fewer are no cadence. */
const fewestGaps = 3;

const minutesFrom = (from: string | undefined, to: string | undefined): number[] =>
  from === undefined || to === undefined ? [] : [(epochMs(to) - epochMs(from)) / 60_000];

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - 1], sorted[middle]];
  if (high === undefined) return null;
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2;
}
