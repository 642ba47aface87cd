/** The lock of an endpoint: one holder at a time, first come first served, and each taking under a higher fence. */
import { describe, expect, test } from "vitest";
import { heldLocks, readLock } from "../../src/aws/lock-item.ts";
import {
  type Claim,
  enqueue,
  freeLock,
  giveOrder,
  leaveQueue,
  takeLock,
  takeOverLock,
} from "../../src/aws/locks.ts";
import { type Account, openAccount } from "./account.ts";
import { executionArn } from "./executions.ts";
import { subject } from "./releases.ts";

/** A claim of an execution that runs. */
function claim({ executions }: Account, name: string): Claim {
  const execution = executions.begin(name);
  return { subject, releaseId: `release-${name}`, execution, since: "2026-11-23T09:00:00.000Z" };
}
const queued = async ({ aws }: Account) =>
  (await readLock(aws, subject)).queue?.map(({ releaseId }) => releaseId) ?? [];

describe("taking a lock", () => {
  test("that is free gives it, and taking it again is the same taking", async () => {
    const account = openAccount();
    const mine = claim(account, "a");

    const first = await takeLock(account.aws, mine);
    const again = await takeLock(account.aws, mine);

    expect(first).toMatchObject({ held: true, fence: 1, promoted: false });
    expect(again).toEqual(first);
  });

  test("that another holds says who", async () => {
    const account = openAccount();
    await takeLock(account.aws, claim(account, "a"));

    expect(await takeLock(account.aws, claim(account, "b"))).toMatchObject({
      held: false,
      holder: { releaseId: "release-a", execution: executionArn("a") },
    });
  });

  test("that was given back gives it under a higher fence, with nothing of the last holder on it", async () => {
    const account = openAccount();
    const first = claim(account, "a");
    await takeLock(account.aws, first);
    await giveOrder(account.aws, subject, { to: first, order: { kind: "stop", by: "ann", at: first.since } });
    await freeLock(account.aws, first);

    expect(await takeLock(account.aws, claim(account, "b"))).toMatchObject({
      held: true,
      fence: 2,
      promoted: false,
    });
    expect(await readLock(account.aws, subject)).toMatchObject({ fence: 2, changes: {} });
    expect((await readLock(account.aws, subject)).order).toBeUndefined();
  });

  test("by several at one moment gives it to one of them alone", async () => {
    const account = openAccount();
    const claims = ["a", "b", "c", "d"].map((name) => claim(account, name));

    const answers = await Promise.allSettled(claims.map((one) => takeLock(account.aws, one)));

    const held = answers.filter((answer) => answer.status === "fulfilled" && answer.value.held);
    expect(held).toHaveLength(1);
    expect((await readLock(account.aws, subject)).fence).toBe(1);
  });

  test("is not thwarted by an answer that was lost: the lock is held all the same", async () => {
    const account = openAccount();
    account.lose("UpdateItem", 1);

    expect(await takeLock(account.aws, claim(account, "a"))).toMatchObject({ held: true, fence: 1 });
  });
});

