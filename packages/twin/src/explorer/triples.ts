/**
 * Three at once: a fault that lasts, and a stop of whoever is at work after it began. Which stops there are is learnt by
 * running the lasting fault first, since it leads the run elsewhere; several stops are drawn for each.
 */
import { formatPoint, type Point } from "../engine/points.ts";
import { streams } from "../world/random.ts";
import { type Experiment, nameOf, sampled } from "./experiments.ts";
import type { Finding } from "./finding.ts";
import { pointsOf, spread } from "./points-tried.ts";

/** Stops drawn for each of the runs that they are learnt from. */
const stopsOfEach = 4;

/** How many runs `count` triples are learnt from. */
export const groundsOf = (count: number): number => Math.ceil(count / stopsOfEach);

interface Drawn {
  readonly count: number;
  readonly seed: number;
}

/** What is run first, so that `count` triples can follow from it: faults that last, each with one of the hands. */
export function grounds(
  lasting: readonly Experiment[],
  hands: readonly Experiment[],
  { count, seed }: Drawn,
): Experiment[] {
  const wanted = groundsOf(count);
  const draw = streams(seed);
  const alone = sampled(lasting, { count: wanted, seed });
  if (hands.length === 0) return alone;
  return alone.map(({ faults }, nth) => {
    const hand = hands[Math.floor(draw("hand", nth).uniform() * hands.length)];
    return { faults: [...faults, ...(hand?.faults ?? [])] };
  });
}

/** Each of those runs with a stop at an entry after all its faults have happened; as many as there are, at most `count`. */
export function triples(found: readonly Finding[], { count, seed }: Drawn): Experiment[] {
  const draw = streams(seed);
  const all = found.flatMap(({ experiment, points }) =>
    entriesAfter(experiment, pointsOf(points)).map(
      (point): Experiment => ({
        faults: [...experiment.faults, { kind: "stop", point }],
      }),
    ),
  );
  const groups = [...Map.groupBy(all, ({ faults }) => nameOf({ faults: faults.slice(0, -1) })).values()];
  const shuffled = groups.map((group) =>
    group
      .map((experiment) => ({ experiment, rank: draw(`stop/${nameOf(experiment)}`, 0).uniform() }))
      .toSorted((a, b) => a.rank - b.rank)
      .map(({ experiment }) => experiment),
  );
  // A round takes one of each run, so that all runs have their turn.
  const longest = Math.max(0, ...shuffled.map((group) => group.length));
  const rounds = Array.from({ length: longest }, (_, nth) => shuffled.flatMap((group) => group[nth] ?? []));
  return rounds.flat().slice(0, count);
}

function entriesAfter({ faults }: Experiment, reached: readonly Point[]): Point[] {
  const names = reached.map(formatPoint);
  const last = Math.max(...faults.map(({ point }) => names.indexOf(formatPoint(point))));
  const entries = reached.slice(last + 1).filter(({ at }) => at === "entry");
  return [...spread(entries, ({ state }) => state)];
}
