/**
 * How long new instances take until they are in service: log-normal, each for itself, of a median and a spread that nobody
 * knows. What is believed of these before an account's own launches are known (docs/DECISIONS.md, provisioning) is
 * weighed by what its launches say: some thousand hypotheses, each as likely as it explains them. Instances that start together
 * pull their images and models together, which may make each of them slower by as much for each other one. All that anybody
 * says about it, lead times, estimates and what was learnt, is said by this belief.
 */
import { believedLogMedian, believedSeconds, familyOf } from "./families.ts";
import { type KnownLaunch, type LaunchSpan, spansOf } from "./launch.ts";
import {
  type Belief,
  evenly,
  type Hypothesis,
  logLikelihoods,
  logWhere,
  normalised,
  shareBy,
  summed,
  weighedBy,
} from "./log-normal.ts";
import { type Pooling, pooledPrior, type TypeSeen } from "./pooling.ts";
import { changedAt } from "./regime.ts";

export interface LaunchedFleet {
  readonly instanceType: string;
  readonly instances: number;
}

const spreadOf95 = 1.6449;
/** Of single instances of an account that is as one is believed to be, and the logarithm of their spread. */
const believed = {
  median: Math.log(believedSeconds.p50),
  spread: Math.log(believedSeconds.p95 / believedSeconds.p50) / spreadOf95,
};

/** Of all that was measured, the logarithm of the spread. */
const measured = Math.log(believed.spread);
/** From 1 min to 3 h, and spreads from nearly none to four times as much as is believed. */
const pooling: Pooling = {
  medians: evenly(Math.log(60), Math.log(10_800), 105),
  logSpreads: evenly(Math.log(0.05), Math.log(0.8), 11),
  // Chosen: nine accounts in ten are about as believed, and of the tenth little is known beforehand. What was measured is of several
  // types and accounts, which differ by .2 as well; that leaves .16 of its spread, and three reports of one account differ by .04. Of
  // the tenth it is all taken for the spread.
  accounts: [
    { share: 0.9, deviation: 0.2, logSpread: Math.log(0.17), spreadDeviation: 0.5 },
    { share: 0.1, deviation: 1, logSpread: measured, spreadDeviation: 0.5 },
  ],
};

/** Of accounts of which nothing was seen yet: whoever knows no better takes all of what was measured for the spread. */
const unseen: Pooling = {
  ...pooling,
  accounts: pooling.accounts.map((rule) => ({ ...rule, logSpread: measured, spreadDeviation: 0.3 })),
};

/** Chosen: of accounts whose launches are looked at, so many have instances that hold up each other, by some of these seconds. */
const contended = { share: 0.2, perOther: [5, 10, 20, 40, 80, 160], within: 0.4 } as const;

/** By each median and spread, where instances do not hold up each other. */
const priorOf = (weightAt: (row: number, column: number) => number): Hypothesis[] =>
  pooling.medians.flatMap((median, row) =>
    pooling.logSpreads.map((logSpread, column) => ({
      median,
      spread: Math.exp(logSpread),
      perOther: 0,
      weight: weightAt(row, column),
    })),
  );

/**
 * Beside these, instances that are as quick as is believed where each starts by itself. Without any launches nobody is taken for
 * that: large fleets would have to start half an hour early on a guess.
 */
function withContended(prior: readonly Hypothesis[], family: string): Hypothesis[] {
  const median = believedLogMedian(family);
  const quick = prior.filter((one) => Math.abs(one.median - median) < contended.within);
  return [
    ...prior.map((one) => ({ ...one, weight: (1 - contended.share) * one.weight })),
    ...normalised(quick.flatMap((one) => contended.perOther.map((perOther) => ({ ...one, perOther })))).map(
      (one) => ({ ...one, weight: contended.share * one.weight }),
    ),
  ];
}

/** What is believed of a family's instances where nothing is known of the account: by median and spread, and with all else. */
const believedOf = remembering((family: string) => {
  const alone = (of: Pooling): Hypothesis[] => {
    const grid = pooledPrior(of, { family, believed: believedLogMedian(family) }, []);
    return priorOf((row, column) => grid[row]?.[column] ?? 0);
  };
  const prior = alone(pooling);
  return { prior, unseen: alone(unseen), ofLaunches: withContended(prior, family) };
});

function remembering<T>(work: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key) ?? work(key);
    known.set(key, found);
    return found;
  };
}

interface Known {
  /** The share of launches that are through by then, between 0 and 1. */
  readonly quantile: number;
  /** The account's own. */
  readonly launches: readonly KnownLaunch[];
}

/** Seconds until the slowest of all is in service: all of them are by then in a `quantile` of launches. */
export function slowestSeconds(fleets: readonly LaunchedFleet[], { quantile, launches }: Known): number {
  const groups = grouped(fleets, launches);
  const together = fleets.reduce((sum, { instances }) => sum + instances, 0);
  return secondsUntil(quantile, (logSeconds) =>
    groups.reduce(
      (share, { instances, belief }) => share * shareBy(belief, logSeconds, { instances, together }),
      1,
    ),
  );
}

/** The same of an account that is as one is believed to be, and of whose own launches nothing is known. */
export const ordinarySlowestSeconds = (instances: number, quantile: number): number =>
  secondsUntil(quantile, (logSeconds) =>
    shareBy([{ ...believed, perOther: 0, weight: 1 }], logSeconds, { instances, together: instances }),
  );

