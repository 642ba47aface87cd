/** What a release made and another has replaced, once its days are over: the sweep deletes what is its own, unused and unchanged. */
import {
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DescribeEndpointConfigCommand,
} from "@aws-sdk/client-sagemaker";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { reapLeases } from "../../functions/reap-leases.ts";
import { journalOf } from "../../src/aws/journal.ts";
import { allKept, keepMade } from "../../src/aws/kept.ts";
import type { Account } from "../aws/account.ts";
import { accountWith } from "./run.ts";

const bySchedule = { sweep: "schedule" } as const;
const releaseId = "chat-assistant-v5-production";
const [config, model] = ["slipway-dev-v5-final", "slipway-dev-v5"];
const tags = (value = releaseId) => [{ Key: "slipway:release", Value: value }];
const packageArn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat-assistant/7";
const container = { PrimaryContainer: { ModelPackageName: packageArn } };
const variants = {
  ProductionVariants: [
    { VariantName: "v5", ModelName: model, InstanceType: "ml.g5.xlarge" as const, InitialInstanceCount: 2 },
  ],
};

/** Made by a release, replaced by another, and due now. */
async function due({ tagged = tags(), made = variants as object } = {}): Promise<Account> {
  const account = await accountWith();
  const { sagemaker, table, environment } = account.aws;
  await sagemaker.send(new CreateModelCommand({ ModelName: model, ...container, Tags: tagged }));
  await sagemaker.send(
    new CreateEndpointConfigCommand({ EndpointConfigName: config, ...variants, Tags: tagged }),
  );
  const kept = {
    releaseId,
    endpoint: "chat-assistant",
    model: "chat-assistant",
    version: 5,
    things: [
      { resource: { kind: "endpoint-config", name: config }, content: made, state: "kept" },
      { resource: { kind: "model", name: model }, content: container, state: "kept" },
    ],
    replaced: { by: "chat-assistant-v6-production", keptUntil: new Date(account.now()).toISOString() },
    revision: 2,
  };
  const Item = { pk: "kept", sk: releaseId, ...kept };
  await table.send(new PutCommand({ TableName: environment.table, Item }));
  return account;
}

const sweep = async (account: Account) => (await reapLeases(bySchedule, account.tools)).did;
const standing = async ({ aws, world }: Account) => ({
  states: (await allKept(aws)).kept[0]?.things.map(({ state }) => state),
  there: [world.state.endpointConfigs.has(config), world.state.models.has(model)],
});

test("its configuration goes, then its model, and the release's journal says so; the package stays", async () => {
  const account = await due();
  const packages = [...account.world.state.modelPackages.keys()];
  const before = account.writes().length;

  expect(await sweep(account)).toEqual([
    `${releaseId}: endpoint-config ${config} deleted; model ${model} deleted`,
  ]);
  expect(account.writes().slice(before)).toEqual(["DeleteEndpointConfig", "DeleteModel"]);
  expect(await standing(account)).toEqual({ states: ["deleted", "deleted"], there: [false, false] });
  expect([...account.world.state.modelPackages.keys()]).toEqual(packages);
  const { entries } = await journalOf(account.aws, releaseId);
  expect(entries).toMatchObject([
    { kind: "change", id: "drop-endpoint-config", state: "applied" },
    { kind: "change", id: "drop-model", state: "applied" },
  ]);
  expect(await sweep(account)).toEqual([]);
});

test.each([
  ["that says nothing of a release", { tagged: [] }, "it does not say that a release made it"],
  ["of another release", { tagged: tags("theirs") }, "it says that theirs made it"],
  ["that is not as it was made", { made: { ProductionVariants: [] } }, "it is not as the release made it"],
])("a configuration %s stays, for good", async (_, how, why) => {
  const account = await due(how);

  expect((await sweep(account)).join()).toContain(`endpoint-config ${config}: ${why}`);
  // Whoever has it may want to serve from it, and its model is what it serves.
  expect(await standing(account)).toEqual({ states: ["left", "left"], there: [true, true] });
  account.wait(3 * 24 * 60);
  expect(await sweep(account)).toEqual([]);
});

