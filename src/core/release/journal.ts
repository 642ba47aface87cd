/**
 * The journal of a release: what was seen of its fleets, what each look at its KPIs came to, which changes were made and
 * what was told of it, as it happened. Entries are only ever added; a step that is tried again may say the same twice.
 */
import * as z from "zod";
import type { KpiVerdict, Observation, Verdict } from "#verdict";
import { type Fleets, variantOf, type WarmInstances, warmOf } from "../capacity/endpoint.ts";
import { GateAnswer } from "../gates/gate-answer.ts";
import { SpikeRecovery } from "../load/spike.ts";
import { LoadStepTold } from "../load/told.ts";
import { AskedSide } from "../plan/team.ts";
import { changeStates } from "./change.ts";
import { resourceKinds } from "./resource-kinds.ts";

/** One side's fleet as it was seen. */
const FleetSeen = z.object({
  variant: z.string(),
  /** As the release has asked for. */
  desired: z.int().min(0),
  /** In service. */
  provisioned: z.int().min(0),
  /** Of these, those that are known to have loaded their model; absent where nobody has looked. */
  warm: z.int().min(0).optional(),
});
export type FleetSeen = z.infer<typeof FleetSeen>;

/** By side; one that is not there is absent. */
const FleetsSeen = z.object({ candidate: FleetSeen.optional(), stable: FleetSeen.optional() });
export type FleetsSeen = z.infer<typeof FleetsSeen>;

/** How one KPI stood at a look. Evidence is ln E; its thresholds are in the same unit. */
const KpiSeen = z.object({
  name: z.string(),
  standing: z.string(),
  /** Of harm since the release began; absent for guardrails. */
  logE: z.number().optional(),
  logThreshold: z.number().optional(),
  /** Of safety in this stage. */
  logSafe: z.number().optional(),
  logSafeThreshold: z.number().optional(),
});
export type KpiSeen = z.infer<typeof KpiSeen>;

/** What an interval showed of one side: requests and how many of them were bad, a mean and of how many, or a value. */
const SideSeen = z.union([
  z.object({ requests: z.number(), bad: z.number() }),
  z.object({ mean: z.number(), count: z.number() }),
  z.object({ value: z.number() }),
]);
export type SideSeen = z.infer<typeof SideSeen>;

const IntervalSeen = z.object({
  kpi: z.string(),
  /** Its start, epoch seconds. */
  at: z.number(),
  seconds: z.number(),
  candidate: SideSeen.nullable(),
  stable: SideSeen.nullable(),
});
export type IntervalSeen = z.infer<typeof IntervalSeen>;

/** ISO 8601. */
const at = z.iso.datetime();

const Look = z.object({
  kind: z.literal("look"),
  at,
  stage: z.int().min(0),
  trafficPercent: z.number(),
  verdict: z.string(),
  decision: z.string(),
  reason: z.string(),
  /** Of all KPIs together. */
  logE: z.number(),
  logThreshold: z.number(),
  kpis: z.array(KpiSeen).readonly(),
  /** What the release had raised by then, US dollars, without what has no known price. */
  spentUsd: z.number().min(0).optional(),
  /** What was new, and the intervals just before it once more; of one that is there twice, the later look knows more. */
  intervals: z.array(IntervalSeen).readonly(),
  fleets: FleetsSeen,
  /** Sides of the plan's team of which an owner has to say yes still, while it is asked. */
  awaits: z.array(AskedSide).readonly().optional(),
});
export type LookEntry = z.infer<typeof Look>;

const Sighted = z.object({ kind: z.literal("fleets"), at, fleets: FleetsSeen });

/** A change of the ledger that was made, or put back, or left to whoever has changed it since. */
const Changed = z.object({
  kind: z.literal("change"),
  at,
  id: z.string(),
  resource: z.object({ kind: z.enum(resourceKinds), name: z.string() }),
  state: z.enum(changeStates),
});

/** What was published of the release. */
export const News = z.object({
  kind: z.literal("news"),
  at,
  state: z.string(),
  stage: z.int().optional(),
  decision: z.string().optional(),
  trafficPercent: z.number().optional(),
  outcome: z.string().optional(),
  reason: z.string().optional(),
});

/** What the test under load has come to by then. */
const LoadTested = z.object({
  kind: z.literal("load-test"),
  at,
  status: z.string(),
  reason: z.string(),
  sent: z.int().min(0),
  /** That were tested; absent in what was written before this was kept. */
  instances: z.int().min(0).optional(),
  steps: z.array(LoadStepTold).readonly().optional(),
  /** Requests per second up to which the requirements are kept: between the two, nineteen times of twenty; 0, or absent: below, or above, all that was tried. */
  knee: z.object({ from: z.number(), to: z.number().optional() }).optional(),
  /** After a spike. */
  recovery: SpikeRecovery.optional(),
  /** Before it, by what tests of before have come to; of one that is to be raised, with that. */
  raises: z
    .array(z.object({ from: z.int(), to: z.int() }))
    .readonly()
    .optional(),
});

