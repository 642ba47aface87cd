/**
 * What becomes of a release that finds its endpoint or pool taken, by its plan's policy: it waits for its turn, has the older
 * release walk back, or ends.
 */
import type { Plan } from "../plan/plan.ts";
import type { EpochMs } from "../units.ts";
import { idleWaitSeconds, waitUntilSeconds } from "../wait.ts";
import type { Outcome } from "./closing.ts";
import type { Release } from "./release.ts";
import { type Remainder, remaindersText } from "./remainder.ts";

/** Who holds a lock, or waits for it. */
export interface Claimant {
  readonly releaseId: string;
  readonly execution: string;
  readonly version?: number | undefined;
}

/** A lock that was not to be had. */
export interface Occupied {
  /** Nobody, where it is free and another's turn. */
  readonly holder: Claimant | undefined;
  /** Those before and behind the claimant. */
  readonly waiting: readonly Claimant[];
  /** What a holder that is at work no more could not put back. */
  readonly remainder?: readonly Remainder[] | undefined;
  /** Until when nobody takes it because a minimum is being set or a spike sent, ISO 8601. */
  readonly adjustingUntil?: string | undefined;
}

export type QueueAction =
  | { readonly do: "end"; readonly outcome: Outcome; readonly reason: string }
  /** `supersedes`: the holder is ordered to walk back. */
  | { readonly do: "wait"; readonly reason: string; readonly seconds: number; readonly supersedes: boolean };

export interface QueueQuestion {
  readonly whenBusy: Plan["whenBusy"];
  readonly release: Omit<Release, "fence">;
  readonly lock: Occupied;
  readonly nowMs: EpochMs;
}

export function nextInQueue({ whenBusy, release, lock, nowMs }: QueueQuestion): QueueAction {
  const { subject, version, openedAt } = release;
  const { holder, waiting, remainder } = lock;
  const end = (outcome: Outcome, reason: string): QueueAction => ({ do: "end", outcome, reason });
  if (holder !== undefined && remainder !== undefined)
    return end("refused", standingText(subject, holder.releaseId, remainder));
  if (lock.adjustingUntil !== undefined) return waitOut(subject, lock.adjustingUntil, nowMs);
  const reason = aheadText(subject, lock);
  if (whenBusy === "refuse") return end("refused", reason);
  const seconds = idleWaitSeconds(nowMs - Date.parse(openedAt));
  const wait = { do: "wait", reason, seconds, supersedes: false } as const;
  if (whenBusy !== "supersede") return wait;
  const newer = [holder, ...waiting].find((one) => one !== undefined && isNewer(one, release));
  if (newer !== undefined) return end("superseded", `${newer.releaseId} is newer`);
  return { ...wait, supersedes: holder !== undefined && version !== undefined };
}

/** Chosen: a minimum is set, and a spike ends for who waits, within seconds; that a Lambda died at it takes longer. */
const adjustedSoonSeconds = 15;

/** No other release is in the way, so no policy has a say. */
function waitOut(subject: string, until: string, nowMs: EpochMs): QueueAction {
  const reason = `${subject} is having its minimum set, or a spike rehearsed, until ${until} at the latest`;
  // The lock is to be had after that moment, not at it.
  const seconds = Math.min(adjustedSoonSeconds, waitUntilSeconds(Date.parse(until) + 1000, nowMs));
  return { do: "wait", reason, seconds, supersedes: false };
}

const isNewer = (rival: Claimant, { version, execution }: Omit<Release, "fence">) =>
  rival.execution !== execution && version !== undefined && (rival.version ?? 0) > version;

/** For whom one waits who was not given the lock: its holder, or who waits longer. */
export function aheadText(
  subject: string,
  { holder, waiting: [first] }: Omit<Occupied, "remainder">,
): string {
  const named = (one: Claimant) => `${one.releaseId} (execution ${one.execution})`;
  if (holder !== undefined) return `${subject} is held by ${named(holder)}`;
  return first === undefined
    ? `${subject} is free`
    : `${subject} is free, and ${named(first)} waits for it first`;
}

/** Why nothing may be released where something stands that could not be put back, and what ends that. */
function standingText(subject: string, releaseId: string, remainder: readonly Remainder[]): string {
  const [since = ""] = remainder.map((one) => one.since).toSorted();
  const what = remaindersText(remainder);
  return `${releaseId} could not put everything back at ${subject} since ${since}: ${what}. The sweep tries on; "slipway free ${subject}" gives the lock back with that as it is`;
}
