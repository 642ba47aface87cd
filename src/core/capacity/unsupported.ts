/**
 * The one list of what a release cannot handle: each kind by name, found before anything is changed. What is carried
 * over instead is in docs/ENDPOINT-KINDS.md, whose table has a row for each.
 */
import type { InstanceNeeds, Plan } from "../plan/plan.ts";
import { isTrainingPlan, trainingPlanName } from "../plan/training-plan-name.ts";
import { carriedEnvironment } from "./environment.ts";
import { countsCores, unadoptable } from "./scaling.ts";
import { containersOf, type Serving, specificationOf, type VariantDescription } from "./serving.ts";
import { servingNeeds } from "./sizing.ts";

export interface SupportQuestion {
  readonly serving: Serving;
  readonly plan: Plan;
  /** What the candidate runs on. */
  readonly candidate: Pick<InstanceNeeds, "instanceType" | "reserved">;
}

/** One sentence for each thing that is of this kind; none where nothing is. */
type Rule = (question: SupportQuestion) => readonly string[];

const when = (found: boolean, sentence: string): readonly string[] => (found ? [sentence] : []);

/** The variants as the endpoint and as its configuration describe them. */
function variantsOf({ endpoint, config }: Serving): readonly VariantDescription[] {
  return [...(endpoint.ProductionVariants ?? []), ...(config?.ProductionVariants ?? [])];
}

const anyVariant = (serving: Serving, has: (variant: VariantDescription) => boolean) =>
  variantsOf(serving).some(has);

/** The reservations that its variants run on; one that says none by name is of no kind that is known. */
const reservationsOf = (serving: Serving): string[] =>
  variantsOf(serving).flatMap(({ CapacityReservationConfig: config }) =>
    config === undefined ? [] : [config.MlReservationArn ?? ""],
  );

/** Those of a kind exclude each other, so the first that applies is told alone. */
const endpointRules: Readonly<Record<string, Rule>> = {
  "inference components": ({ serving: { endpoint, config } }) =>
    when(
      endpoint.EndpointConfigName === undefined ||
        config?.ProductionVariants?.some(({ ModelName }) => ModelName === undefined) === true,
      "it serves inference components, between which no weights shift traffic",
    ),
  serverless: ({ serving }) =>
    when(
      anyVariant(serving, (v) => (v.ServerlessConfig ?? v.CurrentServerlessConfig) !== undefined),
      "it is serverless, which has no instances to raise and takes no second variant",
    ),
  asynchronous: ({ serving: { endpoint, config } }) =>
    when(
      (endpoint.AsyncInferenceConfig ?? config?.AsyncInferenceConfig) !== undefined,
      "it is asynchronous, so that a variant can neither be probed nor judged by its answers",
    ),
  "configuration deleted": ({ serving: { endpoint, config } }) =>
    when(
      config === undefined,
      `its configuration ${endpoint.EndpointConfigName} has been deleted, so that the next cannot be made like it; update the endpoint to one that exists`,
    ),
  "shadow variants": ({ serving: { endpoint, config } }) =>
    when(
      [...(endpoint.ShadowProductionVariants ?? []), ...(config?.ShadowProductionVariants ?? [])].length > 0,
      "it has shadow variants, beside which SageMaker takes one production variant only",
    ),
  "instance pools": ({ serving }) =>
    when(
      anyVariant(serving, (v) => v.InstancePools !== undefined),
      "its variant has instance pools, so that no single type says what an instance serves",
    ),
  "capacity reservation": ({ serving }) =>
    when(
      reservationsOf(serving).some((arn) => !isTrainingPlan(arn)),
      "its variant runs on a capacity reservation that is no training plan, of which nothing tells what room it has",
    ),
  // "You can use exactly one plan per inference endpoint" (SageMaker guide, use-training-plan-for-inference-endpoints).
  "two training plans": ({ serving, candidate: { reserved } }) =>
    reservationsOf(serving)
      .filter((arn) => reserved !== undefined && isTrainingPlan(arn) && arn !== reserved.trainingPlan)
      .slice(0, 1)
      .map(
        (arn) =>
          `its variant runs on training plan ${trainingPlanName(arn)} and the candidate would on ${trainingPlanName(reserved?.trainingPlan ?? "")}, and an endpoint has one at most; release to instances on demand first`,
      ),
  "managed instance scaling": ({ serving }) =>
    when(
      anyVariant(
        serving,
        ({ ManagedInstanceScaling: own }) => own !== undefined && own.Status !== "DISABLED",
      ),
      "its variant has managed instance scaling, whose scale-in cannot be held",
    ),
};

