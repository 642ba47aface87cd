/**
 * What follows from a promotion: the candidate's fleet may shrink again, stable's scaling goes, the endpoint leaves the
 * configuration that has both, and that goes too. All of it is intended at once, so that the ledger names whatever part
 * of it cannot be done.
 */
import { adopted, Scaling } from "../capacity/scaling.ts";
import { type Change, withOursUndone } from "./change.ts";
import { adoptId, growMove } from "./in-place.ts";
import type { JsonValue } from "./json-value.ts";
import { same } from "./json-value.ts";
import { countOf, endpointConfigOf, isRouting, routingOf, scalingOf } from "./resources.ts";
import type { ScaleDownNeeds } from "./undoing.ts";

export interface Promoted {
  /** The endpoint's. */
  readonly name: string;
  readonly needs: ScaleDownNeeds;
}

export const finalMove = "final";

/** The change by which the candidate may not outgrow the way back; a promotion takes it away. */
export const capId = "cap-scaling";

/** The change by which stable's scaling goes: `another` one after it was given back. */
export function retireId(changes: readonly Change[], which: "latest" | "another" = "latest"): string {
  const all = changes.filter(({ id }) => id.startsWith("retire-scaling"));
  const number = Math.max(1, all.length + (which === "another" ? 1 : 0));
  return number === 1 ? "retire-scaling" : `retire-scaling-${number}`;
}

/** When what follows from the promotion was intended, ISO 8601; undefined before it. */
export const promotedAt = (changes: readonly Change[]): string | undefined =>
  changes.find(({ id }) => id === "lift-hold")?.at;

/** What a ledger does not intend yet of it. Nothing is looked at: the ledger knows how things are. */
export function leavingOf(
  changes: readonly Change[],
  { name, needs }: Promoted,
  at: string,
): Omit<Change, "seq" | "state">[] {
  const find = (id: string) => changes.find((change) => change.id === id);
  const hold = find("hold-scale-in");
  const own = find(adoptId)?.after ?? null;
  const all: Omit<Change, "seq" | "state">[] = [
    {
      id: "lift-hold",
      resource: scalingOf(name, needs.candidate.variant),
      before: find(capId)?.after ?? own,
      after: suspendedAs(own, hold?.before ?? null),
      at,
    },
    {
      id: retireId(changes),
      resource: scalingOf(name, needs.stable.variant),
      before: hold?.after ?? null,
      after: null,
      at,
    },
    {
      id: `${finalMove}-1`,
      resource: routingOf(name),
      before: needs.joinConfig,
      after: needs.finalConfig,
      at,
    },
    {
      id: "drop-join-config",
      resource: endpointConfigOf(needs.joinConfig),
      before: find("join-config")?.after ?? null,
      after: null,
      at,
    },
    ...growing(hold?.before ?? null, { name, needs }).map((one) => ({ ...one, at })),
  ];
  const moves = changes.some(({ id, resource }) => isRouting(resource) && id.startsWith(`${finalMove}-`));
  return all.filter(({ id, resource }) => find(id) === undefined && !(isRouting(resource) && moves));
}

/** In place the candidate is small until it serves alone, and nothing scales it. */
function growing(
  stables: JsonValue,
  { name, needs: { stable, candidate, inPlace } }: Promoted,
): Omit<Change, "seq" | "state" | "at">[] {
  if (inPlace === undefined) return [];
  const { variant, instances = 0, requestsPerSecondPerInstance: perInstance = 1 } = candidate;
  const { grownInstances } = inPlace;
  const grow = {
    id: `${growMove}-1`,
    resource: countOf(name, variant),
    before: instances,
    after: grownInstances,
  };
  if (stables === null) return [grow];
  const own = adopted(Scaling.parse(stables), {
    stable: { variant: stable.variant, perInstance: stable.requestsPerSecondPerInstance ?? perInstance },
    candidate: { variant, perInstance, instances: grownInstances },
  });
  return [grow, { id: adoptId, resource: scalingOf(name, variant), before: null, after: plain(own) }];
}

const plain = (scaling: Scaling) => scaling as unknown as JsonValue;

/** A scaling without the cap on it, but for what somebody else has made of it. */
export function uncapped(changes: readonly Change[], now: JsonValue): JsonValue {
  const cap = changes.find(({ id, state }) => id === capId && state !== "intended" && state !== "undone");
  return cap === undefined ? now : withOursUndone(now, cap);
}

/** A scaling with our hold lifted: suspended as another is, unless somebody else has set its suspension since. */
export function holdLifted(now: JsonValue, { held, as }: { held: JsonValue; as: JsonValue }): JsonValue {
  if (now === null || held === null) return suspendedAs(now, as);
  const [is, ours] = [Scaling.parse(now).suspended, Scaling.parse(held).suspended];
  return same(is, ours) ? suspendedAs(now, as) : now;
}

/** A scaling, suspended as another is. */
function suspendedAs(now: JsonValue, as: JsonValue): JsonValue {
  if (now === null || as === null) return now;
  return {
    ...(Scaling.parse(now) as unknown as { [key: string]: JsonValue }),
    suspended: Scaling.parse(as).suspended,
  };
}
