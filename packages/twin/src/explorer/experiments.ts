/** An experiment is a run with certain faults; which there are follows from the points that earlier runs reached. */
import { type Fault, type FaultKind, formatFault, passingAt } from "../engine/faults.ts";
import { type LastingFault, lastingAt } from "../engine/lasting-faults.ts";
import { keyOf, type Point } from "../engine/points.ts";
import { streams } from "../world/random.ts";
import { pointsTried, spread } from "./points-tried.ts";

/** What makes one run differ from the next. */
export interface Experiment {
  readonly faults: readonly Fault[];
}

export const nameOf = ({ faults }: Experiment): string => faults.map(formatFault).join(" and ");

/** Calls that change nothing, as AWS names them. */
const reading = /\.(BatchGet|Describe|Get|Head|List|Query|Scan)/;

/** After a call that changes nothing, an answer that is lost or not waited for is a call that was never made. */
const asUnmade: ReadonlySet<FaultKind> = new Set<FaultKind>(["response-lost", "crash-after-call"]);

/** What is tried of the faults that are over at once: of two that the code cannot tell apart at a point, one. */
const passingTried = (point: Point): readonly FaultKind[] =>
  point.at === "call" && reading.test(point.operation)
    ? passingAt(point).filter((kind) => !asUnmade.has(kind))
    : passingAt(point);

/** Every fault that can happen and is over at once, at every point. */
export function singles(points: readonly Point[]): Experiment[] {
  return points.flatMap((point) => passingTried(point).map((kind) => ({ faults: [{ kind, point }] })));
}

/** Of two kinds that the code cannot tell apart (a denial and an invalid request), one is tried. */
const lastingTried: ReadonlySet<LastingFault> = new Set<LastingFault>([
  ...(["denied", "denied-to-it", "invalid-there", "throttled-hour", "down-hour"] as const),
  ...(["not-found-yet", "gone-elsewhere"] as const),
]);

/** Faults that last, from the first, the middle and the last call that a state makes of an operation, or of a service. */
export function lasting(points: readonly Point[]): Experiment[] {
  const calls = points.filter((point) => point.at === "call");
  const ofOperation = spread(calls, ({ state, operation }) => `${state}/${operation}`);
  const ofService = spread(calls, ({ state, operation }) => `${state}/${operation.split(".")[0]}`);
  return calls.flatMap((point) =>
    lastingAt(point.operation)
      .filter((kind) => lastingTried.has(kind) && (kind === "down-hour" ? ofService : ofOperation).has(point))
      .map((kind) => ({ faults: [{ kind, point }] })),
  );
}

/** What is tried on an application that is being compensated: whatever ends the one who does it, or hides what it did. */
const secondKinds: ReadonlySet<FaultKind> = new Set<FaultKind>([
  "response-lost",
  "crash-before-call",
  "crash-after-call",
  "stopped-meanwhile",
  "crash-before",
  "crash-after",
  "lambda-time-out",
  "stop",
]);

/** A run that was stopped, and the points that were reached after it. */
export interface Stopped {
  readonly experiment: Experiment;
  readonly after: readonly Point[];
}

/**
 * Faults in what comes after a stop, each place once. A place that several stops lead to is tried after one of them,
 * by the seed, so that all stops have their turn.
 */
export function secondFaults(stopped: readonly Stopped[], seed: number): Experiment[] {
  const places = new Map<string, { experiment: Experiment; point: Point }[]>();
  for (const { experiment, after } of stopped)
    for (const point of after)
      places.set(keyOf(point), [...(places.get(keyOf(point)) ?? []), { experiment, point }]);
  const draw = streams(seed);
  return [...places].flatMap(([key, ways]) =>
    kindsAt(ways).flatMap((kind) => {
      const way = ways[Math.floor(draw(`after/${key}/${kind}`, 0).uniform() * ways.length)];
      return way === undefined ? [] : [{ faults: [...way.experiment.faults, { kind, point: way.point }] }];
    }),
  );
}

function kindsAt([way]: readonly { point: Point }[]): FaultKind[] {
  return way === undefined ? [] : passingTried(way.point).filter((kind) => secondKinds.has(kind));
}

/** Faults that end the execution: nobody tries again, and the points that were to come do not come. */
export const endingKinds: ReadonlySet<FaultKind> = new Set<FaultKind>(["stop", "stopped-meanwhile"]);

/** Pairs of faults, those that last among them, the one at a later point than the other, drawn by the seed. */
export function pairs(
  points: readonly Point[],
  { count, seed }: { count: number; seed: number },
): Experiment[] {
  const draw = streams(seed);
  const all = inOrder([...singles(pointsTried(points)), ...lasting(points)], points);
  const drawn = new Map<string, Experiment>();
  for (let nth = 0; drawn.size < count && nth < 20 * count && all.length > 1; nth++) {
    const random = draw("pairs", nth);
    const [one, other] = [random, random].map((each) => Math.floor(each.uniform() * all.length));
    const experiment = paired(all, Math.min(one ?? 0, other ?? 0), Math.max(one ?? 0, other ?? 0));
    if (experiment !== undefined) drawn.set(nameOf(experiment), experiment);
  }
  return [...drawn.values()];
}

/** By the points of their first faults, as these were reached. */
function inOrder(experiments: readonly Experiment[], reached: readonly Point[]): Experiment[] {
  const places = new Map(reached.map((point, place) => [point, place]));
  const placeOf = ({ faults: [first] }: Experiment) => (first && places.get(first.point)) ?? 0;
  return experiments.toSorted((a, b) => placeOf(a) - placeOf(b));
}

function paired(all: readonly Experiment[], first: number, second: number): Experiment | undefined {
  const faults = [...(all[first]?.faults ?? []), ...(all[second]?.faults ?? [])];
  const [one, other] = faults;
  if (one === undefined || other === undefined) return undefined;
  return endingKinds.has(one.kind) || one.point === other.point ? undefined : { faults };
}

/** So many of them, drawn by the seed, in the order they had. */
export function sampled(
  experiments: readonly Experiment[],
  { count, seed }: { count: number; seed: number },
): Experiment[] {
  if (count >= experiments.length) return [...experiments];
  const draw = streams(seed);
  const ranked = experiments.map((experiment, index) => ({
    experiment,
    index,
    rank: draw(`sample/${nameOf(experiment)}`, 0).uniform(),
  }));
  return ranked
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, count)
    .toSorted((a, b) => a.index - b.index)
    .map(({ experiment }) => experiment);
}
