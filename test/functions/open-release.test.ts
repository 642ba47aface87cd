/** Opening a release: what starts one, what does not, who comes first, and who waits. */

import { readFileSync } from "node:fs";
import { UpdateModelPackageCommand } from "@aws-sdk/client-sagemaker";
import { describe, expect, test } from "vitest";
import { readLock } from "../../src/aws/lock-item.ts";
import { freeLock } from "../../src/aws/locks.ts";
import { closeRecord, latestAttempt } from "../../src/aws/releases.ts";
import { Plan } from "../../src/core/plan/plan.ts";
import type { Closing, Outcome } from "../../src/core/release/closing.ts";
import type { Opening } from "../../src/core/release/opening.ts";
import type { Account } from "../aws/account.ts";
import { executionArn } from "../aws/executions.ts";
import { plan } from "../core/example.ts";
import { accountWith, manual, opening, trainingDue } from "./run.ts";

const sample = (name: string): { detail: Record<string, unknown> } =>
  JSON.parse(readFileSync(new URL(`../../events/${name}.json`, import.meta.url), "utf8"));

const releaseOf = (opened: Opening) => {
  if (!("release" in opened)) throw new Error(`expected an open release, found ${JSON.stringify(opened)}`);
  return opened.release;
};

async function close(
  account: Account,
  opened: Opening,
  outcome: Outcome,
  more: Partial<Closing> = {},
): Promise<void> {
  const release = releaseOf(opened);
  const closing = { outcome, reason: "over", releaseId: release.id, drifted: [], ...more };
  await closeRecord(account.aws, {
    releaseId: release.id,
    closing,
    closedAt: "2026-11-23T09:00:00.000Z",
    changes: [],
  });
  await freeLock(account.aws, release);
}

const approve = ({ aws }: Account, version: number, ModelApprovalStatus: "Approved" | "Rejected") =>
  aws.sagemaker.send(
    new UpdateModelPackageCommand({
      ModelPackageArn: `arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat-assistant/${version}`,
      ModelApprovalStatus,
    }),
  );

describe("an approval in the registry", () => {
  test("opens the release of that version, takes the endpoint's lock and tells the world", async () => {
    const account = await accountWith();

    const opened = await opening(sample("registry-approved"), account);

    expect(opened).toMatchObject({
      route: "production",
      reason: "chat-assistant-v7-production opened by registry",
      promoted: false,
      release: {
        id: "chat-assistant-v7-production",
        version: 7,
        releaseType: "minor",
        attempt: 1,
        fence: 1,
        subject: "endpoint/chat-assistant",
        execution: executionArn("release"),
      },
      plan: { model: "chat-assistant" },
    });
    expect(account.published()).toMatchObject([{ state: "opened", trigger: "registry", version: 7 }]);
    expect(account.writes()).toEqual(["PutEvents"]);
  });

  test.each(["registry-rejected", "registry-pending", "registry-life-cycle"])(
    "%s opens nothing",
    async (name) => {
      const account = await accountWith();

      expect(await opening(sample(name), account)).toMatchObject({ route: "ignored" });
      expect((await readLock(account.aws, "endpoint/chat-assistant")).holder).toBeUndefined();
      expect(account.writes()).toEqual([]);
    },
  );

  test("of a model without a plan is ignored, and says so", async () => {
    const event = sample("registry-approved");
    event.detail.ModelPackageGroupName = "other";

    expect(await opening(event, await accountWith())).toEqual({
      route: "ignored",
      reason: "model other has no plan",
    });
  });

  const ours = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat-assistant/7";

  test.each([
    [
      "of another region",
      "eu-west-2:123456789012",
      "is in another region than its endpoint, which is in eu-west-1",
    ],
    [
      "of a registry that the plan does not name",
      "eu-west-1:111111111111",
      "is not of the registry that the plan of chat-assistant names, arn:aws:sagemaker:eu-west-1:123456789012:model-package-group/chat-assistant",
    ],
  ])("%s is ignored, and nothing is asked of that registry", async (_, place, reason) => {
    const group = "arn:aws:sagemaker:eu-west-1:123456789012:model-package-group/chat-assistant";
    const account = await accountWith({ plan: { ...plan, modelPackageGroupArn: group } });
    const event = sample("registry-approved");
    const arn = ours.replace("eu-west-1:123456789012", place);
    event.detail.ModelPackageArn = arn;

    expect(await opening(event, account)).toEqual({ route: "ignored", reason: `${arn} ${reason}` });
    expect(account.calls.filter(({ service }) => service === "sagemaker")).toEqual([]);
  });

  test("of a version that is gone is ignored; a person who names one is told", async () => {
    const account = await accountWith();
    account.world.state.modelPackages.delete(ours);

    expect(await opening(sample("registry-approved"), account)).toEqual({
      route: "ignored",
      reason: `${ours} does not exist any more`,
    });
    await expect(opening(manual, account, "by-hand")).rejects.toMatchObject({
      name: "BadInput",
      message: `version: expected one that is in the registry, found 7; ${ours} does not exist`,
    });
  });

  test("goes by the ARN that the registry gives, whatever its name's case", async () => {
    const opened = await opening(sample("registry-approved"), await accountWith());

    expect(releaseOf(opened).packageArn).toBe(ours);
  });

  test("that was taken back before it was read is ignored", async () => {
    const account = await accountWith();
    await approve(account, 7, "Rejected");

    expect(await opening(sample("registry-approved"), account)).toEqual({
      route: "ignored",
      reason: "version 7 of chat-assistant is Rejected by now",
    });
  });

  test("of the version that serves already, or of an older one, is ignored", async () => {
    const event = sample("registry-approved");
    Object.assign(event.detail, {
      ModelPackageVersion: 6,
      ModelPackageArn: String(event.detail.ModelPackageArn).replace("/7", "/6"),
    });

    expect(await opening(event, await accountWith())).toEqual({
      route: "ignored",
      reason:
        "version 6 is not newer than version 6, which serves now; a run by hand releases it all the same",
    });
  });

  test("delivered twice opens one release", async () => {
    const account = await accountWith();
    await opening(sample("registry-approved"), account, "first");

    expect(await opening(sample("registry-approved"), account, "second")).toEqual({
      route: "ignored",
      reason: `duplicate: chat-assistant-v7-production is under way (execution ${executionArn("first")})`,
    });
  });

  test("delivered again after the release has ended opens none", async () => {
    const account = await accountWith();
    await close(account, await opening(sample("registry-approved"), account, "first"), "rolled-back");

    expect(await opening(sample("registry-approved"), account, "second")).toMatchObject({
      route: "ignored",
      reason: expect.stringContaining("ended as rolled-back"),
    });
  });

  test("read by many executions at one moment opens one release", async () => {
    const account = await accountWith();

    const opened = await Promise.all(
      ["a", "b", "c", "d"].map((name) => opening(sample("registry-approved"), account, name)),
    );

    expect(opened.filter(({ route }) => route === "production")).toHaveLength(1);
    expect(opened.filter(({ route }) => route === "ignored")).toHaveLength(3);
  });
});

