/** How fleets answer that saturate in five ways, and what their knees are. */
import { traceIn } from "../../src/core/load/arrival-trace.ts";
import { type Arriving, byChance, type Chance, chanceOf } from "../../src/core/load/arrivals.ts";
import { Agenda, type Clock } from "./virtual-time.ts";

/** A request comes now; `done` is called when it is answered. */
export type Fleet = (done: () => void) => void;

interface FleetDrawn {
  readonly chance: Chance;
  /** When its turns come. */
  readonly turns: Chance;
  /** It has answered for long. */
  readonly isOld: boolean;
}

export interface Law {
  readonly name: string;
  /** What its requirement is, milliseconds. */
  readonly latencyMsP99: number;
  /** Whether it answers one way at all times. */
  readonly isSteady: boolean;
  /** It is faster and slower by turns: what is true of it is so of a time. */
  readonly isByTurns?: boolean;
  /** How requests come; absent: by chance. */
  readonly arriving?: Arriving;
  readonly fleet: (clock: Clock, drawn: FleetDrawn) => Fleet;
  readonly instances: number;
}

const normal = (chance: Chance): number =>
  Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());

function logNormal(meanMs: number, cv: number): (chance: Chance) => number {
  const variance = Math.log1p(cv * cv);
  const [spread, median] = [Math.sqrt(variance), meanMs * Math.exp(-variance / 2)];
  return (chance) => median * Math.exp(spread * normal(chance));
}

/** One queue before k places, first come first served. */
function queued(clock: Clock, places: number, serviceMs: () => number): Fleet {
  let free = places;
  const waiting: (() => void)[] = [];
  let head = 0;
  const start = (done: () => void) => {
    clock.at(clock.now() + serviceMs(), () => {
      done();
      const next = waiting[head];
      if (next === undefined) {
        free += 1;
        return;
      }
      head += 1;
      if (head > 10_000) head -= waiting.splice(0, head).length;
      start(next);
    });
  };
  return (done) => {
    if (free === 0) {
      waiting.push(done);
      return;
    }
    free -= 1;
    start(done);
  };
}

/** Places that each take up to so many of those that wait, and answer them together. */
function batched(
  clock: Clock,
  { places, most, timeMs }: { places: number; most: number; timeMs: (size: number) => number },
): Fleet {
  let free = places;
  const waiting: (() => void)[] = [];
  const start = () => {
    const batch = waiting.splice(0, most);
    clock.at(clock.now() + timeMs(batch.length), () => {
      for (const done of batch) done();
      if (waiting.length > 0) start();
      else free += 1;
    });
  };
  return (done) => {
    waiting.push(done);
    if (free === 0) return;
    free -= 1;
    start();
  };
}

const usual = logNormal(50, 1);
const [short, long] = [logNormal(30, 0.15), logNormal(300, 0.15)];

/** Nine of ten gaps are half as long as the mean and the tenth is eleven times as long as those: requests come in crowds. */
function crowded(): Arriving {
  const chance = chanceOf("crowds");
  let at = 0;
  const lines = Array.from({ length: 100_000 }, () => {
    at -= Math.log(1 - chance()) * (chance() < 0.1 ? 5.5 : 0.5);
    return at.toFixed(4);
  });
  const trace = traceIn(lines.join("\n"));
  if ("lacks" in trace) throw new Error(trace.lacks);
  return trace;
}