const modelRules: Readonly<Record<string, Rule>> = {
  "model deleted": ({ serving: { config, model } }) =>
    when(
      config !== undefined && model === undefined,
      `its model ${config?.ProductionVariants?.[0]?.ModelName} has been deleted, so that the candidate's cannot be made like it`,
    ),
  "multi-model": (question) =>
    when(
      served(question).some(
        ({ Mode, MultiModelConfig }) => Mode === "MultiModel" || MultiModelConfig !== undefined,
      ),
      "its container serves many models, and a package is one",
    ),
  "several containers": (question) =>
    when(
      served(question).length > 1,
      `its model has ${served(question).length} containers, and the candidate's would have the package's only`,
    ),
  "image from a private registry": (question) =>
    when(
      served(question).some(({ ImageConfig }) => ImageConfig?.RepositoryAccessMode === "Vpc"),
      "its container's image comes through a VPC, which a model made from a package cannot say",
    ),
  "additional model data": (question) =>
    when(
      served(question).some(({ AdditionalModelDataSources: more = [] }) => more.length > 0),
      "its container has additional model data, which a model made from a package would lose",
    ),
  "package that cannot serve": ({ serving, ...question }) => {
    const { ModelPackageStatus: status } = serving.package;
    if (status !== undefined && status !== "Completed") return [`the version's package is ${status}`];
    const name = served({ serving, ...question })[0]?.InferenceSpecificationName;
    const containers = specificationOf(serving.package, name) ?? [];
    if (containers.length === 1) return [];
    const which = name === undefined ? "inference specification" : `inference specification ${name}`;
    return [
      containers.length === 0
        ? `the version's package has no ${which}`
        : `the version's package has ${containers.length} containers in its ${which}, the serving model has one`,
    ];
  },
  "environment that is not clear": ({ serving, plan, ...question }) => {
    const [container] = served({ serving, plan, ...question });
    const [next] = specificationOf(serving.package, container?.InferenceSpecificationName) ?? [];
    if (container === undefined || next === undefined) return [];
    const { unclear } = carriedEnvironment({ serving: container, next, planned: plan.endpoint.environment });
    return unclear.map((what) => `environment variable ${what}; say it in the plan, endpoint.environment`);
  },
};

const served = ({ serving: { model } }: SupportQuestion) => (model === undefined ? [] : containersOf(model));

/**
 * Types whose instances have local storage (EC2 guide, instance store volumes), for which SageMaker takes no volume key
 * (API reference of CreateEndpointConfig, KmsKeyId), nor, which is unconfirmed, a volume's size.
 */
const localStorage =
  /^ml\.([a-z]+\d+[a-z]*d[a-z]*|g4dn|g5|g6|g6e|g7e|p4de?|p5|p5en?|p6-\w+|p6e-\w+|trn\d\w*|dl1)\./;

const otherRules: Readonly<Record<string, Rule>> = {
  "instances of a type that the plan does not name": ({ serving: { config }, plan }) =>
    (config?.ProductionVariants ?? []).flatMap(({ InstanceType: type }) =>
      type === undefined || servingNeeds(plan, type) !== undefined
        ? []
        : [
            `it runs on ${type}, of which the plan does not say what an instance serves; name it as its endpoint's`,
          ],
    ),
  "volume size or key with local storage": ({ serving: { config }, candidate: { instanceType } }) => {
    const [variant] = config?.ProductionVariants ?? [];
    if (!localStorage.test(instanceType) || variant?.InstanceType === instanceType) return [];
    return [
      ...when(
        config?.KmsKeyId !== undefined,
        `its configuration has a volume key, which ${instanceType} does not take: its local storage is encrypted by itself`,
      ),
      ...when(
        variant?.VolumeSizeInGB !== undefined,
        `its variant has a volume size, which ${instanceType} does not take: it has local storage`,
      ),
    ];
  },
  "deployment guardrails that the plan does not name": ({ serving: { endpoint }, plan }) => {
    const alarms = endpoint.LastDeploymentConfig?.AutoRollbackConfiguration?.Alarms ?? [];
    return alarms
      .flatMap(({ AlarmName }) => AlarmName ?? [])
      .filter((alarm) => !plan.alarms.includes(alarm))
      .map(
        (alarm) =>
          `its deployment config rolls back on alarm ${alarm}, which a release cannot keep; name it under alarms in the plan`,
      );
  },
  ...Object.fromEntries(
    unadoptable.map(({ kind, why, found }): [string, Rule] => [
      kind,
      ({ serving: { scaling, endpoint } }) => {
        const variant = endpoint.ProductionVariants?.[0]?.VariantName ?? "";
        const policies = scaling?.policies.filter((policy) => found(policy, variant)) ?? [];
        return policies.map(({ name }) => `its scaling policy ${name} ${why}`);
      },
    ]),
  ),
  "scaling by cores on instances of another type": ({ serving, candidate: { instanceType } }) => {
    const from = serving.config?.ProductionVariants?.[0]?.InstanceType;
    if (from === undefined || from === instanceType) return [];
    return (serving.scaling?.policies ?? [])
      .filter(countsCores)
      .map(
        ({ name }) =>
          `its scaling policy ${name} follows a metric that counts cores, whose target for ${from} is none for ${instanceType}`,
      );
  },
  "burstable instances with auto scaling": ({ serving: { scaling }, candidate: { instanceType } }) =>
    when(
      scaling !== null && /^ml\.t\d/.test(instanceType),
      `it is scaled automatically, which ${instanceType} cannot be`,
    ),
};

/** Every kind that is refused, as the table of docs/ENDPOINT-KINDS.md names them. */
export const unsupportedKinds: readonly string[] = [endpointRules, modelRules, otherRules].flatMap(
  Object.keys,
);

/** One sentence for each thing by which a release cannot handle this endpoint or this version of its model. */
export function unsupported(question: SupportQuestion): string[] {
  const about = `endpoint ${question.serving.endpointName}:`;
  const found = (rules: Readonly<Record<string, Rule>>) =>
    Object.values(rules).flatMap((rule) => rule(question).map((sentence) => `${about} ${sentence}`));
  const [first] = found(endpointRules);
  return first === undefined ? [...found(modelRules), ...found(otherRules)] : [first];
}
