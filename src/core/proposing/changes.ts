/** Changes of a plan's numbers, what each rests on, and the steady fleet that a plan comes to. */
import { candidateNeeds, launchedFor } from "../capacity/sizing.ts";
import type { Posterior } from "../learning/posterior.ts";
import type { Plan } from "../plan/plan.ts";

/** Less is proposed where it saves more than this. */
export const leastSaving = 0.1;

export interface ProposedChange {
  /** Where in the plan's file. */
  readonly path: readonly string[];
  readonly from: number;
  readonly to: number;
  /** Why, in a sentence. */
  readonly why: string;
  /** What it rests on; absent where it follows from the others. */
  readonly evidence?: ProposedBy;
  /** What the steady fleet would be by this change alone; absent where it has no say in that. */
  readonly alone?: Steady;
}

export interface ProposedBy {
  readonly of: string;
  readonly unit: string;
  /** Releases, or days. */
  readonly records: number;
  readonly posterior: Posterior;
}

export interface Steady {
  readonly instances: number;
  /** US dollars of 30.4 days; null where the price is not known. */
  readonly usdPerMonth: number | null;
  /** The chance that in the coming 28 days more is asked for than they serve in time. */
  readonly risk: number;
}

/** With how many instances a release of the default type is promoted at the planned peak. */
export const promotedWith = (plan: Plan): number =>
  launchedFor(plan, candidateNeeds(plan, plan.defaultReleaseType), {
    requestsPerSecond: plan.requirements.peakRequestsPerSecond,
    percent: 100,
  });

export function withChanges(plan: Plan, changes: readonly ProposedChange[]): Plan {
  const copy = structuredClone(plan) as unknown as Record<string, unknown>;
  for (const { path, to } of changes) {
    const parent = path.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, copy);
    parent[path.at(-1) ?? ""] = to;
  }
  return copy as unknown as Plan;
}

/** Three digits are as many as anybody knows. */
const stepOf = (value: number): number => 10 ** (Math.floor(Math.log10(value)) - 2);
export const exact = (value: number): number => Number(value.toPrecision(6));
export const upTo = (value: number): number => exact(Math.ceil(value / stepOf(value)) * stepOf(value));
export const downTo = (value: number): number => exact(Math.floor(value / stepOf(value)) * stepOf(value));
