/**
 * Looks at an endpoint whose minimum follows its load, or what was learnt of it, and sets it where that is to be done: by compare-and-set, written down
 * first, while no release may take the endpoint. What AWS refuses is asked again ever more seldom.
 */
import type { Scaling } from "../core/capacity/scaling.ts";
import { minutesLookedAt } from "../core/capacity/steady-bounds.ts";
import type { LoadHistory } from "../core/forecast/load-history.ts";
import { retentionDaysOf } from "../core/plan/evidence-keeping.ts";
import type { Plan } from "../core/plan/plan.ts";
import { pricedFor } from "../core/plan/price-list.ts";
import { scalingOf } from "../core/release/resources.ts";
import { adjustedFor, ruleFor, type Watching } from "../core/release/watched.ts";
import {
  type BoundsChange,
  type BoundsEntry,
  told,
  type WatchedBounds,
  withHold,
} from "../core/release/watched-bounds.ts";
import { isTheirs, nextWatching, notToLook, soleVariant, unfit } from "../core/release/watching.ts";
import { putScaling, readScaling } from "./application-auto-scaling.ts";
import { ifThere } from "./errors.ts";
import { publishAdjusted } from "./event-bridge.ts";
import { claimMinimum } from "./evidence-minima.ts";
import { loadOfMinutes } from "./fleet-metrics.ts";
import type { Tools } from "./lambda.ts";
import { lessonsOf } from "./lessons.ts";
import { readLock } from "./lock-item.ts";
import { keepFromTaking, letBeTaken } from "./locks.ts";
import { readPlan } from "./plans.ts";
import { listingFor } from "./price-list.ts";
import { isRefusal, refusalText } from "./refusals.ts";
import { servingPlatform } from "./serving/platforms.ts";
import { forgetWatched, keepWatched, noteBounds } from "./watched-bounds.ts";
import { watchedPast } from "./watched-past.ts";

/** What a look came to: what was set, and what keeps it from more. */
export interface Look {
  readonly set?: BoundsChange;
  readonly line?: string;
}

export async function watch(tools: Tools, record: WatchedBounds): Promise<Look> {
  const nowMs = tools.now();
  let next: Watching;
  try {
    next = await looked(tools, record, nowMs);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return refusedOnce(tools, { record, kept: record, error, refused: record.refused });
  }
  const { intent } = record;
  if (intent !== undefined && next.kept.intent === undefined)
    await claimMinimum(tools.aws, record, { ...intent, to: intent.set, at: intent.since, isSeen: false });
  // Whoever set it did not live to say so.
  if (intent !== undefined && next.kept.changedAt === intent.since)
    await tell(tools, entryOf(record, { ...intent, to: intent.set, at: intent.since }));
  if (next.ended !== undefined) {
    const { min, ...ended } = next.ended;
    await tell(tools, entryOf(record, { ...ended, from: min, to: min, at: new Date(nowMs).toISOString() }));
  }
  if (next.change !== undefined) return changed(tools, { record, kept: next.kept, change: next.change });
  if (next.isOver === true && nowMs - Date.parse(record.askedAt) > justAskedMs) {
    await forgetWatched(tools.aws, record);
    return {};
  }
  if (!isSame(record, next.kept)) await keepWatched(tools.aws, record, next.kept);
  return lineOf(next.kept);
}

/** Chosen: an endpoint is noted before its plan is in force, by seconds. */
const justAskedMs = 600_000;

const lineOf = ({ line }: WatchedBounds): Look => (line === undefined ? {} : { line: line.text });

const isSame = (one: WatchedBounds, other: WatchedBounds): boolean =>
  JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());

async function looked(tools: Tools, record: WatchedBounds, nowMs: number): Promise<Watching> {
  const { aws } = tools;
  const { endpoint: name } = record;
  const lock = await readLock(aws, `endpoint/${name}`);
  const not = notToLook({ record, lock, nowMs });
  if (not !== undefined) return not;
  const plan = await pricedPlan(tools, record);
  const endpoint = await ifThere(() => servingPlatform(aws).look(name));
  const variant = soleVariant(endpoint);
  const scaling = variant && (await readScaling(aws, scalingOf(name, variant.name).name));
  const minutes = variant === undefined ? [] : await minutesOf({ aws, plan, record, nowMs }, variant.name);
  const history = await foreseenBy(tools, { plan, record, scaling, nowMs }, variant?.name);
  const lessons =
    plan === undefined || variant === undefined || isTheirs(record) || unsettled(record, scaling)
      ? undefined
      : await lessonsOf(aws, { plan, record, variant, min: scaling?.min ?? 0, nowMs });
  const next = nextWatching({ record, plan, lock, endpoint, scaling, minutes, history, lessons, nowMs });
  const retentionDays = plan === undefined ? record.hold?.retentionDays : retentionDaysOf(plan);
  return next.change === undefined || retentionDays === undefined
    ? next
    : { ...next, change: { ...next.change, retentionDays } };
}

/** Where what became of a change must be settled first, or a person's order, or nobody can see what is set. */
const unsettled = ({ intent, ordered }: WatchedBounds, scaling: Scaling | null | undefined): boolean =>
  intent !== undefined ||
  ordered !== undefined ||
  scaling === null ||
  scaling === undefined ||
  unfit(scaling) !== undefined;

