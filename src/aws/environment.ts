/** What serverless.yml tells a deployed function of its own deployment. Nothing has a default: a guess may be someone else's. */
import type { Deployment, EvidencePlace } from "../core/deployment.ts";

export type Environment = Deployment;

const variables = {
  stack: "SLIPWAY_STACK",
  account: "SLIPWAY_ACCOUNT",
  region: "AWS_REGION",
  table: "SLIPWAY_TABLE",
  stateMachineArn: "SLIPWAY_STATE_MACHINE_ARN",
  schedulerRoleArn: "SLIPWAY_SCHEDULER_ROLE_ARN",
  scheduleGroup: "SLIPWAY_SCHEDULE_GROUP",
  eventBus: "SLIPWAY_EVENT_BUS",
} as const satisfies Record<
  Exclude<
    keyof Environment,
    | "turnsPerExecution"
    | "releaseMetrics"
    | "ordersUrl"
    | "webhookUrl"
    | "namedRoles"
    | "noticesTopic"
    | "webhookSecret"
    | "roleParameters"
    | "evidence"
  >,
  string
>;

/** Of evidence; the bucket is `none` where none is kept. */
const evidenceVariables = {
  bucket: "SLIPWAY_EVIDENCE_BUCKET",
  keyId: "SLIPWAY_EVIDENCE_KEY",
  mode: "SLIPWAY_EVIDENCE_MODE",
} as const satisfies Record<keyof EvidencePlace, string>;

const turns = "SLIPWAY_TURNS_PER_EXECUTION";
const releaseMetrics = "SLIPWAY_RELEASE_METRICS";
const namedRoles = "SLIPWAY_NAMED_ROLES";
/** Of the one function that tells people. */
const noticesTopic = "SLIPWAY_NOTICES_TOPIC";
/** Of the one that takes webhooks. */
const webhookSecret = "SLIPWAY_WEBHOOK_SECRET";
/** Of the sweep: `endpoints=chat-* workloadRoles=…`. */
const roleParameters = "SLIPWAY_ROLE_PARAMETERS";

/** @throws Error that names every variable which is not set. */
export function environment(from: Readonly<NodeJS.ProcessEnv> = process.env): Environment {
  const missing = [
    ...[...Object.values(variables), turns, releaseMetrics, namedRoles],
    ...Object.values(evidenceVariables),
  ].filter((name) => !from[name]);
  if (missing.length > 0)
    throw new Error(
      `expected the variables that serverless.yml sets, found nothing in ${missing.join(", ")}: deploy the stack again`,
    );
  const valuesOf = (named: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(named).map(([name, variable]) => [name, from[variable]]));
  const evidence = valuesOf(evidenceVariables) as unknown as EvidencePlace;
  return {
    ...(valuesOf(variables) as unknown as Environment),
    turnsPerExecution: Number(from[turns]),
    releaseMetrics: from[releaseMetrics] === "on",
    ...(evidence.bucket !== "none" && { evidence }),
    ...(from[noticesTopic] && { noticesTopic: from[noticesTopic] }),
    ...(from[webhookSecret] && { webhookSecret: from[webhookSecret] }),
    ...(from[roleParameters] && { roleParameters: pairsIn(from[roleParameters]) }),
    namedRoles: (from[namedRoles] ?? "").split(",").filter((each) => each !== "none"),
  };
}

/** Of patterns of names, which have no space in them, but `=` as they please. */
function pairsIn(text: string): Record<string, string> {
  const pairs = text.split(" ").map((pair) => [pair.split("=", 1)[0], pair.slice(pair.indexOf("=") + 1)]);
  return Object.fromEntries(pairs);
}
