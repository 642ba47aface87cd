/** Looks up what serves for each plan in force, and has core say whether it is patched. Touches nothing. */
import { type PatchStatus, patchAnswers } from "../core/gates/patching.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { Aws } from "./clients.ts";
import { lookOf } from "./gates.ts";
import { viewImages } from "./images.ts";
import { plansInForce } from "./plans.ts";
import { servingPlatform } from "./serving/platforms.ts";

export interface PatchStatuses {
  /** By the model's name. */
  readonly models: readonly PatchStatus[];
  /** Models whose plan is of another version of slipway. */
  readonly unread: readonly string[];
}

/** `nowMs`: epoch milliseconds. */
export async function patchStatuses(aws: Aws, nowMs: number): Promise<PatchStatuses> {
  const { plans, unread } = await plansInForce(aws);
  const models: PatchStatus[] = [];
  // One after the other: ECR and SageMaker throttle who describes much at once.
  for (const plan of plans) models.push(await patchStatus(aws, plan, nowMs));
  return { models, unread };
}

async function patchStatus(aws: Aws, plan: Plan, nowMs: number): Promise<PatchStatus> {
  const { model, endpoint, gates } = plan;
  const look = lookOf();
  const made = await servingPlatform(aws).made({ name: endpoint.name, look });
  const told = { model, endpoint: endpoint.name };
  if ("unknown" in made) return { ...told, isBehind: true, fleets: [], unknown: made.unknown };
  const fleets = await Promise.all(
    made.value.map(async ({ variant, containers }) => {
      const images = await viewImages(aws, containers, { look, scans: true });
      return { variant, answers: patchAnswers({ gates, images, region: aws.environment.region, nowMs }) };
    }),
  );
  const isBehind = fleets.some(({ answers }) => answers.some(({ status }) => status !== "pass"));
  return { ...told, isBehind, fleets, unknown: null };
}
