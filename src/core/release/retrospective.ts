/**
 * What a release was planned with, and what happened: written as it closes, and what later plans learn from. Of what is absent
 * nothing is known.
 */
import * as z from "zod";
import { finalOf } from "../capacity/candidate-fleet.ts";
import { estimateOf } from "../cost/estimate.ts";
import { Launch } from "../learning/launch.ts";
import { patienceOf } from "../load/step.ts";
import { Plan } from "../plan/plan.ts";
import { priceUsdPerHour } from "../plan/prices.ts";
import { epochMs, shareOf } from "../units.ts";
import type { JournalEntry } from "./journal.ts";
import { promotedAt } from "./leaving.ts";
import { type LoadTold, loadTold } from "./load-told.ts";
import { NoiseSeen, noiseSeen } from "./noise-seen.ts";
import { raisedUsd } from "./raised-usd.ts";
import type { ReleaseRecord } from "./record.ts";
import { Needs, Warmth } from "./release.ts";
import { isWeights } from "./resources.ts";
import { FleetSize, sizesSeen } from "./sizes-seen.ts";
import { Throughput, throughputSeen } from "./throughput-seen.ts";
import { UtilisationSeen, utilisationSeen } from "./utilisation-seen.ts";

const amount = z.number().min(0);
/** More than the one, and at most the other where that was seen. */
const between = { moreThan: amount, atMost: amount.optional() };

export const Retrospective = z.object({
  schema: z.literal(1),
  /** From its start to its end. */
  minutes: z.object({ planned: amount, happened: amount }).optional(),
  /** From its start until its capacity was there, or it was promoted; where it was started ahead of a date. */
  leadMinutes: z.object({ planned: amount, happened: amount }).optional(),
  /** The candidate's. */
  instances: z.object({ instanceType: z.string(), planned: z.int(), most: z.int() }).optional(),
  /** Requests per second: as it was planned, and at most while it lasted; forecast to stay below on such a share of times. */
  load: z
    .object({
      before: amount,
      readyFor: amount,
      highest: amount.optional(),
      last: amount.optional(),
      forecast: z.object({ requestsPerSecond: amount, percent: amount }).optional(),
    })
    .optional(),
  /** On top of the steady fleet: planned until its end, happened by its last look, and in all by its ledger from there to its end. */
  usd: z
    .object({
      planned: amount.nullable(),
      p95: amount.nullable(),
      happened: amount.optional(),
      inAll: amount.optional(),
    })
    .optional(),
  /** From its first traffic until it was judged bad. */
  minutesToDetect: amount.optional(),
  /** From its instances' being in service until they answered in time; planned as nineteen of twenty take at most. */
  modelLoad: z.object({ plannedSeconds: amount, ...between }).optional(),
  /** What the plan says of each instance, and what was seen of it. */
  throughput: z.object({ planned: amount, seen: z.array(Throughput).max(4) }).optional(),
  /** Fleets that were tested under load, with the rates at which latency broke. */
  sizes: z.array(FleetSize).optional(),
  /** How full its instances were where latency broke. */
  utilisation: UtilisationSeen.optional(),
  /** What was asked for of a pool of capacity, and whether it came. */
  raises: z
    .array(
      z.object({ instanceType: z.string(), of: Launch.shape.of, came: z.boolean(), at: z.iso.datetime() }),
    )
    .max(12)
    .optional(),
  /** Of KPIs, what was measured of stable before the release. */
  noise: z.array(NoiseSeen).optional(),
  /** What an instance-hour cost, US dollars by type. */
  usdPerHour: z.record(z.string(), amount).optional(),
});
export type Retrospective = z.infer<typeof Retrospective>;

export interface LookedBack {
  readonly record: Pick<ReleaseRecord, "release" | "plan" | "planning" | "changes">;
  readonly closedAt: string;
  readonly thereAt?: string | undefined;
  readonly backSince?: string | undefined;
  readonly launch?: Launch | undefined;
  /** Sections of its document, whoever wrote them. */
  readonly warmth?: unknown;
  readonly loadTest?: unknown;
  readonly judgement?: unknown;
  readonly journal: readonly JournalEntry[];
}

/** Undefined where there is nothing to look back at. */
export function retrospectiveOf(back: LookedBack): Retrospective | undefined {
  const plan = Plan.safeParse(back.record.plan).data;
  if (plan === undefined) return undefined;
  const planning = (back.record.planning ?? {}) as { readonly needs?: unknown; readonly tried?: unknown };
  const needs = Needs.safeParse(planning.needs).data;
  const raises = raisesIn(back, planning.tried);
  if (needs === undefined && raises.length === 0) return undefined;
  return {
    schema: 1,
    ...leadIn(back),
    ...(raises.length > 0 && { raises }),
    ...(needs !== undefined && ofEndpoint(back, plan, needs)),
  };
}