/** The plan in force; with prices as of now where money bounds what is set. */
async function pricedPlan(tools: Tools, { model, endpoint }: WatchedBounds): Promise<Plan | undefined> {
  const plan = await readPlan(tools.aws, model);
  const isBounded =
    ruleFor(plan, endpoint) !== undefined || adjustedFor(plan, endpoint)?.maxUsdPerHour !== undefined;
  if (plan === undefined || !isBounded) return plan;
  return pricedFor(plan, "hosting", await listingFor(tools));
}

interface OfLoad extends Pick<Tools, "aws"> {
  readonly plan: Plan | undefined;
  readonly record: WatchedBounds;
  readonly nowMs: number;
}

async function minutesOf({ aws, plan, record, nowMs }: OfLoad, variant: string) {
  const rule = ruleFor(plan, record.endpoint);
  if (rule === undefined) return [];
  const variants = [...new Set([variant, record.serving ?? variant, record.before ?? variant])];
  const { metrics } = servingPlatform(aws);
  const target = { metrics, endpoint: record.endpoint, variants, nowMs };
  return loadOfMinutes(aws, target, minutesLookedAt(rule));
}

/** Undefined where the rule goes by the load of late, and where nothing is to be set. */
async function foreseenBy(
  { aws }: Tools,
  { plan, record, scaling, nowMs }: Omit<OfLoad, "aws"> & { readonly scaling: Scaling | null | undefined },
  variant: string | undefined,
): Promise<LoadHistory | undefined> {
  const isAsked = ruleFor(plan, record.endpoint)?.mode === "predictive" && !isTheirs(record);
  const isFit = scaling !== null && scaling !== undefined && unfit(scaling) === undefined;
  return isAsked && isFit && variant !== undefined ? watchedPast(aws, { record, variant, nowMs }) : undefined;
}

interface Making {
  readonly record: WatchedBounds;
  readonly kept: WatchedBounds;
  readonly change: BoundsChange;
}

interface Made extends Making {
  readonly at: string;
  /** What was refused before. */
  readonly refused: WatchedBounds["refused"];
}

/** How long nobody takes the lock meanwhile: a call's three tries, each as long as it is waited for, and what comes before. */
const adjustingMs = 45_000;

async function changed(tools: Tools, { record, kept, change }: Making): Promise<Look> {
  const { aws, now } = tools;
  const subject = `endpoint/${record.endpoint}`;
  const at = new Date(now()).toISOString();
  const until = new Date(now() + adjustingMs).toISOString();
  if (!(await keepFromTaking(aws, subject, { now: at, until })))
    return { line: "a release has just taken the endpoint, or a spike is rehearsed on it" };
  try {
    const { to: set, ...rest } = change;
    const intent = { ...rest, set, since: at };
    const written = await keepWatched(aws, record, { ...kept, intent });
    return await made(tools, { record: written, kept, change, at, refused: record.refused });
  } finally {
    await letBeTaken(aws, subject, until);
  }
}

async function made(tools: Tools, { record, kept, change, at, refused }: Made): Promise<Look> {
  const { aws } = tools;
  const { variant, from, to } = change;
  const target = scalingOf(record.endpoint, variant).name;
  try {
    const now = await readScaling(aws, target);
    // Somebody was faster by a second: the next look sees what they want.
    if (now === null || now.min !== from || unfit(now) !== undefined) {
      await keepWatched(aws, record, kept);
      return { line: "its scaling has just been changed by somebody else" };
    }
    await putScaling(aws, target, { from: now, to: { ...now, min: to } });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return refusedOnce(tools, { record, kept, error, refused });
  }
  await claimMinimum(aws, record, { ...change, at, isSeen: true });
  await tell(tools, entryOf(record, { ...change, at }));
  const settled = withHold(kept, { ...change, at });
  await keepWatched(aws, record, settled);
  return { set: change, ...lineOf(settled) };
}

const entryOf = (
  { endpoint, model }: WatchedBounds,
  {
    variant,
    from,
    to,
    own,
    why,
    adjusted,
    at,
  }: Omit<BoundsChange, "perInstance" | "adjusting"> & { at: string },
): BoundsEntry => ({
  at,
  endpoint,
  model,
  variant,
  from,
  to,
  own,
  why,
  ...(adjusted !== undefined && { adjusted }),
});

/** Delivery is at least once: it is told before what is kept says that it is over. */
async function tell(tools: Tools, entry: BoundsEntry): Promise<void> {
  await noteBounds(tools.aws, entry);
  if (entry.adjusted === undefined) return;
  if (entry.adjusted.outcome === "put-back") tools.count("AdjustmentHarm");
  await publishAdjusted(tools, { ...entry, adjusted: entry.adjusted });
}

/** Chosen: twice as long after each, from five minutes on, six hours at most. */
const refusedMs = (times: number): number => Math.min(300_000 * 2 ** (times - 1), 6 * 3_600_000);

/** Writes down who refused what, and when it is asked again. */
async function refusedOnce(
  { aws, now }: Tools,
  { record, kept, error, refused }: Pick<Made, "record" | "kept" | "refused"> & { error: unknown },
): Promise<Look> {
  const times = (refused?.times ?? 0) + 1;
  const nextAt = new Date(now() + refusedMs(times)).toISOString();
  const said = told(kept, refusalText(error), { nowMs: now() });
  await keepWatched(aws, record, { ...said, refused: { times, nextAt } });
  return lineOf(said);
}