describe("the queue", () => {
  test("keeps the order of arrival, and queueing twice is queueing once", async () => {
    const account = openAccount();
    await takeLock(account.aws, claim(account, "a"));
    const [b, c] = [claim(account, "b"), claim(account, "c")];

    for (const one of [b, c, b]) await enqueue(account.aws, one);

    expect(await queued(account)).toEqual(["release-b", "release-c"]);
  });

  test("is served first come, first served: who has just come must wait", async () => {
    const account = openAccount();
    const [a, b, c] = ["a", "b", "c"].map((name) => claim(account, name));
    if (a === undefined || b === undefined || c === undefined) throw new Error("expected three claims");
    await takeLock(account.aws, a);
    await enqueue(account.aws, b);
    await freeLock(account.aws, a);

    const waits = await takeLock(account.aws, c);
    expect(waits).toMatchObject({ held: false, holder: undefined, waiting: [{ releaseId: "release-b" }] });
    expect(await takeLock(account.aws, b)).toMatchObject({ held: true, fence: 2 });
    expect(await queued(account)).toEqual([]);
  });

  test("passes over those whose execution is over", async () => {
    const account = openAccount();
    const [a, b, c] = ["a", "b", "c"].map((name) => claim(account, name));
    if (a === undefined || b === undefined || c === undefined) throw new Error("expected three claims");
    await takeLock(account.aws, a);
    for (const one of [b, c]) await enqueue(account.aws, one);
    await freeLock(account.aws, a);
    account.executions.end("b");

    expect(await takeLock(account.aws, c)).toMatchObject({ held: true });
    expect(await queued(account)).toEqual([]);
  });

  test("keeps the place of one that Step Functions does not know yet, for five minutes", async () => {
    const account = openAccount();
    const [a, b] = [claim(account, "a"), { ...claim(account, "b"), execution: executionArn("unknown") }];
    const later = (minutes: number, name = "c") => ({
      ...claim(account, name),
      since: new Date(Date.parse(b.since) + minutes * 60_000).toISOString(),
    });
    await takeLock(account.aws, a);
    await enqueue(account.aws, b);
    await freeLock(account.aws, a);

    expect(await takeLock(account.aws, later(4, "c"))).toMatchObject({
      held: false,
      holder: undefined,
      waiting: [{ releaseId: "release-b" }],
    });
    expect(await takeLock(account.aws, later(5, "d"))).toMatchObject({ held: true });
  });

  test("has who queues twice at one moment in it once", async () => {
    const account = openAccount();
    await takeLock(account.aws, claim(account, "a"));
    const again = claim(account, "b");

    const came = await Promise.allSettled([enqueue(account.aws, again), enqueue(account.aws, again)]);

    expect(await queued(account)).toEqual(["release-b"]);
    expect(came.filter(({ status }) => status === "rejected")).toMatchObject([
      { reason: { name: "LedgerContended" } },
    ]);
  });

  test("can be left from any place, and leaving twice is leaving once", async () => {
    const account = openAccount();
    await takeLock(account.aws, claim(account, "a"));
    for (const name of ["b", "c", "d"]) await enqueue(account.aws, claim(account, name));

    await leaveQueue(account.aws, subject, executionArn("c"));
    await leaveQueue(account.aws, subject, executionArn("c"));
    await leaveQueue(account.aws, "endpoint/nobody-waits-for", executionArn("c"));

    expect(await queued(account)).toEqual(["release-b", "release-d"]);
  });
});

describe("taking over", () => {
  test("keeps the ledger, gives a new fence, and shuts the old holder out", async () => {
    const account = openAccount();
    const dead = claim(account, "a");
    await takeLock(account.aws, dead);

    const taken = await takeOverLock(account.aws, claim(account, "b"), dead.execution);

    expect(taken).toMatchObject({ held: true, fence: 2, promoted: false });
    await freeLock(account.aws, dead);
    expect((await readLock(account.aws, subject)).holder?.releaseId).toBe("release-b");
  });

  test("of a lock that has moved on takes nothing from its new holder", async () => {
    const account = openAccount();
    const dead = claim(account, "a");
    await takeLock(account.aws, dead);
    await takeOverLock(account.aws, claim(account, "b"), dead.execution);

    const late = await takeOverLock(account.aws, claim(account, "c"), dead.execution);

    expect(late).toMatchObject({ held: false, holder: { releaseId: "release-b" } });
  });
});

describe("an order", () => {
  const order = (by: string) => ({ kind: "supersede", by, at: "2026-11-23T10:00:00.000Z" }) as const;

  test("reaches the holder, and the first one stands", async () => {
    const account = openAccount();
    const to = claim(account, "a");
    await takeLock(account.aws, to);

    expect(await giveOrder(account.aws, subject, { to, order: order("b") })).toBe(true);
    expect(await giveOrder(account.aws, subject, { to, order: order("c") })).toBe(true);

    expect((await readLock(account.aws, subject)).order).toEqual(order("b"));
  });

  test("for a holder that has gone reaches nobody", async () => {
    const account = openAccount();
    const gone = claim(account, "a");
    await takeLock(account.aws, gone);
    await freeLock(account.aws, gone);
    await takeLock(account.aws, claim(account, "b"));

    expect(await giveOrder(account.aws, subject, { to: gone, order: order("c") })).toBe(false);
    expect((await readLock(account.aws, subject)).order).toBeUndefined();
  });
});

test("giving a lock back twice, or one that another holds, changes nothing", async () => {
  const account = openAccount();
  const [a, b] = [claim(account, "a"), claim(account, "b")];
  await takeLock(account.aws, a);
  await freeLock(account.aws, a);
  await freeLock(account.aws, a);
  await takeLock(account.aws, b);
  await freeLock(account.aws, a);

  expect((await heldLocks(account.aws)).map(({ subject: of, holder }) => [of, holder.releaseId])).toEqual([
    [subject, "release-b"],
  ]);
});