export const laws: readonly Law[] = [
  {
    name: "M/G/k",
    latencyMsP99: 400,
    isSteady: true,
    instances: 4,
    fleet: (clock, { chance }) => queued(clock, 12, () => usual(chance)),
  },
  {
    name: "bimodal",
    latencyMsP99: 500,
    isSteady: false,
    instances: 5,
    fleet: (clock, { chance }) => queued(clock, 10, () => (chance() < 0.05 ? long : short)(chance)),
  },
  {
    name: "batching",
    latencyMsP99: 500,
    isSteady: true,
    instances: 3,
    fleet: (clock, { chance }) =>
      batched(clock, {
        places: 3,
        most: 16,
        timeMs: (size) => (60 + 8 * size) * logNormal(1, 0.1)(chance),
      }),
  },
  {
    name: "cold cache",
    latencyMsP99: 400,
    isSteady: false,
    instances: 4,
    fleet: (clock, { chance, isOld }) => {
      let served = isOld ? 1e9 : 0;
      return queued(clock, 12, () => usual(chance) * (1 + Math.exp(-served++ / 3_000)));
    },
  },
  {
    name: "M/G/k, a trace",
    latencyMsP99: 400,
    isSteady: false,
    instances: 4,
    arriving: crowded(),
    fleet: (clock, { chance }) => queued(clock, 12, () => usual(chance)),
  },
  {
    name: "noisy neighbour",
    latencyMsP99: 400,
    isSteady: false,
    instances: 4,
    isByTurns: true,
    fleet: (clock, { chance, turns }) => {
      let isNoisy = turns() < 0.2;
      const turn = () => {
        isNoisy = !isNoisy;
        clock.at(clock.now() + -Math.log(1 - turns()) * (isNoisy ? 10_000 : 40_000), turn);
      };
      clock.at(clock.now() + -Math.log(1 - turns()) * (isNoisy ? 10_000 : 40_000), turn);
      return queued(clock, 12, () => usual(chance) * (isNoisy ? 1.5 : 1));
    },
  },
];

interface Sent {
  readonly requestsPerSecond: number;
  /** Until so many have come, or so much time has gone by, milliseconds. */
  readonly requests: number;
  readonly untilMs: number;
  /** So many at the beginning are not counted. */
  readonly warm: number;
}

/** The part of the requests that are late, at a steady rate. */
function lateShare(
  law: Law,
  { requestsPerSecond, requests, untilMs, warm }: Sent,
  drawn: FleetDrawn,
): number {
  const agenda = new Agenda();
  const { chance } = drawn;
  const fleet = law.fleet(agenda, drawn);
  const { arriving = byChance } = law;
  const seconds = Math.min(untilMs / 1000, requests / requestsPerSecond);
  const moments = arriving({ most: requestsPerSecond, seconds }, chance)[Symbol.iterator]();
  let [came, late] = [0, 0];
  const come = () => {
    const [at, nth] = [agenda.now(), came++];
    fleet(() => {
      if (nth >= warm && agenda.now() - at > law.latencyMsP99) late += 1;
    });
    const next = moments.next();
    if (came < requests && next.done !== true && next.value * 1000 < untilMs)
      agenda.at(next.value * 1000, come);
    else isOver = true;
  };
  let isOver = false;
  agenda.at(0, come);
  while (!isOver && agenda.next());
  return late / (came - warm);
}

/** The highest rate at which one in a hundred is late, requests per second. */
function kneeBy(shareAt: (requestsPerSecond: number) => number, within: number): number {
  let [low, high] = [50, 600];
  while (high / low > within) {
    const middle = Math.sqrt(low * high);
    if (shareAt(middle) <= 0.01) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}

/** In the long run. */
export const kneeOf = (law: Law, requests: number): number =>
  kneeBy((requestsPerSecond) => {
    const seed = `truth of ${law.name}`;
    const drawn = { chance: chanceOf(seed), turns: chanceOf(`${seed}, turns`), isOld: true };
    const sent = { requestsPerSecond, requests, untilMs: Number.POSITIVE_INFINITY, warm: requests / 20 };
    return lateShare(law, sent, drawn);
  }, 1.001);

/** So often the same turns, met by other requests. */
const repeats = 3;

/** In a time of its own, by the turns that come in it. */
export const kneeIn = (law: Law, untilMs: number, turns: string): number =>
  kneeBy((requestsPerSecond) => {
    const sent = { requestsPerSecond, requests: Number.POSITIVE_INFINITY, untilMs, warm: 0 };
    const shares = Array.from({ length: repeats }, (_, nth) =>
      lateShare(law, sent, { chance: chanceOf(`${turns} ${nth}`), turns: chanceOf(turns), isOld: true }),
    );
    return shares.reduce((sum, share) => sum + share, 0) / repeats;
  }, 1.005);
