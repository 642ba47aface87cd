/** What became of the requests of a load test, as counts that add up over invocations. */
import * as z from "zod";
import { bucketOf, countingLatencies, Latencies, mergedLatencies } from "./latencies.ts";

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

/**
 * Of one block of time: the requests, those of them that were late or lost, and how long its answers took, as the mean of their
 * latencies' buckets (a geometric mean of the latencies); 0: none was answered.
 */
const Block = z.tuple([count, count, count]);
/** Blocks that followed one another. */
const Run = z.array(Block).readonly();
export type Run = z.infer<typeof Run>;

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
  /** The blocks, as they followed one another: by these it shows whether a fleet is slow by turns. In an order of their own. */
  runs: z.array(Run).readonly().default([]),
});
export type Tally = z.infer<typeof Tally>;

/** What was seen of a rate, requests per second. */
export interface SeenAt {
  readonly requestsPerSecond: number;
  readonly tally: Tally;
}

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
  runs: [],
};

/** Queues come and go within seconds: requests of so many seconds are taken together where bad ones come in clusters. */
export const blockSeconds = 3;

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
  /** Which block, how many of it were answered, well or not, and the sum of their latencies' buckets. */
  paces: z
    .array(z.tuple([count, count, count]))
    .readonly()
    .default([]),
  answered: count,
  latencies: Latencies,
});
export type Counts = z.infer<typeof Counts>;
type Counted = Counts["blocks"][number];
type Pace = Counts["paces"][number];

interface Counter {
  add(request: SentRequest): void;
  /** Of what was added so far; for so long requests were counted. */
  tally(seconds: number): Tally;
  counts(): Counts;
}

/** Counts as it goes: a look each second must not take longer the more there was. */
export function counting({ lateMs, lostMs }: AnswerLimits): Counter {
  const blocks = new Map<number, Counted>();
  const paces = new Map<number, Pace>();
  const latencies = countingLatencies();
  let answered = 0;
  const add = ({ at, milliseconds, isFailed }: SentRequest) => {
    const nth = Math.floor(at / blockSeconds);
    const block = blocks.get(nth) ?? [nth, 0, 0, 0, 0];
    blocks.set(nth, block);
    block[1] += 1;
    if (milliseconds !== undefined) {
      latencies.add(milliseconds);
      const [, of, sum] = paces.get(nth) ?? [nth, 0, 0];
      paces.set(nth, [nth, of + 1, sum + bucketOf(milliseconds)]);
    }
    if (isFailed) {
      block[4] += 1;
      return;
    }
    if (milliseconds !== undefined) answered += 1;
    if ((milliseconds ?? Number.POSITIVE_INFINITY) > lateMs) block[2] += 1;
    if ((milliseconds ?? Number.POSITIVE_INFINITY) > lostMs) block[3] += 1;
  };
  const counts = (): Counts => ({
    blocks: inOrder([...blocks.values()].map((block): Counted => [...block])),
    paces: inOrder([...paces.values()]),
    answered,
    latencies: latencies.all(),
  });
  return { add, counts, tally: (seconds) => talliedOf(counts(), seconds) };
}

const inOrder = <B extends Counted | Pace>(blocks: readonly B[]): B[] => blocks.toSorted(([a], [b]) => a - b);

/** What several have counted of the same time, as one who had sent it all. */
export function mergedCounts(all: readonly Counts[]): Counts {
  const blocks = new Map<number, Counted>();
  for (const [nth, ...counted] of all.flatMap((each) => each.blocks)) {
    const [, of = 0, late = 0, lost = 0, failed = 0] = blocks.get(nth) ?? [];
    const [more, moreLate, moreLost, moreFailed] = counted;
    blocks.set(nth, [nth, of + more, late + moreLate, lost + moreLost, failed + moreFailed]);
  }
  const paces = new Map<number, Pace>();
  for (const [nth, more, moreSum] of all.flatMap((each) => each.paces)) {
    const [, of, sum] = paces.get(nth) ?? [nth, 0, 0];
    paces.set(nth, [nth, of + more, sum + moreSum]);
  }
  return {
    blocks: inOrder([...blocks.values()]),
    paces: inOrder([...paces.values()]),
    answered: all.reduce((sum, { answered }) => sum + answered, 0),
    latencies: all.reduce<Latencies>((sum, { latencies }) => mergedLatencies(sum, latencies), []),
  };
}

/** For so long requests were counted, seconds. */
export function talliedOf({ blocks, paces, answered, latencies }: Counts, seconds: number): Tally {
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
    runs: runsOf(blocks, paces),
  };
}

/** Without what did not come: a block in which none did ends a run. */
function runsOf(blocks: readonly Counted[], paces: readonly Pace[]): Run[] {
  const paceOf = new Map(paces.map(([nth, of, sum]) => [nth, Math.round(sum / of)]));
  const runs: Run[number][][] = [];
  let before: number | undefined;
  for (const [nth, requests, late] of blocks) {
    if (before === undefined || nth !== before + 1) runs.push([]);
    runs.at(-1)?.push([requests, late, paceOf.get(nth) ?? 0]);
    before = nth;
  }
  return runs;
}

/** The same whichever came first. */
const inOneOrder = (runs: readonly Run[]): Run[] =>
  runs
    .map((run) => ({ run, text: run.join(" ") }))
    .toSorted((a, b) => (a.text < b.text ? -1 : Number(a.text > b.text)))
    .map(({ run }) => run);

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
    runs: inOneOrder([...a.runs, ...b.runs]),
  };
}

/** So many blocks count as having varied by chance alone: of few, little is known. */
const priorBlocks = 5;

/**
 * By how much more than chance (binomial) the bad requests of blocks vary, at least 1: Pearson's statistic over its degrees of
 * freedom, which is Σ b²/n − B²/N over p(1 − p), drawn towards 1.
 */
export function dispersionOf(
  { requests, blocks }: Pick<Tally, "requests" | "blocks">,
  { bad, squares }: Bad,
): number {
  if (blocks < 2 || bad === 0 || bad === requests) return 1;
  const share = bad / requests;
  const pearson = (squares - (bad * bad) / requests) / (share * (1 - share));
  return Math.max(1, (pearson + priorBlocks) / (blocks - 1 + priorBlocks));
}
