/**
 * Explores an application: runs it once to learn its points, then again with each fault at each of them, then with faults
 * in what comes after a stop, then with faults that last, then with somebody else's hands on the account.
 */

import type { Fault } from "../engine/faults.ts";
import { formatPoint } from "../engine/points.ts";
import {
  type Experiment,
  lasting,
  nameOf,
  pairs,
  type Stopped,
  sampled,
  secondFaults,
  singles,
} from "./experiments.ts";
import { type ExperimentKind, type ExplorationOptions, type Explorer, explorerOf } from "./explorer.ts";
import type { Finding } from "./finding.ts";
import { pointsOf, pointsTried } from "./points-tried.ts";
import { grounds, triples } from "./triples.ts";

export interface Exploration {
  /** The run without faults. */
  readonly reference: Finding;
  readonly findings: readonly Finding[];
}

/** Of a sample, what each kind gets, and of the first what is spent on faults after a stop. */
const shares: Readonly<Record<ExperimentKind, number>> = { passing: 0.55, lasting: 0.25, hands: 0.2 };
const afterStopShare = 0.45;

export async function explore<Request, Ran>(options: ExplorationOptions<Request, Ran>): Promise<Exploration> {
  const { seed, only, sample, laid = () => [] } = options;
  const explorer = explorerOf(options);
  const reference = await explorer.learn();
  const reached = pointsOf(reference.points);
  const some = (experiments: readonly Experiment[], kind: ExperimentKind) =>
    sampled(experiments, { count: countOf(kind, options), seed });
  const [long, others] = [some(lasting(reached), "lasting"), some(laid(reference.moments), "hands")];
  // What the others have no use for is spent on these.
  const most =
    only?.has("passing") === false ? 0 : (sample ?? Number.POSITIVE_INFINITY) - long.length - others.length;
  const passing = await passed(explorer, reference, { count: most, seed });
  const lasted = await explorer.run("faults that last", long, reference);
  const touched = await explorer.run("hands", others, reference);
  const drawn = (runs = 0) => ({ count: only === undefined ? runs : 0, seed });
  const two = pairs(reached, drawn(options.pairs));
  const paired = await explorer.run("pairs of faults", two, reference);
  const one = laid(reference.moments).filter(({ faults }) => faults.length === 1);
  const ground = await explorer.run(
    "grounds of triples",
    grounds(lasting(reached), one, drawn(options.triples)),
    reference,
  );
  const three = await explorer.run("triples", triples(ground, drawn(options.triples)), reference);
  return { reference, findings: unlike([...passing, ...lasted, ...touched, ...paired, ...ground, ...three]) };
}

/** How many runs of a kind: all of them, or its share of the sample among the kinds that are asked for. */
function countOf(
  kind: ExperimentKind,
  { sample, only }: Pick<ExplorationOptions, "sample" | "only">,
): number {
  if (only?.has(kind) === false) return 0;
  if (sample === undefined) return Number.POSITIVE_INFINITY;
  const whole = [...(only ?? (Object.keys(shares) as ExperimentKind[]))].reduce(
    (sum, each) => sum + shares[each],
    0,
  );
  return Math.floor((sample * shares[kind]) / whole);
}

/** Faults that are over at once, alone, and after those that were a stop. */
async function passed(
  explorer: Explorer,
  reference: Finding,
  { count, seed }: { count: number; seed: number },
): Promise<Finding[]> {
  const all = singles(pointsTried(pointsOf(reference.points)));
  const afterStop = Number.isFinite(count) ? Math.floor(count * afterStopShare) : count;
  const first = sampled(all, { count: Number.isFinite(count) ? count - afterStop : count, seed });
  const single = await explorer.run("single faults", first, reference);
  const second = sampled(secondFaults(single.flatMap(stoppedOf), seed), { count: afterStop, seed });
  const after = await explorer.run("faults after a stop", second, reference);
  // A small sample may hold no stop, and nothing to try after one.
  const spare = sampled(all, { count: Math.max(0, count - second.length), seed });
  const more = spare.filter((experiment) => !first.includes(experiment));
  return [...single, ...(await explorer.run("single faults", more, reference)), ...after];
}

/** No two runs have the same faults: the grounds of triples may have been run among the faults that last. */
function unlike(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [nameOf(finding.experiment), finding])).values()];
}

/** Runs one experiment again, after the run without faults. */
export async function replay<Request, Ran>(
  options: ExplorationOptions<Request, Ran>,
  faults: readonly Fault[],
): Promise<Exploration> {
  const explorer = explorerOf(options);
  const reference = await explorer.learn();
  return { reference, findings: await explorer.run("single faults", [{ faults }], reference) };
}

/** The points reached after the stop of a run, where it was one. */
function stoppedOf({ experiment, points }: Finding): Stopped[] {
  const [fault] = experiment.faults;
  if (fault?.kind !== "stop") return [];
  const at = points.indexOf(formatPoint(fault.point));
  return at === -1 ? [] : [{ experiment, after: pointsOf(points.slice(at + 1)) }];
}
