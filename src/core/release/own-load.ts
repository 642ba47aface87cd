/**
 * Requests that Slipway has sent itself, to test a candidate under load or to what serves at low hours: they are no traffic, and
 * nothing is sized or judged by them.
 */
import { type Fleets, trafficPercent } from "../capacity/endpoint.ts";
import { type EpochMs, type EpochSeconds, epochMs, secondsOf } from "../units.ts";
import type { Change } from "./change.ts";
import type { LaterSpike } from "./later-spike.ts";
import { isWeights } from "./resources.ts";

/** From when on a variant's requests are traffic, by its name; of one that is absent all are. */
export type TrafficFrom = Readonly<Record<string, EpochMs>>;

/** The candidate's are once weights were first set. Those that somebody else has given it are nobody's test. */
export function trafficFrom(changes: readonly Change[], candidate: string, endpoint: Fleets): TrafficFrom {
  const first = changes.find(({ resource }) => isWeights(resource));
  if (first !== undefined) return { [candidate]: epochMs(first.at) };
  return trafficPercent(endpoint, candidate) > 0 ? {} : { [candidate]: Number.POSITIVE_INFINITY };
}

/** When requests of ours were sent to what serves, on top of its users', and for good no more. */
export interface OwnRequests {
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
}

/** When spikes at low hours were sent to what a subject names, whatever became of them. */
export const spikesSentTo = (
  subject: string,
  spikes: readonly Pick<LaterSpike, "subject" | "sent" | "sending">[],
): OwnRequests[] =>
  spikes
    .filter((spike) => spike.subject === subject)
    .flatMap(({ sent = [], sending }) => [...sent, ...(sending === undefined ? [] : [sending])])
    .map(({ at, until }) => ({ fromMs: epochMs(at), untilMs: epochMs(until) }));

/** Whether some of what came in so many seconds was ours. */
export const isWithOwn = (own: readonly OwnRequests[], fromSeconds: EpochSeconds, seconds: number): boolean =>
  own.some(
    ({ fromMs, untilMs }) => secondsOf(untilMs) > fromSeconds && secondsOf(fromMs) < fromSeconds + seconds,
  );