/**
 * As an estimate takes it: an account of which nothing is known is like most are, since half of those cost no more than what is
 * said. What is seen of one counts from its first launch on.
 */
export const expectedSlowestSeconds = (
  fleets: readonly LaunchedFleet[],
  { quantile, launches }: Known,
): number =>
  launches.length === 0
    ? ordinarySlowestSeconds(
        fleets.reduce((sum, { instances }) => sum + instances, 0),
        quantile,
      )
    : slowestSeconds(fleets, { quantile, launches });

/** `through` is the share of launches that are through by the logarithm of so many seconds. */
const secondsUntil = (quantile: number, through: (logSeconds: number) => number): number =>
  Math.exp(logWhere(quantile, through, [0, Math.log(86_400)]));

/** Types of which the same is known are as slow as each other: what an account is like, it is for all of them. */
function grouped(fleets: readonly LaunchedFleet[], launches: readonly KnownLaunch[]) {
  const known = fleets.map(({ instanceType, instances }) => ({
    instances,
    instanceType,
    same: JSON.stringify([familyOf(instanceType), spansOf(instanceType, launches)]),
  }));
  return [...Map.groupBy(known, ({ same }) => same).values()].map((some) => ({
    instances: some.reduce((sum, { instances }) => sum + instances, 0),
    belief: provisioningBelief(some[0]?.instanceType ?? "", launches).belief,
  }));
}

export interface ProvisioningBelief {
  readonly belief: Belief;
  /** Of the type itself, oldest first. */
  readonly spans: readonly LaunchSpan[];
  /** When launches of before were found to say nothing any more, ISO 8601: the first that still counts. */
  readonly changedAt?: string;
}

/** By the launches that it is of: whoever asks for one quantile asks for others. */
const worked = new WeakMap<readonly KnownLaunch[], (instanceType: string) => ProvisioningBelief>();

/** What is believed of a type's instances once launches are known, of it and of others. */
export function provisioningBelief(
  instanceType: string,
  launches: readonly KnownLaunch[],
): ProvisioningBelief {
  const of = worked.get(launches) ?? remembering((each: string) => beliefOf(each, launches));
  worked.set(launches, of);
  return of(instanceType);
}

function beliefOf(instanceType: string, launches: readonly KnownLaunch[]): ProvisioningBelief {
  const family = familyOf(instanceType);
  const others = siblingsOf(instanceType, launches);
  const grid =
    others.length === 0
      ? undefined
      : pooledPrior(pooling, { family, believed: believedLogMedian(family) }, others);
  const prior =
    grid === undefined ? believedOf(family).prior : priorOf((row, column) => grid[row]?.[column] ?? 0);
  const { logs, ...counting } = seenOf(family, spansOf(instanceType, launches));
  if (logs.length === 0) return { belief: grid === undefined ? believedOf(family).unseen : prior, spans: [] };
  return { ...counting, belief: weighedBy(withContended(prior, family), logs) };
}

/** What other types' launches say. One of several types is of one of them here, and of none where it is of the type itself, too. */
function siblingsOf(instanceType: string, launches: readonly KnownLaunch[]): TypeSeen[] {
  const strange = launches.filter(({ instances }) => instances[instanceType] === undefined);
  const byType = Map.groupBy(strange, ({ instances }) => Object.keys(instances).sort()[0] ?? "");
  return [...byType.keys()].sort().flatMap((type) => {
    const family = familyOf(type);
    const { logs } = seenOf(family, spansOf(type, byType.get(type) ?? []));
    if (logs.length === 0) return [];
    return [{ family, believed: believedLogMedian(family), likelihood: likelihoodOf(family, logs) }];
  });
}

/** Those that still count, and how likely each hypothesis makes them. */
function seenOf(
  family: string,
  all: readonly LaunchSpan[],
): Omit<ProvisioningBelief, "belief"> & { readonly logs: readonly (readonly number[])[] } {
  const spans = all.toSorted((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
  const { ofLaunches } = believedOf(family);
  const logs = spans.map((span) => logLikelihoods(ofLaunches, span));
  const first = changedAt(ofLaunches, logs);
  const at = spans[first]?.askedAt;
  return {
    spans: spans.slice(first),
    logs: logs.slice(first),
    ...(first > 0 && at !== undefined && { changedAt: at }),
  };
}

const orderOf = ({ askedAt, moreThan, atMost, instances }: LaunchSpan): string =>
  `${askedAt} ${moreThan} ${atMost} ${instances}`;

/** How likely each median and spread makes what was seen of a type, whether its instances hold up each other or not. */
function likelihoodOf(family: string, logs: readonly (readonly number[])[]): number[][] {
  const all = withContended(
    priorOf(() => 1),
    family,
  );
  const sums = summed(all, logs);
  const most = Math.max(...sums);
  const likelihood = pooling.medians.map(() => pooling.logSpreads.map(() => 0));
  const [rows, columns] = [placesOf(pooling.medians), placesOf(pooling.logSpreads.map(Math.exp))];
  for (const [nth, { median, spread, weight }] of all.entries()) {
    const row = likelihood[rows.get(median) ?? -1];
    const column = columns.get(spread);
    if (row === undefined || column === undefined) continue;
    // A part that is so many times as likely beforehand, in its own region alone: its density is held against the others' of one.
    row[column] = (row[column] ?? 0) + weight * Math.exp((sums[nth] ?? 0) - most);
  }
  return likelihood;
}

const placesOf = (values: readonly number[]): Map<number, number> =>
  new Map(values.map((value, nth) => [value, nth]));
