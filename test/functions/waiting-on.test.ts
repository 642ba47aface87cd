/** A release that waits in a queue for long waits on in a new execution: the same release, at its place. */
import { describe, expect, test } from "vitest";
import { closeRelease } from "../../functions/close-release.ts";
import { openRelease } from "../../functions/open-release.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { statusOfLocks } from "../../src/aws/lock-status.ts";
import { freeLock, takeLock } from "../../src/aws/locks.ts";
import { order } from "../../src/aws/orders.ts";
import { readRelease } from "../../src/aws/releases.ts";
import type { Opening } from "../../src/core/release/opening.ts";
import type { Account } from "../aws/account.ts";
import { executionArn } from "../aws/executions.ts";
import { holding } from "../aws/releases.ts";
import { accountWith, manual } from "./run.ts";

const subject = "endpoint/chat-assistant";
const releaseId = "chat-assistant-v7-production";

/** A turn of an execution's waiting, of which it takes so many. */
async function turn({ tools, executions }: Account, name: string, limit = 20): Promise<Opening> {
  const { input, startMs } = executions.describe(executionArn(name));
  const startedAt = new Date(startMs).toISOString();
  const { aws } = tools;
  return openRelease(
    { execution: executionArn(name), startedAt, input: JSON.parse(input) },
    { ...tools, aws: { ...aws, environment: { ...aws.environment, turnsPerExecution: limit } } },
  );
}

/** Version 7 has waited for version 6 for an hour, which is some 25 turns. */
async function waitedLong(limit = 20) {
  const account = await accountWith();
  const older = await holding(account, 6);
  account.executions.begin("first", manual);
  const first = await turn(account, "first", limit);
  account.wait(60);
  const handed = await turn(account, "first", limit);
  const [{ name: next } = { name: "" }] = account.executions.started().slice(-1);
  return { account, older, first, handed, next };
}

/** The same, and the first execution has ended by it. */
async function handedOver() {
  const waited = await waitedLong();
  waited.account.executions.end("first", "SUCCEEDED");
  return waited;
}

const queueOf = async ({ aws }: Account) => (await readLock(aws, subject)).queue ?? [];

describe("the execution that has waited long", () => {
  test("waits on while its turns are few", async () => {
    const { first, handed } = await waitedLong(30);

    expect(first).toMatchObject({ route: "queued", waitSeconds: 30 });
    expect(handed).toMatchObject({ route: "queued", waitSeconds: 600 });
  });

  test("names the next one at its place, starts it with what it was started with, and ends", async () => {
    const { account, handed, next } = await waitedLong();

    expect(handed).toMatchObject({
      route: "handed-over",
      reason: `${releaseId} waits on in execution ${next}`,
      handOver: { outcome: "handed-over", to: next },
    });
    expect(await queueOf(account)).toMatchObject([
      { releaseId, execution: executionArn("first"), successor: { name: next } },
    ]);
    expect(account.executions.started().at(-1)?.input).toEqual({
      waitOn: {
        subject,
        releaseId,
        execution: executionArn("first"),
        input: manual,
        startedAt: "2026-11-23T09:00:00.000Z",
      },
    });
  });

  test("does so once, however often it is asked", async () => {
    const { account, handed } = await waitedLong();
    const started = account.executions.started().length;

    expect(await turn(account, "first")).toEqual(handed);
    expect(account.executions.started()).toHaveLength(started);
  });

  test("does so after fifteen days, too", async () => {
    const { account } = await waitedLong(1200);
    account.wait(15 * 1440 - 61);
    expect(await turn(account, "first", 1200)).toMatchObject({ route: "queued", waitSeconds: 1200 });
    account.wait(1);

    expect(await turn(account, "first", 1200)).toMatchObject({ route: "handed-over" });
  });
});