describe("a run by hand", () => {
  test("needs no more than model and version", async () => {
    expect(await opening(manual, await accountWith())).toMatchObject({ route: "production" });
  });

  test("with a typo is told which field, what was expected and what was found, before anything is touched", async () => {
    const account = await accountWith();

    await expect(opening({ model: "chat-assistant", verison: 7 }, account)).rejects.toMatchObject({
      name: "BadInput",
      message: expect.stringMatching(/verison.*did you mean version\?/s),
    });
    expect(account.writes()).toEqual([]);
    expect((await readLock(account.aws, "endpoint/chat-assistant")).holder).toBeUndefined();
  });

  test.each([
    [
      { model: "chat-asistant", version: 7 },
      'model: expected one with a plan, found "chat-asistant"; model chat-asistant has no plan',
    ],
    [
      { model: "chat-assistant", version: 7, milestone: "staging" },
      'milestone: expected one with a plan, found "staging"; the plan of chat-assistant has no milestone staging',
    ],
  ])("of what has no plan is a mistake: %j", async (event, message) => {
    await expect(opening(event, await accountWith())).rejects.toMatchObject({ name: "BadInput", message });
  });

  test("of a version that is not approved is a mistake", async () => {
    const account = await accountWith();
    await approve(account, 7, "Rejected");

    await expect(opening(manual, account)).rejects.toMatchObject({
      name: "BadInput",
      message: "version: expected an approved version, found 7; version 7 of chat-assistant is Rejected",
    });
  });

  test("of a version that the registry does not have fails by name", async () => {
    await expect(opening({ ...manual, version: 99 }, await accountWith())).rejects.toThrow(
      /does not exist|Could not find|Cannot find/i,
    );
  });

  test("of a release type that the plan does not have is a mistake that names those it has", async () => {
    const few = { ...plan, releaseTypes: { minor: plan.releaseTypes.minor } };
    const account = await accountWith({ plan: few });

    await expect(opening({ ...manual, releaseType: "major" }, account)).rejects.toMatchObject({
      name: "BadInput",
      message: 'releaseType: expected one of minor, found "major"',
    });
  });

  test("takes the release type that is asked for before the registry's", async () => {
    const opened = await opening({ ...manual, releaseType: "major" }, await accountWith());

    expect(releaseOf(opened).releaseType).toBe("major");
  });

  test("of an older version releases it all the same", async () => {
    expect(await opening({ ...manual, version: 6 }, await accountWith())).toMatchObject({
      route: "production",
    });
  });

  test("runs a closed release once more when it says so, as its next attempt", async () => {
    const account = await accountWith();
    await close(account, await opening(manual, account, "first"), "rolled-back");

    const again = releaseOf(await opening({ ...manual, again: true }, account, "second"));

    expect(again).toMatchObject({ id: "chat-assistant-v7-production-r2", attempt: 2, fence: 2 });
  });

  describe("of a version that was rolled back by evidence of harm", () => {
    const harm = ["errors", "latency"];
    const asked = { ...manual, again: true };
    const harmed = async () => {
      const account = await accountWith();
      account.wait(60);
      await close(account, await opening(manual, account, "first"), "rolled-back", { harm });
      return account;
    };

    test("is refused until somebody has approved it anew", async () => {
      const account = await harmed();

      await expect(opening(asked, account, "second")).rejects.toThrow(
        "version: expected one that was approved anew, found 7; chat-assistant-v7-production was rolled back by evidence of errors, latency at 2026-11-23T09:00:00.000Z, and nobody has approved version 7 since; set it to PendingManualApproval and to Approved again",
      );
      expect(await latestAttempt(account.aws, "chat-assistant-v7-production")).toMatchObject({
        release: { attempt: 1 },
      });
      account.wait(60);
      await approve(account, 7, "Approved");

      expect(releaseOf(await opening(asked, account, "third"))).toMatchObject({ attempt: 2 });
    });

    test("is said to nobody who waits: a registry's say, or a schedule's, is ignored with the reason", async () => {
      const account = await harmed();

      expect(await opening({ ...asked, registry: "ecr" }, account, "second")).toMatchObject({
        route: "ignored",
      });
    });

    test("a revert waits for no approval", async () => {
      const account = await harmed();

      expect(releaseOf(await opening({ ...asked, revert: true }, account, "second"))).toMatchObject({
        attempt: 2,
      });
    });
  });

  test("is no second run of a release that died with its lock in hand: that one is put back first", async () => {
    const account = await accountWith();
    await opening(manual, account, "first");
    account.executions.end("first");
    account.wait(60);

    expect(await opening(manual, account, "second")).toEqual({
      route: "ignored",
      reason: `duplicate: chat-assistant-v7-production is under way (execution ${executionArn("first")})`,
    });
    expect((await readLock(account.aws, "endpoint/chat-assistant")).queue ?? []).toEqual([]);
  });

  test("is one attempt for each try that is named, whatever its executions are called", async () => {
    const account = await accountWith();
    const again = (attemptKey: string, name: string) =>
      opening({ ...manual, again: true, attemptKey }, account, name);
    await close(account, await opening({ ...manual, attemptKey: "run 1" }, account, "first"), "rolled-back");
    const second = await again("run 2", "second");
    await close(account, second, "rolled-back");

    expect(releaseOf(second)).toMatchObject({ id: "chat-assistant-v7-production-r2", attemptKey: "run 2" });
    expect(await again("run 1", "third")).toMatchObject({
      route: "ignored",
      reason: expect.stringMatching(/^duplicate: chat-assistant-v7-production ended as rolled-back/),
    });
    expect(await again("run 2", "fourth")).toMatchObject({ route: "ignored" });
    expect(releaseOf(await again("run 3", "fifth"))).toMatchObject({ attempt: 3, fence: 3 });
  });

  test("keeps what whoever asks says of themselves, and takes nothing else for it", async () => {
    const claimed = {
      by: "octocat",
      commit: "0a1b2c3",
      run: "https://example.com/runs/1",
      role: "arn:aws:iam::1:role/ci",
    };
    const account = await accountWith();

    expect(releaseOf(await opening({ ...manual, claimed }, account)).claimed).toEqual(claimed);
    await expect(opening({ ...manual, claimed: { name: "octocat" } }, account, "other")).rejects.toThrow(
      /claimed.name: expected one of the keys by, commit, run, role, found "name"/,
    );
  });

  test("is no second run of a release that is under way, not even when it says again", async () => {
    const account = await accountWith();
    await opening(manual, account, "first");

    expect(await opening({ ...manual, again: true }, account, "second")).toMatchObject({ route: "ignored" });
  });
});

