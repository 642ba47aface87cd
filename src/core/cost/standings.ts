/** For how long a candidate stands beside stable with how many instances: its shares one after the other, to the promotion. */

import type { CandidateFleet, SizedFleet } from "../capacity/candidate-fleet.ts";
import { raiseLeadSeconds } from "../capacity/locked-minutes.ts";
import type { Plan } from "../plan/plan.ts";
import { heldBack } from "../plan/rollout.ts";
import { strategies } from "../plan/strategies.ts";
import { metricLagSeconds } from "../wait.ts";

/** For how long a candidate stands with so many instances, with its shares and between them. */
export interface PlannedStage {
  readonly candidate: SizedFleet;
  readonly bakeMinutes: number;
  /** Beside the bakes. */
  readonly waitMinutes: number;
  /** What one in twenty takes beyond these. */
  readonly waitMinutesMore: number;
}

/** From the call until new weights are in force (docs/DECISIONS.md, "the estimate and the bill"), minutes. */
const weightsMinutes = 2 / 3;
/** From then until a look finds them so, from which the bake counts; it looks after 30 s, and then every 30 more. */
const noticedMinutes = 1 / 4;

/** What of weights and the look at them one in twenty takes beyond that. */
const shiftMinutesMore = 0.4;

/** Until the metrics of a bake's last minutes have come: whole looks. */
const metricsMinutes = ({ intervalSeconds }: Plan["rollout"]): number =>
  (Math.ceil(metricLagSeconds / intervalSeconds) * intervalSeconds) / 60;

/** A share in turn, and what comes after its weights are in force, minutes. */
interface Step {
  readonly bakeMinutes: number;
  readonly metricsMinutes: number;
}

/** The stages in turn, and what stable held back, which nothing judges. */
function stepsOf({ rollout }: Plan): Step[] {
  const judged = rollout.stages.map(({ bakeMinutes }) => ({
    bakeMinutes,
    metricsMinutes: metricsMinutes(rollout),
  }));
  return heldBack(rollout) > 0 ? [...judged, { bakeMinutes: 0, metricsMinutes: 0 }] : judged;
}

interface Course {
  /** The first of the stages that are still to come, by its index. */
  readonly from?: number;
  /** How long a raise by so many instances is waited for; absent: as long as it takes at most. */
  readonly raiseMinutesOf?: (instances: number) => { readonly p50: number; readonly p95: number };
}

/**
 * From a stage to the promotion, for each size that the candidate then has in turn: as it is, until its plan raises it. A raise
 * is waited for but for what of it the share before has room for, where the plan's strategy looks ahead: that begins so late
 * that it is over, at the latest, as the bake is and its metrics have come.
 */
export function standingsFrom(
  plan: Plan,
  candidate: SizedFleet & CandidateFleet,
  { from = 0, raiseMinutesOf }: Course = {},
): PlannedStage[] {
  const { isAhead } = strategies[plan.rollout.strategy];
  const atMost = raiseLeadSeconds(plan) / 60;
  const { instanceType, shares = [] } = candidate;
  const standings: PlannedStage[] = [];
  const stand = (instances: number, bakeMinutes: number, waitMinutes: number, more = 0) => {
    const last = standings.at(-1);
    const same = last?.candidate.instances === instances ? standings.pop() : undefined;
    standings.push({
      candidate: { instanceType, instances },
      bakeMinutes: (same?.bakeMinutes ?? 0) + bakeMinutes,
      waitMinutes: (same?.waitMinutes ?? 0) + waitMinutes,
      // Waits are long or short each for itself.
      waitMinutesMore: Math.hypot(same?.waitMinutesMore ?? 0, more),
    });
  };
  let { instances } = candidate;
  let before: Step = { bakeMinutes: 0, metricsMinutes: 0 };
  for (const [nth, step] of stepsOf(plan).entries()) {
    if (nth < from) continue;
    const planned = Math.max(instances, shares[nth]?.instances ?? 0);
    const isRaised = planned > instances;
    const ahead = isRaised && isAhead ? Math.min(atMost, before.bakeMinutes + before.metricsMinutes) : 0;
    const aheadWaits = Math.min(ahead, before.metricsMinutes);
    if (ahead > 0) {
      stand(instances, aheadWaits - ahead, -aheadWaits);
      stand(planned, ahead - aheadWaits, aheadWaits);
    }
    const raise = raiseMinutesOf?.(planned - instances) ?? { p50: atMost, p95: atMost };
    const waited = (minutes: number) => (isRaised ? Math.max(0, minutes - ahead) : 0);
    stand(planned, 0, waited(raise.p50), waited(raise.p95) - waited(raise.p50));
    // The first weights come into force as the candidate has warmed up.
    stand(planned, 0, nth > 0 ? weightsMinutes : 0);
    stand(planned, step.bakeMinutes, noticedMinutes + step.metricsMinutes, shiftMinutesMore);
    instances = planned;
    before = step;
  }
  return standings;
}
