/** SageMaker endpoints as a serving platform: places are endpoint configurations, fleets are production variants. */
import { containersOf } from "../../../core/capacity/serving.ts";
import { unsupported } from "../../../core/capacity/unsupported.ts";
import { leavingOf } from "../../../core/release/leaving.ts";
import { resourceName } from "../../../core/release/names.ts";
import { candidatesModelGone } from "../../../core/release/outside.ts";
import { countOf, endpointConfigOf, modelOf, weightsOf } from "../../../core/release/resources.ts";
import type { ServingPlatform } from "../../../core/release/serving-platform.ts";
import type { Aws } from "../../clients.ts";
import { quotasFor } from "../../service-quotas.ts";
import { viewTrainingPlan } from "../../training-plans.ts";
import { describeServing } from "./description.ts";
import { instancesElsewhere } from "./elsewhere.ts";
import { versionsServed, viewEquipped } from "./endpoints.ts";
import { placesOf, viewFleets } from "./fleets.ts";
import { namesInUse } from "./in-use.ts";
import { keptSeen } from "./kept.ts";
import { metrics } from "./metrics.ts";
import { readModel } from "./models.ts";
import { joining, leavingCandidate, leavingStable } from "./moves.ts";
import { probe, way } from "./probe.ts";
import { scaling } from "./scaling.ts";
import { describeSides, fleetsMade } from "./sides.ts";

export const sagemaker = (aws: Aws): ServingPlatform => ({
  view: (name, needs) => viewFleets(aws, name, needs),
  async look(name) {
    const { config, pendingConfig: _, ...fleets } = await viewEquipped(aws, name);
    return { ...fleets, called: config };
  },
  versionsServed: (name) => versionsServed(aws, name),
  async suits({ plan, candidate, packageArn }) {
    const serving = await describeServing(aws, { endpointName: plan.endpoint.name, packageArn });
    return {
      unsupported: unsupported({ serving, plan, candidate }),
      stableMaximum: serving.scaling?.max,
      madeOf: containersOf(serving.model ?? {})[0]?.ModelPackageName,
    };
  },
  describe: (asked) => describeSides(aws, asked),
  made: (asked) => fleetsMade(aws, asked),
  async limits({ but, types }) {
    const [quota, { fleet: elsewhere, unseen }] = await Promise.all([
      quotasFor(aws, "endpoint usage", types),
      instancesElsewhere(aws, { but, types }),
    ]);
    return { quota, elsewhere, unseen };
  },
  reserved: (arn) => viewTrainingPlan(aws, arn),
  probe: (target) => probe(aws, target),
  way: (target) => way(aws, target),
  inUse: (left) => namesInUse(aws, left),
  seenOf: (resource) => keptSeen(aws, resource),
  async missing({ name: endpoint, needs }) {
    const { modelName, variant } = needs.candidate;
    if (modelName === undefined || (await readModel(aws, modelName)) !== null) return undefined;
    return candidatesModelGone({ endpoint, modelName, variant });
  },

  named: ({ stable, candidate, ...sizes }, { of, called, stable: { modelName } }) => ({
    ...sizes,
    stable: { ...stable, config: called, modelName },
    candidate: { ...candidate, modelName: resourceName(of) },
    joinConfig: resourceName(of, "join"),
    finalConfig: resourceName(of, "final"),
  }),
  makes: ({ candidate, joinConfig, finalConfig }) => [
    modelOf(candidate.modelName),
    endpointConfigOf(joinConfig),
    endpointConfigOf(finalConfig),
  ],
  placesOf,

  join: (of) => joining(aws, of),
  resize: (endpoint, variant, to) => ({ resource: countOf(endpoint, variant), to }),
  shift: (endpoint, to) => ({ resource: weightsOf(endpoint), to }),
  leaveCandidate: (of) => leavingCandidate(aws, of),
  leaveStable: (of) => leavingStable(aws, of),
  scaling,
  metrics,
  afterPromotion: leavingOf,
});
