/** The kit with which any application of Step Functions and Lambda is rehearsed in virtual time, against a twin of AWS. */
export { clientConfig } from "./client-config.ts";
export { type ApplicationParts, defineApplication, type Handler } from "./define-application.ts";
export type { Application, End, Rate, Rule, Stack } from "./engine/application.ts";
export type { AslDefinition, AslState } from "./engine/asl.ts";
export { type Edge, edgesOf } from "./engine/edges.ts";
export type { StateEntry } from "./engine/execution-hooks.ts";
export type { ExecutionRecord, RunningExecutions } from "./engine/executions.ts";
export { type Fault, type FaultKind, formatFault, parseFault } from "./engine/faults.ts";
export type { Invocation } from "./engine/frames.ts";
export type { HandCall, HandKind, HandsOf, Moment } from "./engine/hands.ts";
export type { LambdaContextLike, LeftOver, Steps } from "./engine/lambda.ts";
export type { Observer, Scene } from "./engine/observer.ts";
export { formatPoint, type Point, parsePoint } from "./engine/points.ts";
export type { ExecutionSummary, RunRecord } from "./engine/run-record.ts";
export type { LaterEvent, OnProgress, Progress, RunRequest } from "./engine/run-request.ts";
export type { Effect } from "./engine/wire-faults.ts";
export type { WireHandler } from "./engine/wire-handler.ts";
export { openThread, serveThread } from "./engine/worker-thread.ts";
export { type Experiment, nameOf } from "./explorer/experiments.ts";
export { type Exploration, explore as exploreWith } from "./explorer/exploration.ts";
export type {
  ExperimentKind,
  ExplorationOptions,
  ExplorationProgress,
  Journal,
} from "./explorer/explorer.ts";
export type { Finding, Wrong } from "./explorer/finding.ts";
export { openWorkerPool } from "./explorer/worker-pool.ts";
export { invariant, type Over } from "./invariant.ts";
export { type Gate, openGate } from "./permissions/gate.ts";
export type { Facts } from "./permissions/requirement.ts";
export type { Roles } from "./permissions/roles.ts";
export {
  type Asked,
  type ExplorationSettings,
  explore,
  findingOf,
  optionsOf,
  rehearse,
  replay,
} from "./rehearse.ts";
export { sampleAccount } from "./sample-account.ts";
export type { TableKeys } from "./services/dynamodb.ts";
export { compilePattern, type EventPattern } from "./services/event-pattern.ts";
export { pacedClock, serveTwin } from "./services/server.ts";
export type { Call, Input, Operation, Service } from "./services/service.ts";
export { createTwin, type Twin } from "./services/twin.ts";
export { AwsError } from "./vocabulary/aws-error.ts";
export type { AccountSeed } from "./world/account-seed.ts";
export type { Clock } from "./world/clock.ts";
export type { EventLog, WorldEvent } from "./world/events.ts";
export type { MetricReader } from "./world/metric-reader.ts";
export type { World, WorldView } from "./world/region.ts";
export { WorldSpec } from "./world/spec.ts";
export type { VisibleState } from "./world/state.ts";
export { createWorld } from "./world/world.ts";
