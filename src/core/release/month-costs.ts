/**
 * What the releases of a month cost, by the plan and in all: what they were planned at, what they have raised by Slipway's own
 * bill, and what capacity that is held now will have cost. A release counts whole to the month, in UTC, in which it was opened.
 */

import { rounded } from "../cost/expenses.ts";
import type { AccountCosts, AccountUnasked } from "../cost/tagged-costs.ts";
import type { Plan } from "../plan/plan.ts";
import { type EpochMs, epochMs } from "../units.ts";
import { type Outcome, outcomes } from "./closing.ts";
import type { PastRelease } from "./past.ts";

/** Training capacity of a release, and what it costs. */
export interface PoolOfRelease {
  readonly instanceType: string;
  readonly instances: number;
  /** US dollars; null where it is not known. */
  readonly usdPerHour: number | null;
  readonly plannedUsd: number | null;
  /** Until when it is leased, ISO 8601; absent: it is given back. */
  readonly until?: string | undefined;
}

/** One that has not closed yet. */
export interface ReleaseUnderWay {
  readonly releaseId: string;
  readonly model: string;
  readonly openedAt: string;
  readonly plannedUsd: number | null;
  readonly p95Usd: number | null;
  /** By its last look; null where nobody has looked. */
  readonly raisedUsd: number | null;
}

/** One release's cost, US dollars on top of the steady fleet; null where it is not known. */
export interface CostOfRelease {
  readonly releaseId: string;
  readonly model: string;
  /** ISO 8601. */
  readonly openedAt: string;
  readonly state: Outcome | "under-way" | "held";
  /** Half of such releases cost no more. */
  readonly plannedUsd: number | null;
  /** Nineteen of twenty cost no more. */
  readonly p95Usd: number | null;
  /** By now. */
  readonly raisedUsd: number | null;
  /** Whether that is by its last look, so that what its leaving took is missing. */
  readonly isAtLeast: boolean;
  /** What it will have raised beside that: what is held until its end, what is under way as it is planned. */
  readonly toComeUsd: number;
  /** Until when its capacity is held, ISO 8601. */
  readonly until?: string;
}

/** What several releases come to, US dollars. Those of which it is not known are counted, and in no sum. */
export interface CostSum {
  readonly releases: number;
  /** How many ended, or stand, in which way. */
  readonly states: Readonly<Partial<Record<CostOfRelease["state"], number>>>;
  readonly plannedUsd: number;
  /** Each is dear or cheap for itself: their spreads add up as squares. */
  readonly p95Usd: number;
  /** How many of them were never planned, or at no known price. */
  readonly unplanned: number;
  readonly raisedUsd: number;
  /** Of how many it is not known what they have raised. */
  readonly unknown: number;
  /** Of how many it is known by their last look alone. */
  readonly atLeast: number;
  readonly toComeUsd: number;
}

export interface PlanCosts extends CostSum {
  readonly model: string;
  /** Of the plan in force, US dollars a month; null where it has none. */
  readonly budgetUsd: number | null;
  /** Whether what was raised and what is to come is more than that. */
  readonly isBeyond: boolean;
}

export interface MonthCosts {
  /** `2026-11` */
  readonly month: string;
  /** Until when it is told, ISO 8601: its end, or now. */
  readonly until: string;
  /** By the model's name. */
  readonly plans: readonly PlanCosts[];
  readonly total: CostSum;
  /** In the order of their opening. */
  readonly releases: readonly CostOfRelease[];
  /** What the account was billed under the tags of plans, where that was asked for. */
  readonly account?: AccountCosts | AccountUnasked;
}

export interface MonthSpan {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

/** A month in UTC, as `2026-11`; undefined for what is none. */
export function monthSpan(month: string): MonthSpan | undefined {
  const [, year, nth] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) ?? [];
  if (year === undefined) return undefined;
  return { fromMs: Date.UTC(Number(year), Number(nth) - 1), toMs: Date.UTC(Number(year), Number(nth)) };
}

export const monthOf = (nowMs: EpochMs): string => new Date(nowMs).toISOString().slice(0, 7);

export interface MonthSeen {
  readonly month: string;
  readonly span: MonthSpan;
  readonly nowMs: EpochMs;
  readonly past: readonly PastRelease[];
  /** Of those that raised training capacity, by the release's id. */
  readonly pools: ReadonlyMap<string, PoolOfRelease>;
  readonly underWay: readonly ReleaseUnderWay[];
  /** In force. */
  readonly plans: readonly Plan[];
}

