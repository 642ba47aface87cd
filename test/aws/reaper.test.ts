/** The sweep's compensation: one at a time, backed off, named so that starting it twice is starting it once. */
import { expect, test } from "vitest";
import { make } from "../../src/aws/changes.ts";
import { heldLocks } from "../../src/aws/lock-item.ts";
import { takeOverLock } from "../../src/aws/locks.ts";
import { reap } from "../../src/aws/reaper.ts";
import { readModel } from "../../src/aws/serving/sagemaker/models.ts";
import { isCompensation } from "../../src/core/release/reaping.ts";
import { type Account, openAccount } from "./account.ts";
import { executionArn } from "./executions.ts";
import { holding, ledgerOf, subject } from "./releases.ts";

async function heldLock({ aws }: Account) {
  const [lock] = await heldLocks(aws);
  if (lock === undefined) throw new Error("expected a lock that is held");
  return lock;
}

/** A release that made a model and whose execution then died. */
async function died(): Promise<Account> {
  const account = openAccount();
  const ledger = await ledgerOf(account, await holding(account));
  const to = await readModel(account.aws, "chat-assistant-v6");
  await make(account.tools, ledger, { id: "model", resource: { kind: "model", name: "copy" }, to });
  account.executions.end("release-v7");
  return account;
}

const compensations = ({ executions }: Account) =>
  executions.started().filter(({ name }) => isCompensation(executionArn(name)));

/** The newest compensation fails, as it takes the lock over or before. */
async function fails(account: Account): Promise<void> {
  const name = compensations(account).at(-1)?.name ?? "";
  account.executions.end(name, "FAILED");
}

test("a dead holder's compensation is started, and says why", async () => {
  const account = await died();

  const said = await reap(account.tools, await heldLock(account));

  const [started] = compensations(account);
  expect(said).toEqual({ did: `chat-assistant-v7-production: ${started?.name} started`, orphan: true });
  expect(started).toEqual({
    name: "compensate-slipway-dev-chat-assistant-v7-production-1-1-rplbs1dc",
    input: {
      compensate: {
        releaseId: "chat-assistant-v7-production",
        why: `execution ${executionArn("release-v7")} ended and left ${subject} locked`,
      },
    },
  });
});

test("a second sweep waits for it, however often it comes", async () => {
  const account = await died();
  await reap(account.tools, await heldLock(account));

  const said = await reap(account.tools, await heldLock(account));

  expect(said).toEqual({ did: "chat-assistant-v7-production: wait", orphan: false });
  expect(compensations(account)).toHaveLength(1);
});

test("two sweeps at one moment start one compensation", async () => {
  const account = await died();
  const lock = await heldLock(account);

  const said = await Promise.all([reap(account.tools, lock), reap(account.tools, lock)]);

  expect(compensations(account)).toHaveLength(1);
  expect(said.filter(({ did }) => did?.endsWith("another sweep was first"))).toHaveLength(1);
});

test("a lock that has changed hands since it was looked at has no attempt noted on it", async () => {
  const account = await died();
  const seen = await heldLock(account);
  const execution = executionArn("newer");
  const claim = { subject, releaseId: "chat-assistant-v8-production", since: "2026-11-23T09:00:00.000Z" };
  await takeOverLock(account.aws, { ...claim, execution }, executionArn("release-v7"));

  const said = await reap(account.tools, seen);

  expect(said).toEqual({
    did: "chat-assistant-v7-production: another sweep was first",
    orphan: false,
  });
  expect(compensations(account)).toEqual([]);
  const now = await heldLock(account);
  expect(now.holder.execution).toBe(execution);
  expect(now.compensation).toBeUndefined();
});

test("a start that failed is made up for by the next sweep, under the same name", async () => {
  const account = await died();
  account.fail(
    "StartExecution",
    Object.assign(new Error("no answer"), { name: "TimeoutError", code: "ECONNRESET" }),
  );
  await expect(reap(account.tools, await heldLock(account))).rejects.toThrow();
  expect(compensations(account)).toHaveLength(0);

  // Which tells of the orphan, since the one before could not.
  expect(await reap(account.tools, await heldLock(account))).toMatchObject({ orphan: true });

  expect(compensations(account).map(({ name }) => name)).toEqual([
    "compensate-slipway-dev-chat-assistant-v7-production-1-1-rplbs1dc",
  ]);
});

test("it goes on however many have failed, once an hour in the end", async () => {
  const account = await died();
  const sweeps = 6 * 24;
  for (let nth = 0; nth < sweeps; nth++) {
    await reap(account.tools, await heldLock(account));
    const { name = "" } = compensations(account).at(-1) ?? {};
    if (account.executions.describe(executionArn(name)).status === "RUNNING") await fails(account);
    account.wait(10);
  }

  // At once, after 10, 30 and 70 minutes, and hourly from then on.
  expect(compensations(account)).toHaveLength(4 + Math.floor(((sweeps - 1) * 10 - 70) / 60));
});

test("attempts by a later holder of the lock have names of their own", async () => {
  const account = await died();
  await reap(account.tools, await heldLock(account));
  const first = compensations(account)[0]?.name ?? "";
  const claim = { subject, releaseId: "chat-assistant-v7-production", since: "2026-11-23T09:00:00.000Z" };
  await takeOverLock(account.aws, { ...claim, execution: executionArn(first) }, executionArn("release-v7"));
  await fails(account);
  account.wait(10);

  await reap(account.tools, await heldLock(account));

  expect(compensations(account).map(({ name }) => name)).toEqual([
    "compensate-slipway-dev-chat-assistant-v7-production-1-1-rplbs1dc",
    "compensate-slipway-dev-chat-assistant-v7-production-2-2-0l8s4zns",
  ]);
});

test("a release with a long name has attempts whose names Step Functions takes", async () => {
  const account = await died();
  const lock = await heldLock(account);
  const releaseId = `${"a-long-model-name".repeat(4)}-v7-production`;

  await reap(account.tools, { ...lock, holder: { ...lock.holder, releaseId } });

  const name = compensations(account)[0]?.name ?? "";
  expect(name.length).toBeLessThanOrEqual(80);
  expect(name).toMatch(/^compensate-slipway-dev-[0-9A-Za-z_-]+-v7-production-1-1-[0-9a-z]{8}$/);
});
