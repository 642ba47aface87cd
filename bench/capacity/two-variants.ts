/**
 * A release as Slipway makes it: the candidate joins as a variant of its own by an update that replaces the whole fleet, gets
 * share after share, raised before those for which it is too small, and stable stays until the promotion.
 */
import type { CandidateFleet } from "../../src/core/capacity/candidate-fleet.ts";
import { type Endpoint, type ReleaseUnderWay, resize, sideOf, waitUntil } from "./endpoint.ts";

export interface PlannedRelease {
  readonly fleet: CandidateFleet;
  /** So long before a share's end a raise for the next is begun, minutes; 0: once it has ended. */
  readonly leadMinutes: number;
}

export function* twoVariants(endpoint: Endpoint, { fleet, leadMinutes }: PlannedRelease): ReleaseUnderWay {
  const { rules, stable } = endpoint;
  yield* update(endpoint, stable.serving + fleet.instances);
  const candidate = sideOf(endpoint.to, fleet.instances, 0);
  endpoint.candidate = candidate;
  yield* waitUntil(endpoint, endpoint.minute + rules.proofMinutes);
  for (const [nth, { share, minutes }] of rules.stages.entries()) {
    while (endpoint.lock !== undefined || candidate.serving < (fleet.shares?.[nth]?.instances ?? 0)) {
      resize(endpoint, candidate, Math.max(candidate.serving, fleet.shares?.[nth]?.instances ?? 0));
      yield;
    }
    candidate.share = share;
    stable.share = 1 - share;
    const end = endpoint.minute + minutes;
    const next = fleet.shares?.[nth + 1]?.instances ?? 0;
    if (next > candidate.serving && leadMinutes > 0) {
      yield* waitUntil(endpoint, end - leadMinutes);
      while (endpoint.lock !== undefined) yield;
      resize(endpoint, candidate, next);
    }
    yield* waitUntil(endpoint, end);
  }
  while (endpoint.lock !== undefined) yield;
  yield* update(endpoint, candidate.serving);
  endpoint.stable = candidate;
  endpoint.candidate = undefined;
}

/** Builds so many instances beside all that there are, and takes as many away. */
function* update(endpoint: Endpoint, instances: number): ReleaseUnderWay {
  const { rules, minute } = endpoint;
  let isDone = false;
  endpoint.extra = instances;
  endpoint.lock = {
    until: minute + rules.launchMinutes(minute) + rules.switchMinutes,
    done: () => {
      isDone = true;
    },
  };
  while (!isDone) yield;
  endpoint.extra = 0;
}
