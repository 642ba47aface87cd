/** A patch milestone that has come: nothing behind, behind with a version that patches it, behind without one, and not known. */
import { UpdateModelPackageCommand } from "@aws-sdk/client-sagemaker";
import { describe, expect, test } from "vitest";
import { pastReleases } from "../../src/aws/history.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { freeLock } from "../../src/aws/locks.ts";
import { closeRecord } from "../../src/aws/releases.ts";
import { Plan } from "../../src/core/plan/plan.ts";
import type { Outcome } from "../../src/core/release/closing.ts";
import { ReleaseNews } from "../../src/core/release/news.ts";
import { noticeOf } from "../../src/core/release/notice.ts";
import type { Account } from "../aws/account.ts";
import { planIn } from "../core/example.ts";
import { accountWith, opening } from "./run.ts";

const plan = Plan.parse(planIn("test/data/plans/patched.yml"));
const { model } = plan;
/** An hour ahead: the account's clock begins at nine. */
const due = {
  milestone: { model, kind: "patch", scheduledTime: "2026-11-23T09:00:00Z", leadMinutes: 60 },
};
/** Of what serves: pushed too long ago. */
const old = { imageAgeDays: { serving: 132 } };
const severe = (of: "candidate" | "serving", severity: string, count: number) => ({ of, severity, count });

/** `as`: the type by which the registry has its versions. */
async function accountIn(security: object, { versions = [] as number[], as = "patch" } = {}) {
  const account = await accountWith({ plan, spec: { security, registry: { versions } } });
  for (const { metadata } of account.world.state.modelPackages.values())
    Object.assign(metadata ?? {}, { "slipway:release-type": as });
  return account;
}

async function holderOf({ aws }: Account) {
  return (await readLock(aws, `endpoint/${plan.endpoint.name}`)).holder;
}

const registered = ({ aws }: Account, version: number, ModelApprovalStatus: "Approved" | "Rejected") =>
  aws.sagemaker.send(
    new UpdateModelPackageCommand({
      ModelPackageArn: `arn:aws:sagemaker:eu-west-1:123456789012:model-package/${model}/${version}`,
      ModelApprovalStatus,
    }),
  );

async function released(
  account: Account,
  event: unknown,
  { name, outcome }: { name: string; outcome: Outcome },
) {
  const opened = await opening(event, account, name);
  if (!("release" in opened)) throw new Error(`expected a release, found ${JSON.stringify(opened)}`);
  const { id: releaseId } = opened.release;
  const closing = { outcome, reason: "", releaseId, drifted: [] };
  await closeRecord(account.aws, { releaseId, closing, closedAt: "2026-11-23T09:00:00Z", changes: [] });
  const { execution } = opened.release;
  await freeLock(account.aws, { subject: `endpoint/${plan.endpoint.name}`, execution });
  return releaseId;
}

describe("where nothing is behind", () => {
  test("its date is done: it is in the history with what was found, holds nothing, and nobody is told", async () => {
    const account = await accountIn({});

    const ended = await opening(due, account);

    const reason =
      "what serves on claims-patcher is not behind: v6: 0 critical, 0 high, by a scan of 1 day ago; pushed 20 days ago";
    const releaseId = `${model}-2026-11-23-patch`;
    expect(ended).toMatchObject({
      route: "ended",
      closing: { outcome: "done", releaseId, lateMinutes: 0, reason },
    });
    expect((await pastReleases(account.aws, 0)).past).toMatchObject([{ releaseId, outcome: "done", reason }]);
    expect(await holderOf(account)).toBeUndefined();
    expect(account.writes().filter((name) => name !== "PutEvents")).toEqual([]);
    const [news] = account.published();
    expect(noticeOf(ReleaseNews.parse(news))).toBeUndefined();
  });

  test("a run by hand is told so, and leaves no record", async () => {
    const account = await accountIn({});

    expect(await opening({ model, milestone: "patch" }, account)).toMatchObject({
      route: "ignored",
      reason: /is not behind/,
    });
    expect((await pastReleases(account.aws, 0)).past).toEqual([]);
  });

  test("what will be too old on the date is behind an hour ahead of it", async () => {
    const [today, onDate] = [59.9, 59.98];

    expect(await opening(due, await accountIn({ imageAgeDays: { serving: today } }))).toMatchObject({
      route: "ended",
    });
    expect(await opening(due, await accountIn({ imageAgeDays: { serving: onDate } }))).toMatchObject({
      release: { id: `${model}-v7-patch` },
    });
  });
});

