/** Both sides together, interval by interval: what a line of text has room for. */
import type { IntervalTold, ReleaseTold, SideTold } from "./told.ts";

export interface Totals {
  /** The candidate's share, percent. */
  readonly shares: readonly number[];
  readonly instances: readonly number[];
  /** Percent of the requests. */
  readonly failing: readonly number[];
  /** Means over the requests. */
  readonly latenciesMs: readonly number[];
}

/** What nobody has seen counts as nothing. */
export const totalsOf = ({ intervals }: Pick<ReleaseTold, "intervals">): Totals => ({
  shares: intervals.map(({ trafficPercent }) => trafficPercent ?? 0),
  instances: intervals.map((interval) => sum(interval, ({ provisioned }) => provisioned)),
  failing: intervals.map((interval) => {
    const requests = sum(interval, (side) => side.requests);
    return requests === 0 ? 0 : (100 * sum(interval, ({ errors }) => errors)) / requests;
  }),
  latenciesMs: intervals.map((interval) => {
    const requests = sum(interval, (side) => side.requests);
    const weighted = sum(interval, (side) => (side.latencyMs ?? 0) * (side.requests ?? 0));
    return requests === 0 ? 0 : Math.round(weighted / requests);
  }),
});

const sum = ({ sides }: IntervalTold, of: (side: SideTold) => number | null): number =>
  Object.values(sides).reduce((total, side) => total + (of(side) ?? 0), 0);
