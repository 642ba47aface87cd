/** A real release, told by what the table keeps of it: its record, its journal, and while it is under way the ledger under its lock. */
import type { Side } from "../../core/kpis/kinds/kind.ts";
import { kindOf } from "../../core/kpis/kinds/registry.ts";
import { Plan } from "../../core/plan/plan.ts";
import type { Change } from "../../core/release/change.ts";
import type { FleetsSeen, IntervalSeen, JournalEntry, SideSeen } from "../../core/release/journal.ts";
import type { ReleaseRecord } from "../../core/release/record.ts";
import { Needs } from "../../core/release/release.ts";
import { isWeights } from "../../core/release/resources.ts";
import type { Retrospective } from "../../core/release/retrospective.ts";
import { sharesIn } from "../../core/release/shares.ts";
import { type IntervalTold, type ReleaseTold, type ShareTold, type SideTold, sides } from "./told.ts";

export interface KeptRelease {
  readonly record: ReleaseRecord;
  readonly journal: readonly JournalEntry[];
  /** Of the release under way; a closed one has them in its record. */
  readonly changes: readonly Change[];
  /** As the history has it, of one that is over. */
  readonly retrospective?: Retrospective | undefined;
}

export function toldByTable(
  { record, journal, changes, retrospective }: KeptRelease,
  nowMs: number,
): ReleaseTold {
  const { release, closing, closedAt } = record;
  const startedAt = release.openedAt;
  const plan = Plan.safeParse(record.plan).data;
  const needs = Needs.safeParse((record.planning as { needs?: unknown } | undefined)?.needs).data;
  const ordered = journal.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  // Whoever reads may have a clock that is behind.
  const newestMs = Math.max(nowMs, ...ordered.slice(-1).map(({ at }) => Date.parse(at)));
  const endMs = closedAt === undefined ? newestMs : Date.parse(closedAt);
  const span: Stretch = { startMs: Date.parse(startedAt), endMs };
  const lastBill = ordered.flatMap((entry) => (entry.kind === "look" ? (entry.spentUsd ?? []) : [])).at(-1);
  return {
    model: release.model,
    version: release.version ?? null,
    milestone: release.milestone ?? "",
    outcome: closing?.outcome ?? "under-way",
    reason: closing?.reason ?? newestReason(ordered),
    startedAt,
    seconds: (endMs - span.startMs) / 1000,
    ...(release.dueAt !== undefined && { dueAt: release.dueAt }),
    ...(closing?.lateMinutes !== undefined && { lateMinutes: closing.lateMinutes }),
    ...(release.releaseType !== undefined && { releaseType: release.releaseType }),
    ...(release.claimed !== undefined && { claimed: release.claimed }),
    ...(plan !== undefined && { plan }),
    ...(needs !== undefined && { needs }),
    intervals: intervalsOf(ordered, plan, span),
    journal: ordered,
    ledger: record.changes ?? changes,
    shares: sharesOf(ordered, plan, span),
    ...(lastBill !== undefined && { costUsd: lastBill }),
    ...(retrospective !== undefined && { retrospective }),
  };
}

/** What was said last, of a release that is not over. */
const newestReason = (journal: readonly JournalEntry[]): string =>
  journal.flatMap((entry) => ("reason" in entry ? (entry.reason ?? []) : [])).at(-1) ?? "";

interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

function sharesOf(
  journal: readonly JournalEntry[],
  plan: Plan | undefined,
  { startMs, endMs }: Stretch,
): ShareTold[] {
  const into = (at: string) => (Date.parse(at) - startMs) / 1000;
  return (
    sharesIn(journal)
      // What stable held back is no stage: nobody judges it.
      .filter(({ index }) => plan === undefined || plan.rollout.stages[index] !== undefined)
      .map(({ index, trafficPercent, from, until, result }) => ({
        index,
        trafficPercent,
        fromSeconds: into(from),
        untilSeconds: until === undefined ? (endMs - startMs) / 1000 : into(until),
        ...(result !== undefined && { result }),
      }))
  );
}

const usualSeconds = 60;

