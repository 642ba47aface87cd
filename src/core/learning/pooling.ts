/**
 * What instances of one type say about those of another: a type is like its family and a family like all of the account, more or less
 * (type ⊂ family ⊂ all). How much, is learnt as well: there is a rule for each deviation, and what was seen tells
 * which of them the account goes by. Exact on a grid of medians and spreads: messages up and down a tree.
 */
import { bell } from "./log-normal.ts";

/** A value for each median (rows) and spread (columns). */
type Grid = readonly (readonly number[])[];

export interface Axes {
  /** Natural logarithms, and logarithms of these. */
  readonly medians: readonly number[];
  readonly logSpreads: readonly number[];
}

export interface Pooling extends Axes {
  /** How far medians may be from what is believed: rules, and how many accounts go by each. */
  readonly accounts: readonly AccountRule[];
}

export interface AccountRule {
  /** How many accounts go by it. */
  readonly share: number;
  readonly deviation: number;
  /** The logarithm of the spread that is believed of them, and how far it may be off. */
  readonly logSpread: number;
  readonly spreadDeviation: number;
}

export interface TypeSeen {
  readonly family: string;
  /** The logarithm of the median that is believed of the family. */
  readonly believed: number;
  /** How likely each median and spread makes what was seen of the type. */
  readonly likelihood: Grid;
}

/** Chosen: of the variance of medians, what accounts, families within one and types within one make up. */
const parts = { account: 0.75, family: 0.15, type: 0.1 };

/**
 * What is believed of a type before its own is weighed: by each median and spread, summing up to one. `others` are all other
 * types that anything is known of.
 */
export function pooledPrior(
  pooling: Pooling,
  own: Pick<TypeSeen, "family" | "believed">,
  others: readonly TypeSeen[],
): Grid {
  const rules = pooling.accounts.map((rule) => ruled(pooling, rule, { own, others }));
  // The likelihood of what the others showed is in each: it weighs the rules against each other.
  const largest = Math.max(...rules.map(({ logScale }) => logScale));
  const all = rules.map(({ prior, logScale }, nth) =>
    scaled(prior, (pooling.accounts[nth]?.share ?? 0) * Math.exp(logScale - largest)),
  );
  const sum = all.reduce((total, each) => added(total, each));
  return scaled(sum, 1 / total(sum));
}

interface Family {
  readonly offset: number;
  readonly types: readonly TypeSeen[];
}

function ruled(
  { medians, logSpreads }: Axes,
  { deviation, logSpread, spreadDeviation }: AccountRule,
  { own, others }: { own: Pick<TypeSeen, "family" | "believed">; others: readonly TypeSeen[] },
): { readonly prior: Grid; readonly logScale: number } {
  const part = (share: number) => deviation * Math.sqrt(share);
  const toFamily = kernel(medians, part(parts.type));
  const ofSpread = kernel(logSpreads, spreadDeviation * Math.sqrt(0.5));
  const centre = own.believed;
  const families = Map.groupBy(others, ({ family }) => family);
  let logScale = 0;
  const kept = (grid: Grid): Grid => {
    const most = Math.max(...grid.flat());
    logScale += Math.log(most);
    return scaled(grid, 1 / most);
  };
  /** What its types say of a family. */
  const saidOf = ({ types }: Pick<Family, "types">): Grid | undefined =>
    types
      .map(({ likelihood }) => kept(moved(likelihood, toFamily, ofSpread)))
      .reduce<Grid | undefined>(
        (product, each) => (product === undefined ? each : kept(times(product, each))),
        undefined,
      );
  let account: Grid = medians.map((at) =>
    logSpreads.map(
      (spread) =>
        bell((at - centre) / part(parts.account)) *
        bell((spread - logSpread) / (spreadDeviation * Math.sqrt(0.5))),
    ),
  );
  account = scaled(account, 1 / total(account));
  for (const [family, types] of families) {
    const said = family === own.family ? undefined : saidOf({ types });
    if (said === undefined) continue;
    // As if it were of the own family: what is believed of one more than of the other is no news of the account.
    const shift = (types[0]?.believed ?? centre) - centre;
    account = kept(times(account, moved(said, kernel(medians, part(parts.family), shift), same(logSpreads))));
  }
  const family = moved(account, transposed(kernel(medians, part(parts.family))), same(logSpreads));
  const siblings = saidOf({ types: families.get(own.family) ?? [] });
  const known = siblings === undefined ? family : kept(times(family, siblings));
  return { prior: moved(known, transposed(toFamily), transposed(ofSpread)), logScale };
}

/** Row by row where one is, how likely the other is to be where: `kernel[from][to]`, each row summing up to one. */
function kernel(axis: readonly number[], deviation: number, shift = 0): Grid {
  return axis.map((from) => {
    const row = axis.map((to) => bell((to - from - shift) / deviation));
    const sum = row.reduce((all, each) => all + each, 0);
    return row.map((each) => (sum === 0 ? 0 : each / sum));
  });
}

const same = (axis: readonly number[]): Grid =>
  axis.map((_, row) => axis.map((_, to) => (row === to ? 1 : 0)));
const transposed = (grid: Grid): Grid =>
  (grid[0] ?? []).map((_, column) => grid.map((row) => row[column] ?? 0));

/** Σ over medians and spreads of both kernels' product with the grid. */
function moved(grid: Grid, byMedian: Grid, bySpread: Grid): Grid {
  const columns = transposed(grid).map((column) => byMedian.map((row) => dot(row, column)));
  return transposed(columns).map((row) => bySpread.map((kernelRow) => dot(kernelRow, row)));
}

const dot = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, each, nth) => sum + each * (other[nth] ?? 0), 0);
const times = (one: Grid, other: Grid): Grid =>
  one.map((row, nth) => row.map((each, at) => each * (other[nth]?.[at] ?? 0)));
const added = (one: Grid, other: Grid): Grid =>
  one.map((row, nth) => row.map((each, at) => each + (other[nth]?.[at] ?? 0)));
const scaled = (grid: Grid, by: number): Grid => grid.map((row) => row.map((each) => each * by));
const total = (grid: Grid): number => grid.flat().reduce((sum, each) => sum + each, 0);
