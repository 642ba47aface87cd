/** What all checkers look at: the world, the plan, and what has been followed of the table on the wire. */
import type { ExpenseItem } from "../../core/cost/expenses.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { AccountSnapshot } from "./account-snapshot.ts";
import type { Account } from "./kinds/define.ts";
import type { Loans } from "./loans.ts";
import type { ObservedLocks } from "./locks.ts";
import type { OutsideHands } from "./outside-hands.ts";
import type { Owners } from "./owners.ts";
import type { Passages } from "./passages.ts";
import type { Replaced } from "./replaced.ts";
import type { SharedLeases } from "./shared-leases.ts";

export interface CheckContext extends Account {
  /** The plan of an endpoint. */
  readonly planOf: (endpoint: string | undefined) => Plan;
  readonly locks: ObservedLocks;
  readonly passages: Passages;
  readonly outside: OutsideHands;
  readonly loans: Loans;
  readonly owners: Owners;
  readonly shared: SharedLeases;
  readonly replaced: Replaced;
  /** The input of an execution by name, parsed. */
  readonly inputOf: (execution: string) => unknown;
  /** When the last refusal that lasts ends, epoch milliseconds; 0 where there is none. */
  readonly refusedUntilMs: () => number;
  /** The account before anything began. */
  readonly before: AccountSnapshot;
  readonly figures: Figures;
  /** The bucket that evidence is to be in; absent: none is kept. */
  readonly evidenceIn: string | undefined;
  /** What the releases raised on their endpoints, item by item; final at the end of everything. */
  readonly raised: Raised[];
  /** What their leases cost, release by release, where a plan has prices of any; final at the end of everything. */
  readonly leased: LeasedCost[];
}

export interface LeasedCost {
  readonly endpoint: string;
  /** US dollars, at the plan's prices. */
  readonly usd: number;
}

/** One part of what a release raised on top of the steady fleet. */
export interface Raised {
  readonly endpoint: string;
  readonly item: ExpenseItem;
  /** Which of the fleets that stand during it one after the other, from 0. */
  readonly fleet: number;
  readonly minutes: number;
  /** Instance-hours by type. */
  readonly hours: Readonly<Record<string, number>>;
}

/** What is counted and reported beside the violations. */
export interface Figures {
  /** Shifts that were right by every metric, and too much for a surge that no metric showed yet. */
  unseenSurges: number;
  /** Minutes in which a raise of ours locked the endpoint while the candidate carried traffic. */
  lockedMinutes: number;
  /** Such minutes beyond the plan's maxLockedMinutes: the world took longer than planned. */
  lockedMinutesOverrun: number;
  /** Minutes in which auto scaling did so, stable's policy or the candidate's. */
  scalingLockedMinutes: number;
  /** Cost of what the releases raised on top of the steady fleets, and leased, US dollars; of what has a known price. */
  knownCostUsd: number;
  /** What a release cost beyond its budget, all releases together, US dollars. */
  costUsdOverrun: number;
  /** Calls refused for lack of quota after the account had changed since it was asked. */
  unseenQuotaChanges: number;
  /** Outside changes that came between a step's last look and its call: no call of AWS closes that window. */
  unguardedOverwrites: number;
}

export const noFigures = (): Figures => ({
  unseenSurges: 0,
  lockedMinutes: 0,
  lockedMinutesOverrun: 0,
  scalingLockedMinutes: 0,
  knownCostUsd: 0,
  costUsdOverrun: 0,
  unseenQuotaChanges: 0,
  unguardedOverwrites: 0,
});
