/**
 * What is to be done about the minimum of an endpoint whose plan has a rule for it: a pure function of what is kept of it and
 * of what is seen. What somebody else has set since is theirs, and a release that holds the endpoint has it to itself.
 */
import { type EquippedVariant, type Fleets, isServing } from "../capacity/endpoint.ts";
import type { Scaling } from "../capacity/scaling.ts";
import { namedFor } from "../capacity/sizing.ts";
import type { Plan } from "../plan/plan.ts";
import type { EpochMs } from "../units.ts";
import { heldBy } from "./adjusting.ts";
import { byLessons } from "./by-lessons.ts";
import { byRule } from "./by-load.ts";
import { type Asked, asksFor, ruleFor, type Watched, type Watching } from "./watched.ts";
import { silent, told, type WatchedBounds, withHold } from "./watched-bounds.ts";

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
  const { adjusting } = record;
  const beside =
    adjusting?.trial === undefined
      ? record
      : { ...record, adjusting: { ...adjusting, trial: heldBy(adjusting.trial, nowMs) } };
  return { kept: told(beside, `the release ${release.releaseId} has the endpoint to itself`, { nowMs }) };
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
    const { hold: _, intent: __, until: ___, adjusting: ____, ordered: _____, ...rest } = record;
    const kept = told(rest, "the endpoint is not there any more", { nowMs });
    return { kept, isOver: !asksFor(seen.plan, record.endpoint) };
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
  if (isTheirs(record) && asksFor(plan, record.endpoint)) return { kept: record };
  const held = holdNow(record, { variant, plan, min: scaling.min });
  if (held === "theirs") return theirs(record, scaling.min, nowMs);
  const { hold: __, ...free } = record;
  const now = { record: held === undefined ? free : { ...free, hold: held }, variant };
  const asked = { ...seen, ...now, min: scaling.min, max: scaling.max };
  if (!asksFor(plan, record.endpoint)) return givenBack(asked);
  return ruleFor(plan, record.endpoint) === undefined ? byLessons(asked) : byRule(withoutLessons(asked));
}

/** Whether somebody's hand has ended it, until the plan is applied again. */
export const isTheirs = ({ line, askedAt }: WatchedBounds): boolean =>
  line?.isLasting === true && askedAt <= line.since;

/** Somebody else has set it: what was held is theirs, and a trial of it is over. */
function theirs(record: WatchedBounds, min: number, nowMs: EpochMs): Watching {
  const { hold, until: _, adjusting, ordered: __, ...rest } = record;
  const text = `somebody else has set its minimum to ${min}, where it was ${hold?.set} (before Slipway: ${hold?.own}); it stays so until the plan is applied again`;
  const kept = told(rest, text, { nowMs, isLasting: true });
  const trial = adjusting?.trial;
  if (trial === undefined || hold === undefined) return { kept };
  const { variant, own } = hold;
  const adjusted = { outcome: "left", evidence: trial.weight } as const;
  return { kept, ended: { variant, own, min, why: `somebody else has set it to ${min}`, adjusted } };
}

/** A plan that has it follow the load knows nothing of what was learnt. */
function withoutLessons(asked: Asked): Asked {
  const { adjusting: _, ordered: __, ...record } = asked.record;
  return { ...asked, record };
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

/** The plan asks for nothing any more: what was before is put back. */
function givenBack(asked: Asked): Watching {
  const { variant, min, max } = asked;
  const { record } = withoutLessons(asked);
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
