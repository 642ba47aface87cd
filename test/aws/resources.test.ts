/** Each kind of resource that a release may change is read as plain data, made what it should be, and taken away. */
import { describe, expect, test } from "vitest";
import { putResource, readResource } from "../../src/aws/resources/registry.ts";
import { primerOf } from "../../src/aws/sagemaker-training.ts";
import { readConfig, readModel } from "../../src/aws/serving/sagemaker/models.ts";
import type { TrainingPool } from "../../src/core/plan/plan.ts";
import type { ResourceRef } from "../../src/core/release/change.ts";
import type { JsonValue } from "../../src/core/release/json-value.ts";
import { countOf } from "../../src/core/release/resources.ts";
import { plan } from "../core/example.ts";
import { type Account, openAccount } from "./account.ts";

const name = "chat-assistant";
const pool = samplePool();

function samplePool(): TrainingPool {
  const found = plan.milestones.training?.pool;
  if (found === undefined) throw new Error("the sample plan has no training pool");
  return found;
}

/** Puts something and reads it back. */
async function put({ aws }: Account, resource: ResourceRef, to: JsonValue): Promise<JsonValue> {
  const from = await readResource(aws, resource);
  await putResource(aws, { resource, from, to });
  return readResource(aws, resource);
}

describe("what is made and deleted", () => {
  const schedule = { at: "2026-11-24T05:00:00", input: '{"scaleDown":{"releaseId":"a"}}' };
  const kinds: [ResourceRef, (account: Account) => Promise<JsonValue>][] = [
    [{ kind: "model", name: "copy" }, ({ aws }) => readModel(aws, "chat-assistant-v6")],
    [{ kind: "endpoint-config", name: "copy" }, ({ aws }) => readConfig(aws, "chat-assistant-config-v6")],
    [{ kind: "schedule", name: "lease" }, async () => schedule],
  ];

  test.each(kinds)("%j is null, then what was put, then null again", async (resource, content) => {
    const account = openAccount();
    const to = await content(account);

    expect(await readResource(account.aws, resource)).toBeNull();
    expect(await put(account, resource, to)).toEqual(to);
    expect(await put(account, resource, null)).toBeNull();
  });

  test.each(kinds)("%j: deleting what is gone is done already", async (resource) => {
    const account = openAccount();

    expect(await put(account, resource, null)).toBeNull();
  });
});

describe("the endpoint's own state", () => {
  test("routing is the configuration it serves, or the one it moves to", async () => {
    const account = openAccount();
    const routing = { kind: "routing", name } as const;
    expect(await readResource(account.aws, routing)).toBe("chat-assistant-config-v6");
    await put(
      account,
      { kind: "endpoint-config", name: "next" },
      await readConfig(account.aws, "chat-assistant-config-v6"),
    );

    expect(await put(account, routing, "next")).toBe("next");
  });

  test("weights are those asked for, at once; they are in force a little later", async () => {
    const account = openAccount();

    expect(await put(account, { kind: "weights", name }, { v6: 50 })).toEqual({ v6: 50 });
  });

  test("a count is the one asked for; a variant that is not there has none", async () => {
    const account = openAccount();
    const count = (variant: string): ResourceRef => countOf(name, variant);

    expect(await put(account, count("v6"), 9)).toBe(9);
    expect(await readResource(account.aws, count("v7"))).toBeNull();
  });
});

describe("a priming job", () => {
  const job = { kind: "training-job", name: "primer" } as const;

  test("holds instances from its start until its pool ends", async () => {
    const account = openAccount();
    expect(await readResource(account.aws, job)).toBeNull();

    expect(await put(account, job, primerOf(pool))).toEqual({ instanceType: "ml.g5.12xlarge", instances: 2 });
    account.wait(30);
    expect(await readResource(account.aws, job)).toEqual({ instanceType: "ml.g5.12xlarge", instances: 2 });

    expect(await put(account, job, null)).toBeNull();
    expect(account.world.state.trainingJobs.get("primer")?.instances).toEqual([]);
  });

  test("that still runs is stopped, and holds nothing once it has", async () => {
    const account = openAccount();
    await put(account, job, primerOf(pool));

    await put(account, job, null);
    account.wait(30);

    expect(account.world.state.trainingJobs.get("primer")?.status).toBe("Stopped");
    expect(await readResource(account.aws, job)).toBeNull();
  });

  test("that was never started is over already", async () => {
    expect(await put(openAccount(), job, null)).toBeNull();
  });
});

test.each([
  [
    { kind: "weights", name },
    { v6: "all" },
    /^chat-assistant: expected a state of its kind, found \{"v6":"all"\}$/,
  ],
  [countOf(name, "v6"), "many", /^chat-assistant\/v6: expected a state of its kind, found "many"$/],
  [{ kind: "routing", name }, null, /^chat-assistant: expected a state to put it in, found none$/],
  [
    { kind: "training-job", name: "primer" },
    { instances: 2 },
    /^primer: expected a state to put it in, found none$/,
  ],
] as [ResourceRef, JsonValue, RegExp][])("%j is not put into %j", async (resource, to, why) => {
  const account = openAccount();

  await expect(putResource(account.aws, { resource, from: null, to })).rejects.toThrow(why);
  expect(account.writes()).toEqual([]);
});
