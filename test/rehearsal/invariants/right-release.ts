/** A release done right, call by call: tests leave a piece out, or put a wrong one in. */
import type { JsonValue } from "../../../src/core/release/json-value.ts";
import { arnOf, attributes, endpoint, releaseId, type Stream, scalingOf } from "./stream.ts";

/** What the things of the release carry. */
export const tags = [
  { Key: "slipway:release", Value: releaseId },
  { Key: "slipway:plan", Value: "chat-assistant" },
];

export const joinConfig = `${releaseId}-join`;
export const finalConfig = `${releaseId}-final`;
const stableConfig = `${endpoint}-config-v6`;
const target = (variant: string) => ({
  ServiceNamespace: "sagemaker",
  ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
  ResourceId: scalingOf(variant),
});
const policy = { name: `${endpoint}-invocations` };
const scaling = { min: 4, max: 16, policies: [policy], scheduledActions: [] };
export const free = { ...scaling, suspended: { in: false, out: false, scheduled: false } };
export const held = { ...scaling, suspended: { in: true, out: false, scheduled: false } };
export const weights = (percent: number) => ({ v6: 100 - percent, v7: percent });

/** Registers a target with bounds and the suspension of scale-in. */
export const registering = (
  variant: string,
  to: { min: number; max: number; suspended: { in: boolean } },
) => ({
  ...target(variant),
  MinCapacity: to.min,
  MaxCapacity: to.max,
  SuspendedState: {
    DynamicScalingInSuspended: to.suspended.in,
    DynamicScalingOutSuspended: false,
    ScheduledScalingSuspended: false,
  },
});

export async function opened(s: Stream): Promise<void> {
  await s.lock({ holder: "rehearsal" });
  await quotasRead(s, "PlanCapacity");
}

/** All pages, as a step reads them. */
export async function quotasRead(s: Stream, state: string): Promise<void> {
  let NextToken: string | undefined;
  do {
    const input = { ServiceCode: "sagemaker", ...(NextToken === undefined ? {} : { NextToken }) };
    const page = await s.ours(state, "service-quotas.ListServiceQuotas", input);
    NextToken = (page as { NextToken?: string }).NextToken;
  } while (NextToken !== undefined);
}

/** Records a change, makes the call that carries it out, and settles it. */
export async function changed(
  s: Stream,
  { id, kind, name, before = null, after, state }: Recorded,
  [operation, input]: readonly [string, Record<string, unknown>],
): Promise<void> {
  await s.change({ id, state: "intended", resource: { kind, name }, before, after });
  await s.ours(state, operation, input);
  await s.change({ id, state: "applied" });
}

interface Recorded {
  readonly id: string;
  readonly kind: "scaling" | "model" | "endpoint-config" | "routing" | "weights" | "count";
  readonly name: string;
  readonly before?: JsonValue;
  readonly after: JsonValue;
  readonly state: string;
}

const state = "PrewarmInference";

export async function holdsStable(s: Stream): Promise<void> {
  await changed(s, { id: "hold", kind: "scaling", name: scalingOf("v6"), before: free, after: held, state }, [
    "application-autoscaling.RegisterScalableTarget",
    registering("v6", held),
  ]);
}

/** The candidate's model and configuration, and the move to it; `instances` is the candidate's size. */
export async function joins(s: Stream, instances = 8, instanceType = "ml.g5.xlarge"): Promise<void> {
  const model = {
    ModelName: releaseId,
    ExecutionRoleArn: "arn:aws:iam::123456789012:role/chat-assistant-serving",
    Tags: tags,
    PrimaryContainer: {
      ModelPackageName: "arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat-assistant/7",
    },
  };
  await changed(s, { id: "model", kind: "model", name: releaseId, after: {}, state }, [
    "sagemaker.CreateModel",
    model,
  ]);
  await makesConfig(s, {
    id: "join-config",
    name: joinConfig,
    variants: [variant("v6", 8), { ...variant("v7", instances), InstanceType: instanceType }],
  });
  await changed(
    s,
    { id: "join", kind: "routing", name: endpoint, before: stableConfig, after: joinConfig, state },
    ["sagemaker.UpdateEndpoint", moving(joinConfig)],
  );
  s.wait(30);
  await looks(s, "CheckCapacity");
}

