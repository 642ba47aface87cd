/** Looks up what serves for each plan in force, and has core say whether it is patched. Touches nothing. */
import { nextDueMs } from "../core/calendar/occurrences.ts";
import type { ImageFacts, Looked } from "../core/gates/facts.ts";
import { type PatchStatus, type PlannedPatches, patchAnswers } from "../core/gates/patching.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { Aws } from "./clients.ts";
import { lookOf } from "./gates.ts";
import { viewImages } from "./images.ts";
import { plansInForce } from "./plans.ts";
import { servingPlatform } from "./serving/platforms.ts";

export interface PatchStatuses {
  /** By the model's name. */
  readonly models: readonly PlannedPatches[];
  /** Models whose plan is of another version of slipway. */
  readonly unread: readonly string[];
}

/** `nowMs`: epoch milliseconds. */
export async function patchStatuses(aws: Aws, nowMs: number): Promise<PatchStatuses> {
  const { plans, unread } = await plansInForce(aws);
  const models: PlannedPatches[] = [];
  // One after the other: ECR and SageMaker throttle who describes much at once.
  for (const plan of plans) {
    const { status } = await servedPatches(aws, plan, nowMs);
    const dueMs = nextDueMs(plan, "patch", nowMs);
    models.push({ ...status, nextPatch: dueMs === undefined ? null : new Date(dueMs).toISOString() });
  }
  return { models, unread };
}

/** What serves, and how it stands. */
export interface ServedPatches {
  readonly status: PatchStatus;
  /** Of each fleet; none where the endpoint could not be looked at. */
  readonly images: readonly Looked<readonly ImageFacts[]>[];
  /** Which specification of a version its fleets were made by, where it is not the first. */
  readonly specification: string | undefined;
}

/** `asOfMs`: of the moment that ages are told at, epoch milliseconds. */
export async function servedPatches(aws: Aws, plan: Plan, asOfMs: number): Promise<ServedPatches> {
  const { model, endpoint, gates } = plan;
  const look = lookOf();
  const made = await servingPlatform(aws).made({ name: endpoint.name, look });
  const told = { model, endpoint: endpoint.name };
  if ("unknown" in made) {
    const status = { ...told, isBehind: true, fleets: [], unknown: made.unknown };
    return { status, images: [], specification: undefined };
  }
  const seen = await Promise.all(
    made.value.map(async ({ variant, containers }) => {
      const images = await viewImages(aws, containers, { look, scans: true });
      const answers = patchAnswers({ gates, images, region: aws.environment.region, nowMs: asOfMs });
      return { variant, images, answers };
    }),
  );
  const fleets = seen.map(({ variant, images, answers }) => ({
    variant,
    images: "value" in images ? images.value.map(({ reference }) => reference) : [],
    answers,
  }));
  const unknown = fleets.length === 0 ? `endpoint ${endpoint.name} has no fleet` : null;
  const isBehind =
    unknown !== null || fleets.some(({ answers }) => answers.some(({ status }) => status !== "pass"));
  return {
    status: { ...told, isBehind, fleets, unknown },
    images: seen.map(({ images }) => images),
    specification: made.value[0]?.specification,
  };
}
