/**
 * What minimum an endpoint's fleet is to have between releases. By the load of late it is raised to what that has been for some
 * minutes, and lowered slowly once it has been lower for long; by what is foreseen it is that. What is not known lowers nothing.
 */
import type { ScalingRule } from "../plan/scaling-rule.ts";
import { type EpochMs, type EpochSeconds, msOf, secondsOf } from "../units.ts";

/** One minute's load, over all that served it. */
export interface LoadMinute {
  /** Its start. */
  readonly at: EpochSeconds;
  readonly requestsPerSecond: number;
}

/** What is to come, as a predictive rule goes by it. */
export interface Foreseen {
  /** What the load stays below, requests per second, for how long, on which share of such times, percent. */
  readonly requestsPerSecond: number;
  readonly minutes: number;
  readonly percent: number;
  /** What that takes. */
  readonly instances: number;
  /** Whether anything of the last half hour is known. */
  readonly isSeen: boolean;
}

export interface BoundsQuestion {
  readonly rule: ScalingRule;
  /** Absent: the rule goes by the load of late. */
  readonly foreseen?: Foreseen | undefined;
  /** Instances that a load takes, requests per second; never fewer for more load. */
  readonly instancesFor: (requestsPerSecond: number) => number;
  /** The minutes of which the load is known, in their order. */
  readonly minutes: readonly LoadMinute[];
  /** The minimum as it is, and as it was before Slipway changed it. */
  readonly set: number;
  readonly own: number;
  /** The target's own maximum, and what the rule's money allows as the minimum. */
  readonly maximum: number;
  readonly affordable: number;
  /** When Slipway last changed it, if it did. */
  readonly changedAtMs?: EpochMs | undefined;
  readonly nowMs: EpochMs;
}

/** What bounded a raise. */
type Bound = "the plan's maxInstances" | "the target's own maximum" | "the plan's maxUsdPerHour";

export interface BoundsPlan {
  /** The minimum to be. */
  readonly to: number;
  /** What for; of one that stays, why it does. */
  readonly why: string;
  /** What the load takes that lasts, or is foreseen. */
  readonly needed?: number;
  /** What keeps the minimum below what the load takes. */
  readonly bound?: Bound;
  /** How long a minimum above `own` stays at least, should no more load come; absent where none is above. */
  readonly untilMs?: EpochMs;
}

/** Minutes in which a load may be reported late: as long as the live load is looked for (aws/fleet-metrics.ts). */
const lateMinutes = 10;
/** Chosen: minutes of which one must be known for all to count as known; one without requests is reported by none. */
const slotMinutes = 5;
/** Chosen: what is lowered must have room for a tenth more than came, or chance alone would raise it again. */
const lowerMargin = 1.1;

/** How many minutes back a rule looks. */
export const minutesLookedAt = ({ lowerAfterMinutes }: ScalingRule): number =>
  lowerAfterMinutes + lateMinutes;

export function steadyBounds(question: BoundsQuestion): BoundsPlan {
  const { rule, set, own, nowMs, foreseen } = question;
  const needed = foreseen === undefined ? neededNow(question) : foreseen.instances;
  const [most, bound] = ceiling(question);
  const short = needed !== undefined && needed > most && { needed, bound };
  const told = { ...(needed !== undefined && { needed }), ...short };
  const allowed = Math.max(own, most);
  if (set > own && set > allowed)
    return { to: allowed, why: `it may be ${allowed} at most by ${bound}`, ...told };
  const raised = Math.min(Math.max(needed ?? 0, rule.minInstances), most);
  if (needed !== undefined && needed > set && raised > set && raised >= rule.minInstances)
    return { to: raised, why: takingText(question, needed), ...told, ...heldUntil(question, raised, nowMs) };
  const lowered = foreseen === undefined ? loweredTo(question) : loweredAhead(question, foreseen);
  if (lowered === undefined || lowered >= set)
    return { to: set, why: "the load takes it, or took it of late", ...told, ...heldUntil(question, set) };
  if (nowMs < lowerFromMs(question))
    return { to: set, why: "it was changed a moment ago", ...told, ...heldUntil(question, set) };
  const why =
    foreseen === undefined
      ? `the load of the last ${rule.lowerAfterMinutes} minutes takes less`
      : takingText(question, foreseen.instances);
  return { to: lowered, why, ...told, ...heldUntil(question, lowered, nowMs) };
}

