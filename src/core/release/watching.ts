/**
 * What is to be done about the minimum of an endpoint whose plan has a rule for it: a pure function of what is kept of it and
 * of what is seen. What somebody else has set since is theirs, and a release that holds the endpoint has it to itself.
 */
import { type EquippedVariant, type Fleets, isServing } from "../capacity/endpoint.ts";
import type { Scaling } from "../capacity/scaling.ts";
import { namedFor, servingNeeds, steadyInstances } from "../capacity/sizing.ts";
import { type BoundsPlan, type LoadMinute, steadyBounds } from "../capacity/steady-bounds.ts";
import type { Plan } from "../plan/plan.ts";
import { isAccountedFor, priceUsdPerHour, unaccountedFor } from "../plan/prices.ts";
import type { EpochMs } from "../units.ts";
import type { LockItem } from "./lock.ts";
import { type BoundsChange, silent, told, type WatchedBounds, withHold } from "./watched-bounds.ts";

export interface Watching {
  /** What is to be kept, but for what a change makes of it. */
  readonly kept: WatchedBounds;
  readonly change?: BoundsChange;
  /** Nothing asks for it any more, and nothing is held: what is kept goes. */
  readonly isOver?: boolean;
}

export interface Watched {
  readonly record: WatchedBounds;
  /** In force for the record's model; absent: none is. */
  readonly plan: Plan | undefined;
  readonly lock: LockItem;
  /** Undefined where it is gone. */
  readonly endpoint: Fleets<EquippedVariant> | undefined;
  /** Of the variant that serves; undefined where it was not looked at, null where it has none. */
  readonly scaling: Scaling | null | undefined;
  /** Of what has served of late. */
  readonly minutes: readonly LoadMinute[];
  readonly nowMs: EpochMs;
}

/** The rule of a plan for an endpoint, if the plan has one for it. */
export const ruleFor = (plan: Plan | undefined, endpoint: string) =>
  plan?.endpoint.name === endpoint ? plan.scaling : undefined;

/** The one variant that serves, where it is one and the endpoint is at rest. */
export function soleVariant(endpoint: Fleets<EquippedVariant> | undefined): EquippedVariant | undefined {
  const [only, ...others] = endpoint?.variants ?? [];
  return others.length === 0 && endpoint !== undefined && isServing(endpoint) ? only : undefined;
}

/** Whether there is nothing to look for: a refusal of a while ago has its time, and a release the endpoint to itself. */
export function notToLook({
  record,
  lock,
  nowMs,
}: Pick<Watched, "record" | "lock" | "nowMs">): Watching | undefined {
  if (record.refused !== undefined && Date.parse(record.refused.nextAt) > nowMs) return { kept: record };
  const release = lock.holder ?? lock.queue?.[0];
  if (release === undefined) return undefined;
  return { kept: told(record, `the release ${release.releaseId} has the endpoint to itself`, { nowMs }) };
}

export function nextWatching(seen: Watched): Watching {
  const { refused: _, ...record } = seen.record;
  return (
    notToLook(seen) ??
    notForUs({ ...seen, record }) ??
    ofOwn({ ...seen, record: settledBy({ ...seen, record }) })
  );
}

/** What keeps the rule from being carried out at all. */
function notForUs(seen: Watched): Watching | undefined {
  const { record, endpoint, scaling, nowMs } = seen;
  const only = (text: string): Watching => ({ kept: told(record, text, { nowMs }) });
  if (endpoint === undefined) {
    const { hold: _, intent: __, until: ___, ...rest } = record;
    const kept = told(rest, "the endpoint is not there any more", { nowMs });
    return { kept, isOver: ruleFor(seen.plan, record.endpoint) === undefined };
  }
  // It comes to rest by itself, and is looked at again in a moment.
  if (!isServing(endpoint)) return { kept: record };
  const variant = soleVariant(endpoint);
  if (variant === undefined) return only("several variants are on it, and no release is");
  if (scaling === undefined) return { kept: record };
  const why =
    scaling === null ? `${variant.name} has no scalable target, so it has no minimum` : unfit(scaling);
  return why === undefined ? undefined : only(why);
}

/** Why a target is somebody else's to set. */
export function unfit({ suspended, scheduledActions }: Scaling): string | undefined {
  if (suspended.in || suspended.out) return "somebody has suspended its scaling";
  const setting = scheduledActions.find(
    ({ action }) => (action as { MinCapacity?: number } | undefined)?.MinCapacity !== undefined,
  );
  return (
    setting && `the scheduled action ${setting.name} sets its minimum: two would set it against each other`
  );
}

/** The record with what became of a change whose maker did not say. */
function settledBy({ record, scaling }: Watched): WatchedBounds {
  const { intent, ...rest } = record;
  if (intent === undefined || scaling?.min !== intent.set) return rest;
  return withHold(rest, { ...intent, to: intent.set, at: intent.since });
}