describe("the next execution", () => {
  test("waits while the one before runs, and says for whom", async () => {
    const { account, next } = await waitedLong();

    expect(await turn(account, next)).toMatchObject({
      route: "queued",
      waitSeconds: 2,
      reason: expect.stringMatching(
        /^endpoint\/chat-assistant is held by chat-assistant-v6-production .*hands/,
      ),
    });
    expect(await queueOf(account)).toMatchObject([{ execution: executionArn("first") }]);
  });

  test("takes the place and the release over, and waits as long as those who have waited before", async () => {
    const { account, next } = await handedOver();

    const taken = await turn(account, next);

    expect(taken).toMatchObject({ route: "queued", waitSeconds: 600 });
    expect(await turn(account, next)).toEqual(taken);
    const [place, ...others] = await queueOf(account);
    expect(others).toEqual([]);
    expect(place).toMatchObject({ releaseId, execution: executionArn(next), version: 7 });
    expect(place?.successor).toBeUndefined();
    expect(await readRelease(account.aws, releaseId)).toMatchObject({
      status: "open",
      release: { execution: executionArn(next), openedAt: "2026-11-23T09:00:00.000Z" },
    });
  });

  test("opens the release when its turn has come", async () => {
    const { account, older, next } = await handedOver();
    await turn(account, next);
    await freeLock(account.aws, older);

    const opened = await turn(account, next);

    expect(opened).toMatchObject({
      route: "production",
      release: { id: releaseId, attempt: 1, fence: 2 },
      resume: "PlanCapacity",
      begunAt: "2026-11-23T10:00:00.000Z",
    });
    expect(await queueOf(account)).toEqual([]);
    // Who holds the lock has no place any more: an answer that was lost is given again.
    expect(await turn(account, next)).toEqual(opened);
  });

  test("brings the turns that it has waited with it", async () => {
    const { account, older, next } = await handedOver();
    account.wait(100);
    await freeLock(account.aws, older);

    // Ten, twelve, thirteen, … minutes each.
    expect(await turn(account, next)).toMatchObject({ route: "production", queue: { turns: 7 } });
  });

  test("keeps the place while nobody has taken it over yet: nobody passes it over", async () => {
    const { account, older, next } = await handedOver();
    await freeLock(account.aws, older);
    const since = new Date(account.now()).toISOString();
    const other = { subject, releaseId: "other", execution: account.executions.begin("other"), since };

    expect(await takeLock(account.aws, other)).toMatchObject({ held: false, waiting: [{ releaseId }] });
    expect(await turn(account, next)).toMatchObject({ route: "production" });
  });

  test("is the release for whoever approves it again", async () => {
    const { account } = await handedOver();
    account.executions.begin("again", manual);

    expect(await turn(account, "again")).toMatchObject({
      route: "ignored",
      reason: expect.stringContaining("is under way"),
    });
  });

  test("has nothing to do where the one before was stopped", async () => {
    const { account, next } = await waitedLong();
    account.executions.end("first", "ABORTED");

    expect(await turn(account, next)).toMatchObject({ route: "ignored" });
    expect(await queueOf(account)).toEqual([]);
  });

  test("has nothing to do where the one before got the lock after all", async () => {
    const { account, older, next } = await waitedLong();
    await freeLock(account.aws, older);
    expect(await turn(account, "first")).toMatchObject({ route: "production" });

    expect(await turn(account, next)).toMatchObject({ route: "ignored" });
  });

  test("of another name takes no place", async () => {
    const { account, next } = await handedOver();
    account.executions.begin(
      "somebody",
      account.executions.started().find(({ name }) => name === next)?.input,
    );

    expect(await turn(account, "somebody")).toMatchObject({ route: "ignored" });
    expect(await queueOf(account)).toMatchObject([{ execution: executionArn("first") }]);
  });

  test("closes the release when it fails for good", async () => {
    const { account, next } = await handedOver();
    await turn(account, next);
    const { input, startMs } = account.executions.describe(executionArn(next));
    const document = { Error: "AwsRefused", Cause: "no" };
    const startedAt = new Date(startMs).toISOString();

    const closing = await closeRelease(
      { execution: executionArn(next), startedAt, input: JSON.parse(input), document },
      account.tools,
    );

    expect(closing).toMatchObject({ outcome: "refused", releaseId });
    expect(await queueOf(account)).toEqual([]);
    expect(await readRelease(account.aws, releaseId)).toMatchObject({ status: "closed" });
  });
});

describe("an order", () => {
  const stop = ({ aws, now }: Account) => order(aws, { releaseId, kind: "stop", by: "ann", nowMs: now() });

  test.each([
    ["before the next has taken over", async () => undefined],
    ["after it", (account: Account, next: string) => turn(account, next)],
  ])("%s ends the one that waits", async (_, take) => {
    const { account, next } = await handedOver();
    await take(account, next);

    expect(await stop(account)).toMatchObject({
      done: true,
      said: expect.stringContaining("had changed nothing"),
    });
    expect(account.executions.describe(executionArn(next)).status).toBe("ABORTED");
  });

  test("finds who waits in the status, without who comes next", async () => {
    const { account } = await handedOver();

    const [{ queue } = { queue: [] }] = await statusOfLocks(account.aws, account.now());
    expect(queue).toEqual([expect.not.objectContaining({ successor: expect.anything() })]);
  });
});
