/** What is known of an interval before it is seen: how stable has fared of late, and how unsteadily. */

import { type Pace, roundNats } from "../kept.ts";
import type { CountSample } from "../observations/samples.ts";
import type { CountNoise } from "./count-past.ts";

export const NO_PACE: Pace = {
  recent: [],
  total: null,
  rate: null,
  weight: 0,
  squares: 0,
  products: 0,
  expected: 0,
  last: [],
};

const RECENT = 5;
/** The past's rate weighs as much as this many bad events. */
const PRIOR_EVENTS = 2;
/** Bad events count for noise up to this multiple of what stable's own rate makes of all requests. */
const MULTIPLE = 2;
/** Weights fall by this from interval to interval. */
const KEEP = 0.97;
/** Stable's usual rate follows what is seen by this part of the way. */
const FOLLOW = 0.03;
/**
 * Surplus noise counts beyond so many of its standard errors, and beyond so many times what the past showed; noise lasts so
 * many times longer than the products with the intervals before show. What was but assumed of a past that nobody knows
 * excuses none, and says least of how long noise lasts.
 */
const MEASURED = { errors: 1.6, times: 2, lasting: 5 };
const ASSUMED = { errors: 0.5, times: 0, lasting: 7 };
/** What fails this many times as often is an incident, which both sides share or which is no noise. */
const INCIDENT = { multiple: 8, events: 10 };
/** Products with so many intervals before. */
const NEIGHBOURS = 4;
/** Intervals that are taken to have been as usual before the first. */
const PRIOR_INTERVALS = 5;

export interface NoisyBad {
  /** Bad events that noise may scale with which lasts. */
  readonly lasting: number;
  /** The others, where all of them begin with this interval: noise may scale with them that does not. */
  readonly sudden: number;
}

/**
 * Of these, the bad events that noise may scale with: a bad candidate is no shock to both fleets. As a jump begins, nobody
 * can tell the two apart, and all of it counts for that one interval.
 */
export function noisyBad(
  { recent, total }: Pace,
  noise: CountNoise,
  { bad, requests }: { readonly bad: number; readonly requests: number },
): NoisyBad {
  const most = Math.max(rateOf(recent, noise), rateOf(recent.slice(-1), noise)) * MULTIPLE;
  const jumps = total !== null && total.bad <= most * total.requests;
  const lasting = Math.min(bad, most * requests);
  return { lasting, sudden: jumps ? bad - lasting : 0 };
}

/** Stable's, with a little of what it usually was; without either, anything. */
function rateOf(intervals: readonly CountSample[], noise: CountNoise): number {
  const bad = intervals.reduce((sum, each) => sum + each.bad, 0);
  const seen = intervals.reduce((sum, each) => sum + each.requests, 0);
  const prior = noise.rate > 0 ? PRIOR_EVENTS / noise.rate : 0;
  return seen + prior === 0 ? Number.POSITIVE_INFINITY : (bad + PRIOR_EVENTS) / (seen + prior);
}

export interface Stir {
  /** Variance of stable's intervals beyond counting and beyond what its past showed, in units of counting's. */
  readonly surplus: number;
  /** The same of many intervals in a row, per bad event of stable's in an interval. */
  readonly lasting: number;
}

const CALM: Stir = { surplus: 0, lasting: 0 };

/** Noise that is new with the release, as stable shows it. */
export function stirOf(pace: Pace, noise: CountNoise, seconds: number): Stir {
  if (pace.weight <= 0 || pace.expected <= 0) return CALM;
  const n = pace.weight + PRIOR_INTERVALS;
  const expected = pace.expected / pace.weight;
  const perEvent = (2 * expected) / perInterval(noise, seconds);
  const usual = noise.cluster + perEvent * Math.max(0, noise.excess - noise.cluster);
  const usually = usual + perEvent * Math.max(0, noise.longRun - noise.excess);
  const single = (pace.squares + PRIOR_INTERVALS) / n - 1;
  const many = single + (2 * pace.products) / n;
  const { errors, times, lasting } = noise.source === "assumed" ? ASSUMED : MEASURED;
  const beyond = (found: number, known: number, error: number) =>
    Math.max(0, Math.min(2 * (found - times * known - errors * error * (1 + known)), found - known));
  return {
    surplus: beyond(single, usual, Math.sqrt(2 / n)),
    lasting: (lasting * beyond(many, usually, Math.sqrt((2 + 4 * NEIGHBOURS) / n))) / expected,
  };
}

/**
 * The same without what stable's own intervals say of noise: where a rate varies with what instances carry, it does so on
 * both sides alike, and that is no noise between them.
 */
export const unstirred = ({ recent, total }: Pace): Pace => ({ ...NO_PACE, recent, total });

/** Bad events that the past had in an interval of this length. */
export const perInterval = ({ meanBad, seconds }: CountNoise, intervalSeconds: number): number =>
  (meanBad * intervalSeconds) / seconds;

/** With one interval more, as both sides saw it. */
export function paceAfter(
  before: Pace,
  noise: CountNoise,
  { candidate, stable }: { readonly candidate: CountSample; readonly stable: CountSample },
): Pace {
  const { requests, bad } = stable;
  const recent = [...before.recent, { requests, bad }].slice(-RECENT);
  const total = { requests: requests + candidate.requests, bad: bad + candidate.bad };
  const pace = { ...before, recent, total };
  const usual = before.rate ?? (noise.rate > 0 ? noise.rate : null);
  if (usual === null) return { ...pace, rate: bad > 0 ? bad / requests : null };
  const expected = requests * usual;
  if (bad > INCIDENT.multiple * expected + INCIDENT.events) return pace;
  const z = expected > 0 ? (bad - expected) / Math.sqrt(expected) : 0;
  return {
    ...pace,
    rate: usual + FOLLOW * (bad / requests - usual),
    weight: roundNats(KEEP * pace.weight + 1),
    squares: roundNats(KEEP * pace.squares + z * z),
    products: roundNats(KEEP * pace.products + z * pace.last.reduce((sum, each) => sum + each, 0)),
    expected: roundNats(KEEP * pace.expected + expected),
    last: [roundNats(z), ...pace.last].slice(0, NEIGHBOURS),
  };
}
