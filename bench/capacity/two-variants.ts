/**
 * A release as Slipway makes it: the candidate joins as a variant of its own by an update that replaces the whole fleet, gets
 * share after share, raised before those for which it is too small, and stable stays until the promotion. No share is given
 * that the candidate cannot serve by the load of late: it is raised for it, as often as the plan's locked minutes allow, or the
 * share waits.
 */
import { type CandidateFleet, raisesOf } from "../../src/core/capacity/candidate-fleet.ts";
import { type Endpoint, type ReleaseUnderWay, resize, type Side, sideOf, waitUntil } from "./endpoint.ts";

export interface PlannedRelease {
  readonly fleet: CandidateFleet;
  /** So long before a share's end a raise for the next is begun, minutes; 0: once it has ended. */
  readonly leadMinutes: number;
  /** What a share (0 … 1) takes by the load that is seen, or by what is foreseen as well; absent: nothing is looked at. */
  wanted?(minute: number, share: number, isForeseen: boolean): number;
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
      raise(joined, neededFor(joined, nth + 1, mayForesee(joined, nth + 1)));
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

/** Whether it is raised now. */
function raise(joined: Joined, to: number): boolean {
  const { endpoint, candidate } = joined;
  if (endpoint.lock !== undefined || to <= candidate.serving || !mayRaise(joined)) return false;
  if (candidate.share > 0) joined.raises += 1;
  resize(endpoint, candidate, to);
  return true;
}

/** Instances for a share, as planned and by the load of late, and by what is foreseen as well. */
function neededFor({ endpoint, planned }: Joined, nth: number, isForeseen: boolean): number {
  const share = endpoint.rules.stages[nth]?.share ?? 1;
  return Math.max(sizedFor(planned, nth), planned.wanted?.(endpoint.minute, share, isForeseen) ?? 0);
}

/** Whether it may be raised for what is only foreseen: so that all later raises that are planned may be made, too. */
function mayForesee(joined: Joined, nth: number): boolean {
  const { planned, candidate, raises } = joined;
  const { fleet, maxRaises = Number.POSITIVE_INFINITY } = planned;
  const instances = Math.max(candidate.serving, sizedFor(planned, nth));
  const later = (fleet.shares ?? []).slice(nth + 1).filter((share) => share.instances > instances);
  const again = raisesOf({ instances, shares: later }).length;
  return mayRaise(joined) && (candidate.share === 0 ? 0 : raises + 1) + again <= maxRaises;
}

/** Until the endpoint is free and the candidate has what its next share takes; what is only foreseen is raised for once, or whole. */
function* untilServed(joined: Joined, nth: number): ReleaseUnderWay {
  const { endpoint, planned, candidate } = joined;
  const giveUp = endpoint.minute + (planned.timeoutMinutes ?? Number.POSITIVE_INFINITY);
  let isRaised = false;
  for (;;) {
    const needed = neededFor(joined, nth, !isRaised && mayForesee(joined, nth));
    const isReady = needed <= candidate.serving || endpoint.minute >= giveUp;
    if (endpoint.lock === undefined && isReady) return;
    isRaised = (raise(joined, needed) || isRaised) && planned.fleet.shares !== undefined;
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
