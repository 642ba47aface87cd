/**
 * The names in a release's trace: OpenTelemetry's, of one version of its semantic conventions, and our own under `slipway.`.
 * Its CI/CD and deployment parts are in development, and may be renamed: what a later version calls otherwise is changed
 * here, with the version (https://opentelemetry.io/docs/specs/semconv/cicd/cicd-spans/, registry/attributes/deployment/).
 */
import type { Outcome } from "../closing.ts";

/** By which a collector can bring names to those of another version. */
export const schemaUrl = "https://opentelemetry.io/schemas/1.37.0";

export const names = {
  service: "service.name",
  cloud: "cloud.provider",
  account: "cloud.account.id",
  region: "cloud.region",
  pipeline: "cicd.pipeline.name",
  run: "cicd.pipeline.run.id",
  action: "cicd.pipeline.action.name",
  result: "cicd.pipeline.result",
  task: "cicd.pipeline.task.name",
  taskRun: "cicd.pipeline.task.run.id",
  taskResult: "cicd.pipeline.task.run.result",
  errorType: "error.type",
  deployment: "deployment.id",
  deploymentName: "deployment.name",
  deploymentStatus: "deployment.status",
  deploymentEnvironment: "deployment.environment.name",
  outcome: "slipway.outcome",
  reason: "slipway.reason",
  model: "slipway.model",
  version: "slipway.version",
  milestone: "slipway.milestone",
  releaseType: "slipway.release_type",
  attempt: "slipway.attempt",
  subject: "slipway.subject",
  execution: "slipway.execution",
  dueAt: "slipway.due_at",
  lateMinutes: "slipway.late_minutes",
  stage: "slipway.stage.index",
  trafficPercent: "slipway.traffic_percent",
  shareEnd: "slipway.stage.end",
  verdict: "slipway.verdict",
  decision: "slipway.decision",
  changeId: "slipway.change.id",
  changeState: "slipway.change.state",
  resourceKind: "slipway.resource.kind",
  resourceName: "slipway.resource.name",
} as const;

/** What spans and events are called beside phases and stages. */
export const eventNames = {
  news: (state: string): string => `slipway.${state}`,
  verdict: "slipway.verdict",
  change: "slipway.change",
  loadTest: "slipway.load_test",
} as const;

/** Of a run and of a task alike; both know a time-out as well, which no release ends by. */
export type RunResult = "success" | "failure" | "error" | "cancellation" | "skip";

/** Refused is a run of which a precondition is not met; failed, one that the system itself did not bring to its end. */
export const resultsOf: Readonly<Record<Outcome, RunResult>> = {
  promoted: "success",
  done: "success",
  ignored: "skip",
  refused: "skip",
  "rolled-back": "failure",
  superseded: "cancellation",
  stopped: "cancellation",
  failed: "error",
};

/** Of what was refused there was no deployment. */
export const deploymentStatusOf = (outcome: Outcome): "succeeded" | "failed" | undefined => {
  const result = resultsOf[outcome];
  if (result === "skip") return undefined;
  return result === "success" ? "succeeded" : "failed";
};

/** Those that error.type is asked for with. */
export const isError = (result: RunResult): boolean => result === "failure" || result === "error";
