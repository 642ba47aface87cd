/**
 * Conditional writes, clause by clause: a write that comes too late in one respect alone changes nothing. Between a read
 * and its write the world goes on by a call that the test makes there.
 */
import { describe, expect, test } from "vitest";
import { connect } from "../../src/aws/clients.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { enqueue, freeLock, leaveQueue, takeLock, takeUpLock } from "../../src/aws/locks.ts";
import { takePlace, waitOn } from "../../src/aws/places.ts";
import { applyPlan, planInForce, replacePlan } from "../../src/aws/plans.ts";
import { claimRelease, closeRecord, moveRecord, readRelease } from "../../src/aws/releases.ts";
import { readShared, writeShared } from "../../src/aws/shared-items.ts";
import type { HeldLock } from "../../src/core/release/lock.ts";
import type { SharedItem } from "../../src/core/release/shared-lease.ts";
import type { WaitOn } from "../../src/core/request/inputs.ts";
import { plan } from "../core/example.ts";
import { type Account, openAccount } from "./account.ts";
import { executionArn } from "./executions.ts";
import { holding, ledgerOf, releaseOf, subject } from "./releases.ts";

const at = "2026-11-23T09:00:00.000Z";

/** The tools of an account with something done just before its next call of an operation reaches it. */
function interrupted(account: Account, operation: string, act: () => Promise<unknown>): Account["tools"] {
  let done = false;
  const aws = connect({
    async handle(request: never) {
      const { headers } = request as { headers: Record<string, string> };
      if (!done && headers["x-amz-target"]?.endsWith(`.${operation}`)) {
        done = true;
        await act();
      }
      return account.wire.handle(request);
    },
  });
  return { ...account.tools, aws };
}

describe("the record of a release that waits", () => {
  const from = releaseOf(7).execution;
  const to = executionArn("next");

  test("goes to the next execution once, from the one that has it, while it is open", async () => {
    const { aws } = openAccount();
    await claimRelease(aws, releaseOf(7), plan);
    const { id } = releaseOf(7);

    expect(await moveRecord(aws, id, { from: executionArn("other"), to })).toBe(false);
    expect((await readRelease(aws, id))?.release.execution).toBe(from);
    expect(await moveRecord(aws, id, { from, to })).toBe(true);
    expect(await moveRecord(aws, id, { from, to })).toBe(true);
    expect((await readRelease(aws, id))?.release.execution).toBe(to);
  });

  test("stays where it is once it is closed", async () => {
    const { aws } = openAccount();
    const { id: releaseId } = releaseOf(7);
    await claimRelease(aws, releaseOf(7), plan);
    const closing = { outcome: "stopped" as const, reason: "told to", releaseId, drifted: [] };
    await closeRecord(aws, { releaseId, closing, closedAt: at, changes: [] });

    expect(await moveRecord(aws, releaseId, { from, to })).toBe(false);
    expect((await readRelease(aws, releaseId))?.release.execution).toBe(from);
  });
});

describe("a lock that names its next execution", () => {
  const next = { releaseId: releaseOf(7).id, execution: executionArn("next"), since: at };

  async function named(account: Account): Promise<HeldLock> {
    const release = await holding(account, 7);
    const ledger = await ledgerOf(account, release);
    await ledger.nameSuccessor({ name: "next", at });
    return { ...(await readLock(account.aws, subject)), subject } as HeldLock;
  }

  test("is taken up by it", async () => {
    const account = openAccount();
    const seen = await named(account);

    expect(await takeUpLock(account.aws, seen, next)).toMatchObject({ holder: next, fence: seen.fence + 1 });
  });

  test.each<[string, (seen: HeldLock) => HeldLock]>([
    [
      "another held it",
      (seen) => ({ ...seen, holder: { ...seen.holder, execution: executionArn("other") } }),
    ],
    ["it had another fence", (seen) => ({ ...seen, fence: seen.fence - 1 })],
    ["it named another", (seen) => ({ ...seen, successor: { name: "other", at } })],
  ])("is not where %s when it was seen", async (_, otherwise) => {
    const account = openAccount();
    const seen = await named(account);

    expect(await takeUpLock(account.aws, otherwise(seen), next)).toBeUndefined();
    expect(await readLock(account.aws, subject)).toMatchObject({ holder: seen.holder, fence: seen.fence });
  });
});

describe("who leans on a thing", () => {
  const of = { kind: "ecs-service", name: "service/prod/tokenizer" } as const;
  const leaning = (releaseId: string, version: number): SharedItem => ({
    version,
    leases: { [releaseId]: { minimum: 6, fence: 1, since: at } },
  });

  test("is written over what was read of it alone, and again where the answer was lost", async () => {
    const { aws } = openAccount();

    expect(await writeShared(aws, of, leaning("a", 1))).toEqual(leaning("a", 1));
    expect(await writeShared(aws, of, leaning("a", 1))).toEqual(leaning("a", 1));
    await expect(writeShared(aws, of, leaning("b", 1))).rejects.toMatchObject({ name: "LedgerContended" });
    await expect(writeShared(aws, of, leaning("b", 3))).rejects.toMatchObject({ name: "LedgerContended" });
    expect(await readShared(aws, of)).toEqual(leaning("a", 1));
    expect(await writeShared(aws, of, leaning("b", 2))).toEqual(leaning("b", 2));
  });
});

