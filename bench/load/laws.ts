/** How fleets answer that saturate in five ways, and what their knees are. */
import { type Chance, chanceOf } from "../../src/core/load/arrivals.ts";
import { Agenda, type Clock } from "./virtual-time.ts";

/** A request comes now; `done` is called when it is answered. */
export type Fleet = (done: () => void) => void;

export interface Law {
  readonly name: string;
  /** What its requirement is, milliseconds. */
  readonly latencyMsP99: number;
  /** Whether it answers one way at all times. */
  readonly isSteady: boolean;
  /** `isOld`: it has answered for long. */
  readonly fleet: (clock: Clock, chance: Chance, isOld: boolean) => Fleet;
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

export const laws: readonly Law[] = [
  {
    name: "M/G/k",
    latencyMsP99: 400,
    isSteady: true,
    instances: 4,
    fleet: (clock, chance) => queued(clock, 12, () => usual(chance)),
  },
  {
    name: "bimodal",
    latencyMsP99: 500,
    isSteady: false,
    instances: 5,
    fleet: (clock, chance) => queued(clock, 10, () => (chance() < 0.05 ? long : short)(chance)),
  },
  {
    name: "batching",
    latencyMsP99: 500,
    isSteady: true,
    instances: 3,
    fleet: (clock, chance) =>
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
    fleet: (clock, chance, isOld) => {
      let served = isOld ? 1e9 : 0;
      return queued(clock, 12, () => usual(chance) * (1 + Math.exp(-served++ / 3_000)));
    },
  },
  {
    name: "noisy neighbour",
    latencyMsP99: 400,
    isSteady: false,
    instances: 4,
    fleet: (clock, chance) => {
      let isNoisy = chance() < 0.2;
      const turn = () => {
        isNoisy = !isNoisy;
        clock.at(clock.now() + -Math.log(1 - chance()) * (isNoisy ? 10_000 : 40_000), turn);
      };
      clock.at(clock.now() + -Math.log(1 - chance()) * (isNoisy ? 10_000 : 40_000), turn);
      return queued(clock, 12, () => usual(chance) * (isNoisy ? 1.5 : 1));
    },
  },
];

/** The part of the requests that are late in the long run, at a steady rate. */
export function lateShare(law: Law, requestsPerSecond: number, requests: number, seed: string): number {
  const agenda = new Agenda();
  const chance = chanceOf(seed);
  const fleet = law.fleet(agenda, chanceOf(`${seed} fleet`), true);
  let [came, late] = [0, 0];
  const warm = requests / 20;
  const come = () => {
    const [at, nth] = [agenda.now(), came++];
    fleet(() => {
      if (nth >= warm && agenda.now() - at > law.latencyMsP99) late += 1;
    });
    if (came < requests) agenda.at(at - (1000 * Math.log(1 - chance())) / requestsPerSecond, come);
  };
  agenda.at(0, come);
  while (came < requests && agenda.next());
  return late / (requests - warm);
}

/** The highest rate at which one in a hundred is late in the long run, requests per second. */
export function kneeOf(law: Law, requests: number): number {
  let [low, high] = [50, 600];
  while (high / low > 1.001) {
    const middle = Math.sqrt(low * high);
    if (lateShare(law, middle, requests, `truth of ${law.name}`) <= 0.01) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}