describe("a milestone of capacity alone", () => {
  test("locks its pool, not the endpoint, and is labelled by its day", async () => {
    const opened = await opening(trainingDue, await accountWith());

    expect(opened).toMatchObject({
      route: "capacity",
      release: {
        id: "chat-assistant-2026-11-23-training",
        milestone: "training",
        subject: "pool/chat-assistant/training",
      },
    });
    expect(releaseOf(opened).version).toBeUndefined();
  });

  test("that a schedule delivers a day late is still that of the day it was due", async () => {
    const due = {
      milestone: { model: "chat-assistant", kind: "training", scheduledTime: "2026-11-22T01:00:00Z" },
    };

    expect(releaseOf(await opening(due, await accountWith())).id).toBe("chat-assistant-2026-11-22-training");
  });

  test("that comes several times a day is another release each time", async () => {
    const [pool, when] = [plan.milestones.training?.pool, { cron: "cron(0 1,13 * * ? *)", timeZone: "UTC" }];
    const often = Plan.parse({ ...plan, milestones: { ...plan.milestones, training: { when, pool } } });
    const account = await accountWith({ plan: often });
    const at = (scheduledTime: string) => ({
      milestone: { model: "chat-assistant", kind: "training", scheduledTime },
    });

    const first = await opening(at("2026-11-23T01:00:00Z"), account, "first");
    await close(account, first, "done");
    const second = await opening(at("2026-11-23T13:00:00Z"), account, "second");

    expect([first, second].map((opened) => releaseOf(opened).id)).toEqual([
      "chat-assistant-2026-11-23-0100-training",
      "chat-assistant-2026-11-23-1300-training",
    ]);
    expect(await opening(at("2026-11-23T01:00:00Z"), account, "again")).toMatchObject({
      route: "ignored",
      reason: /^duplicate: chat-assistant-2026-11-23-0100-training ended as done/,
    });
  });

  test("of production without a version means the newest approved one", async () => {
    const due = { milestone: { model: "chat-assistant", kind: "production" } };

    expect(releaseOf(await opening(due, await accountWith())).version).toBe(7);
  });

  test("of production whose newest approved version serves already is ignored", async () => {
    const account = await accountWith();
    await approve(account, 7, "Rejected");

    expect(await opening({ milestone: { model: "chat-assistant", kind: "production" } }, account)).toEqual({
      route: "ignored",
      reason:
        "version 6 is not newer than version 6, which serves now; a run by hand releases it all the same",
    });
  });

  test("of production without any approved version is ignored", async () => {
    const account = await accountWith();
    for (const version of [6, 7]) await approve(account, version, "Rejected");

    expect(await opening({ milestone: { model: "chat-assistant", kind: "production" } }, account)).toEqual({
      route: "ignored",
      reason: "chat-assistant has no approved version",
    });
  });
});

