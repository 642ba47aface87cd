/**
 * What is made of what was learnt, where a plan has the minimum set by that and nothing stands in its way: it is raised at once and lowered
 * by steps, each of which is watched, and put back where what serves has turned worse since.
 */
import type { Adjusted } from "../plan/proposals.ts";
import {
  type Adjusting,
  beginTrial,
  endOfTrial,
  nextMinimum,
  type Seen,
  type SizeTrial,
  type SizeWish,
} from "./adjusting.ts";
import { takenBack, tooLate, withoutOrder } from "./taken-back.ts";
import { type Asked, adjustedFor, changeOf, type Watching } from "./watched.ts";
import { silent, told, type WatchedBounds } from "./watched-bounds.ts";

export function byLessons(asked: Asked): Watching {
  const { plan, record, lessons = {} } = asked;
  const adjusted = adjustedFor(plan, record.endpoint);
  if (adjusted === undefined) return { kept: record };
  const { trial } = record.adjusting ?? {};
  if (record.ordered !== undefined) {
    const back = takenBack(asked, record.ordered);
    if (back !== undefined) return back;
    return trial === undefined ? tooLate(asked, record.ordered) : onTrial(withoutOrder(asked), { trial });
  }
  if (trial !== undefined) return onTrial(asked, lessons.seen ?? { trial });
  return lessons.wish === undefined ? { kept: record } : byWish(asked, { adjusted, wish: lessons.wish });
}

/** A trial as it was looked at: another fleet, or another hand, ends it without a change; harm puts it back. */
function onTrial(asked: Asked, seen: Seen): Watching {
  const { record, variant, min, max, nowMs } = asked;
  const { trial } = seen;
  const { trial: _, last, ...rest } = record.adjusting ?? {};
  const own = record.hold?.own ?? trial.to;
  const over = (outcome: "kept" | "left" | "superseded", why: string): Watching => ({
    kept: silent({
      ...record,
      adjusting: { ...rest, ...(outcome === "kept" && last !== undefined && { last }) },
    }),
    ended: { variant: variant.name, own, min, why, adjusted: { outcome, evidence: trial.weight } },
  });
  if (trial.variant !== variant.name)
    return over("superseded", `${variant.name} serves now, and a release has judged it with what it has`);
  if (min !== trial.to) return over("left", `somebody else has set it to ${min}`);
  const end = endOfTrial(seen, nowMs);
  if (end === undefined) return { kept: silent({ ...record, adjusting: { ...record.adjusting, trial } }) };
  if (end.outcome === "kept") return over("kept", end.why);
  const to = Math.min(trial.from, max);
  // Somebody has lowered the target's maximum to it: there is nowhere to go back to.
  if (to <= min) return over("left", `its maximum is ${max} by now; ${end.why}`);
  const putBack = { at: new Date(nowMs).toISOString(), to: trial.to, evidence: trial.weight, why: end.why };
  return {
    kept: silent({ ...record, adjusting: { ...record.adjusting, trial } }),
    change: {
      ...changeOf(asked, { to, why: end.why }),
      adjusted: { outcome: "put-back", evidence: trial.weight },
      adjusting: { ...rest, putBack },
    },
  };
}

interface Wished {
  readonly adjusted: Adjusted;
  readonly wish: SizeWish | { readonly quiet: string };
}

function byWish(asked: Asked, { adjusted, wish }: Wished): Watching {
  const { record, scaling, variant, min, max, nowMs } = asked;
  const adjusting = askedAnew(record, new Date(nowMs).toISOString());
  const looked: WatchedBounds = { ...record, adjusting };
  if ("quiet" in wish) return { kept: silent(looked) };
  const only = (text: string): Watching => ({ kept: told(looked, text, { nowMs }) });
  const next = nextMinimum({ wish, min, max, adjusted, adjusting, means: asked.lessons?.means });
  if ("why" in next) return only(next.why);
  const { to, short } = next;
  const isLower = to < min;
  if (isLower && scaling?.policies.length === 0)
    return only(
      `what is known speaks for ${wish.instances}, and no policy of ${variant.name} would make its fleet smaller`,
    );
  const { evidence, why } = wish;
  const trial: { trial?: SizeTrial } = isLower
    ? { trial: beginTrial({ variant: variant.name, from: min, to, weight: evidence }, adjusted, nowMs) }
    : {};
  const last = { at: new Date(nowMs).toISOString(), variant: variant.name, from: min, to, evidence };
  return {
    kept: short === undefined ? silent(looked) : told(looked, short, { nowMs }),
    change: {
      ...changeOf(asked, { to, why }),
      adjusted: { outcome: isLower ? "lowered" : "raised", evidence },
      adjusting: { ...adjusting, ...trial, last },
    },
  };
}

/** Who applies the plan again has what was put back, or taken back, tried again. */
function askedAnew({ adjusting = {}, askedAt }: WatchedBounds, lookedAt: string): Adjusting {
  const { putBack, undone, ...rest } = adjusting;
  return {
    ...rest,
    lookedAt,
    ...(putBack !== undefined && askedAt <= putBack.at && { putBack }),
    ...(undone !== undefined && askedAt <= undone.at && { undone }),
  };
}
