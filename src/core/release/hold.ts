/**
 * A freeze, or a gate, keeps new stages from starting: the release holds where it is for as long as its budget lasts, or walks back
 * by policy. With traffic on the candidate the stage before is the one that is held, and goes on being looked at.
 */
import { type Bill, lackForHold } from "../cost/bill.ts";
import type { Frozen } from "../plan/freeze.ts";
import type { EpochMs, Percent } from "../units.ts";
import { heldWaitSeconds, waitUntilSeconds } from "../wait.ts";
import type { StageState } from "./stage.ts";

export interface Holding {
  readonly frozen: Frozen;
  /** What a release does that has traffic on the candidate. */
  readonly halfWay: "hold" | "roll-back";
  /** The candidate's share of traffic in force. */
  readonly percent: Percent;
  /** The stage as the document has it: held already, passed, or waiting. */
  readonly last: StageState | undefined;
  /** The stage that may not start. */
  readonly next: StageState;
  readonly bill: Bill;
  readonly nowMs: EpochMs;
}

export function holdOf({ frozen, halfWay, percent, last, next, bill, nowMs }: Holding): StageState {
  const { reason, untilMs } = frozen;
  const { rollout } = bill.plan;
  const isHalfWay = percent > 0;
  if (isHalfWay && halfWay === "roll-back") return { ...next, status: "blocked", reason };
  const now = new Date(nowMs).toISOString();
  const { before, ...rest } = next;
  const since = last?.status === "held" ? last.since : now;
  const looks = heldWaitSeconds(nowMs - Date.parse(since), rollout.intervalSeconds);
  const held: StageState =
    isHalfWay && before !== undefined
      ? {
          ...rest,
          ...before,
          status: "held",
          reason,
          since,
          waitSeconds: waitUntilSeconds(untilMs, nowMs, looks),
        }
      : { ...next, reason, waitSeconds: waitUntilSeconds(untilMs, nowMs), since: now };
  const lack = lackForHold(bill, nowMs + held.waitSeconds * 1000);
  return lack === undefined ? held : { ...next, status: "blocked", reason: `${lack}; ${reason}` };
}