function takingText({ foreseen }: BoundsQuestion, needed: number): string {
  if (foreseen === undefined) return `the load takes ${needed}`;
  const { requestsPerSecond, minutes, percent } = foreseen;
  const load = Number(requestsPerSecond.toPrecision(3));
  return `the load of the next ${minutes} minutes stays below ${load} requests per second on ${percent} % of such times, which takes ${needed}`;
}

/** The most that it may be raised to, and what says so. */
function ceiling({ rule, maximum, affordable }: BoundsQuestion): [most: number, bound: Bound] {
  const bounds: [number, Bound][] = [
    [rule.maxInstances, "the plan's maxInstances"],
    [maximum, "the target's own maximum"],
    [affordable, "the plan's maxUsdPerHour"],
  ];
  return bounds.reduce((least, one) => (one[0] < least[0] ? one : least));
}

const sizeOf = ({ rule, instancesFor }: BoundsQuestion, load: number, margin = 1): number =>
  instancesFor(load * (1 + rule.headroomPercent / 100) * margin);

/** What the load takes that every one of the last minutes had; undefined where they are not known, or too long ago. */
function neededNow(question: BoundsQuestion): number | undefined {
  const { rule, minutes, nowMs } = question;
  const last = minutes.slice(-rule.raiseAfterMinutes);
  const oldest = secondsOf(nowMs) - (rule.raiseAfterMinutes + lateMinutes) * 60;
  if (last.length < rule.raiseAfterMinutes || (last[0]?.at ?? 0) < oldest) return undefined;
  return sizeOf(question, Math.min(...last.map((one) => one.requestsPerSecond)));
}

/** What it may be lowered to by one step, whenever that may be; undefined where some of the time is not known. */
function loweredTo(question: BoundsQuestion): number | undefined {
  const { rule, minutes, set, nowMs } = question;
  const slot = slotMinutes * 60;
  const from = secondsOf(nowMs) - rule.lowerAfterMinutes * 60;
  const known = new Set(minutes.map(({ at }) => Math.floor(at / slot)));
  const reportedBy = secondsOf(nowMs) - lateMinutes * 60;
  for (let nth = Math.floor(from / slot); (nth + 1) * slot <= reportedBy; nth++)
    if (!known.has(nth)) return undefined;
  const peak = Math.max(0, ...minutes.filter(({ at }) => at >= from).map((one) => one.requestsPerSecond));
  const step = Math.max(1, Math.floor((set * rule.lowerPercent) / 100));
  return Math.max(sizeOf(question, peak, lowerMargin), set - step, rule.minInstances);
}

/** What is foreseen is lowered to at once, but not where nobody has seen what it goes on from. */
const loweredAhead = ({ rule }: BoundsQuestion, { instances, isSeen }: Foreseen): number | undefined =>
  isSeen ? Math.max(instances, rule.minInstances) : undefined;

const lowerFromMs = ({ rule, changedAtMs = Number.NEGATIVE_INFINITY }: BoundsQuestion): EpochMs =>
  changedAtMs + rule.lowerEveryMinutes * 60_000;

/** Until when a minimum stays at least, by the newest load that takes it and by the last change. */
function heldUntil(question: BoundsQuestion, set: number, changedAtMs = question.changedAtMs) {
  const { rule, minutes, own, foreseen } = question;
  if (set <= own) return {};
  const taking =
    foreseen !== undefined
      ? undefined
      : minutes.findLast((one) => sizeOf(question, one.requestsPerSecond, lowerMargin) >= set);
  const ofLoad = taking === undefined ? 0 : msOf(taking.at) + rule.lowerAfterMinutes * 60_000;
  return { untilMs: Math.max(ofLoad, lowerFromMs({ ...question, changedAtMs }), question.nowMs) };
}
