/** What a person sees of the locks, and giving one back by hand. */
import { beforeEach, describe, expect, test } from "vitest";
import { make } from "../../src/aws/changes.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { freeByHand, statusOfLocks } from "../../src/aws/lock-status.ts";
import { enqueue } from "../../src/aws/locks.ts";
import { readRelease } from "../../src/aws/releases.ts";
import { readModel } from "../../src/aws/serving/sagemaker/models.ts";
import { undoMark } from "../../src/core/release/change.ts";
import type { Remainder } from "../../src/core/release/remainder.ts";
import { type Account, openAccount } from "./account.ts";
import { executionArn } from "./executions.ts";
import { holding, ledgerOf, releaseOf, subject } from "./releases.ts";

const releaseId = "chat-assistant-v7-production";
const since = "2026-11-23T09:00:00.000Z";
const remainder: Remainder[] = [
  {
    resource: { kind: "model", name: "copy" },
    is: { ModelName: "copy" },
    should: null,
    refusedBy: "AwsRefused: AccessDenied",
    since,
  },
];

let account: Account;
beforeEach(() => {
  account = openAccount();
});

/** A release that made a model, and ended without taking it away. */
async function ended({ leaving = true } = {}): Promise<void> {
  const ledger = await ledgerOf(account, await holding(account));
  const to = await readModel(account.aws, "chat-assistant-v6");
  await make(account.tools, ledger, { id: "model", resource: { kind: "model", name: "copy" }, to });
  if (leaving) await ledger.leave(remainder);
  account.executions.end("release-v7", "FAILED");
}

const status = () => statusOfLocks(account.aws, account.now());
const free = () =>
  freeByHand(account.aws, { subject, by: "ann", reason: "done by hand", nowMs: account.now() });

describe("the status", () => {
  test("of an account without releases is empty", async () => {
    expect(await status()).toEqual([]);
  });

  test("tells who is at work, and who waits", async () => {
    await holding(account);
    const { id, execution } = releaseOf(8);
    await enqueue(account.aws, { subject, releaseId: id, execution, since });

    expect(await status()).toMatchObject([
      { subject, state: "at-work", holder: { releaseId }, queue: [{ releaseId: id }], remainder: [] },
    ]);
  });

  test.each([
    [true, "remainder", remainder],
    [false, "died", []],
  ])("tells what a release left that is at work no more", async (leaving, state, left) => {
    await ended({ leaving });

    expect(await status()).toMatchObject([{ state, holder: { releaseId }, remainder: left, attempts: 0 }]);
  });
});

describe("a lock that is given back by hand", () => {
  test("is free; the release is closed with who did it, why, and what stays", async () => {
    await ended();

    expect(await free()).toEqual({ releaseId, left: remainder });

    expect(await status()).toEqual([]);
    expect(await readRelease(account.aws, releaseId)).toMatchObject({
      status: "closed",
      closing: {
        outcome: "failed",
        reason: "freed by ann: done by hand",
        freed: {
          by: "ann",
          reason: "done by hand",
          at: new Date(account.now()).toISOString(),
          left: remainder,
        },
      },
      changes: [{ id: "model", state: "applied" }],
    });
  });

  test("names what stays although nobody got as far as to say so", async () => {
    await ended({ leaving: false });

    expect((await free()).left).toMatchObject([
      { resource: { kind: "model", name: "copy" }, should: null, refusedBy: "nobody has said why" },
    ]);
  });

  test("tells as begun what may have been put back, and nobody has said so", async () => {
    await ended();
    const { holder, fence } = await readLock(account.aws, subject);
    const ledger = await ledgerOf(account, { ...releaseOf(7), execution: holder?.execution ?? "", fence });
    await ledger.begin(undoMark({ kind: "model", name: "copy" }), { at: since });

    await free();

    const { claimed = {} } = (await readLock(account.aws, subject)).evidence ?? {};
    expect(Object.values(claimed).map((text) => JSON.parse(text))).toMatchObject([
      { what: "made", changes: ["model"] },
      { what: "begun", changes: ["model"], release: { id: releaseId } },
    ]);
  });

  test("is not given back while somebody is at work under it", async () => {
    await holding(account);

    await expect(free()).rejects.toMatchObject({
      name: "NotFound",
      message: `${subject}: expected a lock at which nobody is at work, found ${releaseId} with execution ${executionArn("release-v7")}; "slipway stop ${releaseId}" ends it`,
    });
    expect((await readLock(account.aws, subject)).holder).toBeDefined();
  });

  test("that nobody holds is not known", async () => {
    await expect(free()).rejects.toMatchObject({
      message: `SUBJECT: expected a lock that is held, found "${subject}"; "slipway status" lists them`,
    });
  });
});
