/**
 * How long requests wait for a free place in a fleet, and how many instances it takes so that 99 % of them keep to a
 * latency: Erlang's formula of the queue M/M/k, stretched for other spreads of the service time than the exponential's as Lee
 * and Longton do (Queueing Processes Associated with Airline Passenger Check-in, 1959). Large fleets need no more for it
 * than their utilisation asks for; small ones do.
 */
import type { Queueing } from "../plan/queueing.ts";

/** What of a plan says how long its requests may take, and take alone. */
export interface Timed {
  readonly requirements: { readonly latencyMsP99: number; readonly queueing?: Queueing | undefined };
}

/** So much of the requests may take longer: what a 99th percentile means. */
const lateShare = 0.01;

/** Of the k places of M/M/k that `load` Erlangs come to, below k: the chance that a request finds none free. */
export function chanceOfWaiting(places: number, load: number): number {
  let blocked = 1;
  for (let n = 1; n <= places; n += 1) blocked = (load * blocked) / (n + load * blocked);
  const share = load / places;
  return blocked / (1 - share * (1 - blocked));
}

/** A fleet, and what comes to it. */
export interface QueuedFleet {
  readonly instances: number;
  readonly requestsPerSecond: number;
  /** What an instance serves when it is full, requests per second. */
  readonly throughput: number;
}

/** Of the requests that come to a fleet, the share that takes longer than the plan allows, 0 to 1. */
export function shareTooLate(latencyMsP99: number, queueing: Queueing, fleet: QueuedFleet): number {
  const { chance, perMs } = queueOf(queueing, fleet);
  const { spread, medianMs } = logNormalOf(queueing);
  const waits = (aboveMs: number) => chance * Math.exp(-perMs * Math.max(0, aboveMs));
  // Over what the request itself takes, by the standard normal of its logarithm.
  const steps = 400;
  const [from, width] = [-6, 12 / steps];
  let late = 0;
  for (let nth = 0; nth < steps; nth += 1) {
    const z = from + (nth + 0.5) * width;
    const left = latencyMsP99 - medianMs * Math.exp(spread * z);
    late += width * Math.exp((-z * z) / 2) * (left <= 0 ? 1 : waits(left));
  }
  return late / Math.sqrt(2 * Math.PI);
}

/**
 * No fewer than `atLeast` instances, of which as many that 99 % of requests keep to the plan's latency; `atLeast` where
 * the plan does not know what they take alone, and where nothing comes.
 */
export function instancesInTime(
  { requirements: { latencyMsP99, queueing } }: Timed,
  { requestsPerSecond, throughput }: Omit<QueuedFleet, "instances">,
  atLeast: number,
): number {
  if (queueing === undefined || requestsPerSecond <= 0) return atLeast;
  const isLate = (instances: number) =>
    shareTooLate(latencyMsP99, queueing, { instances, requestsPerSecond, throughput }) > lateShare;
  let low = Math.max(1, atLeast);
  if (!isLate(low)) return low;
  let high = 2 * low;
  while (isLate(high)) high *= 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isLate(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The queue that a request comes to: the fleet's one where it goes to whoever has least to do, else that of an instance,
 * to which as much comes as to another. An instance works on as many at a time as its throughput says (Little's law);
 * where that is less than one, something else than the model limits it.
 */
function queueOf(
  { aloneMs, aloneMsP99, routing }: Queueing,
  { instances, requestsPerSecond, throughput }: QueuedFleet,
): { readonly chance: number; readonly perMs: number } {
  const atOnce = (throughput * aloneMs) / 1000;
  const places = Math.max(1, Math.round(atOnce));
  const serviceMs = atOnce < 1 ? aloneMs : (1000 * places) / throughput;
  const perMs = requestsPerSecond / instances / 1000;
  const [servers, arrivals] =
    routing === "random" ? [places, perMs] : [places * instances, perMs * instances];
  const load = arrivals * serviceMs;
  if (load >= servers) return { chance: 1, perMs: 0 };
  const { spread } = logNormalOf({ aloneMs, aloneMsP99 });
  const stretched = Math.exp(spread ** 2) / 2;
  return { chance: chanceOfWaiting(servers, load), perMs: (servers - load) / serviceMs / stretched };
}

/** The 99th percentile of the standard normal. */
const z99 = 2.3263478740408408;

/** What has the mean and the 99th percentile: of no spread wider than such a one can have. */
function logNormalOf({ aloneMs, aloneMsP99 }: Pick<Queueing, "aloneMs" | "aloneMsP99">) {
  const spread = z99 - Math.sqrt(Math.max(0, z99 ** 2 - 2 * Math.log(aloneMsP99 / aloneMs)));
  return { spread, medianMs: aloneMs * Math.exp(-(spread ** 2) / 2) };
}