describe("where what serves is behind", () => {
  test("the newest approved version that is not is released as a patch, and says why", async () => {
    const account = await accountIn(old, { versions: [8] });

    const opened = await opening(due, account);

    expect(opened).toMatchObject({
      route: "production",
      release: { id: `${model}-v8-patch`, releaseType: "patch", dueAt: "2026-11-23T10:00:00.000Z" },
      reason: expect.stringMatching(
        /opened by schedule: what serves on claims-patcher is behind: v6 \(\S+claims-patcher:6\): image-age, expected an image pushed at most 60 days ago, found pushed 132 days ago$/,
      ),
    });
    expect(await holderOf(account)).toMatchObject({ releaseId: `${model}-v8-patch`, version: 8 });
    expect(account.published()).toMatchObject([{ state: "opened", reason: /is behind/ }]);
  });

  test("it opens the same release where it is asked again in the middle of it", async () => {
    const account = await accountIn(old);
    const first = await opening(due, account);

    const again = await opening(due, account);
    expect(again).toEqual({ ...first, reason: `${model}-v7-patch opened by schedule` });
    expect(await opening(due, account, "delivered-again")).toMatchObject({
      route: "ignored",
      reason: /duplicate/,
    });
  });

  test("it waits until its grace is over where no version patches it, and is refused then with what is wanted", async () => {
    const account = await accountIn({ imageAgeDays: { serving: 132, candidate: 61 } });

    const waiting = await opening(due, account);
    expect(waiting).toMatchObject({
      route: "queued",
      reason: expect.stringMatching(
        /version 7: image-age, expected .* found pushed 61 days ago\); wanted: a version with a patched image, approved; waits until 2026-11-23T13:00:00.000Z for one that is approved$/,
      ),
    });
    expect(await holderOf(account)).toBeUndefined();
    account.wait(240);
    const ended = await opening(due, account);

    expect(ended).toMatchObject({
      route: "ended",
      closing: { outcome: "refused", releaseId: `${model}-2026-11-23-patch`, lateMinutes: 180 },
    });
    const notice = noticeOf(ReleaseNews.parse(account.published().at(-1)));
    expect(notice).toMatchObject({
      title: `${model}, patch was refused, and nothing was changed`,
      why: expect.stringMatching(
        /found pushed 132 days ago.*wanted: a version with a patched image, approved\.$/,
      ),
    });
    expect(notice?.next.map(({ command }) => command)).toEqual(["slipway patch-status --stage dev"]);
  });

  test("a version that is approved at the end of the grace is found by the last look", async () => {
    const account = await accountIn(old);
    await registered(account, 7, "Rejected");
    expect(await opening(due, account)).toMatchObject({
      route: "queued",
      reason: /no newer version is approved/,
    });
    account.wait(240);
    await registered(account, 7, "Approved");

    expect(await opening(due, account)).toMatchObject({ release: { id: `${model}-v7-patch` } });
  });

  test("what cannot be looked at is not patched, and is told as not known", async () => {
    const account = await accountIn(old);
    account.fail(
      "DescribeImages",
      Object.assign(new Error("slow down"), { name: "ThrottlingException" }),
      99,
    );

    expect(await opening(due, account)).toMatchObject({
      route: "queued",
      reason: expect.stringMatching(
        /is behind: v6 .*: vulnerabilities, .* not known: .*version 7: .*not known: /,
      ),
    });
    account.mend();
    expect(await opening(due, account)).toMatchObject({ release: { id: `${model}-v7-patch` } });
  });

  test("somebody who patches what serves meanwhile ends its wait", async () => {
    const account = await accountIn({ imageAgeDays: { serving: 132, candidate: 61 } });
    expect(await opening(due, account)).toMatchObject({ route: "queued" });
    account.wait(30);
    for (const image of account.world.state.images) Object.assign(image, { pushedMs: account.now() - 1000 });

    expect(await opening(due, account)).toMatchObject({
      route: "ended",
      closing: { outcome: "done", lateMinutes: 0 },
    });
  });

  test("a version with more of the worst findings than what serves is passed over, though it is within the limits", async () => {
    const account = await accountIn({
      ...old,
      findings: [severe("serving", "high", 1), severe("candidate", "high", 2)],
    });

    expect(await opening(due, account)).toMatchObject({
      route: "queued",
      reason: expect.stringMatching(/version 7: its scan shows 2 high, where what serves has 1\)/),
    });
  });

  test("a version that was rolled back, or stopped, is left to a person", async () => {
    for (const outcome of ["rolled-back", "stopped"] as const) {
      const account = await accountIn(old, { versions: [8] });
      const bad = await released(account, { model, version: 8 }, { name: "by-hand", outcome });
      expect(bad).toBe(`${model}-v8-production`);

      expect(await opening(due, account)).toMatchObject({ release: { id: `${model}-v7-patch` } });
    }
  });

  test("a version that was refused on one date is tried again on the next, and once on each", async () => {
    const account = await accountIn(old);
    await released(account, due, { name: "first", outcome: "refused" });
    expect(await opening(due, account, "delivered-again")).toMatchObject({
      route: "ignored",
      reason: /duplicate/,
    });
    const next = { milestone: { ...due.milestone, scheduledTime: "2026-11-30T09:00:00Z" } };

    expect(await opening(next, account, "next")).toMatchObject({ release: { id: `${model}-v7-patch-r2` } });
  });

  test("a version that the registry has as another type is no patch", async () => {
    const account = await accountIn(old, { as: "major" });

    expect(await opening(due, account)).toMatchObject({
      route: "queued",
      reason: expect.stringMatching(/version 7: the registry has it as a major release/),
    });
  });
});

