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
  /** It failed for what no capacity would change: it was refused, or was the caller's own fault. */
  readonly isRefused?: boolean;
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

/**
 * What was counted, by blocks of time: what several senders have counted of the same time adds up block by block. Bad requests come
 * in clusters that all of them see at once, so that their blocks are no independent ones.
 */
export const Counts = z.object({
  /** In their order: which block, and of it all, late, lost and failed. */
  blocks: z.array(z.tuple([count, count, count, count, count])).readonly(),
  answered: count,
  latencies: Latencies,
});
export type Counts = z.infer<typeof Counts>;
type Block = Counts["blocks"][number];

interface Counter {
  add(request: SentRequest): void;
  /** Of what was added so far; for so long requests were counted. */
  tally(seconds: number): Tally;
  counts(): Counts;
}

/** Counts as it goes: a look each second must not take longer the more there was. */
export function counting({ lateMs, lostMs }: AnswerLimits): Counter {
  const blocks = new Map<number, Block>();
  const latencies = countingLatencies();
  let answered = 0;
  const add = ({ at, milliseconds, isFailed }: SentRequest) => {
    const nth = Math.floor(at / blockSeconds);
    const block = blocks.get(nth) ?? [nth, 0, 0, 0, 0];
    blocks.set(nth, block);
    block[1] += 1;
    if (milliseconds !== undefined) latencies.add(milliseconds);
    if (isFailed) {
      block[4] += 1;
      return;
    }
    if (milliseconds !== undefined) answered += 1;
    if ((milliseconds ?? Number.POSITIVE_INFINITY) > lateMs) block[2] += 1;
    if ((milliseconds ?? Number.POSITIVE_INFINITY) > lostMs) block[3] += 1;
  };
  const counts = (): Counts => ({
    blocks: inOrder([...blocks.values()].map((block): Block => [...block])),
    answered,
    latencies: latencies.all(),
  });
  return { add, counts, tally: (seconds) => talliedOf(counts(), seconds) };
}

const inOrder = (blocks: readonly Block[]): Block[] => blocks.toSorted(([a], [b]) => a - b);

/** What several have counted of the same time, as one who had sent it all. */
export function mergedCounts(all: readonly Counts[]): Counts {
  const blocks = new Map<number, Block>();
  for (const [nth, ...counted] of all.flatMap((each) => each.blocks)) {
    const [, of = 0, late = 0, lost = 0, failed = 0] = blocks.get(nth) ?? [];
    const [more, moreLate, moreLost, moreFailed] = counted;
    blocks.set(nth, [nth, of + more, late + moreLate, lost + moreLost, failed + moreFailed]);
  }
  return {
    blocks: inOrder([...blocks.values()]),
    answered: all.reduce((sum, { answered }) => sum + answered, 0),
    latencies: all.reduce<Latencies>((sum, { latencies }) => mergedLatencies(sum, latencies), []),
  };
}

/** For so long requests were counted, seconds. */
export function talliedOf({ blocks, answered, latencies }: Counts, seconds: number): Tally {
  const badOf = (kind: 2 | 3 | 4): Bad => {
    let [bad, squares] = [0, 0];
    for (const block of blocks) {
      bad += block[kind];
      squares += block[kind] ** 2 / block[1];
    }
    return { bad, squares };
  };
  return {
    seconds,
    requests: blocks.reduce((sum, [, all]) => sum + all, 0),
    answered,
    late: badOf(2),
    lost: badOf(3),
    failed: badOf(4),
    blocks: blocks.length,
    latencies,
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
