/**
 * What a world is told of the account that it plays: the endpoint, what comes to it and what is asked of it, in plain
 * numbers. A world's file says the rest relative to these, so that it fits any account.
 */
export interface AccountSeed {
  /** The model package group; the model's name throughout. */
  readonly model: string;
  /** The account whose registry holds it; absent: the endpoint's own. */
  readonly registryAccount?: string;
  /** What the registry's packages say beside their training job. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Versions that the registry must have because somebody asks for them. */
  readonly versions: readonly number[];
  readonly endpoint: {
    readonly name: string;
    readonly instanceType: string;
    readonly instances: number;
  };
  /** What each type of instance that may serve does, by type. */
  readonly types: Readonly<Record<string, ServingType>>;
  /** The types that a new version may run on, in the order in which they are tried; absent: the endpoint's. */
  readonly candidateTypes?: readonly string[];
  /** What comes to the endpoint in its highest minute. */
  readonly peakRequestsPerSecond: number;
  /** How full an instance may run at that load. */
  readonly utilisationPercent: number;
  /** What the endpoint must keep to. */
  readonly latencyMsP99: number;
  readonly errorRatePercent: number;
  /** What versions are evaluated by, where anybody asks for that. */
  readonly evaluated?: readonly EvaluatedMetric[];
  /** The most instances that may be needed at one time, by type. */
  readonly endpointNeeds: Readonly<Record<string, number>>;
  /** Instances of the largest training pool, by type. */
  readonly trainingNeeds: Readonly<Record<string, number>>;
  /** Capacity that was bought before, by those who name it. */
  readonly trainingPlans?: readonly TrainingPlanSeed[];
  /** Instance groups of HyperPod clusters that training may raise. */
  readonly instanceGroups?: readonly GroupSeed[];
  /** The time in which a candidate is watched, of all its shares together. */
  readonly bakeMinutes: number;
  /** What the model leans on beside its endpoint; a resource with two dimensions is listed twice. */
  readonly scalables?: readonly ScalableSeed[];
  /** What AWS's price list has, US dollars an hour by instance type; absent: nothing. */
  readonly listPrices?: Readonly<Record<string, number>>;
  /** Objects in S3 by `bucket/key`, with what is in them. */
  readonly objects?: Readonly<Record<string, string>>;
  /** Metrics that it publishes of its own, of what its endpoint has answered. */
  readonly lateMetrics?: readonly LateMetric[];
  /** Other models of the account, each with an endpoint of its own. */
  readonly others?: readonly OtherModel[];
}

/** A metric of which an hour is published so much later. */
export interface LateMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly delayHours: number;
  readonly measures: "bad" | "total" | "higher-is-better" | "lower-is-better";
}

export type EvaluationKind = "model-quality" | "model-data-quality" | "bias" | "explainability";

/** A number in one of a version's documents of measures. */
export interface EvaluatedMetric {
  readonly document: EvaluationKind;
  readonly path: readonly string[];
  /** What is good enough, what is not, and what is so good that `good` is too much worse. */
  readonly good: number;
  readonly bad: number;
  readonly best: number;
}

/** A model beside the account's own, which is released there as well. */
export interface OtherModel extends Pick<AccountSeed, "model" | "metadata" | "versions" | "endpoint"> {
  /** What comes to its endpoint, percent of what comes to the account's own. */
  readonly trafficPercent: number;
}

/** Whose account it is. */
export interface ForAccount {
  readonly account: AccountSeed;
}

/** Capacity behind Application Auto Scaling, by that service's names. What is left out is usual for its kind. */
export interface ScalableSeed {
  /** ServiceNamespace: `ecs`. */
  readonly namespace: string;
  /** `service/CLUSTER/NAME` */
  readonly resourceId: string;
  /** `ecs:service:DesiredCount` */
  readonly dimension: string;
  /** Between releases. */
  readonly capacity?: number;
  /** Of its scalable target. */
  readonly min?: number;
  readonly max?: number;
  /** False: Application Auto Scaling does not know it yet. */
  readonly registered?: boolean;
  /** True: a target-tracking policy has it follow the traffic. */
  readonly follows?: boolean;
  /** True: it is paid for by request and has no capacity to set. */
  readonly onDemand?: boolean;
  /** US dollars; absent: a list price. */
  readonly usdPerUnitHour?: number;
}

export interface TrainingPlanSeed {
  readonly arn: string;
  readonly instanceType: string;
  /** The most that may be needed of it at one time. */
  readonly needed: number;
  readonly target: string;
}

export interface GroupSeed {
  readonly cluster: string;
  readonly group: string;
  readonly instanceType: string;
  /** The most that may be asked for at a time beside what it has. */
  readonly needed: number;
}

export interface ServingType {
  /** Of one instance at full load. */
  readonly requestsPerSecond: number;
  /** Instances that serve the load to be ready for, no fuller than they may run. */
  readonly needed: number;
}