describe("behind another release", () => {
  async function queued() {
    const account = await accountIn(old, { versions: [8, 9] });
    await registered(account, 9, "Rejected");
    const other = await opening({ model, version: 7 }, account, "other");
    if (!("release" in other)) throw new Error("expected a release");
    expect(await opening(due, account, "patch")).toMatchObject({ route: "queued", reason: /v7-production/ });
    return { account, other: other.release };
  }

  test("it waits in the queue with the version that it has claimed", async () => {
    const { account, other } = await queued();
    const { queue } = await readLock(account.aws, `endpoint/${plan.endpoint.name}`);
    expect(queue).toMatchObject([{ releaseId: `${model}-v8-patch` }]);
    await freeLock(account.aws, other);
    // A newer one that is approved meanwhile is another release's.
    await registered(account, 9, "Approved");

    expect(await opening(due, account, "patch")).toMatchObject({ release: { id: `${model}-v8-patch` } });
  });

  test("it ends, and gives its place back, where somebody has patched what serves meanwhile", async () => {
    const { account } = await queued();
    for (const image of account.world.state.images) Object.assign(image, { pushedMs: account.now() - 1000 });

    expect(await opening(due, account, "patch")).toMatchObject({
      route: "ended",
      closing: { outcome: "done", releaseId: `${model}-v8-patch` },
    });
    expect((await readLock(account.aws, `endpoint/${plan.endpoint.name}`)).queue).toEqual([]);
  });
});
