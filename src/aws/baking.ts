/** Where a stage's bake stands: its share, since when, and on which fleets. */
import { type FleetView, variantOf } from "../core/capacity/endpoint.ts";
import { type Mark, markOf } from "../core/kpis/mark.ts";
import type { Sides } from "../core/kpis/series.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { Staged } from "../core/release/document/document.ts";
import type { Needs } from "../core/release/release.ts";
import { inForce, type StageState } from "../core/release/stage.ts";
import { type EpochSeconds, epochMs, type Percent, secondsOf } from "../core/units.ts";
import type { Tools } from "./lambda.ts";
import { servingPlatform } from "./serving/platforms.ts";

export interface BakeUnderWay {
  readonly plan: Plan;
  readonly needs: Needs;
  readonly endpoint: FleetView;
  readonly sides: Sides;
  readonly stage: number;
  readonly easing: StageState["easing"];
  /** The candidate's share in force. */
  readonly percent: Percent;
  readonly shiftedAtSeconds: EpochSeconds;
  readonly nowSeconds: EpochSeconds;
  readonly mark: Mark;
}

export async function bakingOf(
  doc: Pick<Staged, "plan" | "planning" | "stage">,
  { aws, now }: Tools,
): Promise<BakeUnderWay> {
  const { plan } = doc;
  const stage = inForce(doc.stage);
  const { needs } = doc.planning;
  const platform = servingPlatform(aws);
  const { metrics } = platform;
  const endpoint = await platform.view(plan.endpoint.name, needs);
  const [stable, candidate] = [needs.stable.variant, needs.candidate.variant];
  const sides = { endpoint: endpoint.name, stable, candidate, metrics };
  const shiftedAtSeconds = secondsOf(epochMs(stage.shiftedAt));
  const { index, trafficPercent } = stage;
  const mark = markOf(
    plan,
    { index, trafficPercent, shiftedAtSeconds },
    {
      candidateInstances: variantOf(endpoint, sides.candidate)?.currentInstances ?? needs.candidate.instances,
      stableInstances: variantOf(endpoint, sides.stable)?.currentInstances ?? needs.stable.instances,
    },
  );
  return {
    plan,
    needs,
    endpoint,
    sides,
    stage: index,
    easing: stage.easing,
    percent: trafficPercent,
    shiftedAtSeconds,
    nowSeconds: secondsOf(now()),
    mark,
  };
}