const variant = (name: string, instances: number) => ({
  VariantName: name,
  ModelName: name === "v6" ? "chat-assistant-v6" : releaseId,
  InstanceType: "ml.g5.xlarge",
  InitialInstanceCount: instances,
  InitialVariantWeight: name === "v6" ? 1 : 0,
});

async function makesConfig(
  s: Stream,
  { id, name, variants }: { id: string; name: string; variants: Record<string, unknown>[] },
): Promise<void> {
  await changed(s, { id, kind: "endpoint-config", name, after: {}, state }, [
    "sagemaker.CreateEndpointConfig",
    { EndpointConfigName: name, ProductionVariants: variants, Tags: tags },
  ]);
}

export const moving = (config: string) => ({
  EndpointName: endpoint,
  EndpointConfigName: config,
  RetainAllVariantProperties: true,
});

export const looks = (s: Stream, by: string) =>
  s.ours(by, "sagemaker.DescribeEndpoint", { EndpointName: endpoint });

/** New weights with all that belongs to them; the next look comes two minutes later. */
export async function shifts(
  s: Stream,
  { from, to, by = "ShiftTraffic" }: { from: JsonValue; to: Record<string, number>; by?: string },
): Promise<void> {
  if (by === "ShiftTraffic") await quotasRead(s, by);
  const id = `shift-${Object.values(to).join("-")}`;
  await changed(s, { id, kind: "weights", name: endpoint, before: from, after: to, state: by }, weighing(to));
  s.wait(2);
  await looks(s, by);
}

export const weighing = (to: Record<string, number>) =>
  [
    "sagemaker.UpdateEndpointWeightsAndCapacities",
    {
      EndpointName: endpoint,
      DesiredWeightsAndCapacities: Object.entries(to).map(([VariantName, DesiredWeight]) => ({
        VariantName,
        DesiredWeight,
      })),
    },
  ] as const;

export const counting = (name: string, instances: number) =>
  [
    "sagemaker.UpdateEndpointWeightsAndCapacities",
    {
      EndpointName: endpoint,
      DesiredWeightsAndCapacities: [{ VariantName: name, DesiredInstanceCount: instances }],
    },
  ] as const;

const invocations = {
  Namespace: "AWS/SageMaker",
  MetricName: "Invocations",
  Dimensions: [
    { Name: "EndpointName", Value: endpoint },
    { Name: "VariantName", Value: "v7" },
  ],
};

/** A bake of some minutes, and a judge that reads metrics and says what comes next. */
export async function judges(s: Stream, decision: string, minutes = 10): Promise<void> {
  s.wait(minutes);
  await s.ours("CheckKpis", "cloudwatch.GetMetricData", {
    MetricDataQueries: [{ Id: "m", MetricStat: { Metric: invocations, Period: 60, Stat: "Sum" } }],
    StartTime: s.nowMs / 1000 - 600,
    EndTime: s.nowMs / 1000,
  });
  s.entered("Judged", { judgement: { decision, at: s.nowMs } });
}

export const promotes = (s: Stream) => s.lock({ holder: "rehearsal", promoted: true });

async function adopts(s: Stream, by: string): Promise<void> {
  await changed(s, { id: "adopt", kind: "scaling", name: scalingOf("v7"), after: free, state: by }, [
    "application-autoscaling.RegisterScalableTarget",
    registering("v7", free),
  ]);
  await s.change({ id: "adopt", state: "intended" });
  await s.ours(by, "application-autoscaling.PutScalingPolicy", {
    ...target("v7"),
    PolicyName: policy.name,
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 504,
      PredefinedMetricSpecification: { PredefinedMetricType: "SageMakerVariantInvocationsPerInstance" },
    },
  });
  await s.change({ id: "adopt", state: "applied" });
}

