/** What became of the requests of a load test, as counts that add up over invocations. */
import * as z from "zod";
import { countingLatencies, Latencies, mergedLatencies } from "./latencies.ts";

/** What became of one request. */
export interface SentRequest {
  /** When it was meant to be sent, seconds from the beginning of what is counted. */
  readonly at: number;
  /** From then until its answer, milliseconds; absent: it was not sent, since too many were under way, or not answered. */
  readonly milliseconds?: number;
  readonly isFailed: boolean;
}

const count = z.int().min(0);
/** Of one kind of bad request: how many, and the sum over blocks of time of their squares over the block's requests. */
const Bad = z.object({ bad: count, squares: z.number().min(0) });
type Bad = z.infer<typeof Bad>;

export const Tally = z.object({
  /** For so long requests were counted, seconds. */
  seconds: z.number().min(0),
  /** Meant to be sent. */
  requests: count,
  /** Answered well, in time or not. */
  answered: count,
  /** Of those that did not fail, the ones that were answered too late, or not at all. */
  late: Bad,
  /** Of these, the ones that were answered after so long that nobody waits for it any more, or not at all. */
  lost: Bad.default({ bad: 0, squares: 0 }),
  failed: Bad,
  /** Blocks of time in which requests came. */
  blocks: count,
  /** Of all that were answered, from the time at which they were meant to be sent. */
  latencies: Latencies,
});
export type Tally = z.infer<typeof Tally>;

const none: Bad = { bad: 0, squares: 0 };
export const emptyTally: Tally = {
  seconds: 0,
  requests: 0,
  answered: 0,
  late: none,
  lost: none,
  failed: none,
  blocks: 0,
  latencies: [],
};

/** Queues come and go within seconds: requests of so many seconds are taken together where bad ones come in clusters. */
const blockSeconds = 3;

/** When an answer is late, and when it is lost, milliseconds. */
interface AnswerLimits {
  readonly lateMs: number;
  readonly lostMs: number;
}

interface Counter {
  add(request: SentRequest): void;
  /** Of what was added so far; for so long requests were counted. */
  tally(seconds: number): Tally;
}

/** Counts as it goes: a look each second must not take longer the more there was. */
export function counting({ lateMs, lostMs }: AnswerLimits): Counter {
  const blocks = new Map<number, { all: number; late: number; lost: number; failed: number }>();
  const latencies = countingLatencies();
  let [requests, answered] = [0, 0];
  const add = ({ at, milliseconds, isFailed }: SentRequest) => {
    const nth = Math.floor(at / blockSeconds);
    const block = blocks.get(nth) ?? { all: 0, late: 0, lost: 0, failed: 0 };
    blocks.set(nth, block);
    requests += 1;
    block.all += 1;
    if (milliseconds !== undefined) latencies.add(milliseconds);
    if (isFailed) {
      block.failed += 1;
      return;
    }
    if (milliseconds !== undefined) answered += 1;
    if ((milliseconds ?? Number.POSITIVE_INFINITY) > lateMs) block.late += 1;
    if ((milliseconds ?? Number.POSITIVE_INFINITY) > lostMs) block.lost += 1;
  };
  const badOf = (kind: "late" | "lost" | "failed"): Bad => {
    let [bad, squares] = [0, 0];
    for (const block of blocks.values()) {
      bad += block[kind];
      squares += block[kind] ** 2 / block.all;
    }
    return { bad, squares };
  };
  return {
    add,
    tally: (seconds) => ({
      seconds,
      requests,
      answered,
      late: badOf("late"),
      lost: badOf("lost"),
      failed: badOf("failed"),
      blocks: blocks.size,
      latencies: latencies.all(),
    }),
  };
}

export function tallyOf(
  sent: Iterable<SentRequest>,
  { seconds, ...limits }: AnswerLimits & { readonly seconds: number },
): Tally {
  const counter = counting(limits);
  for (const each of sent) counter.add(each);
  return counter.tally(seconds);
}

export function mergedTallies(a: Tally, b: Tally): Tally {
  const both = (one: Bad, other: Bad): Bad => ({
    bad: one.bad + other.bad,
    squares: one.squares + other.squares,
  });
  return {
    seconds: a.seconds + b.seconds,
    requests: a.requests + b.requests,
    answered: a.answered + b.answered,
    late: both(a.late, b.late),
    lost: both(a.lost, b.lost),
    failed: both(a.failed, b.failed),
    blocks: a.blocks + b.blocks,
    latencies: mergedLatencies(a.latencies, b.latencies),
  };
}

/** So many blocks count as having varied by chance alone: of few, little is known. */
const priorBlocks = 5;

/**
 * By how much more than chance (binomial) the bad requests of blocks vary, at least 1: Pearson's statistic over its degrees of
 * freedom, which is Σ b²/n − B²/N over p(1 − p), drawn towards 1.
 */
export function dispersionOf({ requests, blocks }: Tally, { bad, squares }: Bad): number {
  if (blocks < 2 || bad === 0 || bad === requests) return 1;
  const share = bad / requests;
  const pearson = (squares - (bad * bad) / requests) / (share * (1 - share));
  return Math.max(1, (pearson + priorBlocks) / (blocks - 1 + priorBlocks));
}
