/** What hands are made of: the calls about weights, counts, scaling, configurations and models, as the account is. */

import type { HandCall } from "#twin/engine";
import { type Endpoint, type EndpointConfig, usedInstances, type Variant, type WorldView } from "#twin/world";

/** Whose endpoint it is, and what was there before any release. */
export interface About {
  readonly world: WorldView;
  readonly endpoint: string;
  /** The variant that served at the start. */
  readonly stable: string;
  readonly configs: ReadonlySet<string>;
}

/** What hands find: the endpoint, and what may be there of either side. */
export interface HandTarget {
  readonly world: WorldView;
  readonly endpoint: Endpoint;
  readonly stable: Variant | undefined;
  readonly candidate: Variant | undefined;
  /** What serves both, while there is such a thing. */
  readonly joined: EndpointConfig | undefined;
  readonly stableConfig: string | undefined;
}

/** Calls, or undefined where there is nothing to lay a hand on. */
export type Hand = (found: HandTarget) => readonly HandCall[] | undefined;
type Side = "stable" | "candidate";

const sagemaker = (operation: string, input: HandCall["input"]): HandCall => ({
  service: "sagemaker",
  operation,
  input,
});
export const scaling = (operation: string, input: HandCall["input"]): HandCall => ({
  service: "application-autoscaling",
  operation,
  input,
});

/** SageMaker refuses a call while the endpoint is in motion: whoever wants to make one waits. */
const atRest = ({ endpoint }: HandTarget): boolean => endpoint.status === "InService";

/** SageMaker refuses a call for more instances than the quota has room for: nobody is there to ask for those. */
const hasRoom = ({ world }: HandTarget, instanceType: string, more: number): boolean =>
  usedInstances(world, instanceType) + more <= world.quota("endpoint", instanceType);

export const weights =
  (stable: number, candidate: number): Hand =>
  (found) => {
    const { endpoint, stable: one, candidate: other } = found;
    if (!atRest(found) || one === undefined || other === undefined) return undefined;
    if (one.desiredWeight === stable && other.desiredWeight === candidate) return undefined;
    return [
      sagemaker("UpdateEndpointWeightsAndCapacities", {
        EndpointName: endpoint.name,
        DesiredWeightsAndCapacities: [
          { VariantName: one.name, DesiredWeight: stable },
          { VariantName: other.name, DesiredWeight: candidate },
        ],
      }),
    ];
  };

export const count =
  (side: Side, of: (is: number) => number): Hand =>
  (found) => {
    const variant = found[side];
    if (!atRest(found) || variant === undefined) return undefined;
    const wanted = of(variant.desiredInstanceCount);
    if (wanted === variant.desiredInstanceCount) return undefined;
    const more = wanted - variant.desiredInstanceCount;
    if (more > 0 && !hasRoom(found, variant.instanceType, more)) return undefined;
    return [
      sagemaker("UpdateEndpointWeightsAndCapacities", {
        EndpointName: found.endpoint.name,
        DesiredWeightsAndCapacities: [{ VariantName: variant.name, DesiredInstanceCount: wanted }],
      }),
    ];
  };

/** What Application Auto Scaling calls a variant. */
const resourceId = ({ name }: Endpoint, variant: Variant) => `endpoint/${name}/variant/${variant.name}`;
export const target = (
  id: string,
  { namespace, dimension } = { namespace: "sagemaker", dimension: "sagemaker:variant:DesiredInstanceCount" },
) => ({ ServiceNamespace: namespace, ScalableDimension: dimension, ResourceId: id });

/** A call about a side's scaling, where it has one. */
const scaled =
  (
    side: Side,
    operation: string,
    input: (target: NonNullable<ReturnType<typeof targetOf>>) => HandCall["input"] | undefined,
  ): Hand =>
  (found) => {
    const own = targetOf(found, side);
    const more = own === undefined ? undefined : input(own);
    return own === undefined || more === undefined
      ? undefined
      : [scaling(operation, { ...target(own.resourceId), ...more })];
  };

function targetOf(found: HandTarget, side: Side) {
  const variant = found[side];
  return variant && found.world.state.scalableTargets.get(resourceId(found.endpoint, variant));
}

export const bounds = (side: Side, input: (min: number, max: number) => HandCall["input"]): Hand =>
  scaled(side, "RegisterScalableTarget", ({ minCapacity, maxCapacity }) => input(minCapacity, maxCapacity));

export const suspended = (side: Side, state: boolean): Hand =>
  scaled(side, "RegisterScalableTarget", ({ suspended: now }) =>
    (state ? Object.values(now).every(Boolean) : !now.DynamicScalingInSuspended)
      ? undefined
      : {
          SuspendedState: state
            ? {
                DynamicScalingInSuspended: true,
                DynamicScalingOutSuspended: true,
                ScheduledScalingSuspended: true,
              }
            : { DynamicScalingInSuspended: false },
        },
  );