/** What a rule makes of what is seen, where nothing stands in its way. */
function ofOwn(seen: Watched): Watching {
  const variant = soleVariant(seen.endpoint);
  const { scaling, plan, nowMs } = seen;
  if (variant === undefined || scaling === null || scaling === undefined) return { kept: seen.record };
  const record = served(seen.record, variant.name);
  const isAsked = record.line?.isLasting !== true || record.askedAt > record.line.since;
  if (!isAsked && ruleFor(plan, record.endpoint) !== undefined) return { kept: record };
  const held = holdNow(record, { variant, plan, min: scaling.min });
  if (held === "theirs") {
    const { hold, until: _, ...rest } = record;
    const text = `somebody else has set its minimum to ${scaling.min}, where it was ${hold?.set} (before Slipway: ${hold?.own}); it stays so until the plan is applied again`;
    return { kept: told(rest, text, { nowMs, isLasting: true }) };
  }
  const { hold: __, ...free } = record;
  const now = { record: held === undefined ? free : { ...free, hold: held }, variant };
  const asked = { ...seen, ...now, min: scaling.min, max: scaling.max };
  return ruleFor(plan, record.endpoint) === undefined ? givenBack(asked) : byRule(asked);
}

function served(record: WatchedBounds, variant: string): WatchedBounds {
  if (record.serving === variant) return record;
  const { serving } = record;
  return { ...record, serving: variant, ...(serving !== undefined && { before: serving }) };
}

/**
 * The hold as it is on what serves now: a release has given its candidate what stable had, by what their instances can do
 * (core/capacity/scaling.ts, `adopted`). Undefined where there is none.
 */
function holdNow(
  { hold }: WatchedBounds,
  { variant, plan, min }: { variant: EquippedVariant; plan: Plan | undefined; min: number },
): WatchedBounds["hold"] | "theirs" {
  if (hold === undefined) return undefined;
  if (hold.variant === variant.name) return hold.set === min ? hold : "theirs";
  const types = plan === undefined ? [] : [plan.endpoint, ...namedFor(plan)];
  const able = types.flatMap((one) =>
    one.instanceType === variant.instanceType ? [one.requestsPerSecondPerInstance] : [],
  );
  const least = (count: number, perInstance: number) =>
    Math.max(1, Math.ceil((count * hold.perInstance) / perInstance));
  const perInstance = [hold.perInstance, ...able].find((one) => least(hold.set, one) === min);
  if (perInstance === undefined) return "theirs";
  const own = least(hold.own, perInstance);
  return own === min ? undefined : { ...hold, variant: variant.name, perInstance, own, set: min };
}

interface Asked extends Watched {
  readonly variant: EquippedVariant;
  readonly min: number;
  readonly max: number;
}

/** The plan asks for nothing any more: what was before is put back. */
function givenBack({ record, variant, min, max }: Asked): Watching {
  const { hold } = record;
  if (hold === undefined) return { kept: silent(record), isOver: true };
  const { perInstance, own } = hold;
  const to = Math.min(own, max);
  const why = "no plan in force has a rule for it any more";
  return {
    kept: silent(record),
    change: { variant: variant.name, perInstance, from: min, to, own: to, why },
  };
}

function byRule(asked: Asked): Watching {
  const { record, plan, variant, min, nowMs } = asked;
  if (plan === undefined) return { kept: record };
  const only = (text: string): Watching => ({ kept: told(record, text, { nowMs }) });
  const needs = servingNeeds(plan, variant.instanceType);
  if (needs === undefined)
    return only(
      `it serves on ${variant.instanceType || "an unknown type"}, and the plan does not say what one of it serves`,
    );
  if (!isAccountedFor(variant.instanceType, plan)) return only(unaccountedFor(variant.instanceType));
  const perInstance = needs.requestsPerSecondPerInstance;
  const own = record.hold?.own ?? min;
  const next = planned(asked, { plan, needs, own });
  const until = next.untilMs === undefined ? undefined : new Date(next.untilMs).toISOString();
  const { until: _, ...rest } = record;
  const kept = { ...rest, ...(until !== undefined && { until }) };
  const lacking =
    next.bound === undefined ? undefined : `the load takes ${next.needed}, and ${next.bound} allows less`;
  const said = { kept: lacking === undefined ? silent(kept) : told(kept, lacking, { nowMs }) };
  if (next.to === min) return said;
  return {
    ...said,
    change: { variant: variant.name, perInstance, from: min, to: next.to, own, why: next.why },
  };
}

type Sized = { plan: Plan; needs: NonNullable<ReturnType<typeof servingNeeds>>; own: number };

function planned(asked: Asked, { plan, needs, own }: Sized): BoundsPlan {
  const { record, variant, minutes, min, max, nowMs } = asked;
  const { scaling: rule, requirements } = plan;
  if (rule === undefined) return { to: min, why: "there is no rule" };
  const utilisationPercent = rule.utilisationPercent ?? requirements.utilisationPercent;
  const filled = {
    ...plan,
    endpoint: { ...plan.endpoint, ...needs },
    requirements: { ...requirements, utilisationPercent },
  };
  const price = priceUsdPerHour(variant.instanceType, plan);
  return steadyBounds({
    rule,
    instancesFor: (requestsPerSecond) => steadyInstances(filled, requestsPerSecond),
    minutes,
    set: min,
    own,
    maximum: max,
    affordable: price === undefined ? Number.POSITIVE_INFINITY : own + Math.floor(rule.maxUsdPerHour / price),
    changedAtMs: record.changedAt === undefined ? undefined : Date.parse(record.changedAt),
    nowMs,
  });
}