function ofEndpoint(back: LookedBack, plan: Plan, needs: Needs): Omit<Retrospective, "schema"> {
  const { record, closedAt, journal } = back;
  const told = loadTold(journal, plan);
  const estimate = estimateOf(plan, needs.stable, needs.candidate);
  const spentUsd = journal.flatMap((entry) => (entry.kind === "look" ? (entry.spentUsd ?? []) : [])).at(-1);
  const inAll = raisedUsd({ ...back, plan, needs, changes: record.changes ?? [], ...endOf(back) });
  const most = Math.max(0, ...journal.map(candidateIn));
  const { instanceType } = needs.candidate;
  const noise = noiseSeen(back.judgement);
  const sizes = sizesSeen(back.loadTest, { instanceType, journal });
  const utilisation = shareOf(plan.requirements.utilisationPercent);
  const seen = throughputSeen(back.loadTest, { needs, told, utilisation });
  const patienceSeconds = patienceOf(plan) / 1000;
  const broke = utilisationSeen(back.loadTest, { ...needs.candidate, utilisation, patienceSeconds });
  return {
    minutes: { planned: tenths(estimate.minutes), happened: minutesFrom(record.release.openedAt, closedAt) },
    ...(most > 0 && { instances: { instanceType, planned: finalOf(needs.candidate), most } }),
    load: loadOf(needs, told),
    usd: {
      planned: estimate.usd,
      p95: estimate.p95Usd,
      ...(spentUsd !== undefined && { happened: spentUsd }),
      ...(inAll !== undefined && { inAll }),
    },
    ...detection(back),
    ...modelLoadIn(back, plan),
    ...(seen.length > 0 && {
      throughput: { planned: needs.candidate.requestsPerSecondPerInstance, seen },
    }),
    ...(sizes.length > 0 && { sizes }),
    ...(broke !== undefined && { utilisation: broke }),
    ...(noise.length > 0 && { noise }),
    usdPerHour: pricesIn(plan, needs),
  };
}

const endOf = ({ record: { changes = [] }, launch }: LookedBack) => ({
  isPromoted: promotedAt(changes) !== undefined,
  thereAt: launch?.thereAt,
});

function leadIn({ record, thereAt }: LookedBack): Pick<Retrospective, "leadMinutes"> {
  const { openedAt, dueAt } = record.release;
  if (dueAt === undefined || thereAt === undefined) return {};
  return {
    leadMinutes: { planned: minutesFrom(openedAt, dueAt), happened: minutesFrom(openedAt, thereAt) },
  };
}

const candidateIn = (entry: JournalEntry): number =>
  "fleets" in entry ? (entry.fleets.candidate?.provisioned ?? 0) : 0;

function loadOf(
  { measuredRequestsPerSecond, designRequestsPerSecond, expected }: Needs,
  told: readonly LoadTold[],
): NonNullable<Retrospective["load"]> {
  const loads = told.map(({ requestsPerSecond }) => requestsPerSecond);
  const last = loads.slice(-lastIntervals);
  return {
    before: measuredRequestsPerSecond,
    readyFor: designRequestsPerSecond,
    ...(loads.length > 0 && {
      highest: digits(Math.max(...loads)),
      last: digits(last.reduce((sum, each) => sum + each, 0) / last.length),
    }),
    ...(expected !== undefined && {
      forecast: { requestsPerSecond: expected.requestsPerSecond, percent: expected.percent },
    }),
  };
}

/** Chosen: a single minute is chance. */
const lastIntervals = 5;

function detection({ record, backSince }: LookedBack): Pick<Retrospective, "minutesToDetect"> {
  const shiftedAt = (record.changes ?? []).find(({ resource }) => isWeights(resource))?.at;
  if (shiftedAt === undefined || backSince === undefined || backSince < shiftedAt) return {};
  return { minutesToDetect: minutesFrom(shiftedAt, backSince) };
}

function modelLoadIn({ launch, warmth }: LookedBack, plan: Plan): Pick<Retrospective, "modelLoad"> {
  const seen = Warmth.safeParse(warmth).data;
  if (launch?.thereAt === undefined || seen === undefined) return {};
  const { coldAt, warmAt } = seen;
  if (coldAt === undefined && warmAt === undefined) return {};
  const secondsSince = (from: string, to: string) =>
    Math.max(0, Math.round((epochMs(to) - epochMs(from)) / 1000));
  const earliest = launch.missingAt ?? launch.askedAt;
  return {
    modelLoad: {
      plannedSeconds: plan.warmth.loadSecondsP95,
      moreThan: coldAt === undefined ? 0 : secondsSince(launch.thereAt, coldAt),
      ...(warmAt !== undefined && { atMost: Math.max(1, secondsSince(earliest, warmAt)) }),
    },
  };
}

const Tried = z.array(z.looseObject({ instanceType: z.string(), since: z.iso.datetime() })).catch([]);

/** Types that could not be had, and what was asked for last. */
function raisesIn({ launch }: LookedBack, tried: unknown): NonNullable<Retrospective["raises"]> {
  const unlaunched = Tried.parse(tried ?? []).map(({ instanceType, since }) => ({
    instanceType,
    of: "endpoint" as const,
    came: false,
    at: since,
  }));
  const { of = "endpoint", instances = {}, thereAt, missingAt, askedAt = "" } = launch ?? {};
  const isSeen = thereAt !== undefined || missingAt !== undefined;
  const last = isSeen
    ? Object.keys(instances).map((instanceType) => ({
        instanceType,
        of,
        came: thereAt !== undefined,
        at: askedAt,
      }))
    : [];
  return [...unlaunched, ...last].slice(-12);
}

function pricesIn(plan: Plan, { stable, candidate }: Needs): Record<string, number> {
  const types = [...new Set([stable.instanceType, candidate.instanceType])];
  return Object.fromEntries(
    types.flatMap((type) => {
      const usd = priceUsdPerHour(type, plan);
      return usd === undefined ? [] : [[type, usd] as const];
    }),
  );
}

const minutesFrom = (from: string, to: string): number =>
  Math.max(0, tenths((epochMs(to) - epochMs(from)) / 60_000));
const tenths = (value: number): number => Math.round(10 * value) / 10;
const digits = (value: number): number => Number(value.toPrecision(4));
