/** What a plan lists beside its endpoint, before the account is looked at. */

import { leaseUsd } from "../cost/alongside-cost.ts";
import { type Demand, leasedOf } from "../plan/alongside/alongside.ts";
import { leasableOf } from "../plan/alongside/kinds.ts";
import type { Plan } from "../plan/plan.ts";
import type { Percent } from "../units.ts";

export interface AlongsideOutlook {
  /** `ECS service service/prod/tokenizer` */
  readonly what: string;
  /** What it is counted in, in the plural. */
  readonly units: string;
  /** From which share of the traffic on, percent, and how much of it there is to be then. */
  readonly demands: readonly (Demand & { readonly trafficPercent: Percent })[];
  /**
   * What it costs at most; null where that is not known: without a price, and of a multiple before its capacity is looked
   * at.
   */
  readonly atMostUsd: number | null;
}

/** For a release that takes so many minutes. */
export const alongsideOutlook = ({ alongside = [] }: Plan, minutes: number): AlongsideOutlook[] =>
  alongside.map((entry) => {
    const { kind, name } = leasedOf(entry);
    const { what, units } = leasableOf(kind);
    const { minimum, multiple, of } = entry;
    const demands = entry.stages ?? [{ minimum, multiple, of, trafficPercent: 0 }];
    const minimums = demands.flatMap((demand) => demand.minimum ?? []);
    const isKnown = minimums.length === demands.length;
    return {
      what: `${what} ${name}`,
      units,
      demands,
      atMostUsd: isKnown ? leaseUsd(entry, { more: Math.max(...minimums), minutes }) : null,
    };
  });
