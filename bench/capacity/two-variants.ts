/**
 * A release as Slipway makes it: the candidate joins as a variant of its own by an update that replaces the whole fleet, gets
 * share after share, raised before those for which it is too small, and stable stays until the promotion. No share is given
 * that the candidate cannot serve by the load of late: it is raised for it, as often as the plan's locked minutes allow, or the
 * share waits.
 */
import type { CandidateFleet } from "../../src/core/capacity/candidate-fleet.ts";
import { type Endpoint, type ReleaseUnderWay, resize, type Side, sideOf, waitUntil } from "./endpoint.ts";

export interface PlannedRelease {
  readonly fleet: CandidateFleet;
  /** So long before a share's end a raise for the next is begun, minutes; 0: once it has ended. */
  readonly leadMinutes: number;
  /** What a share (0 … 1) takes by the load that is seen, or is foreseen where it may still be raised; absent: nothing is looked at. */
  wanted?(minute: number, share: number, mayRaise: boolean): number;
  readonly maxRaises?: number;
  /** A share that has waited for so long is given all the same: a plan would give up, and roll back. */
  readonly timeoutMinutes?: number;
}

export function* twoVariants(endpoint: Endpoint, planned: PlannedRelease): ReleaseUnderWay {
  const { rules, stable } = endpoint;
  const { fleet } = planned;
  yield* update(endpoint, stable.serving + fleet.instances);
  const candidate = sideOf(endpoint.to, fleet.instances, 0);
  endpoint.candidate = candidate;
  yield* waitUntil(endpoint, endpoint.minute + rules.proofMinutes);
  const joined: Joined = { endpoint, planned, candidate, raises: 0 };
  for (const [nth, { share, minutes }] of rules.stages.entries()) {
    yield* untilServed(joined, nth);
    candidate.share = share;
    stable.share = 1 - share;
    const end = endpoint.minute + minutes;
    if (sizedFor(planned, nth + 1) > candidate.serving && planned.leadMinutes > 0) {
      yield* waitUntil(endpoint, end - planned.leadMinutes);
      while (endpoint.lock !== undefined) yield;
      raise(joined, sizedFor(planned, nth + 1));
    }
    yield* waitUntil(endpoint, end);
  }
  while (endpoint.lock !== undefined) yield;
  yield* update(endpoint, candidate.serving);
  endpoint.stable = candidate;
  endpoint.candidate = undefined;
}

interface Joined {
  readonly endpoint: Endpoint;
  readonly planned: PlannedRelease;
  readonly candidate: Side;
  /** So far, beside traffic. */
  raises: number;
}

const sizedFor = ({ fleet: { instances, shares } }: PlannedRelease, nth: number): number =>
  shares?.[nth]?.instances ?? instances;

/** Before its first share the endpoint may be locked at will: there is nothing to take back. */
const mayRaise = ({ planned, candidate, raises }: Joined): boolean =>
  candidate.share === 0 || raises < (planned.maxRaises ?? Number.POSITIVE_INFINITY);

function raise(joined: Joined, to: number): void {
  const { endpoint, candidate } = joined;
  if (endpoint.lock !== undefined || to <= candidate.serving || !mayRaise(joined)) return;
  if (candidate.share > 0) joined.raises += 1;
  resize(endpoint, candidate, to);
}

/** Until the endpoint is free and the candidate has what its next share takes, as planned and by the load of late. */
function* untilServed(joined: Joined, nth: number): ReleaseUnderWay {
  const { endpoint, planned, candidate } = joined;
  const share = endpoint.rules.stages[nth]?.share ?? 1;
  const giveUp = endpoint.minute + (planned.timeoutMinutes ?? Number.POSITIVE_INFINITY);
  for (;;) {
    const needed = Math.max(
      sizedFor(planned, nth),
      planned.wanted?.(endpoint.minute, share, mayRaise(joined)) ?? 0,
    );
    const isReady = needed <= candidate.serving || endpoint.minute >= giveUp;
    if (endpoint.lock === undefined && isReady) return;
    raise(joined, needed);
    yield;
  }
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