/** After the promotion: the candidate's own scaling, where it has one, and the endpoint without stable. */
export async function settles(
  s: Stream,
  { scaled, registered } = { scaled: true, registered: true },
): Promise<void> {
  const by = "PromoteModel";
  if (scaled) await adopts(s, by);
  await makesConfig(s, { id: "final-config", name: finalConfig, variants: [variant("v7", 8)] });
  if (registered)
    await changed(
      s,
      { id: "retire", kind: "scaling", name: scalingOf("v6"), before: held, after: null, state: by },
      ["application-autoscaling.DeregisterScalableTarget", target("v6")],
    );
  await changed(
    s,
    { id: "final", kind: "routing", name: endpoint, before: joinConfig, after: finalConfig, state: by },
    ["sagemaker.UpdateEndpoint", moving(finalConfig)],
  );
  s.wait(30);
  await looks(s, "ScaleDown");
  await s.change({
    id: "drop",
    state: "intended",
    resource: { kind: "endpoint-config", name: joinConfig },
    before: {},
  });
  await s.ours("ScaleDown", "sagemaker.DeleteEndpointConfig", { EndpointConfigName: joinConfig });
}

/** The way back: the endpoint without the candidate, and everything as it was. */
/** Moves the endpoint to the candidate alone, whatever the weights are. */
export async function dropsStable(s: Stream, instances: number): Promise<void> {
  await makesConfig(s, { id: "final-config", name: finalConfig, variants: [variant("v7", instances)] });
  const retire = { id: "retire", kind: "scaling", name: scalingOf("v6"), before: held, after: null } as const;
  await changed(s, { ...retire, state: "ScaleDown" }, [
    "application-autoscaling.DeregisterScalableTarget",
    target("v6"),
  ]);
  await changed(
    s,
    {
      id: "final",
      kind: "routing",
      name: endpoint,
      before: joinConfig,
      after: finalConfig,
      state: "ScaleDown",
    },
    ["sagemaker.UpdateEndpoint", moving(finalConfig)],
  );
  s.wait(30);
  await looks(s, "ScaleDown");
}

export async function leaves(s: Stream): Promise<void> {
  await changed(
    s,
    {
      id: "leave",
      kind: "routing",
      name: endpoint,
      before: joinConfig,
      after: stableConfig,
      state: "RollBack",
    },
    ["sagemaker.UpdateEndpoint", moving(stableConfig)],
  );
  s.wait(30);
  await looks(s, "RollBack");
  await s.ours("ScaleDown", "sagemaker.DeleteEndpointConfig", { EndpointConfigName: joinConfig });
  await s.ours("ScaleDown", "sagemaker.DeleteModel", { ModelName: releaseId });
  await s.ours("ScaleDown", "application-autoscaling.RegisterScalableTarget", registering("v6", free));
}

export async function closes(s: Stream, outcome: string): Promise<void> {
  await s.put("UpdateItem", {
    Key: attributes({ pk: `release#${releaseId}`, sk: "attempt#0001" }),
    ExpressionAttributeValues: attributes({ ":closing": { outcome, releaseId, drifted: [] } }),
  });
  await s.lock({ holder: undefined });
}

/** A claim of a release by an execution, in the table. */
export const claims = (s: Stream, execution: string, attempt = 1) =>
  s.put("PutItem", {
    Item: attributes({
      pk: `release#${releaseId}`,
      sk: `attempt#000${attempt}`,
      release: { id: releaseId, execution: arnOf(execution), milestone: "production" },
    }),
  });

/** From the opening to the first shift, which is at 5 %. */
export async function underWay(s: Stream): Promise<void> {
  await opened(s);
  await holdsStable(s);
  await joins(s);
  await shifts(s, { from: { v6: 1, v7: 0 }, to: weights(5) });
}