export function monthCosts({ month, span, nowMs, past, pools, underWay, plans }: MonthSeen): MonthCosts {
  const isOfMonth = ({ openedAt }: { readonly openedAt: string }) =>
    epochMs(openedAt) >= span.fromMs && epochMs(openedAt) < span.toMs;
  const open = new Set(underWay.map(({ releaseId }) => releaseId));
  const releases = [
    ...past.filter(({ releaseId }) => !open.has(releaseId)).map((one) => costOfPast(one, pools, nowMs)),
    ...underWay.map(costUnderWay),
  ]
    .filter(isOfMonth)
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const byModel = Map.groupBy(releases, ({ model }) => model);
  const inForce = new Map(plans.map(({ model, budget }) => [model, budget.usdPerMonth ?? null]));
  const models = [...new Set([...byModel.keys(), ...inForce.keys()])].sort();
  return {
    month,
    until: new Date(Math.max(span.fromMs, Math.min(nowMs, span.toMs))).toISOString(),
    plans: models.map((model) => planCosts(model, byModel.get(model) ?? [], inForce.get(model) ?? null)),
    total: sumOf(releases),
    releases,
  };
}

const keyOf = ({ openedAt, releaseId }: CostOfRelease): string => `${openedAt} ${releaseId}`;

function planCosts(model: string, releases: readonly CostOfRelease[], budgetUsd: number | null): PlanCosts {
  const sum = sumOf(releases);
  return {
    model,
    ...sum,
    budgetUsd,
    isBeyond: budgetUsd !== null && sum.raisedUsd + sum.toComeUsd > budgetUsd,
  };
}

/** A pool is paid for from its launch until it was given back, or for as long as it is held. */
function costOfPast(
  past: PastRelease,
  pools: ReadonlyMap<string, PoolOfRelease>,
  nowMs: EpochMs,
): CostOfRelease {
  const { releaseId, model, openedAt, closedAt, outcome, launch, retrospective } = past;
  const told = { releaseId, model, openedAt, toComeUsd: 0, isAtLeast: false };
  const pool = pools.get(releaseId);
  if (pool === undefined) {
    const { planned = null, p95 = null, happened, inAll } = retrospective?.usd ?? {};
    const raisedUsd = inAll ?? happened ?? (isUntouched(outcome) ? 0 : null);
    const isAtLeast = inAll === undefined && happened !== undefined;
    return { ...told, state: outcome, plannedUsd: planned, p95Usd: p95, raisedUsd, isAtLeast };
  }
  const fromMs = epochMs(launch?.askedAt ?? openedAt);
  const until = pool.until;
  const endMs = until === undefined ? epochMs(closedAt) : Math.max(fromMs, epochMs(until));
  const raisedUsd = isUntouched(outcome)
    ? 0
    : poolUsd(pool, fromMs, Math.min(endMs, Math.max(fromMs, nowMs)));
  return {
    ...told,
    state: until === undefined ? outcome : "held",
    plannedUsd: pool.plannedUsd,
    p95Usd: pool.plannedUsd,
    raisedUsd,
    toComeUsd: rounded((poolUsd(pool, fromMs, endMs) ?? 0) - (raisedUsd ?? 0)),
    ...(until !== undefined && { until }),
  };
}

/** What ended so has changed nothing. */
const isUntouched = (outcome: Outcome): boolean => outcome === "refused" || outcome === "ignored";

const poolUsd = ({ usdPerHour, instances }: PoolOfRelease, fromMs: EpochMs, toMs: EpochMs): number | null =>
  usdPerHour === null ? null : rounded((usdPerHour * instances * (toMs - fromMs)) / 3_600_000);

function costUnderWay({ plannedUsd, raisedUsd, ...told }: ReleaseUnderWay): CostOfRelease {
  const toComeUsd = rounded(Math.max(0, (plannedUsd ?? 0) - (raisedUsd ?? 0)));
  return { ...told, state: "under-way", plannedUsd, raisedUsd, toComeUsd, isAtLeast: raisedUsd !== null };
}

function sumOf(releases: readonly CostOfRelease[]): CostSum {
  const add = (amounts: readonly (number | null)[]) =>
    rounded(amounts.reduce<number>((sum, usd) => sum + (usd ?? 0), 0));
  const counts = Map.groupBy(releases, ({ state }) => state);
  const states = Object.fromEntries(
    ([...outcomes, "under-way", "held"] as const).flatMap((state) => {
      const { length } = counts.get(state) ?? [];
      return length === 0 ? [] : [[state, length] as const];
    }),
  );
  const plannedUsd = add(releases.map((one) => one.plannedUsd));
  const spreads = releases.map(({ plannedUsd: half, p95Usd }) => (p95Usd ?? half ?? 0) - (half ?? 0));
  return {
    releases: releases.length,
    states,
    plannedUsd,
    p95Usd: rounded(plannedUsd + Math.hypot(...spreads)),
    unplanned: releases.filter((one) => one.plannedUsd === null).length,
    raisedUsd: add(releases.map((one) => one.raisedUsd)),
    unknown: releases.filter((one) => one.raisedUsd === null).length,
    atLeast: releases.filter((one) => one.isAtLeast && one.state !== "under-way").length,
    toComeUsd: add(releases.map((one) => one.toComeUsd)),
  };
}
