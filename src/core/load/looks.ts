/** How often the rates of a test were looked at, and how often something was bad: looks that have nothing to do with one another. */
import type { Share } from "../units.ts";
import type { Allowed } from "./step.ts";
import { blockSeconds, dispersionOf, type Run, type SeenAt, type Tally } from "./tally.ts";
import type { Turns } from "./turns.ts";

/** Which bad requests are meant, and how many of all are allowed to be. */
export interface BadKind {
  readonly of: keyof Allowed;
  readonly allowed: Share;
  readonly limitSeconds: number;
  /** Of all requests, bad at any rate. */
  readonly always: Share;
}

export interface Looks {
  readonly rate: number;
  readonly looked: number;
  readonly bad: number;
}

/** Where so many are late the fleet is full, and how many more depends on for how long one looks. */
export const full = 0.3;

export function looksOf(byRate: readonly SeenAt[], { of, always, limitSeconds }: BadKind): Looks[] {
  return byRate.map(({ requestsPerSecond: rate, tally }) => {
    const lasts = of === "late" ? lastingOf(tally) : 1;
    // Those that come within the limit meet the same queue.
    const together = Math.max(lasts * dispersionOf(tally, tally[of]), rate * limitSeconds);
    const looked = tally.requests / together;
    const share = Math.min(full, Math.max(0, tally[of].bad / tally.requests - always));
    return { rate, looked, bad: share * looked };
  });
}

/** Of so few pairs of blocks that follow one another little is known, and no more than so many blocks count as one: chosen. */
const [fewestPairs, mostLasting] = [20, 20];

/** Over how many blocks late requests last: as of a process whose blocks are correlated with the one before by r, (1 + r) / (1 − r). */
function lastingOf({ runs, requests, late }: Tally): number {
  const share = late.bad / requests;
  let [cross, pairs, squares, blocks] = [0, 0, 0, 0];
  for (const run of runs) {
    const off = run.map(([of, bad]) => bad - share * of);
    blocks += off.length;
    pairs += Math.max(0, off.length - 1);
    for (const [nth, each] of off.entries()) {
      squares += each * each;
      cross += each * (off[nth + 1] ?? 0);
    }
  }
  if (squares === 0 || pairs === 0) return 1;
  const correlation = Math.max(0, ((cross / pairs) * blocks) / squares) * (pairs / (pairs + fewestPairs));
  return correlation >= 1 ? mostLasting : Math.min(mostLasting, (1 + correlation) / (1 - correlation));
}

/** What comes by a tenth above what is served makes a queue as long as the limit within so many times the limit. */
const growsWithin = 10;
/** More than so many late: it has grown. */
const grown = 0.1;

/**
 * Of a fleet that is slow by turns a rate was looked at while it met them, once a queue had had time to grow: one that has met none is as
 * good as not looked at, however long it took.
 */
export function slowLooksOf(
  byRate: readonly SeenAt[],
  { limitSeconds, always }: BadKind,
  { part, slowAt }: Turns,
): Looks[] {
  const growing = Math.ceil((growsWithin * limitSeconds) / blockSeconds);
  return byRate.map((seen) => {
    const rate = seen.requestsPerSecond;
    const slow = lateIn(
      slowAt(seen).flatMap((run) => run.filter(([of, late], nth) => nth >= growing || late > grown * of)),
    );
    if (slow.requests === 0) return { rate, looked: 0, bad: 0 };
    const together = Math.max(dispersionOf(slow, slow.late), rate * limitSeconds);
    const looked = slow.requests / part / together;
    const share = part * Math.min(full, Math.max(0, slow.late.bad / slow.requests - always));
    return { rate, looked, bad: share * looked };
  });
}

function lateIn(blocks: Run): Pick<Tally, "requests" | "blocks" | "late"> {
  let [requests, bad, squares] = [0, 0, 0];
  for (const [of, late] of blocks) {
    requests += of;
    bad += late;
    squares += late ** 2 / of;
  }
  return { requests, blocks: blocks.length, late: { bad, squares } };
}
