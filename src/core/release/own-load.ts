/** Requests that a release has sent itself, to test its candidate under load: they are no traffic, and nothing is sized by them. */
import { type Fleets, trafficPercent } from "../capacity/endpoint.ts";
import { type EpochMs, epochMs } from "../units.ts";
import type { Change } from "./change.ts";
import { isWeights } from "./resources.ts";

/** From when on a variant's requests are traffic, by its name; of one that is absent all are. */
export type TrafficFrom = Readonly<Record<string, EpochMs>>;

/** The candidate's are once weights were first set. Those that somebody else has given it are nobody's test. */
export function trafficFrom(changes: readonly Change[], candidate: string, endpoint: Fleets): TrafficFrom {
  const first = changes.find(({ resource }) => isWeights(resource));
  if (first !== undefined) return { [candidate]: epochMs(first.at) };
  return trafficPercent(endpoint, candidate) > 0 ? {} : { [candidate]: Number.POSITIVE_INFINITY };
}
