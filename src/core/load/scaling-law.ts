/** The universal scalability law, and the one that fits fleets of several sizes best: by weighted least squares of logarithms. */
export interface ScalingLaw {
  /** λ: what one instance alone serves, requests per second. */
  readonly perInstance: number;
  /** σ: which part of each instance's work waits for what all share. */
  readonly contention: number;
  /** κ: what each pair of instances costs each other. */
  readonly coherency: number;
}

export const servedBy = ({ perInstance, contention, coherency }: ScalingLaw, instances: number): number =>
  (perInstance * instances) / (1 + contention * (instances - 1) + coherency * instances * (instances - 1));

export interface SizePoint {
  readonly instances: number;
  readonly served: number;
  /** Standard deviation of its logarithm. */
  readonly error: number;
}

export interface Fitted {
  readonly law: ScalingLaw;
  /** Σ of squared residuals, each over its error's. */
  readonly misfit: number;
}

/** N / X = (1 + σ(N − 1) + κN(N − 1)) / λ is linear in three numbers, none of which is below 0. */
const basis = (instances: number) => [1, instances - 1, instances * (instances - 1)];
export const proportional = [[0]];
/** Any of these numbers may be 0. */
export const choices = [[0], [0, 1], [0, 2], [0, 1, 2]];

/** Weighted least squares of logarithms, by which of the numbers are 0: the best that has none below. */
export function fitted(points: readonly SizePoint[], of: readonly (readonly number[])[]): Fitted {
  const found = of.flatMap((free) => {
    let values = points.map(({ instances, served }) => instances / served);
    let solved: readonly number[] | undefined;
    // Errors are parts of what is fitted: weights follow it.
    for (let round = 0; round < 3; round++) {
      solved = solvedFor(points, free, values);
      if (solved === undefined) return [];
      const law = solved;
      values = points.map(({ instances }) => dot(basis(instances), law));
      if (values.some((value) => value <= 0)) return [];
    }
    const [a = 0, b = 0, c = 0] = solved ?? [];
    if (a <= 0 || b < 0 || c < 0) return [];
    const law = { perInstance: 1 / a, contention: b / a, coherency: c / a };
    return [{ law, misfit: misfitOf(points, law) }];
  });
  const [first, ...others] = found;
  // In proportion there is always one.
  if (first === undefined) throw new RangeError("expected fleets that serve something");
  return others.reduce((best, each) => (each.misfit < best.misfit ? each : best), first);
}

const misfitOf = (points: readonly SizePoint[], law: ScalingLaw): number =>
  points.reduce(
    (sum, { instances, served, error }) => sum + (Math.log(served / servedBy(law, instances)) / error) ** 2,
    0,
  );

/** By the normal equations, of the free numbers; undefined where they do not tell them apart. */
function solvedFor(
  points: readonly SizePoint[],
  free: readonly number[],
  values: readonly number[],
): number[] | undefined {
  const rows = free.map((one) => [
    ...free.map((other) => summed(points, values, (of) => (of[one] ?? 0) * (of[other] ?? 0))),
    summed(points, values, (of, ratio) => (of[one] ?? 0) * ratio),
  ]);
  const found = eliminated(rows);
  if (found === undefined) return undefined;
  const whole = [0, 0, 0];
  for (const [nth, which] of free.entries()) whole[which] = found[nth] ?? 0;
  return whole;
}

function summed(
  points: readonly SizePoint[],
  values: readonly number[],
  of: (basis: readonly number[], ratio: number) => number,
): number {
  return points.reduce(
    (sum, { instances, served, error }, nth) =>
      sum + of(basis(instances), instances / served) / ((values[nth] ?? 1) * error) ** 2,
    0,
  );
}

/** Gauss and Jordan: the matrix of normal equations is positive definite where it tells the numbers apart, and needs no other pivots. */
function eliminated(rows: readonly (readonly number[])[]): number[] | undefined {
  const work = rows.map((row) => [...row]);
  for (const [nth, own] of work.entries()) {
    const pivot = own[nth] ?? 0;
    if (!(pivot > leastPivot * (rows[nth]?.[nth] ?? 0))) return undefined;
    for (const row of work) {
      if (row === own) continue;
      const times = (row[nth] ?? 0) / pivot;
      for (const [at, value] of own.entries()) row[at] = (row[at] ?? 0) - times * value;
    }
  }
  return work.map((row, nth) => (row.at(-1) ?? 0) / (row[nth] ?? 1));
}

const leastPivot = 1e-12;

const dot = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, each, nth) => sum + each * (other[nth] ?? 0), 0);
