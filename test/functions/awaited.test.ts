/** A production milestone that is due by date: it waits for a version that is approved, and no longer than its grace. */
import { UpdateModelPackageCommand } from "@aws-sdk/client-sagemaker";
import { describe, expect, test } from "vitest";
import { pastReleases } from "../../src/aws/history.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { closeRecord, readRelease } from "../../src/aws/releases.ts";
import { Plan } from "../../src/core/plan/plan.ts";
import type { Account } from "../aws/account.ts";
import { plan as sample } from "../core/example.ts";
import { accountWith, opening } from "./run.ts";

const production = (when: object) =>
  Plan.parse({ ...sample, milestones: { ...sample.milestones, production: { when } } });
const dated = production({ at: "2026-11-23T11:00:00", timeZone: "UTC", graceMinutes: 90 });
/** Two hours ahead: the account's clock begins at nine. */
const due = {
  milestone: {
    model: "chat-assistant",
    kind: "production",
    scheduledTime: "2026-11-23T09:00:00Z",
    leadMinutes: 120,
  },
};

const registered = ({ aws }: Account, version: number, ModelApprovalStatus: "Approved" | "Rejected") =>
  aws.sagemaker.send(
    new UpdateModelPackageCommand({
      ModelPackageArn: `arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat-assistant/${version}`,
      ModelApprovalStatus,
    }),
  );

/** An account in which version 6 serves and 7 is not approved yet. */
async function withoutVersion(plan = dated): Promise<Account> {
  const account = await accountWith({ plan });
  await registered(account, 7, "Rejected");
  return account;
}

const waiting = {
  route: "queued",
  reason: expect.stringMatching(
    /^version 6 is not newer .*; waits until 2026-11-23T12:30:00.000Z for one that is approved$/,
  ),
};

describe("without a version that is newer than what serves", () => {
  test("it waits, holds nothing, and opens with the one that is approved meanwhile", async () => {
    const account = await withoutVersion();

    expect(await opening(due, account)).toMatchObject({ ...waiting, waitSeconds: 30 });
    expect((await readLock(account.aws, "endpoint/chat-assistant")).holder).toBeUndefined();
    account.wait(100);
    expect(await opening(due, account)).toMatchObject({ ...waiting, waitSeconds: 1000 });
    await registered(account, 7, "Approved");

    expect(await opening(due, account)).toMatchObject({
      route: "production",
      release: { id: "chat-assistant-v7-production", dueAt: "2026-11-23T11:00:00.000Z" },
    });
  });

  test("it never waits beyond its grace, and is refused then, with nothing raised", async () => {
    const account = await withoutVersion();
    await opening(due, account);
    account.wait(205);
    expect(await opening(due, account)).toMatchObject({ ...waiting, waitSeconds: 300 });
    account.wait(5);

    const ended = await opening(due, account);

    expect(ended).toMatchObject({
      route: "ended",
      closing: {
        outcome: "refused",
        releaseId: "chat-assistant-2026-11-23-production",
        lateMinutes: 90,
        reason: expect.stringMatching(
          /^no version to release was approved until 2026-11-23T12:30:00.000Z: version 6 is not newer/,
        ),
      },
    });
    expect(account.published()).toEqual([
      expect.objectContaining({ state: "closed", outcome: "refused", lateMinutes: 90 }),
    ]);
    expect((await pastReleases(account.aws, 0)).past).toMatchObject([
      { releaseId: "chat-assistant-2026-11-23-production", outcome: "refused", lateMinutes: 90 },
    ]);
    expect((await readLock(account.aws, "endpoint/chat-assistant")).holder).toBeUndefined();
  });

  test("it waits although an older version was released, or rolled back, before it was due", async () => {
    const account = await accountWith({ plan: dated });
    const first = await opening({ model: "chat-assistant", version: 7 }, account, "by-hand");
    if (!("release" in first) || first.route !== "production") throw new Error("expected a release");
    const { id: releaseId } = first.release;
    const closing = { outcome: "rolled-back" as const, reason: "", releaseId, drifted: [] };
    await closeRecord(account.aws, { releaseId, closing, closedAt: "2026-11-23T09:00:00Z", changes: [] });
    const later = { milestone: { ...due.milestone, scheduledTime: "2026-11-23T09:30:00Z", leadMinutes: 90 } };

    expect(await opening(later, account)).toMatchObject({
      route: "queued",
      reason: expect.stringMatching(/^duplicate: .* ended as rolled-back .*; waits until/),
    });
  });

  test("delivered again after its own release has ended it is a duplicate", async () => {
    const account = await accountWith({ plan: dated });
    const first = await opening(due, account);
    if (!("release" in first) || first.route !== "production") throw new Error("expected a release");
    expect(await opening(due, account, "again")).toMatchObject({
      route: "ignored",
      reason: /duplicate: .* is under way/,
    });
    const { id: releaseId } = first.release;
    const closing = { outcome: "promoted" as const, reason: "", releaseId, drifted: [] };
    await closeRecord(account.aws, { releaseId, closing, closedAt: "2026-11-23T10:00:00Z", changes: [] });

    expect(await opening(due, account, "once-more")).toMatchObject({ route: "ignored", reason: /duplicate/ });
    expect((await readRelease(account.aws, releaseId))?.closing?.outcome).toBe("promoted");
  });

  test("it waits as long by default as four hours", async () => {
    const account = await withoutVersion(production({ cron: "cron(0 11 ? * MON *)", timeZone: "UTC" }));

    expect(await opening(due, account)).toMatchObject({ reason: /waits until 2026-11-23T15:00:00.000Z/ });
  });

  test("a run by hand is told at once", async () => {
    const account = await withoutVersion();

    const byHand = { milestone: { model: "chat-assistant", kind: "production" } };
    expect(await opening(byHand, account)).toMatchObject({ route: "ignored" });
  });
});

test("an approval starts nothing that is due by date: the date waits for it", async () => {
  const account = await accountWith({ plan: dated });
  const approval = {
    source: "aws.sagemaker",
    "detail-type": "SageMaker Model Package State Change",
    detail: {},
  };
  const { readFileSync } = await import("node:fs");
  const event = { ...approval, ...JSON.parse(readFileSync("events/registry-approved.json", "utf8")) };

  expect(await opening(event, account)).toEqual({
    route: "ignored",
    reason: "production of chat-assistant is due by date, 2026-11-23T11:00:00 UTC, not by an approval",
  });
});

test("a grace is production's alone, and of no more than two weeks", () => {
  const { pool } = sample.milestones.training ?? {};
  const training = { when: { cron: "cron(0 2 * * ? *)", graceMinutes: 5 }, pool };
  const mistaken = Plan.safeParse({ ...sample, milestones: { ...sample.milestones, training } });
  const long = Plan.safeParse({
    ...sample,
    milestones: { production: { when: { at: "2026-11-23T11:00:00", graceMinutes: 20_161 } } },
  });

  expect([mistaken.success, long.success]).toEqual([false, false]);
});
