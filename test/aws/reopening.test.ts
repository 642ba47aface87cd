/** A release is reopened for what is left to do about it, and only once its execution is over. */
import { DeleteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, test } from "vitest";
import { make } from "../../src/aws/changes.ts";
import type { LockHolder } from "../../src/aws/held-lock.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { enqueue, freeLock } from "../../src/aws/locks.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import { closeRecord, recordPlanning } from "../../src/aws/releases.ts";
import { reopen } from "../../src/aws/reopening.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { Opening } from "../../src/core/release/opening.ts";
import type { Release } from "../../src/core/release/release.ts";
import { plan } from "../core/example.ts";
import { type Account, openAccount } from "./account.ts";
import { executionArn } from "./executions.ts";
import { holding, ledgerOf, releaseOf, subject } from "./releases.ts";

const startedAt = "2026-11-23T09:00:00.000Z";
const releaseId = "chat-assistant-v7-production";
const compensation = { kind: "compensate", releaseId, why: "its execution died" } as const;
const leaseEnd = { kind: "scale-down", releaseId } as const;

function asked(
  account: Account,
  reopening: typeof compensation | typeof leaseEnd,
  name = "compensate-1",
): Promise<Opening> {
  account.executions.begin(name);
  return reopen(account.tools, { execution: executionArn(name), startedAt }, reopening);
}

function reopenedBy(opening: Opening): LockHolder {
  if (!("release" in opening)) throw new Error(`expected a release, found ${JSON.stringify(opening)}`);
  return opening.release;
}

/** A release that recorded one change and whose execution then died. */
async function died(account: Account): Promise<Release> {
  const release = await holding(account);
  const ledger = await ledgerOf(account, release);
  const resource = { kind: "schedule", name: "lease" } as const;
  await make(account.tools, ledger, {
    id: "lease-end",
    resource,
    to: { at: "2026-11-24T05:00:00", input: "{}" },
  });
  account.executions.end("release-v7");
  return release;
}

async function close(
  account: Account,
  release: Release,
  outcome: "done" | "rolled-back" = "done",
): Promise<void> {
  const { changes } = await ledgerOf(account, release);
  const closing = { outcome, reason: "ready", releaseId, drifted: [] };
  await closeRecord(account.aws, { releaseId, closing, closedAt: startedAt, changes });
  await freeLock(account.aws, release);
}

describe("compensation", () => {
  test("takes the dead execution's lock over, with its ledger, and shuts it out", async () => {
    const account = openAccount();
    const release = await died(account);
    await recordPlanning(account.aws, releaseId, {
      turns: 1,
      goesOn: "here",
      status: "fits",
      reason: "8",
      waitSeconds: 30,
      since: startedAt,
    });

    const opening = await asked(account, compensation);

    expect(opening).toMatchObject({
      route: "compensate",
      reason: "its execution died",
      promoted: false,
      plan: { model: "chat-assistant" },
      release: { id: releaseId, execution: executionArn("compensate-1"), fence: release.fence + 1 },
      planning: { status: "fits" },
    });
    expect((await ledgerOf(account, reopenedBy(opening))).changes.map(({ id }) => id)).toEqual(["lease-end"]);
    await expect(ledgerOf(account, release)).rejects.toMatchObject({ name: "LockLost" });
  });

  test("knows that the release was promoted: its way out is forward", async () => {
    const account = openAccount();
    const release = await holding(account);
    await (await ledgerOf(account, release)).promote();
    account.executions.end("release-v7");

    expect(await asked(account, compensation)).toMatchObject({ route: "compensate", promoted: true });
  });

  test("asked for twice by the same execution is one compensation", async () => {
    const account = openAccount();
    await died(account);

    const first = await asked(account, compensation);
    const again = await asked(account, compensation);

    expect(again).toEqual(first);
  });

  test("waits while the execution still runs: it may yet bring its release to its own end", async () => {
    const account = openAccount();
    await holding(account);

    expect(await asked(account, compensation)).toMatchObject({ route: "queued", waitSeconds: 30 });
  });

  test("of a release that closed in the end gives its lock back, and has nothing to do", async () => {
    const account = openAccount();
    const release = await died(account);
    const closing = { outcome: "rolled-back", reason: "errors", releaseId, drifted: [] } as const;
    await closeRecord(account.aws, {
      releaseId,
      closing: { ...closing, drifted: [] },
      closedAt: startedAt,
      changes: [],
    });

    const opening = await asked(account, compensation);

    expect(opening).toEqual({
      route: "ignored",
      reason: `${releaseId} is closed already; its lock is given back`,
    });
    expect((await readLock(account.aws, release.subject)).holder).toBeUndefined();
  });

  test("tells as begun what may have been made since, before it gives the lock back", async () => {
    const account = openAccount();
    const release = await died(account);
    const ledger = await ledgerOf(account, release);
    const at = startedAt;
    const resource = { kind: "count", name: "chat-assistant/v6" } as const;
    await ledger.intend({ id: "raise", resource, before: 1, after: 2, at }, { begins: true });
    const closing = { outcome: "promoted", reason: "all well", releaseId } as const;
    await closeRecord(account.aws, {
      releaseId,
      closing: { ...closing, drifted: [] },
      closedAt: at,
      changes: [],
    });

    await asked(account, compensation);

    const { holder, evidence } = await readLock(account.aws, release.subject);
    expect(holder).toBeUndefined();
    expect(Object.values(evidence?.claimed ?? {}).map((text) => JSON.parse(text))).toMatchObject([
      { what: "made", changes: ["lease-end"] },
      { what: "begun", changes: ["raise"] },
    ]);
  });

  test("of a release that nobody knows is ignored", async () => {
    const opening = await asked(openAccount(), compensation);

    expect(opening).toEqual({ route: "ignored", reason: `there is no release ${releaseId}` });
  });
});

