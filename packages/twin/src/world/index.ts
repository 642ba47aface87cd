/** The world: an account's physics, in virtual time. */
export type {
  AccountSeed,
  GroupSeed,
  LateMetric,
  OtherModel,
  ScalableSeed,
  ServingType,
  TrainingPlanSeed,
} from "./account-seed.ts";
export { amongCallers, lateAmong } from "./among-callers.ts";
export type { Endpoint, EndpointConfig, Variant } from "./endpoint-state.ts";
export {
  actorText,
  called,
  type EventLog,
  isCall,
  isRaise,
  reasonText,
  type WorldEvent,
} from "./events.ts";
export { hostFactor } from "./hosts.ts";
export { fleets, usedBy, usedInstances } from "./instances.ts";
export { latencyQuantile } from "./latency.ts";
export type { MetricReader } from "./metric-reader.ts";
export type { MetricName, Sample } from "./metric-state.ts";
export type { Minute, VariantMinute } from "./minutes.ts";
export { createProbing } from "./probes.ts";
export { createQueues, joinQueue } from "./queues.ts";
export { streams } from "./random.ts";
export type { World, WorldView } from "./region.ts";
export { applyChange, ownKind } from "./scalables/capacity.ts";
export { scalableKinds } from "./scalables/registry.ts";
export type { Scalable, UnitHours } from "./scalables/scalable-state.ts";
export { isPending } from "./scaling.ts";
export { notSuspended, type ScalableTarget, type SuspendedState } from "./scaling-state.ts";
export { modelPackageArn } from "./seed.ts";
export { type Service, serve, slowdown } from "./service-model.ts";
export { settled } from "./settled.ts";
export { waitForShared } from "./shared-wait.ts";
export { WorldSpec } from "./spec.ts";
export { account, region, type VisibleState, type WorldState } from "./state.ts";
export {
  countWithin,
  evaluate,
  merge,
  ofLatency,
  ofValues,
  parseStatistic,
  quantile,
  type Statistic,
  type Statistics,
} from "./statistics.ts";
export { tagsAt } from "./tagged.ts";
export { faultAt, tickMs } from "./ticks.ts";
export { meanRequestsPerSecond, rate, readTrace, traceNames } from "./traffic.ts";
export type { Recording } from "./traffic-spec.ts";
export type { TrainingJob } from "./training-state.ts";
export { createWorld } from "./world.ts";
