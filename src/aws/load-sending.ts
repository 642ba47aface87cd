/** Sends requests at the moments that are meant for them, whatever becomes of those before: an open loop. */
import type { SentRequest } from "../core/load/tally.ts";
import { type Probe, unanswered } from "../core/release/serving-platform.ts";
import type { Pacing } from "./pacing.ts";

/** An execution environment has 1,024 file descriptors (Lambda quotas, developer guide); each request under way takes one. */
export const mostUnderWay = 800;

export interface Sending {
  /** When the first may be sent, epoch milliseconds; absent: now. */
  readonly startMs?: number;
  /** When each is meant to be sent, seconds from then, ascending. */
  readonly at: Iterable<number>;
  /** Those before are sent and not counted, seconds from then. */
  readonly countedFrom: number;
  readonly mostRequests: number;
  /** So many are under way at most; absent: as many as one invocation can have. */
  readonly mostAtOnce?: number;
  readonly send: () => Promise<Probe>;
  /** Of what a request takes, the way there and back, milliseconds: it is no part of its latency. */
  readonly wayMs: number;
  readonly pacing: Pacing;
  /** Given each request that is counted, once it is known what became of it. */
  readonly count: (request: SentRequest) => void;
  /** Asked about once a second, of how many seconds requests were counted so far: true ends it early. */
  readonly isOver: (seconds: number) => boolean;
}

export interface SentLoad {
  readonly sent: number;
  /** For so long requests were counted. */
  readonly seconds: number;
  /** What the platform refused to pass on, by what it says; and what the model refused as the caller's own fault. */
  readonly refused: ReadonlyMap<string, number>;
  /** By how much each left later than it was meant to, milliseconds. */
  readonly lateness: readonly number[];
}

/**
 * A request whose moment comes while too many are under way is not sent, and late. Latency counts from the moment that was
 * meant, so that a sender that lags makes nothing look faster than it was; less the way there and back. Resolves once all that were sent are answered or
 * given up.
 */
export async function sendLoad(sending: Sending): Promise<SentLoad> {
  const { pacing, countedFrom, send, wayMs, mostAtOnce = mostUnderWay } = sending;
  const { startMs = pacing.nowMs() } = sending;
  const lateness: number[] = [];
  const refused = new Map<string, number>();
  const open = new Set<Promise<void>>();
  let [sent, lookedAt, last] = [0, 0, 0];

  const finished = (at: number, request: Omit<SentRequest, "at">) => {
    if (at >= countedFrom) sending.count({ at: at - countedFrom, ...request });
  };
  const one = async (at: number, meantMs: number) => {
    const { answered, error, isRefused = false } = await send();
    const milliseconds = Math.max(0, pacing.nowMs() - meantMs - wayMs);
    if (isRefused) refused.set(error ?? "", (refused.get(error ?? "") ?? 0) + 1);
    const isUnanswered = !answered && error === unanswered;
    finished(at, { isFailed: !answered && !isUnanswered, isRefused, ...(!isUnanswered && { milliseconds }) });
  };

  for (const at of sending.at) {
    const meantMs = startMs + at * 1000;
    await pacing.until(meantMs);
    last = at;
    if (sent >= sending.mostRequests) break;
    if (at - lookedAt >= 1) {
      lookedAt = at;
      if (sending.isOver(Math.max(0, at - countedFrom))) break;
    }
    if (open.size >= mostAtOnce) {
      finished(at, { isFailed: false });
      continue;
    }
    sent += 1;
    lateness.push(pacing.nowMs() - meantMs);
    const under = one(at, meantMs);
    open.add(under);
    void under.finally(() => open.delete(under));
  }
  await Promise.all(open);
  return { sent, refused, lateness, seconds: Math.max(0, last - countedFrom) };
}
