/**
 * Which instances have loaded their model. InService is not enough: a container may answer its health check before. An
 * instance is warm once it was seen to serve, or has been in service for longer than loading takes, and stays so while
 * it lives. What was seen of a fleet travels with the release; how old instances are follows from when they were counted.
 */

import * as z from "zod";
import type { EpochSeconds } from "../units.ts";
import { type Fleets, isServing, type WarmInstances } from "./endpoint.ts";

/** So many instances of a variant were in service at a moment, epoch seconds; or so many of them known to be warm. */
const Sighting = z.object({ at: z.number(), instances: z.int(), warm: z.literal(true).optional() });
export type Sighting = z.infer<typeof Sighting>;

/** What was seen of the variants of one fleet, by variant, oldest first. */
export const Sightings = z.record(z.string(), z.array(Sighting).readonly()).readonly();
export type Sightings = z.infer<typeof Sightings>;

export interface Moment {
  readonly nowSeconds: EpochSeconds;
  /** The 95th percentile of a model's loading, by the plan. */
  readonly loadSeconds: number;
}

/**
 * How many of the instances in service are warm. Those counted a loading time ago are, but for those that have gone
 * since: as many as the lowest count after it. An instance that goes and another that comes between two looks are one.
 */
export function warmBy(seen: Sightings, endpoint: Fleets, moment: Moment): WarmInstances {
  return Object.fromEntries(
    endpoint.variants.map(({ name, currentInstances }) => [
      name,
      warmOfVariant(seen[name] ?? [], currentInstances, moment),
    ]),
  );
}

function warmOfVariant(seen: readonly Sighting[], now: number, moment: Moment): number {
  let left = now;
  let warm = 0;
  for (const { at, instances, warm: isWarm } of seen.toReversed()) {
    left = isWarm === true ? left : Math.min(left, instances);
    const known = isWarm === true ? Math.min(left, instances) : isLoaded(at, moment) ? left : 0;
    warm = Math.max(warm, known);
  }
  return warm;
}

const isLoaded = (at: number, { nowSeconds, loadSeconds }: Moment) => at <= nowSeconds - loadSeconds;

/** What was seen with the endpoint as it is now, of which the older part says nothing any more. */
export function seenWith(seen: Sightings, endpoint: Fleets, moment: Moment): Sightings {
  // While it moves, instances on their way out are counted too.
  if (!isServing(endpoint)) return seen;
  return Object.fromEntries(
    endpoint.variants.map(({ name, currentInstances: instances }) => {
      const before = seen[name] ?? [];
      const last = before.findLast(({ warm }) => warm === undefined);
      const isNew = last?.instances !== instances;
      return [
        name,
        pruned(isNew ? [...before, { at: Math.floor(moment.nowSeconds), instances }] : before, moment),
      ];
    }),
  );
}

/** The newest count of a loading time ago stands for all before it; whatever was known to be warm then is loaded now. */
function pruned(seen: readonly Sighting[], moment: Moment): Sighting[] {
  const from = seen.findLastIndex(({ at, warm }) => warm === undefined && isLoaded(at, moment));
  return seen.slice(Math.max(0, from));
}

/** What was seen, and so many known to be warm now. */
export function seenWarm(seen: Sightings, warm: WarmInstances, { nowSeconds }: Moment): Sightings {
  const known = Object.entries(warm).filter(([, instances]) => instances > 0);
  const notes = known.map(([name, instances]): [string, Sighting[]] => [
    name,
    [{ at: Math.floor(nowSeconds), instances, warm: true }],
  ]);
  return together([seen, Object.fromEntries(notes)]);
}

/** What several looks have seen, in the order of time. */
export function together(all: readonly (Sightings | undefined)[]): Sightings {
  const variants = new Set(all.flatMap((seen) => Object.keys(seen ?? {})));
  return Object.fromEntries(
    [...variants].map((name) => {
      const sightings = all.flatMap((seen) => seen?.[name] ?? []).sort((a, b) => a.at - b.at);
      return [name, sightings.filter((one, i) => !sightings.slice(0, i).some((each) => sameAs(each, one)))];
    }),
  );
}

const sameAs = (one: Sighting, other: Sighting) =>
  one.at === other.at && one.instances === other.instances && one.warm === other.warm;
