/** Whether a release that is open died before it took its lock. */
import { expect, test } from "vitest";
import { isAbandoned } from "../../src/aws/abandoned.ts";
import { enqueue, freeLock } from "../../src/aws/locks.ts";
import { openAccount } from "./account.ts";
import { holding, releaseOf, subject } from "./releases.ts";

test("while it has its lock somebody puts it back: it is not, even where its execution is over", async () => {
  const account = openAccount();
  const release = await holding(account);
  account.executions.end("release-v7");

  expect(await isAbandoned(account.aws, release, account.now())).toBe(false);
});

test("without its lock it is, once its execution is over", async () => {
  const account = openAccount();
  const release = await holding(account);
  await freeLock(account.aws, release);
  const running = await isAbandoned(account.aws, release, account.now());
  account.executions.end("release-v7");

  expect(running).toBe(false);
  expect(await isAbandoned(account.aws, release, account.now())).toBe(true);
});

test("in the queue it is not, as long as the execution runs that waits there", async () => {
  const account = openAccount();
  await holding(account);
  account.executions.begin("release-v8");
  const release = releaseOf(8);
  await enqueue(account.aws, {
    subject,
    releaseId: release.id,
    execution: release.execution,
    since: release.openedAt,
    version: 8,
  });
  const waits = await isAbandoned(account.aws, release, account.now());
  account.executions.end("release-v8");

  expect(waits).toBe(false);
  expect(await isAbandoned(account.aws, release, account.now())).toBe(true);
});
