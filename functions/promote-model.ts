/**
 * Makes the candidate the one that serves: records the promotion first, so that every way out leads forward from
 * here, and gives the candidate the scaling that stable had.
 */
import { readScaling, Scaling, scalingName } from "../src/aws/application-auto-scaling.ts";
import { make } from "../src/aws/changes.ts";
import { publish } from "../src/aws/event-bridge.ts";
import { lambda, type Step } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { plain } from "../src/aws/plain.ts";
import type { Plain } from "../src/core/change.ts";
import { badState } from "../src/core/errors.ts";
import { Document, type Needs, Progress } from "../src/core/release.ts";

const Input = Document.pick({ release: true, plan: true, planning: true });

export const promoteModel: Step<(typeof Input)["_output"], Progress> = async (
  { release, plan, planning },
  tools,
) => {
  const needs = planning?.needs;
  if (needs === undefined) throw badState("planning.needs: expected what PlanCapacity found, found nothing");
  const ledger = await Ledger.open(tools.aws, release);
  if (!ledger.promoted) await ledger.promote();
  const endpoint = plan.endpoint.name;
  const stables =
    ledger.find("hold-scale-in")?.before ??
    plain(await readScaling(tools.aws, scalingName(endpoint, needs.stable.variant)));
  if (stables !== null) {
    const resource = { kind: "scaling", name: scalingName(endpoint, needs.candidate.variant) } as const;
    await make(tools, ledger, { id: "adopt-scaling", resource, to: adopted(stables, needs) });
  }
  await publish(tools, release, { state: "promoted" });
  const since = new Date(tools.now()).toISOString();
  return { status: "done", reason: `${needs.candidate.variant} is promoted`, waitSeconds: 30, since };
};

/** Metric whose target is per instance, and so scales with what an instance can do. */
const perInstance = "SageMakerVariantInvocationsPerInstance";

/** Stable's scaling for a candidate whose instances serve more or less than stable's. */
function adopted(stables: Plain, { stable, candidate }: Needs): Plain {
  const scaling = Scaling.parse(stables);
  const ratio = candidate.requestsPerSecondPerInstance / stable.requestsPerSecondPerInstance;
  const policies = scaling.policies.map((policy) => {
    const tracking = policy.targetTracking as
      | { TargetValue: number; PredefinedMetricSpecification?: { PredefinedMetricType?: string } }
      | undefined;
    if (tracking?.PredefinedMetricSpecification?.PredefinedMetricType !== perInstance) return policy;
    return { ...policy, targetTracking: { ...tracking, TargetValue: tracking.TargetValue * ratio } };
  });
  const max = Math.max(Math.ceil(scaling.max / ratio), candidate.instances);
  return plain({ ...scaling, min: Math.max(1, Math.ceil(scaling.min / ratio)), max, policies });
}

export const contract = { input: Input, output: Progress };
export const handler = lambda(promoteModel, contract);
