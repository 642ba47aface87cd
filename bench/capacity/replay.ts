/** Replays a load by the minute against an endpoint that a contender sizes, with releases at their dates. */
import { blueGreen } from "./blue-green.ts";
import { type Endpoint, type ReleaseUnderWay, resize, sideOf, unlock } from "./endpoint.ts";
import type { Rules } from "./rules.ts";
import { tracked } from "./target-tracking.ts";
import { type PlannedRelease, twoVariants } from "./two-variants.ts";

export interface Contender {
  /** Instances at least; asked once a window, outside of releases. */
  floor(minute: number): number;
  /** Requests a minute for each instance, which target tracking holds above that; absent: the floor is all. */
  readonly target?: number;
  /** Whether its cooldowns begin as a change is decided, as the twin has it, and not as it is through. */
  readonly coolsEarly?: boolean;
  /** How often it is asked, minutes; absent: once a window. */
  readonly everyMinutes?: number;
  /** How long after a window's begin it is asked, minutes: what it goes by has to be seen first. */
  readonly lagMinutes?: number;
  /** What it plans for a release that begins; absent: blue/green, with as many as there are. */
  release?(minute: number): PlannedRelease;
}

export interface Scene {
  readonly rules: Rules;
  readonly windowMinutes: number;
  /** Requests by minute. */
  readonly loads: readonly number[];
  /** What is replayed, minutes, the last not among them. */
  readonly from: number;
  readonly to: number;
  /** When releases begin, as soon as the endpoint is free, in their order. */
  readonly releases: readonly number[];
}

export interface Replay {
  /** From `from` on, by minute: instances that are paid for. */
  readonly paid: Float64Array;
  /** Requests beyond what the instances of their side serve at the plan's utilisation. */
  readonly violating: Float64Array;
}

export function replay(scene: Scene, contender: Contender): Replay {
  const { loads, from, to } = scene;
  const endpoint = endpointAt(scene, contender);
  const releases = releasesOf(scene, contender, endpoint);
  const [paid, violating] = [new Float64Array(to - from), new Float64Array(to - from)];
  const { everyMinutes = scene.windowMinutes, lagMinutes = 0 } = contender;
  let floor = endpoint.stable.serving;
  for (let minute = from; minute < to; minute++) {
    endpoint.minute = minute;
    unlock(endpoint);
    const isReleasing = releases.goOn();
    if (!isReleasing && minute % everyMinutes === lagMinutes) {
      floor = contender.floor(minute);
      hold(endpoint, contender, Math.max(1, floor));
    }
    if (contender.target !== undefined) follow(endpoint, contender.target, isReleasing ? undefined : floor);
    violating[minute - from] = violatingOf(endpoint, loads[minute] ?? 0);
    const { stable, candidate, extra } = endpoint;
    paid[minute - from] = stable.paid + (candidate?.paid ?? 0) + extra;
  }
  return { paid, violating };
}

/** With what is planned, or what target tracking would have come to, whichever is more. */
function endpointAt({ rules, loads, from, to }: Scene, contender: Contender): Endpoint {
  const { target, floor, coolsEarly = false } = contender;
  const tracks = target === undefined ? 1 : Math.ceil((loads[from] ?? 0) / target);
  const stable = sideOf(to, Math.max(1, tracks, floor(from)), 1);
  return { rules, coolsEarly, to, minute: from, stable, candidate: undefined, extra: 0, lock: undefined };
}

function releasesOf({ releases, to }: Scene, contender: Contender, endpoint: Endpoint) {
  const due = [...releases];
  let underWay: ReleaseUnderWay | undefined;
  const begin = (minute: number): ReleaseUnderWay => {
    due.shift();
    const planned = contender.release?.(minute);
    return planned === undefined ? blueGreen(endpoint) : twoVariants(endpoint, planned);
  };
  return {
    /** Begins one that is due, or goes on with it; whether one is under way. */
    goOn: (): boolean => {
      const { minute, lock } = endpoint;
      if (underWay === undefined && lock === undefined && minute >= (due[0] ?? to)) underWay = begin(minute);
      if (underWay?.next().done === true) underWay = undefined;
      return underWay !== undefined;
    },
  };
}

/** What was planned: up at once, and down as well where no target tracking does that. */
function hold(endpoint: Endpoint, { target }: Contender, floor: number): void {
  const { stable } = endpoint;
  if (target === undefined || floor > stable.serving) resize(endpoint, stable, floor);
}

/** Inside a release (no floor) scale-in is suspended, as Slipway has it; by blue/green the endpoint is locked anyway. */
function follow(endpoint: Endpoint, target: number, floor: number | undefined): void {
  const { minute, stable, candidate } = endpoint;
  for (const side of candidate === undefined ? [stable] : [stable, candidate]) {
    const { serving: count, perInstance, lastOut, lastIn } = side;
    const seen = { count, perInstance, lastOut, lastIn };
    resize(endpoint, side, tracked(target, minute, { ...seen, minimum: floor }));
  }
}

/** Writes down what comes to each instance, too. */
function violatingOf({ rules, minute, stable, candidate }: Endpoint, load: number): number {
  let beyond = 0;
  for (const side of candidate === undefined ? [stable] : [stable, candidate]) {
    const requests = load * side.share;
    side.perInstance[minute] = requests / Math.max(1, side.serving);
    beyond += Math.max(0, requests - rules.serves(side.serving));
  }
  return beyond;
}