/** What the plan's gates said: before the first change, or before the share of a stage. */
const GatesAsked = z.object({
  kind: z.literal("gates"),
  at,
  stage: z.int().min(0).optional(),
  isBlocked: z.boolean(),
  answers: z.array(GateAnswer),
});
export type GatesAsked = z.infer<typeof GatesAsked>;

export const JournalEntry = z.discriminatedUnion("kind", [
  Look,
  Sighted,
  Changed,
  News,
  LoadTested,
  GatesAsked,
]);
export type JournalEntry = z.infer<typeof JournalEntry>;
/** As it is handed in: whoever writes it down knows what time it is. */
export type Noted = JournalEntry extends infer Each
  ? Each extends JournalEntry
    ? Omit<Each, "at">
    : never
  : never;

/** Sorts by time; entries of one moment stay apart, and the same one written twice is one. */
export function sortKeyOf(entry: JournalEntry): string {
  const { at, kind } = entry;
  switch (kind) {
    case "change":
      return `${at} ${kind} ${entry.id} ${entry.state}`;
    case "news":
      return `${at} ${kind} ${entry.state} ${entry.stage ?? ""}`;
    default:
      return `${at} ${kind}`;
  }
}

/** Chosen: a year of releases can be laid side by side, and the month after it. */
const keptDays = 400;

/** When the table may drop an entry, epoch seconds, as DynamoDB's time to live wants it. */
export const expiresAt = (entry: JournalEntry): number =>
  Math.floor(Date.parse(entry.at) / 1000) + keptDays * 86_400;

export interface FleetsToSee {
  readonly needs: Readonly<Record<"candidate" | "stable", { readonly variant: string }>>;
  /** Absent where nobody has looked. */
  readonly warmInstances?: WarmInstances | undefined;
}

/** Fleets by side, of what an endpoint has. */
export function fleetsSeen(endpoint: Fleets, { needs, warmInstances }: FleetsToSee): FleetsSeen {
  const of = (side: "candidate" | "stable"): FleetsSeen => {
    const variant = variantOf(endpoint, needs[side].variant);
    if (variant === undefined) return {};
    const { name, desiredInstances: desired, currentInstances: provisioned } = variant;
    const known = warmInstances !== undefined && { warm: warmOf(warmInstances, variant) };
    return { [side]: { variant: name, desired, provisioned, ...known } };
  };
  return { ...of("candidate"), ...of("stable") };
}

/** DynamoDB holds no number that is not finite, and evidence of eight digits is evidence. */
const rounded = (value: number): number =>
  Math.round(Math.min(mostLog, Math.max(-mostLog, value)) * 1e4) / 1e4;
/** Beyond this, chances are below 10⁻⁴³⁴²: no figure of anything. */
const mostLog = 1e4;

/** What a look's verdict says of each KPI. */
export const kpisSeen = ({ details }: Pick<Verdict, "details">): KpiSeen[] => details.map(kpiSeen);

function kpiSeen({ name, standing, logE, logThreshold, logSafe, logSafeThreshold }: KpiVerdict): KpiSeen {
  return {
    name,
    standing,
    ...(logE !== undefined && { logE: rounded(logE) }),
    ...(logThreshold !== undefined && { logThreshold: rounded(logThreshold) }),
    ...(logSafe !== undefined && { logSafe: rounded(logSafe) }),
    ...(logSafeThreshold !== undefined && { logSafeThreshold: rounded(logSafeThreshold) }),
  };
}

/** The evidence of all KPIs together. */
export const evidenceSeen = ({ evidence }: Pick<Verdict, "evidence">) => ({
  logE: rounded(evidence.logE),
  logThreshold: rounded(evidence.logThreshold),
});

/** Intervals from a moment on, epoch seconds, without what is known of single instances. */
export function intervalsSeen(observed: readonly Observation[], fromSeconds: number): IntervalSeen[] {
  return observed
    .filter(({ at: start }) => start >= fromSeconds)
    .map(({ kpi, at: start, seconds, candidate, stable }) => ({
      kpi,
      at: start,
      seconds,
      candidate: sideSeen(candidate),
      stable: sideSeen(stable),
    }));
}

function sideSeen(sample: Observation["candidate"]): SideSeen | null {
  if (sample === null) return null;
  if ("requests" in sample) return { requests: sample.requests, bad: sample.bad };
  return "mean" in sample ? { mean: sample.mean, count: sample.count } : { value: sample.value };
}
