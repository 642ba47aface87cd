/** The sweep: what died is compensated, what has passed is ended, what lives is left alone. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { reapLeases } from "../../functions/reap-leases.ts";
import { noteLease } from "../../src/aws/leases.ts";
import { heldLocks } from "../../src/aws/lock-item.ts";
import { giveOrder } from "../../src/aws/locks.ts";
import type { Holder } from "../../src/core/release/lock.ts";
import type { Account } from "../aws/account.ts";
import { executionArn } from "../aws/executions.ts";
import { accountWith, manual, opening, Run, trainingDue } from "./run.ts";

afterEach(() => void vi.restoreAllMocks());

const bySchedule = { sweep: "schedule" } as const;
const byEnd = (name: string, status = "FAILED") => ({ detail: { executionArn: executionArn(name), status } });
const started = ({ executions }: Account) =>
  executions
    .started()
    .map(({ name }) => name)
    .filter((name) => name.startsWith("compensate-") || name.startsWith("lease-"));

async function died(): Promise<Account> {
  const run = await Run.warm();
  run.account.executions.end("release");
  return run.account;
}

describe("the sweep", () => {
  test("leaves a release alone whose execution runs", async () => {
    const { account } = await Run.warm();

    expect(await reapLeases(bySchedule, account.tools)).toMatchObject({ found: 1, did: [] });
    expect(started(account)).toEqual([]);
  });

  test("leaves a release alone whose execution Step Functions does not know yet, and not one that it never knows", async () => {
    const { account } = await Run.begin();
    const unknown = new AwsError("ExecutionDoesNotExist", "Execution Does Not Exist");
    account.fail("DescribeExecution", unknown, 3);

    expect((await reapLeases(bySchedule, account.tools)).did).toEqual([]);
    account.wait(4);
    expect((await reapLeases(bySchedule, account.tools)).did).toEqual([]);
    account.wait(1);
    expect((await reapLeases(bySchedule, account.tools)).did).toHaveLength(1);
  });

  test("compensates one whose execution is over", async () => {
    const account = await died();

    const { found, did, orphans } = await reapLeases(bySchedule, account.tools);

    expect({ found, orphans }).toEqual({ found: 1, orphans: 1 });
    expect(account.counted).toEqual(["OrphanFound"]);
    expect(did).toEqual([
      "chat-assistant-v7-production: compensate-slipway-dev-chat-assistant-v7-production-1-1-rplbs1dc started",
    ]);
    expect(started(account)).toEqual(["compensate-slipway-dev-chat-assistant-v7-production-1-1-rplbs1dc"]);
  });

  test("ends leases whose end has passed although nobody ended them", async () => {
    const account = await accountWith();
    await noteLease(account.aws, {
      releaseId: "chat-assistant-2026-11-22-training",
      until: "2026-11-23T08:00:00Z",
    });

    const { did } = await reapLeases(bySchedule, account.tools);

    expect(did).toEqual(["chat-assistant-2026-11-22-training: its lease is being ended"]);
    expect(account.executions.started()).toMatchObject([
      { input: { scaleDown: { releaseId: "chat-assistant-2026-11-22-training" } } },
    ]);
  });

  test("rings for a lease that goes on half an hour after its end, and for none that only has to be ended", async () => {
    const account = await accountWith();
    const until = (minutes: number) => new Date(account.now() + minutes * 60_000).toISOString();
    await noteLease(account.aws, { releaseId: "a-training", until: until(-29) });
    await noteLease(account.aws, { releaseId: "b-training", until: until(-30) });
    await noteLease(account.aws, { releaseId: "c-training", until: until(60) });

    expect(await reapLeases(bySchedule, account.tools)).toMatchObject({ overdue: 1 });
    expect(account.counted).toEqual(["LeaseOverdue"]);
    // What the schedule counts, an event of an end does not count again.
    expect(await reapLeases(byEnd("another"), account.tools)).toMatchObject({ overdue: 0 });
  });

  test("tells of no orphan where a person had the release stopped", async () => {
    const account = await died();
    const [lock] = await heldLocks(account.aws);
    const order = { kind: "stop", by: "somebody", at: new Date(account.now()).toISOString() } as const;
    await giveOrder(account.aws, lock?.subject ?? "", { to: lock?.holder as Holder, order });

    expect(await reapLeases(bySchedule, account.tools)).toMatchObject({ orphans: 0, found: 1 });
    expect(account.counted).toEqual([]);
  });

  test("ends a lease again where the execution that was to end it has failed", async () => {
    const account = await accountWith();
    const releaseId = "chat-assistant-2026-11-22-training";
    await noteLease(account.aws, { releaseId, until: "2026-11-23T08:00:00Z" });
    await reapLeases(bySchedule, account.tools);
    const [first = ""] = started(account);
    account.executions.end(first, "FAILED");
    account.wait(10);

    await reapLeases(bySchedule, account.tools);

    expect(started(account)).toHaveLength(2);
    expect(new Set(started(account)).size).toBe(2);
  });

  test("goes on to the others where one cannot be swept, and raises the alarm", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const account = await died();
    await opening(trainingDue, account, "training");
    account.executions.end("training");
    account.fail("StartExecution", new AwsError("InternalServerException", "no", { statusCode: 500 }));

    const { found, did, failed } = await reapLeases(bySchedule, account.tools);

    expect({ found, failed }).toEqual({ found: 2, failed: 1 });
    expect(did.filter((one) => one.endsWith(" started"))).toHaveLength(1);
    expect(account.counted).toEqual(["SweepFailed", "OrphanFound"]);
  });
});

describe("an execution's end", () => {
  test("sweeps what that execution held, at once", async () => {
    const account = await died();

    const { did } = await reapLeases(byEnd("release"), account.tools);

    expect(did).toHaveLength(1);
    expect(started(account)).toHaveLength(1);
  });

  test("that left nothing locked sweeps nothing", async () => {
    const account = await died();

    expect(await reapLeases(byEnd("another"), account.tools)).toMatchObject({ found: 0, did: [] });
  });

  test("of a compensation starts no other: the schedule backs off", async () => {
    const account = await died();

    const answer = await reapLeases(
      byEnd("compensate-slipway-dev-chat-assistant-v7-production-1-1-rplbs1dc"),
      account.tools,
    );

    const did = ["a compensation ended; the schedule looks after it"];
    expect(answer).toEqual({
      found: 0,
      did,
      failed: 0,
      standing: 0,
      orphans: 0,
      overdue: 0,
      waiting: 0,
      tooWide: 0,
    });
    expect(started(account)).toEqual([]);
  });

  test("delivered twice, and again by the schedule, is one compensation", async () => {
    const account = await died();
    for (const event of [byEnd("release"), byEnd("release"), bySchedule])
      await reapLeases(event, account.tools);

    expect(started(account)).toHaveLength(1);
  });
});

test("a compensation that the sweep started brings everything back", async () => {
  const account = await died();
  await reapLeases(bySchedule, account.tools);
  const [name = ""] = started(account);
  const { input } = account.executions.started().find((one) => one.name === name) ?? { input: manual };

  const run = await Run.begin({ account, event: input, name });
  await run.wayBack();
  await run.scaleDown();

  expect(run.doc.route).toBe("compensate");
  expect((await run.endpoint()).config).toBe("chat-assistant-config-v6");
  expect([...account.world.state.models.keys()]).toEqual(["chat-assistant-v6"]);
});
