/**
 * What waits at a variant of the requests that callers send to it themselves, one by one: as long as they come more slowly
 * than the fleet answers, their latency follows from how full it is; where more come, they wait for one another, and beyond a
 * full queue they are turned away.
 */

/** What is known of the requests sent to a variant. */
interface Queue {
  /** Epoch milliseconds of the newest. */
  atMs: number;
  /** Accepted and not answered yet. */
  backlog: number;
  /** Of each of the last ten seconds: which one it is, and how many came in it. */
  readonly recent: { second: number; requests: number }[];
}

export interface Queues {
  /** Of a variant by name (`endpoint/variant`). */
  queue(key: string): Queue;
}

export function createQueues(): Queues {
  const queues = new Map<string, Queue>();
  return {
    queue: (key) => {
      const found = queues.get(key) ?? { atMs: 0, backlog: 0, recent: [] };
      queues.set(key, found);
      return found;
    },
  };
}

/** However slow its model is, an instance works on, or lets wait, so many requests. */
const fewAtOnce = 10;
const windowSeconds = 10;

/** What serves the queue. */
interface Fleet {
  readonly warm: number;
  /** Requests per second of one instance at full load. */
  readonly throughput: number;
  /** Mean latency of one request alone on an instance. */
  readonly latencyMs: number;
  /** What of the fleet other requests take, as a part of all that it can serve. */
  readonly taken: number;
}

export interface Queued {
  /** Requests over what the fleet can take, of the last ten seconds, this one and the others included. */
  readonly load: number;
  /** Until its turn comes. */
  readonly waitMs: number;
  /** The queue is full. */
  readonly isTurnedAway: boolean;
}

/** One more request comes. */
export function joinQueue(
  queue: Queue,
  { warm, throughput, latencyMs, taken }: Fleet,
  nowMs: number,
): Queued {
  const perSecond = warm * throughput;
  const free = perSecond * Math.max(0, 1 - taken);
  const mostWaiting = warm * Math.max(fewAtOnce, throughput * windowSeconds);
  const atOnce = warm * Math.max(fewAtOnce, Math.round((throughput * latencyMs) / 1000));
  queue.backlog = Math.max(0, queue.backlog - (free * Math.max(0, nowMs - queue.atMs)) / 1000);
  queue.atMs = Math.max(queue.atMs, nowMs);
  const came = cameLately(queue, Math.floor(nowMs / 1000));
  const load = perSecond === 0 ? 0 : taken + came / (perSecond * windowSeconds);
  const isTurnedAway = free === 0 || queue.backlog + 1 > mostWaiting;
  if (isTurnedAway) return { load, waitMs: 0, isTurnedAway };
  const waitMs = (1000 * Math.max(0, queue.backlog - atOnce)) / free;
  queue.backlog += 1;
  return { load, waitMs, isTurnedAway };
}

/** Requests of the last ten seconds, with one that comes now. */
function cameLately(queue: Queue, second: number): number {
  const { recent } = queue;
  const newest = recent.at(-1);
  if (newest?.second === second) newest.requests += 1;
  else recent.push({ second, requests: 1 });
  while ((recent[0]?.second ?? second) <= second - windowSeconds) recent.shift();
  return recent.reduce((sum, { requests }) => sum + requests, 0);
}
