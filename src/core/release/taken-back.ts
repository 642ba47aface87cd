/**
 * What a person takes back of a fleet that is adjusted by itself: the last change of its minimum. The order is written down by the function
 * that takes orders, and carried out by the next look, which alone may change a fleet; until then it stands, whatever happens to either.
 */
import type { EpochMs } from "../units.ts";
import type { Adjusting } from "./adjusting.ts";
import { type Asked, changeOf, type Watching } from "./watched.ts";
import { silent, type WatchedBounds } from "./watched-bounds.ts";

type Order = NonNullable<WatchedBounds["ordered"]>;

/** What comes of an order as it is given: nothing to take back, so ordered already, or what is to be kept of it. */
export type OrderToTakeBack =
  | { readonly do: "refuse"; readonly why: string }
  | { readonly do: "nothing"; readonly said: string }
  | { readonly do: "record"; readonly kept: WatchedBounds; readonly said: string };

/** The last change that stands. Of one that is watched the trial tells, too. */
function lastOf({ last, trial }: Adjusting = {}): Adjusting["last"] {
  if (last !== undefined || trial === undefined) return last;
  const { since: at, variant, from, to, weight: evidence } = trial;
  return { at, variant, from, to, evidence };
}

export function orderToTakeBack(
  record: WatchedBounds,
  {
    by,
    reason,
    pseudonym,
    nowMs,
  }: Omit<Order, "at" | "pseudonym"> & { readonly pseudonym?: string | undefined; readonly nowMs: EpochMs },
): OrderToTakeBack {
  const { endpoint, adjusting, ordered } = record;
  const [last, undone] = [lastOf(adjusting), adjusting?.undone];
  if (ordered !== undefined)
    return {
      do: "nothing",
      said: `endpoint ${endpoint}: ordered already, by ${ordered.by} at ${ordered.at}; it is carried out by the next look that may`,
    };
  if (last === undefined) {
    const found =
      undone === undefined ? "none" : `${undone.to}, which ${undone.by} took back at ${undone.at}`;
    return {
      do: "refuse",
      why: `ENDPOINT: expected one whose minimum was adjusted by itself and stands, found ${found} of ${endpoint}`,
    };
  }
  const { refused: _, ...free } = record;
  const at = new Date(nowMs).toISOString();
  const isLower = last.to < last.from;
  return {
    do: "record",
    kept: { ...free, ordered: { at, by, reason, ...(pseudonym !== undefined && { pseudonym }) } },
    said: `endpoint ${endpoint}: its minimum goes back from ${last.to} to ${last.from} within five minutes, or once a release that holds it is over; no ${isLower ? "less" : "more"} is tried until what is known has doubled, or the plan is applied again`,
  };
}

/** The look that carries it out; undefined where the change no longer stands: harm, a hand or a release was first. */
export function takenBack(asked: Asked, { by, reason }: Order): Watching | undefined {
  const { record, variant, min, max, nowMs } = asked;
  const { last: _, trial: __, ...rest } = record.adjusting ?? {};
  const last = lastOf(record.adjusting);
  if (last === undefined || last.variant !== variant.name || last.to !== min) return undefined;
  const { from, to: taken, evidence } = last;
  const to = Math.min(from, max);
  const undone = { at: new Date(nowMs).toISOString(), from, to: taken, evidence, by, reason };
  const told = { why: `${by} ordered so: ${reason}`, adjusted: { outcome: "undone", evidence } as const };
  const adjusting = { ...rest, undone };
  if (to === min) {
    const { ordered: ___, ...free } = record;
    return { kept: silent({ ...free, adjusting }), ended: { ...endOf(asked), ...told } };
  }
  // Until it is set the order stands.
  return {
    kept: silent(record),
    change: { ...changeOf(asked, { to, why: told.why }), adjusted: told.adjusted, adjusting },
  };
}

/** There is nothing left to take back, which whoever ordered it is told. */
export function tooLate(asked: Asked, { by }: Order): Watching {
  const { last, ...rest } = asked.record.adjusting ?? {};
  const why = `${by} ordered its last change to be taken back, and it did not stand any more`;
  const adjusted = { outcome: "left", evidence: last?.evidence ?? 0 } as const;
  const { ordered: _, ...free } = asked.record;
  return { kept: silent({ ...free, adjusting: rest }), ended: { ...endOf(asked), why, adjusted } };
}

const endOf = ({ record, variant, min }: Asked) => ({
  variant: variant.name,
  own: record.hold?.own ?? min,
  min,
});

export function withoutOrder(asked: Asked): Asked {
  const { ordered: _, ...record } = asked.record;
  return { ...asked, record };
}
