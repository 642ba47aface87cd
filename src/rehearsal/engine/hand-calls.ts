/** The calls that each hand makes, given the account as it is; and how each is told to a person. */
import type { Endpoint, EndpointConfig, Variant } from "../world/state.ts";
import type { World } from "../world/world.ts";

/** A call of somebody else's. */
export interface HandCall {
  readonly service: "sagemaker" | "application-autoscaling";
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Whose endpoint it is, and what was there before any release. */
export interface About {
  readonly world: World;
  readonly endpoint: string;
  /** The variant that served at the start. */
  readonly stable: string;
  readonly configs: ReadonlySet<string>;
}

/** What hands find: the endpoint, and what may be there of either side. */
interface Found {
  readonly world: World;
  readonly endpoint: Endpoint;
  readonly stable: Variant | undefined;
  readonly candidate: Variant | undefined;
  /** What serves both, while there is such a thing. */
  readonly joined: EndpointConfig | undefined;
  readonly stableConfig: string | undefined;
}

/** Calls, or undefined where there is nothing to lay a hand on. */
type Hand = (found: Found) => readonly HandCall[] | undefined;
type Side = "stable" | "candidate";

const sagemaker = (operation: string, input: HandCall["input"]): HandCall => ({
  ...{ service: "sagemaker", operation, input },
});
const scaling = (operation: string, input: HandCall["input"]): HandCall => ({
  ...{ service: "application-autoscaling", operation, input },
});

/** SageMaker refuses a call while the endpoint is in motion: whoever wants to make one waits. */
const atRest = ({ endpoint }: Found): boolean => endpoint.status === "InService";

const weights =
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

const count =
  (side: Side, of: (is: number) => number): Hand =>
  (found) => {
    const variant = found[side];
    if (!atRest(found) || variant === undefined) return undefined;
    const wanted = of(variant.desiredInstanceCount);
    if (wanted === variant.desiredInstanceCount) return undefined;
    return [
      sagemaker("UpdateEndpointWeightsAndCapacities", {
        EndpointName: found.endpoint.name,
        DesiredWeightsAndCapacities: [{ VariantName: variant.name, DesiredInstanceCount: wanted }],
      }),
    ];
  };

/** What Application Auto Scaling calls a variant. */
const resourceId = ({ name }: Endpoint, variant: Variant) => `endpoint/${name}/variant/${variant.name}`;
const target = (id: string) => ({
  ServiceNamespace: "sagemaker",
  ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
  ResourceId: id,
});

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

function targetOf(found: Found, side: Side) {
  const variant = found[side];
  return variant && found.world.state.scalableTargets.get(resourceId(found.endpoint, variant));
}

const bounds = (side: Side, input: (min: number, max: number) => HandCall["input"]): Hand =>
  scaled(side, "RegisterScalableTarget", ({ minCapacity, maxCapacity }) => input(minCapacity, maxCapacity));

const suspended = (side: Side, state: boolean): Hand =>
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
const action = (side: Side): Hand =>
  scaled(side, "PutScheduledAction", ({ minCapacity, maxCapacity }) => ({
    ScheduledActionName: "somebodys",
    Schedule: "rate(5 minutes)",
    ScalableTargetAction: { MinCapacity: minCapacity + 1, MaxCapacity: maxCapacity + 1 },
  }));

const policyPut = (side: Side): Hand =>
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

const policyDeleted = (side: Side): Hand =>
  scaled(side, "DeleteScalingPolicy", ({ policies }) => {
    const [name] = policies.keys();
    return name === undefined ? undefined : { PolicyName: name };
  });

const deregistered = (side: Side): Hand => scaled(side, "DeregisterScalableTarget", () => ({}));

/** Moves the endpoint to a configuration of their own, with what serves most now; scaled variants that go are deregistered. */
const third: Hand = (found) => {
  const { world, endpoint, stable } = found;
  const config = world.state.endpointConfigs.get(found.stableConfig ?? endpoint.configName);
  if (!atRest(found) || config === undefined || world.state.endpointConfigs.has(thirdConfig))
    return undefined;
  if (stable === undefined) return undefined;
  if (config.variants.some(({ ModelName }) => !world.state.models.has(ModelName))) return undefined;
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

const modelDeleted =
  (side: Side): Hand =>
  (found) => {
    const name = found[side]?.modelName ?? (side === "candidate" ? madeModel(found) : undefined);
    return name === undefined || !found.world.state.models.has(name)
      ? undefined
      : [sagemaker("DeleteModel", { ModelName: name })];
  };

/** The candidate's model before it has joined. */
const madeModel = ({ world }: Found): string | undefined =>
  [...world.state.models.keys()].find((name) => !world.state.stableModels.has(name));

const configDeleted =
  (of: (found: Found) => string | undefined): Hand =>
  (found) => {
    const name = of(found);
    return name === undefined || !found.world.state.endpointConfigs.has(name)
      ? undefined
      : [sagemaker("DeleteEndpointConfig", { EndpointConfigName: name })];
  };

const endpointDeleted: Hand = (found) =>
  atRest(found) ? [sagemaker("DeleteEndpoint", { EndpointName: found.endpoint.name })] : undefined;

/** How each is told; `ENDPOINT` stands for the endpoint's name. */
const hands = {
  "somebody-sets-weights-100-0": [weights(100, 0), "sets the weights of ENDPOINT to 100/0"],
  "somebody-sets-weights-0-100": [weights(0, 100), "sets the weights of ENDPOINT to 0/100"],
  "somebody-sets-weights-0-0": [weights(0, 0), "sets the weights of ENDPOINT to 0/0"],
  "somebody-sets-weights-60-40": [weights(60, 40), "sets the weights of ENDPOINT to 60/40"],
  "somebody-lowers-stables-count": [count("stable", () => 2), "sets stable's count to 2"],
  "somebody-raises-stables-count": [count("stable", (is) => is + 3), "sets stable's count to 3 more"],
  "somebody-lowers-candidates-count": [count("candidate", () => 1), "sets the candidate's count to 1"],
  "somebody-raises-candidates-count": [
    count("candidate", (is) => is + 3),
    "sets the candidate's count to 3 more",
  ],
  "somebody-raises-stables-minimum": [
    bounds("stable", (min, max) => ({ MinCapacity: Math.min(min + 3, max) })),
    "raises the minimum of stable's scaling",
  ],
  "somebody-raises-stables-maximum": [
    bounds("stable", (_, max) => ({ MaxCapacity: max + 20 })),
    "raises the maximum of stable's scaling",
  ],
  "somebody-lowers-stables-maximum": [
    bounds("stable", (min) => ({ MinCapacity: Math.min(min, 3), MaxCapacity: 3 })),
    "sets the maximum of stable's scaling to 3",
  ],
  "somebody-raises-candidates-minimum": [
    bounds("candidate", (min, max) => ({ MinCapacity: Math.min(min + 3, max) })),
    "raises the minimum of the candidate's scaling",
  ],
  "somebody-raises-candidates-maximum": [
    bounds("candidate", (_, max) => ({ MaxCapacity: max + 20 })),
    "raises the maximum of the candidate's scaling",
  ],
  "somebody-lowers-candidates-maximum": [
    bounds("candidate", () => ({ MinCapacity: 1, MaxCapacity: 1 })),
    "sets the maximum of the candidate's scaling to 1",
  ],
  "somebody-suspends-stables-scaling": [suspended("stable", true), "suspends all of stable's scaling"],
  "somebody-suspends-candidates-scaling": [
    suspended("candidate", true),
    "suspends all of the candidate's scaling",
  ],
  "somebody-lifts-stables-hold": [suspended("stable", false), "lifts the hold on stable's scale-in"],
  "somebody-lifts-candidates-hold": [
    suspended("candidate", false),
    "lifts the hold on the candidate's scale-in",
  ],
  "somebody-schedules-stables-scaling": [
    action("stable"),
    "puts a scheduled action on stable, which fires every five minutes",
  ],
  "somebody-schedules-candidates-scaling": [
    action("candidate"),
    "puts a scheduled action on the candidate, which fires every five minutes",
  ],
  "somebody-puts-stables-policy": [policyPut("stable"), "puts a scaling policy on stable"],
  "somebody-puts-candidates-policy": [policyPut("candidate"), "puts a scaling policy on the candidate"],
  "somebody-deletes-stables-policy": [policyDeleted("stable"), "deletes stable's scaling policy"],
  "somebody-deletes-candidates-policy": [
    policyDeleted("candidate"),
    "deletes the candidate's scaling policy",
  ],
  "somebody-deregisters-stable": [deregistered("stable"), "takes stable's scaling away"],
  "somebody-deregisters-candidate": [deregistered("candidate"), "takes the candidate's scaling away"],
  "somebody-moves-the-endpoint": [third, "moves ENDPOINT to a third configuration"],
  "somebody-deletes-candidates-model": [modelDeleted("candidate"), "deletes the candidate's model"],
  "somebody-deletes-stables-model": [modelDeleted("stable"), "deletes stable's model"],
  "somebody-deletes-the-join-config": [
    configDeleted(({ joined }) => joined?.name),
    "deletes the configuration of both",
  ],
  "somebody-deletes-stables-config": [
    configDeleted(({ stableConfig }) => stableConfig),
    "deletes stable's configuration",
  ],
  "somebody-deletes-the-endpoint": [endpointDeleted, "deletes ENDPOINT"],
  "somebody-switches-the-sweep-off": [() => [], "switches the sweep's rule and schedule off for four hours"],
} as const satisfies Record<string, readonly [Hand, string]>;

export type HandKind = keyof typeof hands;
export const handKinds = Object.keys(hands) as HandKind[];

/** What a hand does, after "somebody". */
export const handText = (kind: HandKind, endpoint: string): string =>
  hands[kind][1].replace("ENDPOINT", endpoint);

/** Undefined where there is nothing to lay it on, or AWS would refuse it. */
export function handCalls(kind: HandKind, about: About): readonly HandCall[] | undefined {
  const found = find(about);
  return found === undefined ? undefined : hands[kind][0](found);
}

function find({ world, endpoint: name, stable, configs }: About): Found | undefined {
  const { endpoints, endpointConfigs } = world.state;
  const endpoint = endpoints.get(name);
  if (endpoint === undefined) return undefined;
  const isStable = (variant: { readonly name: string }) => variant.name === stable;
  const stableConfig = [...endpointConfigs.values()].find(
    (config) => configs.has(config.name) && config.variants.some((each) => each.VariantName === stable),
  );
  return {
    ...{ world, endpoint },
    stable: endpoint.variants.find(isStable),
    candidate: endpoint.variants.find((variant) => !isStable(variant)),
    joined: [...endpointConfigs.values()].find(
      (config) => !configs.has(config.name) && config.variants.length > 1,
    ),
    stableConfig: stableConfig?.name,
  };
}
