/** Each function may do what releases need, and nothing else. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { parsePlan } from "../../src/core/plan/file.ts";
import { parsePoint } from "../../src/rehearsal/engine/points.ts";
import type { RehearsalRequest } from "../../src/rehearsal/engine/request.ts";
import { openThread } from "../../src/rehearsal/engine/worker-thread.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";

const textOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** IAM's prefix for each service of the twin. */
const prefixes: Readonly<Record<string, string>> = {
  "application-autoscaling": "application-autoscaling",
  cloudwatch: "cloudwatch",
  dynamodb: "dynamodb",
  eventbridge: "events",
  sagemaker: "sagemaker",
  "sagemaker-runtime": "sagemaker",
  scheduler: "scheduler",
  "service-quotas": "servicequotas",
  stepfunctions: "states",
};

interface Wiring {
  readonly functions: Readonly<Record<string, { readonly iamRoleStatements: readonly string[] }>>;
  readonly custom: {
    readonly may: Readonly<Record<string, { readonly Action: string | readonly string[] }>>;
  };
}

/** `State action` for each action that a function's role allows, out of serverless.yml. */
function allowed(): Set<string> {
  const { functions, custom } = parse(textOf("serverless.yml"), { logLevel: "error" }) as Wiring;
  const pairs = Object.entries(functions).flatMap(([name, { iamRoleStatements }]) => {
    const state = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    return iamRoleStatements
      .map((reference) => custom.may[/^\$\{self:custom\.may\.(\w+)\}$/.exec(reference)?.[1] ?? ""])
      .flatMap((statement) => [statement?.Action ?? `nothing named in ${name}`].flat())
      .map((action) => `${state} ${action}`);
  });
  return new Set(pairs);
}

const parsed = parsePlan(textOf("plans/chat-assistant.yml"), "plans/chat-assistant.yml");
if (!parsed.ok) throw new Error("the sample plan is broken");
const { plan } = parsed;
const event = (name: string): unknown => JSON.parse(textOf(`events/${name}.json`));

const rehearsals: readonly Partial<RehearsalRequest>[] = [
  ...["healthy", "no-capacity", "no-traffic", "shared-shock", "traffic-spike"].map((name) => ({
    world: loadWorld(name),
  })),
  { world: { ...loadWorld("late-fault"), defaultQuotas: true } },
  { event: event("scheduled-milestone"), settleSeconds: 6 * 3600 },
  { stopAfterSeconds: [2400], settleSeconds: 3600 },
  { also: [{ afterSeconds: 60, event: event("registry-approved") }] },
];

const used = new Set<string>();
const thread = openThread(new URL("../../src/rehearsal/engine/worker.ts", import.meta.url));
afterAll(() => thread.close());
beforeAll(async () => {
  const usual = {
    plan,
    world: loadWorld("healthy"),
    event: event("registry-approved"),
    seed: 1,
    listPoints: true,
  };
  for (const special of rehearsals) {
    const { points = [] } = await thread.rehearse({ ...usual, ...special });
    for (const point of points.map(parsePoint)) {
      if (point?.at !== "call") continue;
      const [service = "", operation = ""] = point.operation.split(".");
      used.add(`${point.state} ${prefixes[service] ?? service}:${operation}`);
    }
  }
});

test("every call that a function makes in a rehearsal is one that its role allows", () => {
  const roles = allowed();

  expect(used.size).toBeGreaterThan(60);
  expect([...used].filter((call) => !roles.has(call)).sort()).toEqual([]);
});

/** Rights that are no calls of ours: what AWS checks on the way, in the caller's name. */
const onTheWay = /^\w+ (iam:PassRole|kms:\w+|cloudwatch:(DeleteAlarms|PutMetricAlarm))$/;

/** What the sample's rehearsals do not come to, and when a release does. */
const rare: Readonly<Record<string, readonly string[]>> = {
  "an opening failed after it had claimed its release": ["CloseRelease dynamodb:Query"],
  "stable's configuration was deleted while the candidate was beside it": [
    "RollBack sagemaker:CreateEndpointConfig",
  ],
  "the account has other endpoints, whose instances count against its quotas": [
    "ShiftTraffic sagemaker:DescribeEndpointConfig",
  ],
  "five compensations failed": ["ReapLeases dynamodb:GetItem", "ReapLeases events:PutEvents"],
  "the plan names alarms": ["CheckKpis cloudwatch:DescribeAlarms", "PlanCapacity cloudwatch:DescribeAlarms"],
  "the endpoint has scheduled scaling": [
    "PromoteModel application-autoscaling:PutScheduledAction",
    "ScaleDown application-autoscaling:PutScheduledAction",
    "ShiftTraffic application-autoscaling:PutScheduledAction",
  ],
  "a call's answer was lost, so that its effect is read or made again": [
    "PromoteModel application-autoscaling:PutScalingPolicy",
    "ShiftTraffic application-autoscaling:DescribeScalingPolicies",
    "ShiftTraffic application-autoscaling:DescribeScheduledActions",
  ],
  "the release had changed policies before it was stopped": [
    "ScaleDown application-autoscaling:DeleteScalingPolicy",
    "ScaleDown application-autoscaling:PutScalingPolicy",
  ],
  "a training milestone ends before its lease": [
    "ScaleDown scheduler:DeleteSchedule",
    "ScaleDown sagemaker:StopTrainingJob",
    "ScaleDown sagemaker:UpdateTrainingJob",
  ],
};

test("a role allows nothing that no release needs", () => {
  const idle = [...allowed()].filter((right) => !used.has(right) && !onTheWay.test(right));

  expect(idle.filter((right) => !Object.values(rare).flat().includes(right)).sort()).toEqual([]);
});
