/**
 * How a fleet answers: load per instance becomes latency and errors. Requests reach instances evenly; those that
 * are not warm yet fail what comes to them, and what exceeds the fleet's throughput is turned away.
 */
import type { Random } from "./random.ts";

/** What the instances of a variant can do and how good its model is, for one stretch of time. */
export interface Service {
  readonly seconds: number;
  readonly ready: number;
  readonly warm: number;
  /** Whether requests come to instances that are ready but not warm. */
  readonly coldTakesRequests: boolean;
  /** Requests that the stretch brings on average; absent: as many as came. */
  readonly expected?: number;
  /** Requests per second of one instance at full load. */
  readonly throughput: number;
  /** Mean latency of one request alone on an instance, and its coefficient of variation. */
  readonly latencyMs: number;
  readonly latencyCv: number;
  /** What a request waits for that no instance of the fleet's own does, milliseconds; absent: nothing. */
  readonly sharedWaitMs?: number;
  /** Chances that an answered request is the model's (5XX) or the caller's (4XX) error. */
  readonly errorShare: number;
  readonly clientErrorShare: number;
}

/** What instances can take. */
export interface Throughputs {
  /** Requests per second that one instance of a type can take. */
  throughput(instanceType: string): number;
}

export interface Served {
  readonly requests: number;
  /** Requests that the container answered, well or with an error; only these have a model latency. */
  readonly answered: number;
  readonly errors5xx: number;
  readonly errors4xx: number;
  /** Mean of the latency distribution in force, and the sum over the answered requests as it came out. */
  readonly latencyMs: number;
  readonly latencySumMs: number;
  /** Requests over what the warm instances can take; above 1 is overload. */
  readonly load: number;
}

/** What a fleet takes. What comes above its capacity by chance waits for a moment; what keeps coming is turned away. */
function limitOf(capacity: number, expected: number): number {
  if (expected <= capacity) return capacity === 0 ? 0 : Number.POSITIVE_INFINITY;
  return capacity === 0 ? 0 : Math.max(1, Math.floor(capacity));
}

/** A fleet that takes fewer requests in a stretch is as full as it is on average: the few that come say little. */
const tellingRequests = 100;

/** How much of what came is heeded, and how much of what was to come. */
export const heed = (capacity: number): number => Math.min(1, capacity / tellingRequests);

function loadOf(capacity: number, { reached, expected }: { reached: number; expected: number }): number {
  if (capacity === 0) return 0;
  const heeded = heed(capacity);
  return (heeded === 1 ? reached : heeded * reached + (1 - heeded) * expected) / capacity;
}

/** Beyond this load waiting is capped: requests are turned away instead. */
const longestQueueLoad = 0.98;

/** Serves `requests` in one stretch of time. The counts are whole and add up: answered + turned away = requests. */
export function serve(requests: number, service: Service, random: Random): Served {
  const coldShare = service.warm === 0 ? 1 : service.coldTakesRequests ? 1 - service.warm / service.ready : 0;
  const cold = random.binomial(requests, coldShare);
  const reached = requests - cold;
  const capacity = service.warm * service.throughput * service.seconds;
  const expected = (service.expected ?? requests) * (1 - coldShare);
  const answered = Math.min(reached, limitOf(capacity, expected));
  const load = loadOf(capacity, { reached, expected });
  const errors = random.binomial(answered, service.errorShare);
  const errors4xx = random.binomial(answered - errors, service.clientErrorShare);
  const latencyMs = service.latencyMs * slowdown(load, service) + (service.sharedWaitMs ?? 0);
  const spread = latencyMs * service.latencyCv * Math.sqrt(answered) * random.normal();
  return {
    requests,
    answered,
    errors5xx: errors + (requests - answered),
    errors4xx,
    latencyMs,
    latencySumMs: Math.max(answered * latencyMs * 0.1, answered * latencyMs + spread),
    load,
  };
}

/**
 * Latency under load over latency alone: Sakasegawa's approximation of the M/M/m queue (Annals of the Institute of
 * Statistical Mathematics 29, 1977). An instance works on throughput × latency requests at a time (Little's law); where
 * that is less than one, something else than the model limits its throughput, and the model is idle in between.
 */
export function slowdown(load: number, service: { throughput: number; latencyMs: number }): number {
  const atOnce = (service.throughput * service.latencyMs) / 1000;
  const slots = Math.max(1, Math.round(atOnce));
  const busy = Math.min(load, longestQueueLoad) * Math.min(1, atOnce);
  return 1 + busy ** (Math.sqrt(2 * (slots + 1)) - 1) / (slots * (1 - busy));
}
