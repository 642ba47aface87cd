/** The engine: virtual time, Lambda, the state machine, faults, and one run of an application. */
export { type Account, furnish, openAccount } from "./account.ts";
export type { Application, End, Rate, Rule, Stack } from "./application.ts";
export { type AslDefinition, type AslState, allStates } from "./asl.ts";
export { type Assembly, assemble, firstExecution } from "./assembly.ts";
export { createVirtualClock } from "./clock.ts";
export { prepareDefinition } from "./definition.ts";
export { refusalOf } from "./delivery.ts";
export { drive, InFlight } from "./driver.ts";
export { edgesOf } from "./edges.ts";
export { createEngine, type Engine, type EngineOptions, travel } from "./engine.ts";
export type { StateEntry } from "./execution-hooks.ts";
export type { ExecutionRecord, RunningExecutions } from "./executions.ts";
export {
  createFaultInjector,
  engineFaults,
  type Fault,
  type FaultKind,
  formatFault,
  lambdaFaults,
  parseFault,
  passingAt,
  wireFaults,
} from "./faults.ts";
export { currentFrame, type Invocation, runInFrame, runOutsideFrames } from "./frames.ts";
export { deliveryMs, type FunctionCall } from "./functions.ts";
export { createHands, type HandCall, type HandKind, type HandsOf, isHand, type Moment } from "./hands.ts";
export { mostEvents } from "./history.ts";
export type { LambdaContextLike, LeftOver, Step, Steps } from "./lambda.ts";
export { createLasting, type LastingFault, lastingAt, lastingFaults } from "./lasting-faults.ts";
export type { Observer, Scene } from "./observer.ts";
export { formatPoint, type Point, parsePoint } from "./points.ts";
export { createRandomness } from "./randomness.ts";
export { playHere, prepare, rates } from "./rehearsal.ts";
export { type Ended, type ExecutionSummary, howItEnded, type RunRecord, recordOf } from "./run-record.ts";
export type { LaterEvent, OnProgress, Progress, RunRequest } from "./run-request.ts";
export { seconds } from "./seconds.ts";
export { snapshotOf } from "./snapshot.ts";
export { statusEvent } from "./status-event.ts";
export type { SdkRequest, SdkResponse, WireHandler } from "./wire-handler.ts";
export { environment, openThread, type RehearsalThread, serveThread } from "./worker-thread.ts";
