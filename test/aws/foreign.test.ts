/** What exists under a release's names and was not made by it: neither used, nor changed, nor deleted. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { make, openUndos, undo } from "../../src/aws/changes.ts";
import { putResource, readResource } from "../../src/aws/resources/registry.ts";
import { primerOf } from "../../src/aws/sagemaker-training.ts";
import { readConfig, readModel } from "../../src/aws/serving/sagemaker/models.ts";
import type { Intent } from "../../src/core/release/change.ts";
import type { JsonValue } from "../../src/core/release/json-value.ts";
import type { ResourceKind } from "../../src/core/release/resource-kinds.ts";
import { plan } from "../core/example.ts";
import { type Account, openAccount } from "./account.ts";
import { holding, ledgerOf } from "./releases.ts";

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

function poolOf() {
  const pool = plan.milestones.training?.pool;
  if (pool === undefined) throw new Error("the sample plan has no training pool");
  return pool;
}
const pool = poolOf();
const lease = { at: "2026-11-24T05:00:00", input: '{"scaleDown":{"releaseId":"ours"}}' };
const name = "slipway-dev-ours";

interface Case {
  /** What the release wants to make, and what somebody else has under that name. */
  readonly ours: (account: Account) => Promise<JsonValue>;
  readonly theirs: (account: Account) => Promise<JsonValue>;
}

const cases: Readonly<Record<"model" | "endpoint-config" | "training-job" | "schedule", Case>> = {
  model: {
    ours: ({ aws }) => readModel(aws, "chat-assistant-v6"),
    theirs: async ({ aws }) => ({
      ...((await readModel(aws, "chat-assistant-v6")) as object),
      ExecutionRoleArn: "arn:aws:iam::123456789012:role/somebody-elses",
    }),
  },
  "endpoint-config": {
    ours: ({ aws }) => readConfig(aws, "chat-assistant-config-v6"),
    theirs: async ({ aws }) => {
      const config = JSON.parse(JSON.stringify(await readConfig(aws, "chat-assistant-config-v6"))) as {
        ProductionVariants: object[];
      };
      return {
        ProductionVariants: [{ ...config.ProductionVariants[0], InstanceType: "ml.m5.large" }],
      } as JsonValue;
    },
  },
  "training-job": {
    ours: async () => primerOf(pool),
    theirs: async () => primerOf({ ...pool, instances: pool.instances + 1 }),
  },
  schedule: {
    ours: async () => lease,
    theirs: async () => ({ ...lease, input: '{"scaleDown":{"releaseId":"theirs"}}' }),
  },
};
const kinds = Object.keys(cases) as (keyof typeof cases)[];

/** A release that is about to make something, and what it would make. */
async function opened(kind: keyof typeof cases) {
  const account = openAccount();
  const release = await holding(account);
  const ledger = await ledgerOf(account, release);
  const resource = { kind: kind as ResourceKind, name };
  const intent: Intent = { id: "ours", resource, to: await cases[kind].ours(account) };
  const theirs = await cases[kind].theirs(account);
  const look = () => readResource(account.aws, resource);
  const puts = (to: JsonValue) =>
    putResource(account.aws, {
      resource,
      from: null,
      to,
    });
  return { account, release, ledger, resource, intent, theirs, look, puts };
}

describe.each(kinds)("a %s of that name", (kind) => {
  test("that somebody made before is refused by name, recorded nowhere, and outlives the release", async () => {
    const { account, release, ledger, intent, theirs, look, puts } = await opened(kind);
    await puts(theirs);
    const [before, writes] = [await look(), account.writes()];

    await expect(make(account.tools, ledger, intent)).rejects.toMatchObject({
      name: "Drifted",
      message: `${kind} ${name} exists, and not by this release: it is left alone`,
    });

    const after = await ledgerOf(account, release);
    expect(after.changes).toEqual([]);
    expect(openUndos(after, (one) => one.kind === kind)).toEqual([]);
    expect(account.writes()).toEqual(writes);
    expect(await look()).toEqual(before);
  });

  test("is refused even where it is to the letter what would be made", async () => {
    const { account, ledger, intent, puts } = await opened(kind);
    await puts(intent.to as JsonValue);

    await expect(make(account.tools, ledger, intent)).rejects.toMatchObject({ name: "Drifted" });
    expect(ledger.changes).toEqual([]);
  });

  test("that somebody made between our intent and our call stops the release, and the undo leaves it", async () => {
    const { account, ledger, resource, intent, theirs, look, puts } = await opened(kind);
    const at = "2026-11-23T09:00:00Z";
    await ledger.intend({ id: "ours", resource, before: null, after: intent.to as JsonValue, at });
    await puts(theirs);
    const before = await look();

    await expect(make(account.tools, ledger, intent)).rejects.toMatchObject({ name: "Drifted" });
    const [left] = openUndos(ledger, (one) => one.kind === kind);
    if (left === undefined) throw new Error("expected an intent that is open");

    expect(await undo(account.tools, ledger, left)).toBe("drifted");
    expect(await look()).toEqual(before);
  });

  test("that our own call made is ours, although its answer was lost", async () => {
    const { account, ledger, intent, look } = await opened(kind);
    const operation = {
      model: "CreateModel",
      "endpoint-config": "CreateEndpointConfig",
      "training-job": "CreateTrainingJob",
      schedule: "CreateSchedule",
    }[kind];
    account.lose(operation);

    expect(await make(account.tools, ledger, intent)).toMatchObject({ state: "applied" });
    account.mend();
    const [ours] = openUndos(ledger, (one) => one.kind === kind);
    if (ours === undefined) throw new Error("expected a change to undo");

    // A job that runs is stopped first; what it holds is given back once it has ended.
    expect(await undo(account.tools, ledger, ours)).toBe(kind === "training-job" ? "ending" : "undone");
    if (kind !== "training-job") expect(await look()).toBeNull();
  });

  test("that our interrupted call made is found made when the step is run again", async () => {
    const { account, ledger, resource, intent, puts } = await opened(kind);
    const at = "2026-11-23T09:00:00Z";
    await ledger.intend({ id: "ours", resource, before: null, after: intent.to as JsonValue, at });
    await puts(intent.to as JsonValue);
    const writes = account.writes();

    expect(await make(account.tools, ledger, intent)).toMatchObject({ state: "applied" });
    expect(account.writes()).toEqual(writes);
  });
});

test("a configuration that somebody deleted and made anew under our name is not deleted with ours", async () => {
  const { account, ledger, intent, theirs, look, puts } = await opened("endpoint-config");
  await make(account.tools, ledger, intent);
  account.world.state.endpointConfigs.delete(name);
  await puts(theirs);
  const [ours] = openUndos(ledger, ({ kind }) => kind === "endpoint-config");
  if (ours === undefined) throw new Error("expected a change to undo");

  expect(await undo(account.tools, ledger, ours)).toBe("drifted");
  expect(await look()).not.toBeNull();
});