describe("what an endpoint is on", () => {
  const endpointOf = ({ world }: Account) => {
    const found = world.state.endpoints.get("chat-assistant");
    if (found === undefined) throw new Error("the world has no endpoint");
    return found as { configName: string; update?: unknown };
  };

  test("stays with its model, and goes a day after the endpoint has left it", async () => {
    const account = await due();
    const endpoint = endpointOf(account);
    const own = endpoint.configName;
    endpoint.configName = config;

    expect(await sweep(account)).toEqual([
      `${releaseId}: endpoint-config ${config}: endpoint chat-assistant is on it`,
    ]);
    expect(await sweep(account)).toEqual([]);
    endpoint.configName = own;
    account.wait(24 * 60);
    await sweep(account);
    expect((await standing(account)).there).toEqual([false, false]);
  });

  test("a model stays that a stranger's configuration serves it from", async () => {
    const account = await due();
    const theirs = { EndpointConfigName: "theirs", ...variants };
    await account.aws.sagemaker.send(new CreateEndpointConfigCommand(theirs));
    endpointOf(account).configName = "theirs";

    expect(await sweep(account)).toEqual([
      `${releaseId}: endpoint-config ${config} deleted; model ${model}: endpoint chat-assistant is on it`,
    ]);
    expect((await standing(account)).there).toEqual([false, true]);
  });

  test("may be anything where an endpoint may not be looked at", async () => {
    const account = await due();
    account.fail("DescribeEndpoint", new AwsError("AccessDeniedException", "no", { statusCode: 403 }), 1);

    expect((await sweep(account)).join()).toContain("endpoint chat-assistant is on it");
    expect((await standing(account)).there).toEqual([true, true]);
  });
});

test("what cannot be deleted rings, and is deleted by the next sweep", async () => {
  const account = await due();
  account.fail("DeleteEndpointConfig", new AwsError("AccessDeniedException", "no", { statusCode: 403 }), 1);

  expect((await reapLeases(bySchedule, account.tools)).failed).toBe(1);
  expect(account.counted).toEqual(["SweepFailed"]);
  expect(await standing(account)).toEqual({ states: ["deleting", "kept"], there: [true, true] });
  await sweep(account);
  expect((await standing(account)).there).toEqual([false, false]);
});

test("what another version wrote of a release is named, stays, and keeps no other from being deleted", async () => {
  const account = await due();
  const { table, environment } = account.aws;
  const Item = { pk: "kept", sk: "chat-assistant-v4-production", things: "of another form" };
  await table.send(new PutCommand({ TableName: environment.table, Item }));

  const { kept, unread } = await allKept(account.aws);
  expect([kept.map((one) => one.releaseId), unread]).toEqual([[releaseId], ["chat-assistant-v4-production"]]);
  expect(await sweep(account)).toEqual([
    `${releaseId}: endpoint-config ${config} deleted; model ${model} deleted`,
    "chat-assistant-v4-production: another version of slipway wrote what is kept of it, and it stays",
  ]);
  expect((await allKept(account.aws)).unread).toEqual(["chat-assistant-v4-production"]);
  expect(account.counted).toEqual([]);
});

test("a release that is closed twice is kept once, and gives what was before its time once", async () => {
  const account = await accountWith();
  const closed = (version: number, day: number) => {
    const release = {
      id: `chat-assistant-v${version}-production`,
      subject: "endpoint/chat-assistant",
      execution: "e",
      fence: 1,
      model: "chat-assistant",
      version,
    };
    return keepMade(account.tools, {
      release,
      changes: [],
      days: 7,
      closedAt: `2026-11-0${day}T00:00:00.000Z`,
    });
  };
  await closed(6, 1);
  await closed(7, 2);
  await closed(7, 3);

  const kept = (await allKept(account.aws)).kept.map(({ releaseId: id, replaced }) => [id, replaced]);
  expect(kept).toEqual([
    [
      "chat-assistant-v6-production",
      { by: "chat-assistant-v7-production", keptUntil: "2026-11-09T00:00:00.000Z" },
    ],
    ["chat-assistant-v7-production", undefined],
  ]);
});

test("tags are told by who describes them, and not by the description", async () => {
  const { aws } = await due();
  const found = await aws.sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName: config }));

  expect(found).not.toHaveProperty("Tags");
});