describe("the end of a lease", () => {
  test("takes the lock again and puts the closed release's ledger back under it", async () => {
    const account = openAccount();
    await close(account, await died(account));

    const opening = await asked(account, leaseEnd);

    expect(opening).toMatchObject({ route: "scale-down", reason: `the lease of ${releaseId} is over` });
    expect((await ledgerOf(account, reopenedBy(opening))).changes).toMatchObject([
      { id: "lease-end", state: "applied" },
    ]);
  });

  test("goes on by what was left since, however often the lock is taken over by one execution", async () => {
    const account = openAccount();
    await close(account, await died(account));
    const keeping = reopenedBy(await asked(account, leaseEnd, "keep-1"));
    await (await ledgerOf(account, keeping)).intend({
      id: "since",
      resource: { kind: "count", name: "chat-assistant/v6" },
      before: 1,
      after: 2,
      at: startedAt,
    });
    account.executions.end("keep-1");
    await asked(account, leaseEnd, "end-1");

    const again = await reopen(account.tools, { execution: executionArn("end-1"), startedAt }, leaseEnd);

    const { changes } = await ledgerOf(account, reopenedBy(again));
    expect(changes.map(({ id }) => id)).toEqual(["lease-end", "since"]);
  });

  test("queues behind another release that holds the endpoint", async () => {
    const account = openAccount();
    await close(account, await died(account));
    await holding(account, 8);

    const opening = await asked(account, leaseEnd);

    expect(opening).toMatchObject({
      route: "queued",
      reason: expect.stringContaining("is held by chat-assistant-v8-production"),
    });
    expect((await readLock(account.aws, subject)).queue).toMatchObject([{ releaseId }]);
  });

  test("has its turn before those who came later", async () => {
    const account = openAccount();
    await close(account, await died(account));
    const other = await holding(account, 8);
    await asked(account, leaseEnd);
    const later = releaseOf(9);
    account.executions.begin("release-v9");
    await enqueue(account.aws, {
      subject,
      releaseId: later.id,
      execution: later.execution,
      since: startedAt,
    });
    await freeLock(account.aws, other);

    expect(await asked(account, leaseEnd)).toMatchObject({ route: "scale-down" });
    expect((await readLock(account.aws, subject)).queue).toMatchObject([{ releaseId: later.id }]);
  });
});

describe("the plan that is followed", () => {
  const elsewhere = { ...plan, endpoint: { ...plan.endpoint, name: "another" } };
  const inTable = { TableName: rehearsedDeployment.table };
  const withoutPlan = async ({ aws }: Account) => {
    const Key = { pk: `release#${releaseId}`, sk: "attempt#0001" };
    await aws.table.send(
      new UpdateCommand({ ...inTable, Key, UpdateExpression: "REMOVE #plan, #schema", ...recordNames }),
    );
  };
  const recordNames = { ExpressionAttributeNames: { "#plan": "plan", "#schema": "schema" } };

  test("is the release's own, whatever is in force by now", async () => {
    const account = openAccount();
    await died(account);
    await applyPlan(account.aws, elsewhere, startedAt);

    expect(await asked(account, compensation)).toMatchObject({ plan });
  });

  test("is the one in force for a release whose record keeps none, whatever code wrote it", async () => {
    const account = openAccount();
    await died(account);
    await withoutPlan(account);
    const newer = { ...plan, canary: true } as Plan;
    await applyPlan(account.aws, newer, startedAt);

    expect(await asked(account, compensation)).toMatchObject({ route: "compensate", plan: newer });
  });

  test("is missing where there is none at all, and the release is undone without", async () => {
    const account = openAccount();
    await died(account);
    await withoutPlan(account);
    const Key = { pk: "plan#chat-assistant", sk: "plan" };
    await account.aws.table.send(new DeleteCommand({ ...inTable, Key }));

    const opening = await asked(account, compensation);

    expect(opening).toMatchObject({ route: "compensate" });
    expect(opening).not.toMatchObject({ plan: expect.anything() });
  });
});
