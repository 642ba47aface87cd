/**
 * What becomes of a trace's requests that come beside some that callers send themselves: in the same ten seconds both come by chance
 * to the same queues, so they wait as long on average, and as large a part of them is turned away.
 */
import type { Probes } from "./probes.ts";
import type { Random } from "./random.ts";
import { type Served, type Service, slowdown } from "./service-model.ts";

/** Those that were served alone, as they are served among the others. */
export function amongCallers(
  alone: Served,
  { requests, turnedAway, waitMs, load: beside }: Probes,
  { service, random }: { readonly service: Service; readonly random: Random },
): Served {
  if (alone.answered === 0) return alone;
  const answered = alone.answered - random.binomial(alone.answered, turnedAway / requests);
  const erring = alone.errors5xx - (alone.requests - alone.answered);
  const errors = random.binomial(answered, erring / alone.answered);
  const well = alone.answered - erring;
  const errors4xx = well === 0 ? 0 : random.binomial(answered - errors, Math.min(1, alone.errors4xx / well));
  const wait = turnedAway === requests ? 0 : waitMs / (requests - turnedAway);
  const load = alone.load + beside;
  const latencyMs = wait + service.latencyMs * slowdown(load, service);
  const slower = latencyMs - alone.latencyMs;
  return {
    requests: alone.requests,
    answered,
    errors5xx: errors + (alone.requests - answered),
    errors4xx,
    latencyMs,
    latencySumMs: (alone.latencySumMs / alone.answered + slower) * answered,
    load,
  };
}

/** How many of the trace's requests were late, or turned away, as those that callers sent beside them were. */
export const lateAmong = (requests: number, probes: Probes, random: Random): number =>
  random.binomial(requests, probes.late / probes.requests);
