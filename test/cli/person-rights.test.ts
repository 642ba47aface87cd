/**
 * A person's rights as docs/OPERATIONS.md gives them, command by command: every call of the command is allowed by the
 * statements of its row in docs/iam/person.json, and no right of them is without a call.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { stringify } from "yaml";
import { policiesOf, type StatementElement } from "#twin/permissions";
import type { Call } from "#twin/services";
import { AwsError } from "#twin/vocabulary";
import { pseudonymOf } from "../../src/aws/people.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import { closeRecord } from "../../src/aws/releases.ts";
import { commands } from "../../src/cli/commands.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { Closing } from "../../src/core/release/closing.ts";
import { holding } from "../aws/releases.ts";
import { brieflyTested, leaning, onCluster, onReserved, plan, sided } from "../core/example.ts";
import { changed, raised } from "./audited-account.ts";
import { keepEvidence } from "./kept-evidence.ts";
import { free, status } from "./lock-scenarios.ts";
import { baking, scenarios } from "./order-scenarios.ts";
import { forecasting } from "./past-account.ts";
import { applying, asking, dating, followed, limiting, next, removing } from "./plan-scenarios.ts";
import { pool } from "./pool-scenario.ts";
import { onAccount, type Scenario } from "./refusals.ts";
import { reverting } from "./revert-scenario.ts";
import { reviewing } from "./review-scenarios.ts";
import { folderWith } from "./served-account.ts";
import { say } from "./spoken.ts";
import { briefPlan, withStaging } from "./staging-account.ts";

const { account, region, stack } = rehearsedDeployment;

interface Policy {
  readonly Statement: readonly (StatementElement & { readonly Sid: string })[];
}
const policy = JSON.parse(
  readFileSync("docs/iam/person.json", "utf8")
    .replaceAll("ACCOUNT", account)
    .replaceAll("REGION", region)
    .replaceAll("STACK", stack),
) as Policy;

/** From the table: command → its statements. */
const rows = new Map(
  [
    ...readFileSync("docs/OPERATIONS.md", "utf8").matchAll(
      /^\| `slipway ([^`]+)` \| ((?:`\w+`(?:, )?)+) \|$/gm,
    ),
  ].map(([, command = "", sids = ""]) => [
    command,
    [...sids.matchAll(/`(\w+)`/g)].map(([, sid]) => sid ?? ""),
  ]),
);

const words = (line: string): string[] => line.split(" ");
/** It looks until the release is over. */
const watching: Scenario = {
  ...status,
  before: async (account) => {
    const release = await holding(account);
    const closing: Closing = { outcome: "stopped", reason: "so", releaseId: release.id, drifted: [] };
    const closedAt = new Date(account.now()).toISOString();
    await closeRecord(account.aws, { releaseId: release.id, closing, closedAt, changes: [] });
  },
  command: ["watch", "chat-assistant-v7-production"],
};
/** Somebody has ordered something. */
const known: Scenario = {
  ...status,
  before: async (account) => {
    await pseudonymOf(account.aws, "arn:aws:iam::123456789012:user/ann", "2026-01-05T08:00:00.000Z");
  },
};
/** A release under way, and a pool that was given back. */
const costing: Scenario = {
  ...status,
  before: async (account) => {
    await holding(account);
    await pool(account, undefined);
  },
  command: ["costs"],
};
const shown: Scenario = { ...applying, command: ["plan", "show", "chat-assistant"] };
const clusterPlan = "test/data/plans/cluster-training.yml";
/** The same with nodes of a cluster, whose quota counts those of all clusters. */
const nodes = (scenario: Scenario, ...command: string[]): Scenario => ({
  ...scenario,
  account: { plan: onCluster },
  before: async (account) => {
    await scenario.before(account);
    await applyPlan(account.aws, onCluster, new Date(account.now()).toISOString());
  },
  command,
});
/** A plan that names capacity which was bought before. */
const naming = (...command: string[]): Scenario => ({ ...status, account: { plan: onReserved }, command });
const evident: Scenario = { ...status, before: (account) => keepEvidence(account, 3), command: [] };
/** What the index has, and one that it lacks. */
const auditing = (...more: readonly string[]): Scenario => ({
  ...status,
  before: async (account) => {
    const order = { kind: "stop", at: "2026-01-05T08:00:00.000Z", by: "person-1" };
    await keepEvidence(account, 3, { order });
    await changed(account, [raised(7)]);
  },
  command: ["audit", "--endpoint", "chat-assistant", "--from", "2026-01-01", ...more],
});
const underWay: Scenario["before"] = async (account) => void (await holding(account));
const emits = (...more: readonly string[]): Scenario => ({
  ...applying,
  before: async ({ aws, now }) => applyPlan(aws, plan, new Date(now()).toISOString()),
  command: ["emit", "plans/chat-assistant.yml", "--version", "7", ...more],
});
/** Sized by what was before, and tested by requests that are kept. */
const foreseenAndTested: Plan = {
  ...plan,
  requirements: { ...plan.requirements, load: "forecast" },
  loadTest: { ...brieflyTested, payloads: { s3: "s3://chat-payloads/v1.jsonl" } },
};
const foreseenAndTestedFile = `${folderWith({ "plan.yml": stringify(foreseenAndTested) })}/plan.yml`;
const runs: Readonly<Record<string, readonly Scenario[]>> = {
  doctor: [
    { ...dating, command: ["doctor"] },
    { ...applying, command: ["doctor", next] },
    { ...status, account: { plan: leaning }, command: ["doctor", "test/data/plans/leaning.yml"] },
    nodes(status, "doctor", clusterPlan),
    { ...status, account: { plan: onReserved }, command: ["doctor", "test/data/plans/reserved.yml"] },
    { ...status, account: { plan: foreseenAndTested }, command: ["doctor", foreseenAndTestedFile] },
  ],
  "init --from-endpoint": [
    {
      ...status,
      command: words("init --from-endpoint chat-assistant --kind chat-llm --model m --load 60 --output -"),
    },
  ],
  "plan apply": [
    applying,
    naming("plan", "apply", "test/data/plans/reserved.yml"),
    { ...dating, command: ["plan", "apply", next] },
    { ...dating, command: ["plan", "apply", followed] },
    { ...dating, account: { spec: { quotaPercent: 50 } }, command: ["plan", "apply", asking] },
    nodes(dating, "plan", "apply", clusterPlan),
  ],
  "plan apply --dry-run": [
    naming("plan", "apply", "test/data/plans/reserved.yml", "--dry-run"),
    { ...dating, command: ["plan", "apply", next, "--dry-run"] },
    {
      ...dating,
      account: { spec: { quotaPercent: 50 } },
      command: ["plan", "apply", asking, "--dry-run"],
    },
    nodes(dating, "plan", "apply", clusterPlan, "--dry-run"),
  ],
  "plan show": [shown],
  "plan review": [reviewing],
  "plan confirm": [{ ...reviewing, command: ["plan", "confirm", "chat-assistant"] }],
  "plan remove": [removing],
  "limits apply": [limiting],
  "limits show": [{ ...limiting, command: ["limits", "show"] }],
  "plan --stage": [
    { ...applying, command: ["plan", next, "--stage", "dev"] },
    naming("plan", "test/data/plans/reserved.yml", "--stage", "dev"),
    { ...dating, command: ["plan", "plans/site-search.yml", "--stage", "dev"] },
    nodes(dating, "plan", clusterPlan, "--stage", "dev"),
  ],
  emit: [emits(), { ...emits(), before: watching.before }, { ...emits(), before: underWay }],
  "emit --wait": [
    { ...emits("--wait", "--timeout", "1s", "--every", "1"), before: underWay },
    { ...emits("--wait", "--timeout", "1s", "--every", "1") },
    { ...emits("--wait", "--timeout", "1s", "--every", "1"), before: baking },
  ],
  revert: [reverting],
  forecast: [forecasting],
  audit: [auditing()],
  "audit --reconcile": [auditing("--reconcile")],
  "evidence verify": [{ ...evident, command: ["evidence", "verify", "chat-assistant"] }],
  "evidence export": [{ ...evident, command: ["evidence", "export", "chat-assistant"] }],
  "evidence oscal": [{ ...evident, command: ["evidence", "oscal", "chat-assistant"] }],
  "evidence key": [{ ...evident, command: ["evidence", "key"] }],
  "evidence people": [{ ...known, command: ["evidence", "people"] }],
  "evidence erase": [{ ...known, command: ["evidence", "erase", "arn:aws:iam::123456789012:user/ann"] }],
  "patch-status": [{ ...dating, command: ["patch-status"] }],
  calendar: [
    dating,
    nodes(dating, "calendar"),
    naming("calendar", "test/data/plans/reserved.yml", "--stage", "dev"),
  ],
  digest: [
    {
      ...dating,
      before: async (account) => {
        await dating.before(account);
        await costing.before(account);
        await reviewing.before(account);
      },
      command: ["digest"],
    },
    nodes(dating, "digest"),
    {
      ...naming("digest"),
      before: async ({ aws }) => applyPlan(aws, onReserved, new Date().toISOString()),
    },
  ],
  offerings: [
    { ...status, account: { plan: onReserved }, command: ["offerings", "test/data/plans/reserved.yml"] },
  ],
  reserve: [
    {
      ...{ ...status, command: ["reserve", onReserved.model, "--milestone", "production"] },
      before: async ({ aws }) => applyPlan(aws, onReserved, new Date().toISOString()),
    },
    {
      ...{ ...status, account: { plan: onReserved } },
      before: async ({ aws }) => applyPlan(aws, onReserved, new Date().toISOString()),
      command: [
        ...["reserve", onReserved.model, "--milestone", "production", "--reason", "the launch"],
        ...["--offering", "tpo-1", "--max-usd", "9000"],
      ],
    },
  ],
  history: [{ ...status, command: ["history"] }],
  costs: [costing],
  "costs --cost-explorer": [{ ...costing, command: ["costs", "--cost-explorer"] }],
  propose: [{ ...forecasting, command: ["propose", "plans/chat-assistant.yml"] }],
  learned: [{ ...status, command: ["learned"] }],
  loadtest: [
    {
      ...status,
      before: withStaging,
      command: ["loadtest", briefPlan(), "--endpoint", "chat-staging"],
    },
  ],
  report: [{ ...watching, command: ["report", "chat-assistant-v7-production"] }],
  watch: [watching],
  status: [status, { ...status, before: async (account) => void (await holding(account, 7, sided)) }],
  "status --reverts": [
    {
      ...status,
      before: async (account) => {
        await holding(account, 7, sided);
        await reverting.before(account);
        await dating.before(account);
        // Another endpoint's instances count against the quota that it needs.
        const endpoint = { ...plan.endpoint, name: "another" };
        await applyPlan(account.aws, { ...plan, endpoint }, new Date().toISOString());
      },
      command: ["status", "--reverts"],
    },
  ],
  free: [free],
  ...Object.fromEntries(
    ["stop", "rollback", "approve", "freeze", "freeze --lift", "undo"].map((command) => [
      command,
      Object.entries(scenarios)
        .filter(([name]) => name === command || name.startsWith(`${command},`))
        .map(([, scenario]) => scenario),
    ]),
  ),
};

interface Asked {
  readonly action: string;
  readonly resource: string;
  readonly keys?: Readonly<Record<string, string | readonly string[]>>;
}

const textOf = (value: unknown) => (value as { S?: string } | undefined)?.S ?? "";
const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;

/**
 * What AWS asks for each call. Source: Service Authorization Reference of each service; GetCallerIdentity needs no right
 * (API reference), and PassRole is asked where a schedule is given a role (IAM user guide).
 */
function askedBy({ service, operation, input }: Call): readonly Asked[] {
  switch (service) {
    case "sts":
      return [];
    case "cloudformation":
      return [
        { action: `cloudformation:${operation}`, resource: arn(service, `stack/${input.StackName}/0-0`) },
      ];
    case "dynamodb": {
      const values = (input.ExpressionAttributeValues ?? {}) as Readonly<Record<string, unknown>>;
      const [, queried = ""] = /^pk = (:\w+)/.exec(String(input.KeyConditionExpression ?? "")) ?? [];
      const { pk } = (input.Key ?? input.Item ?? { pk: values[queried] }) as { pk?: unknown };
      const keys = { "dynamodb:leadingkeys": [textOf(pk)] };
      return [{ action: `dynamodb:${operation}`, resource: arn(service, `table/${input.TableName}`), keys }];
    }
    case "scheduler": {
      const schedule = `schedule/${input.GroupName ?? "default"}/${input.Name}`;
      const { RoleArn } = (input.Target ?? {}) as { RoleArn?: string };
      const keys = { "iam:passedtoservice": "scheduler.amazonaws.com" };
      return [
        { action: `scheduler:${operation}`, resource: arn(service, schedule) },
        ...(RoleArn === undefined ? [] : [{ action: "iam:PassRole", resource: RoleArn, keys }]),
      ];
    }
    case "service-quotas": {
      const keys = { "servicequotas:service": String(input.ServiceCode) };
      return [{ action: `servicequotas:${operation}`, resource: "*", keys }];
    }
    case "lambda":
      if (operation.startsWith("InvokeFunction"))
        return [
          {
            action: `lambda:${operation}`,
            resource: arn(service, `function:${input.FunctionName}`),
            keys: { "lambda:invokedviafunctionurl": "true", "lambda:functionurlauthtype": "AWS_IAM" },
          },
        ];
      return [{ action: `${service}:${operation}`, resource: "*" }];
    case "cloudtrail":
      return [{ action: `${service}:${operation}`, resource: "*" }];
    case "cost-explorer":
      return [{ action: `ce:${operation}`, resource: "*" }];
    case "application-autoscaling":
    case "cloudwatch":
    case "ecs":
    case "sagemaker":
      return [{ action: `${service}:${operation}`, resource: "*" }];
    case "ecr": {
      const repository = `repository/${input.repositoryName}`;
      return [{ action: `ecr:${operation}`, resource: arn(service, repository) }];
    }
    case "stepfunctions":
      return [
        { action: `states:${operation}`, resource: String(input.executionArn ?? input.stateMachineArn) },
      ];
    case "sagemaker-runtime":
      return [
        { action: `sagemaker:${operation}`, resource: arn("sagemaker", `endpoint/${input.EndpointName}`) },
      ];
    case "kms":
      return [{ action: `kms:${operation}`, resource: String(input.KeyId) }];
    case "s3":
      if (operation === "ListObjectsV2")
        return [{ action: "s3:ListBucket", resource: `arn:aws:s3:::${input.Bucket}` }];
      return [{ action: `s3:${operation}`, resource: `arn:aws:s3:::${input.Bucket}/${input.Key}` }];
    default:
      throw new Error(`expected a service that a person's command calls, found ${service}`);
  }
}