describe("opening again", () => {
  test("after a retry gives the same release under the same fence", async () => {
    const account = await accountWith();
    const first = await opening(manual, account);

    expect(await opening(manual, account)).toEqual(first);
  });

  test("after a claim whose lock was never taken opens the release", async () => {
    const account = await accountWith();
    account.fail(
      "UpdateItem",
      Object.assign(new Error("gone"), { name: "TimeoutError", code: "ECONNRESET" }),
    );
    await expect(opening(manual, account)).rejects.toThrow();

    expect(await opening(manual, account)).toMatchObject({ route: "production", release: { attempt: 1 } });
  });

  test("by another execution goes on as the next attempt where the first died before it took the lock", async () => {
    const account = await accountWith();
    account.fail(
      "UpdateItem",
      Object.assign(new Error("gone"), { name: "TimeoutError", code: "ECONNRESET" }),
    );
    await expect(opening(manual, account, "first")).rejects.toThrow();
    account.executions.end("first");

    expect(releaseOf(await opening(manual, account, "second"))).toMatchObject({ attempt: 2, fence: 1 });
  });
});

describe("at a busy endpoint", () => {
  test("a release waits, and opens once the endpoint is free", async () => {
    const account = await accountWith();
    const other = await opening({ ...manual, version: 6 }, account, "first");
    expect(await opening(manual, account, "second")).toMatchObject({ route: "queued", waitSeconds: 30 });
    await close(account, other, "rolled-back");

    expect(await opening(manual, account, "second")).toMatchObject({
      route: "production",
      release: { fence: 2 },
    });
  });

  test("a release whose version was taken back while it waited ends as superseded, and leaves the queue", async () => {
    const account = await accountWith();
    await opening({ ...manual, version: 6 }, account, "first");
    await opening(sample("registry-approved"), account, "second");
    await approve(account, 7, "Rejected");

    const ended = await opening(sample("registry-approved"), account, "second");

    expect(ended).toMatchObject({ route: "ended", closing: { outcome: "superseded" } });
    expect((await readLock(account.aws, "endpoint/chat-assistant")).queue).toEqual([]);
  });
});
