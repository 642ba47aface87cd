/** Looks up what the releases of a month were planned at and have raised, those under way and what is held now among them. Touches nothing. */
import { estimateOf } from "../core/cost/estimate.ts";
import { poolExpense } from "../core/cost/expenses.ts";
import { Plan } from "../core/plan/plan.ts";
import { priceUsdPerHour } from "../core/plan/prices.ts";
import { capacityOf } from "../core/plan/training-capacity.ts";
import type { JournalEntry } from "../core/release/journal.ts";
import {
  type MonthCosts,
  type MonthSeen,
  type MonthSpan,
  monthCosts,
  type PoolOfRelease,
  type ReleaseUnderWay,
} from "../core/release/month-costs.ts";
import type { PastRelease } from "../core/release/past.ts";
import type { ReleaseRecord } from "../core/release/record.ts";
import { Needs } from "../core/release/release.ts";
import type { EpochMs } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { pastReleases } from "./history.ts";
import { journalOf } from "./journal.ts";
import { allLeases } from "./leases.ts";
import { heldLocks } from "./lock-item.ts";
import { plansInForce } from "./plans.ts";
import { readRelease } from "./releases.ts";

export interface MonthAsked {
  /** `2026-11` */
  readonly month: string;
  readonly span: MonthSpan;
  readonly nowMs: EpochMs;
  /** Absent: all. */
  readonly model?: string | undefined;
}

export interface MonthFound {
  readonly costs: MonthCosts;
  /** How many past releases, and the models of which plans, this code cannot read. */
  readonly unread: { readonly past: number; readonly plans: readonly string[] };
}

export async function monthOfCosts(aws: Aws, { month, span, nowMs, model }: MonthAsked): Promise<MonthFound> {
  const { seen, unread } = await costsSince(aws, { sinceMs: span.fromMs, nowMs, model });
  return { costs: monthCosts({ ...seen, month, span }), unread };
}

/** What any span of time since then is summed up from. */
export async function costsSince(
  aws: Aws,
  { sinceMs, nowMs, model }: Pick<MonthAsked, "nowMs" | "model"> & { readonly sinceMs: EpochMs },
): Promise<Pick<MonthFound, "unread"> & { readonly seen: Omit<MonthSeen, "month" | "span"> }> {
  const isOwn = (one: { readonly model: string }) => model === undefined || one.model === model;
  const { plans, unread } = await plansInForce(aws);
  const found = await pastReleases(aws, sinceMs);
  const past = found.past.filter(isOwn);
  const underWay = (await releasesUnderWay(aws, nowMs)).filter(isOwn);
  const pools = await poolsOf(aws, past);
  return {
    seen: { nowMs, past, pools, underWay, plans: plans.filter(isOwn) },
    unread: { past: found.unread, plans: unread.filter((one) => isOwn({ model: one })) },
  };
}

/** What those have raised that are capacity alone is in their records: the history keeps no plan. */
async function poolsOf(aws: Aws, past: readonly PastRelease[]): Promise<Map<string, PoolOfRelease>> {
  const leases = new Map((await allLeases(aws)).map(({ releaseId, until }) => [releaseId, until]));
  const pools = new Map<string, PoolOfRelease>();
  for (const { releaseId, retrospective } of past) {
    if (retrospective?.usd !== undefined) continue;
    const record = await readRelease(aws, releaseId);
    const pool = record && poolIn(record);
    if (pool !== undefined) pools.set(releaseId, { ...pool, until: leases.get(releaseId) });
  }
  return pools;
}

function poolIn({ release, plan: stored }: ReleaseRecord): PoolOfRelease | undefined {
  const plan = Plan.safeParse(stored).data;
  const capacity = plan && capacityOf(milestoneIn(plan, release.milestone));
  if (plan === undefined || capacity === undefined) return undefined;
  const { instanceType, instances } = capacity;
  return {
    instanceType,
    instances,
    usdPerHour: priceUsdPerHour(instanceType, plan) ?? null,
    plannedUsd: poolExpense(plan, capacity, {}).usd,
  };
}

const milestoneIn = ({ milestones }: Plan, kind: string | undefined) =>
  Object.entries(milestones).find(([name]) => name === kind)?.[1];

async function releasesUnderWay(aws: Aws, nowMs: EpochMs): Promise<ReleaseUnderWay[]> {
  const underWay: ReleaseUnderWay[] = [];
  for (const { holder } of await heldLocks(aws)) {
    const record = await readRelease(aws, holder.releaseId);
    // What is held after its closing, or kept for what could not be put back, is in the history.
    if (record === undefined || record.closing !== undefined) continue;
    underWay.push(await underWayOf(aws, record, nowMs));
  }
  return underWay;
}

/** As far back as the last look of a release under way can be. */
const lookedMs = 24 * 3_600_000;

async function underWayOf(aws: Aws, record: ReleaseRecord, nowMs: EpochMs): Promise<ReleaseUnderWay> {
  const { id: releaseId, model, openedAt } = record.release;
  const plan = Plan.safeParse(record.plan).data;
  const needs = Needs.safeParse((record.planning as { readonly needs?: unknown } | undefined)?.needs).data;
  const estimate = plan && needs && estimateOf(plan, needs.stable, needs.candidate);
  const pool = estimate === undefined ? poolIn(record) : undefined;
  const { entries } = await journalOf(aws, releaseId, new Date(nowMs - lookedMs).toISOString());
  return {
    releaseId,
    model,
    openedAt,
    plannedUsd: estimate?.usd ?? pool?.plannedUsd ?? null,
    p95Usd: estimate?.p95Usd ?? pool?.plannedUsd ?? null,
    raisedUsd: entries.flatMap(spentIn).at(-1) ?? null,
  };
}

const spentIn = (entry: JournalEntry): number[] =>
  entry.kind === "look" && entry.spentUsd !== undefined ? [entry.spentUsd] : [];