/** What a request to a function's URL asks for (Lambda developer guide, urls-auth: since October 2025 both). */
const ordering: readonly Call[] = ["InvokeFunctionUrl", "InvokeFunction"].map((operation) => ({
  ...{ service: "lambda", at: 0, operation },
  input: { FunctionName: `${stack}-takeOrder` },
}));

/** The calls of a command, and those that it makes where one of its writes is down, to see what is so. */
async function callsOf(scenario: Scenario): Promise<Call[]> {
  const run = (down?: string) =>
    onAccount(scenario, async (here) => {
      if (down !== undefined)
        here.fail(down, new AwsError("InternalServerError", "later", { statusCode: 500 }), 9);
      const first = here.calls.length;
      await say(...scenario.command);
      const own = here.calls.slice(first).filter((call) => !here.callsOfOrders.has(call));
      return own.length === here.calls.length - first ? own : [...own, ...ordering];
    });
  const calls = await run();
  const writes = new Set(
    calls.map(({ operation }) => operation).filter((each) => !/^(Get|Describe|List|Query|Scan)/.test(each)),
  );
  for (const operation of writes) calls.push(...(await run(operation)));
  return calls;
}

test("every command that reaches an account has a row, and every statement a command", () => {
  const reaching = commands.filter(({ options }) => "profile" in options).map(({ name }) => name);
  const told = [...rows.keys()].map((row) => row.replace(/ --.*/, ""));

  expect([...new Set(told)].sort()).toEqual([...reaching].sort());
  expect([...new Set([...rows.values()].flat())].sort()).toEqual(
    policy.Statement.map(({ Sid }) => Sid).sort(),
  );
  expect([...rows.keys()].sort()).toEqual(Object.keys(runs).sort());
});

describe.each([...rows])("slipway %s", (command, sids) => {
  it("is allowed what it calls, and nothing besides", async () => {
    const calls: Call[] = [];
    // One at a time: each run has the process's environment for itself.
    for (const scenario of runs[command] ?? []) calls.push(...(await callsOf(scenario)));
    const statements = policy.Statement.filter(({ Sid }) => sids.includes(Sid));
    const decide = policiesOf(statements);
    const decided = calls.flatMap(askedBy).map(({ action, resource, keys = {} }) => ({
      what: `${action} ${resource}`,
      ...decide({ action, resource, context: keys }),
    }));

    const used = new Set(decided.flatMap((each) => (each.effect === "allow" ? each.by : [])));
    const rights = statements.flatMap(({ Sid, Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) => [Resource].flat().map((resource) => `${Sid} ${action} ${resource}`)),
    );

    expect(calls.length).toBeGreaterThan(2);
    expect(decided.filter(({ effect }) => effect !== "allow")).toEqual([]);
    expect(
      [...used]
        .map(({ statement, action, resource }) => `${statements[statement]?.Sid} ${action} ${resource}`)
        .sort(),
    ).toEqual(rights.sort());
  });
});
