/** Waiting for one's turn at a busy endpoint, by the plan's policy. */
import { describe, expect, test } from "vitest";
import { readLock } from "../../src/aws/lock-item.ts";
import { freeLock, type LockTaken, takeLock } from "../../src/aws/locks.ts";
import { claimOf, waitTurn } from "../../src/aws/queue.ts";
import { claimRelease, readRelease } from "../../src/aws/releases.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { LockItem } from "../../src/core/release/lock.ts";
import type { Opening } from "../../src/core/release/opening.ts";
import type { Release } from "../../src/core/release/release.ts";
import { plan } from "../core/example.ts";
import { type Account, openAccount } from "./account.ts";
import { holding, releaseOf, subject } from "./releases.ts";

/** A release of a version comes while others hold or wait; what it is told, and the lock afterwards. */
async function comes(
  account: Account,
  version: number,
  whenBusy: Plan["whenBusy"] = "queue",
): Promise<{ opening: Opening; lock: LockItem; release: Release }> {
  const release = releaseOf(version);
  account.executions.begin(`release-v${version}`);
  await claimRelease(account.aws, release, plan);
  const lock: LockTaken = await takeLock(account.aws, claimOf(release, account.now()));
  if (lock.held) throw new Error("expected the lock to be held by another");
  const opening = await waitTurn(account.tools, { plan: { ...plan, whenBusy }, release, lock });
  return { opening, lock: await readLock(account.aws, subject), release };
}

const waiting = ({ queue = [] }: LockItem) => queue.map(({ releaseId }) => releaseId);

describe("a plan that queues", () => {
  test("has the release wait, and say for whom", async () => {
    const account = openAccount();
    await holding(account, 7);

    const { opening, lock } = await comes(account, 8);

    expect(opening).toEqual({
      route: "queued",
      reason: expect.stringMatching(
        /^endpoint\/chat-assistant is held by chat-assistant-v7-production \(execution .*release-v7\)$/,
      ),
      waitSeconds: 30,
      place: { subject, releaseId: "chat-assistant-v8-production" },
    });
    expect(waiting(lock)).toEqual(["chat-assistant-v8-production"]);
    expect(lock.order).toBeUndefined();
  });

  test("has the third of three wait for the second while nobody holds the endpoint, and says so", async () => {
    const account = openAccount();
    const first = await holding(account, 7);
    await comes(account, 8);
    await freeLock(account.aws, first);

    const { opening, lock } = await comes(account, 9);

    expect(opening).toMatchObject({
      route: "queued",
      reason: expect.stringMatching(
        /^endpoint\/chat-assistant is free, and chat-assistant-v8-production \(execution .*release-v8\) waits for it first$/,
      ),
    });
    expect(waiting(lock)).toEqual(["chat-assistant-v8-production", "chat-assistant-v9-production"]);
    expect(lock.holder).toBeUndefined();
  });

  test("lets it ask less often the longer it has waited", async () => {
    const account = openAccount();
    await holding(account, 7);
    account.wait(45);

    const { opening } = await comes(account, 8);

    expect(opening).toMatchObject({ waitSeconds: 450 });
  });
});

describe("a plan that refuses", () => {
  test("ends the release at once, with its record closed and no place in the queue", async () => {
    const account = openAccount();
    await holding(account, 7);

    const { opening, lock, release } = await comes(account, 8, "refuse");

    expect(opening).toMatchObject({ route: "ended", closing: { outcome: "refused", releaseId: release.id } });
    expect(waiting(lock)).toEqual([]);
    expect(lock.holder?.releaseId).toBe("chat-assistant-v7-production");
    expect(await readRelease(account.aws, release.id)).toMatchObject({ status: "closed", changes: [] });
    expect(account.published()).toMatchObject([
      { releaseId: release.id, state: "closed", outcome: "refused" },
    ]);
  });
});

describe("a plan that supersedes", () => {
  test("orders the older release back, and has the newer one wait for it", async () => {
    const account = openAccount();
    await holding(account, 7);

    const { opening, lock } = await comes(account, 8, "supersede");

    expect(opening.route).toBe("queued");
    expect(lock.order).toMatchObject({ kind: "supersede", by: "chat-assistant-v8-production" });
  });

  test("ends the older release where a newer one holds the endpoint", async () => {
    const account = openAccount();
    await holding(account, 8);

    const { opening, lock } = await comes(account, 7, "supersede");

    expect(opening).toMatchObject({
      route: "ended",
      reason: "chat-assistant-v8-production is newer",
      closing: { outcome: "superseded" },
    });
    expect(lock.order).toBeUndefined();
  });

  test("ends it where a newer one waits already", async () => {
    const account = openAccount();
    await holding(account, 7);
    await comes(account, 9, "supersede");

    const { opening } = await comes(account, 8, "supersede");

    expect(opening).toMatchObject({ route: "ended", reason: "chat-assistant-v9-production is newer" });
  });
});