describe("a place in the queue", () => {
  const [first, second] = ["v8", "v9"].map((name) => executionArn(`release-${name}`)) as [string, string];

  /** One holds the lock, two wait; what the second is about. */
  async function queued(account: Account): Promise<WaitOn> {
    await holding(account, 7);
    for (const [version, execution] of [
      [8, first],
      [9, second],
    ] as const) {
      account.executions.begin(`release-v${version}`);
      await claimRelease(account.aws, releaseOf(version), plan);
      await enqueue(account.aws, { subject, releaseId: releaseOf(version).id, execution, since: at });
    }
    return { subject, releaseId: releaseOf(9).id, execution: second, startedAt: at, input: {} };
  }
  const leaves = (account: Account) => () =>
    freeLock(account.aws, { subject, execution: releaseOf(7).execution }).then(() =>
      takeLock(account.aws, { subject, releaseId: releaseOf(8).id, execution: first, since: at }),
    );

  test("that another has moved up to meanwhile is not given a successor", async () => {
    const account = openAccount();
    const place = await queued(account);
    const asked = { execution: second, startedAt: at, begunAt: at, input: {}, turns: 10_000 };
    const opening = { route: "queued", reason: "", waitSeconds: 30, place } as const;

    const went = waitOn(interrupted(account, "UpdateItem", leaves(account)), asked, opening);

    await expect(went).rejects.toMatchObject({ name: "LedgerContended" });
    expect((await readLock(account.aws, subject)).queue).toEqual([
      expect.not.objectContaining({ successor: expect.anything() }),
    ]);
  });

  test("that has moved up meanwhile is not written over another's", async () => {
    const account = openAccount();
    const place = await queued(account);
    const asked = { execution: second, startedAt: at, begunAt: at, input: {}, turns: 10_000 };
    const opening = { route: "queued", reason: "", waitSeconds: 30, place } as const;
    const went = await waitOn(account.tools, asked, opening);
    if (went.route !== "handed-over") throw new Error(JSON.stringify(went));
    account.executions.end("release-v9", "SUCCEEDED");
    const third = executionArn("release-v10");
    await enqueue(account.aws, { subject, releaseId: "v10", execution: third, since: at });
    const execution = executionArn(went.handOver.to);

    const taken = takePlace(
      interrupted(account, "UpdateItem", leaves(account)),
      { execution, startedAt: at },
      { ...place, isRelease: true },
    );

    await expect(taken).rejects.toMatchObject({ name: "LedgerContended" });
    expect((await readLock(account.aws, subject)).queue).toMatchObject([
      { execution: second },
      { execution: third },
    ]);
  });
});

test("a ledger whose lock was given back records nothing more", async () => {
  const account = openAccount();
  const release = await holding(account, 7);
  const ledger = await ledgerOf(account, release);
  await freeLock(account.aws, release);

  const resource = { kind: "schedule", name: "lease" } as const;
  await expect(
    ledger.intend({ id: "lease-end", resource, before: null, after: null, at }),
  ).rejects.toMatchObject({ name: "LockLost" });
});

test("a plan is replaced only where it is the one that was seen", async () => {
  const { aws } = openAccount();
  await applyPlan(aws, plan, at);
  const over = await planInForce(aws, plan.model);
  const later = "2026-11-23T10:00:00.000Z";
  await applyPlan(aws, { ...plan, whenBusy: "refuse" }, later);

  await expect(
    replacePlan(aws, plan, { over, at: "2026-11-23T11:00:00.000Z", by: "me" }),
  ).rejects.toMatchObject({
    name: "Drifted",
  });
  expect(await planInForce(aws, plan.model)).toMatchObject({
    appliedAt: later,
    plan: { whenBusy: "refuse" },
  });
});

describe("a lock that is free", () => {
  const claims = ["b", "c", "d"].map((name) => ({
    subject,
    releaseId: `release-${name}`,
    execution: executionArn(name),
    since: at,
  }));
  const [b, c, d] = claims as [(typeof claims)[0], (typeof claims)[0], (typeof claims)[0]];
  const waiting = async ({ aws }: Account) =>
    (await readLock(aws, subject)).queue?.map(({ releaseId }) => releaseId) ?? [];

  test("is not taken by one who came before nobody, once somebody waits for it", async () => {
    const account = openAccount();
    const { aws } = interrupted(account, "UpdateItem", () => enqueue(account.aws, c));

    await expect(takeLock(aws, b)).rejects.toMatchObject({ name: "LedgerContended" });
    expect(await waiting(account)).toEqual(["release-c"]);
  });

  test("is not taken by the first in the queue once it is that no more, nor is another's place", async () => {
    const account = openAccount();
    for (const name of ["b", "c"]) account.executions.begin(name);
    for (const one of [b, c]) await enqueue(account.aws, one);
    const { aws } = interrupted(account, "UpdateItem", () => leaveQueue(account.aws, subject, b.execution));

    await expect(takeLock(aws, b)).rejects.toMatchObject({ name: "LedgerContended" });
    expect(await waiting(account)).toEqual(["release-c"]);
  });

  test("keeps the places of the others where one leaves twice at one moment", async () => {
    const account = openAccount();
    for (const one of [b, c, d]) await enqueue(account.aws, one);
    const { aws } = interrupted(account, "UpdateItem", () => leaveQueue(account.aws, subject, b.execution));

    await expect(leaveQueue(aws, subject, b.execution)).rejects.toMatchObject({ name: "LedgerContended" });
    expect(await waiting(account)).toEqual(["release-c", "release-d"]);
  });
});
