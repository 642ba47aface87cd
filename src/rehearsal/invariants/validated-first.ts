/** That nothing is made of a version which does not measure up to its plan's criteria, or of which that is not known. */
import { isRecord } from "./attribute-values.ts";
import type { CheckContext } from "./check-context.ts";
import type { ObservedCall } from "./observation.ts";

/** Tells of a model that a release made of such a version. What has served before is gone back to whatever it measures. */
export function madeUnvalidated(
  { call, frame, tookEffect }: ObservedCall,
  { world, planOf }: Pick<CheckContext, "world" | "planOf">,
): string[] {
  const { criteria = [] } = planOf(undefined).milestones.validation ?? {};
  if (criteria.length === 0 || call.operation !== "CreateModel" || frame === undefined || !tookEffect)
    return [];
  const container = call.input.PrimaryContainer;
  const made = isRecord(container) ? String(container.ModelPackageName) : "";
  const version = Number(/:model-package\/[^/]+\/(\d+)$/.exec(made)?.[1]);
  const { serving, evaluation } = world.spec.registry;
  const isCompared = criteria.some(({ worseThanServingBy }) => worseThanServingBy !== undefined);
  const isGood = evaluation === "good" || (evaluation === "worse" && !isCompared);
  return version > serving && !isGood
    ? [`a model was made of version ${version}, whose evaluation is ${evaluation}`]
    : [];
}
