/** Asks the registry whether a version measures up to its plan's criteria, beside the version that serves. */
import type { Plan } from "../core/plan/plan.ts";
import { type Evaluated, lacksOfVersion } from "../core/release/validation.ts";
import { packageArnOf } from "../core/release/version-gate.ts";
import type { Aws } from "./clients.ts";
import { ifThere } from "./errors.ts";
import { evaluationsOf } from "./evaluations.ts";
import { servingPlatform } from "./serving/platforms.ts";

/** Why it does not, a sentence for each criterion; empty where it does, or the plan has none. */
export async function unmetCriteria(
  aws: Aws,
  plan: Plan,
  { version, packageArn }: { version: number | undefined; packageArn: string },
): Promise<string[]> {
  const { criteria = [] } = plan.milestones.validation ?? {};
  if (criteria.length === 0) return [];
  const kinds = new Set(criteria.map(({ of }) => of));
  const evaluated = async (called: string, arn: string): Promise<Evaluated> => ({
    called,
    evaluations: (await ifThere(() => evaluationsOf(aws, arn, kinds))) ?? new Map(),
  });
  const isCompared = criteria.some(({ worseThanServingBy }) => worseThanServingBy !== undefined);
  const [served] = isCompared ? await servingPlatform(aws).versionsServed(plan.endpoint.name) : [];
  return lacksOfVersion(criteria, {
    candidate: await evaluated(`version ${version ?? "asked for"}`, packageArn),
    ...(served !== undefined && {
      serving: await evaluated(`version ${served}`, packageArnOf(aws.environment, plan, { version: served })),
    }),
  });
}