/** Interval by interval, from the release's start to its end: what was measured in it, and how things stood by its end. */
function intervalsOf(
  journal: readonly JournalEntry[],
  plan: Plan | undefined,
  { startMs, endMs }: Stretch,
): IntervalTold[] {
  const seconds = plan?.rollout.intervalSeconds ?? usualSeconds;
  const measured = measuredBy(journal, plan);
  const firstAt = Math.floor(startMs / 1000 / seconds) * seconds;
  const count = Math.max(0, Math.ceil((endMs / 1000 - firstAt) / seconds));
  const states = statesOf(journal);
  let state: State = { share: 0, fleets: {} };
  let next = 0;
  return Array.from({ length: count }, (_, nth): IntervalTold => {
    const at = firstAt + nth * seconds;
    for (; next < states.length && (states[next]?.at ?? 0) <= at + seconds; next += 1)
      state = { ...state, ...states[next]?.state };
    return {
      atSeconds: at - startMs / 1000,
      seconds,
      trafficPercent: state.share,
      sides: Object.fromEntries(sides.flatMap((side) => sideAt(side, state.fleets, measured.get(at)))),
    };
  });
}

interface State {
  readonly share: number;
  readonly fleets: FleetsSeen;
}

/** What each entry says of how things stand, epoch seconds. */
function statesOf(journal: readonly JournalEntry[]): { at: number; state: Partial<State> }[] {
  return journal.flatMap((entry): { at: number; state: Partial<State> }[] => {
    const at = Date.parse(entry.at) / 1000;
    if (entry.kind === "fleets") return [{ at, state: { fleets: entry.fleets } }];
    if (entry.kind === "look") return [{ at, state: { fleets: entry.fleets, share: entry.trafficPercent } }];
    if (entry.kind === "news" && entry.trafficPercent !== undefined)
      return [{ at, state: { share: entry.trafficPercent } }];
    if (entry.kind === "news" && entry.state === "promoted") return [{ at, state: { share: 100 } }];
    if (entry.kind === "change" && isWeights(entry.resource) && entry.state === "undone")
      return [{ at, state: { share: 0 } }];
    return [];
  });
}

type Measured = Partial<Record<Side, Pick<SideTold, "requests" | "errors" | "latencyMs">>>;

function sideAt(side: Side, fleets: FleetsSeen, measured: Measured | undefined): [Side, SideTold][] {
  const [fleet, figures] = [fleets[side], measured?.[side]];
  if (fleet === undefined && figures === undefined) return [];
  return [
    [
      side,
      {
        desired: fleet?.desired ?? null,
        provisioned: fleet?.provisioned ?? null,
        warm: fleet?.warm ?? null,
        ...(figures ?? { requests: null, errors: null, latencyMs: null }),
      },
    ],
  ];
}

/** By the start of the interval, epoch seconds; of one that was read twice, as it was read last. */
function measuredBy(journal: readonly JournalEntry[], plan: Plan | undefined): Map<number, Measured> {
  const counting = new Set(
    (plan?.kpis ?? []).filter((kpi) => kindOf(kpi).countsRequests).map(({ name }) => name),
  );
  const found = new Map<number, Measured>();
  for (const entry of journal) {
    if (entry.kind !== "look") continue;
    for (const interval of entry.intervals) {
      found.set(interval.at, merged(found.get(interval.at) ?? {}, interval, counting.has(interval.kpi)));
    }
  }
  return found;
}

function merged(before: Measured, interval: IntervalSeen, countsErrors: boolean): Measured {
  const after = { ...before };
  for (const side of sides) {
    const seen = interval[side];
    if (seen === null) continue;
    const nothing = { requests: null, errors: null, latencyMs: null };
    const figures = { ...nothing, ...before[side], ...figuresIn(seen, countsErrors) };
    // A mean is of what was answered; who counts requests counts the others too.
    after[side] = { ...figures, requests: figures.requests ?? answeredIn(seen) };
  }
  return after;
}

/** What is bad is a failed request only where all requests are counted: else it may be a slow one. */
function figuresIn(seen: SideSeen, countsErrors: boolean): Partial<NonNullable<Measured[Side]>> {
  if ("requests" in seen) return countsErrors ? { requests: seen.requests, errors: seen.bad } : {};
  return "mean" in seen ? { latencyMs: seen.mean } : {};
}

const answeredIn = (seen: SideSeen): number | null => ("mean" in seen ? seen.count : null);