/** Fires at the next minute and every five minutes. */
export const action = (side: Side): Hand =>
  scaled(side, "PutScheduledAction", ({ minCapacity, maxCapacity }) => ({
    ScheduledActionName: "somebodys",
    Schedule: "rate(5 minutes)",
    ScalableTargetAction: { MinCapacity: minCapacity + 1, MaxCapacity: maxCapacity + 1 },
  }));

export const policyPut = (side: Side): Hand =>
  scaled(side, "PutScalingPolicy", () => ({
    PolicyName: "somebodys",
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 700,
      PredefinedMetricSpecification: {
        PredefinedMetricType: "SageMakerVariantInvocationsPerInstance",
      },
    },
  }));

export const policyDeleted = (side: Side): Hand =>
  scaled(side, "DeleteScalingPolicy", ({ policies }) => {
    const [name] = policies.keys();
    return name === undefined ? undefined : { PolicyName: name };
  });

export const deregistered = (side: Side): Hand => scaled(side, "DeregisterScalableTarget", () => ({}));

/** Moves the endpoint to a configuration of their own, with what serves most now; scaled variants that go are deregistered. */
export const third: Hand = (found) => {
  const { world, endpoint, stable } = found;
  const config = world.state.endpointConfigs.get(found.stableConfig ?? endpoint.configName);
  if (!atRest(found) || config === undefined || world.state.endpointConfigs.has(thirdConfig))
    return undefined;
  if (stable === undefined) return undefined;
  if (config.variants.some(({ ModelName }) => !world.state.models.has(ModelName))) return undefined;
  const sizes = Map.groupBy(config.variants, ({ InstanceType }) => InstanceType);
  const wanted = [...sizes].map(
    ([type, some]) => [type, some.reduce((sum, one) => sum + sizeOf(one, endpoint), 0)] as const,
  );
  if (wanted.some(([type, more]) => !hasRoom(found, type, more))) return undefined;
  const gone = targetOf(found, "candidate");
  return [
    sagemaker("CreateEndpointConfig", {
      EndpointConfigName: thirdConfig,
      ProductionVariants: config.variants.map(({ rest, ...variant }) => ({ ...rest, ...variant })),
    }),
    ...(gone === undefined ? [] : [scaling("DeregisterScalableTarget", target(gone.resourceId))]),
    sagemaker("UpdateEndpoint", {
      EndpointName: endpoint.name,
      EndpointConfigName: thirdConfig,
      RetainAllVariantProperties: true,
    }),
  ];
};
const thirdConfig = "third";

/** How many instances a variant has of a configuration that an endpoint is moved to as it is: what is kept keeps its count. */
const sizeOf = (
  { VariantName, InitialInstanceCount }: EndpointConfig["variants"][number],
  { variants }: Endpoint,
): number => variants.find(({ name }) => name === VariantName)?.desiredInstanceCount ?? InitialInstanceCount;

export const modelDeleted =
  (side: Side): Hand =>
  (found) => {
    const name = found[side]?.modelName ?? (side === "candidate" ? madeModel(found) : undefined);
    return name === undefined || !found.world.state.models.has(name)
      ? undefined
      : [sagemaker("DeleteModel", { ModelName: name })];
  };

/** The candidate's model before it has joined. */
const madeModel = ({ world }: HandTarget): string | undefined =>
  [...world.state.models.keys()].find((name) => !world.state.stableModels.has(name));

export const configDeleted =
  (of: (found: HandTarget) => string | undefined): Hand =>
  (found) => {
    const name = of(found);
    return name === undefined || !found.world.state.endpointConfigs.has(name)
      ? undefined
      : [sagemaker("DeleteEndpointConfig", { EndpointConfigName: name })];
  };

export const endpointDeleted: Hand = (found) =>
  atRest(found) ? [sagemaker("DeleteEndpoint", { EndpointName: found.endpoint.name })] : undefined;

/** What there is of an endpoint; undefined where it is gone. */
export function find({ world, endpoint: name, stable, configs }: About): HandTarget | undefined {
  const { endpoints, endpointConfigs } = world.state;
  const endpoint = endpoints.get(name);
  if (endpoint === undefined) return undefined;
  const isStable = (variant: { readonly name: string }) => variant.name === stable;
  const stableConfig = [...endpointConfigs.values()].find(
    (config) => configs.has(config.name) && config.variants.some((each) => each.VariantName === stable),
  );
  return {
    world,
    endpoint,
    stable: endpoint.variants.find(isStable),
    candidate: endpoint.variants.find((variant) => !isStable(variant)),
    joined: [...endpointConfigs.values()].find(
      (config) => !configs.has(config.name) && config.variants.length > 1,
    ),
    stableConfig: stableConfig?.name,
  };
}
