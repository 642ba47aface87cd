/** A tag that is put on an image starts the approved version that has it, once, and nothing that is not approved. */
import { readFileSync } from "node:fs";
import { UpdateModelPackageCommand } from "@aws-sdk/client-sagemaker";
import { expect, test } from "vitest";
import { Plan } from "../../src/core/plan/plan.ts";
import { Opening } from "../../src/core/release/opening.ts";
import type { Account } from "../aws/account.ts";
import { plan } from "../core/example.ts";
import { accountWith, manual, opening } from "./run.ts";

const read = (name: string): { detail: Record<string, unknown> } =>
  JSON.parse(readFileSync(new URL(`../../events/${name}.json`, import.meta.url), "utf8"));
const pushed = read("image-pushed");
const waiting = Plan.parse({
  ...plan,
  registry: { kind: "ecr", repository: "chat-assistant", tag: "release" },
});

/** Of version 6, which serves, there is the digest 6. */
const pushOf = (version: number, detail: object = {}) => ({
  ...pushed,
  detail: { ...pushed.detail, "image-digest": `sha256:${String(version).padStart(64, "0")}`, ...detail },
});

const approve = ({ aws }: Account, version: number, ModelApprovalStatus: "Approved" | "Rejected") =>
  aws.sagemaker.send(
    new UpdateModelPackageCommand({
      ModelPackageArn: `arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat-assistant/${version}`,
      ModelApprovalStatus,
    }),
  );

const inputOf = ({ executions, aws }: Account, name: string): unknown =>
  JSON.parse(
    executions.describe(`${aws.environment.stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`)
      .input,
  );

test("starts the release of the version that has the image, as a registry's approval", async () => {
  const account = await accountWith({ plan: waiting });

  const came = await opening(pushed, account, "push");

  const started = /started as (emit-\S+)$/.exec("reason" in came ? (came.reason ?? "") : "")?.[1] ?? "";
  expect(Opening.parse(came)).toMatchObject({ route: "handed-over", handOver: { to: started } });
  const input = inputOf(account, started);
  expect(input).toMatchObject({
    model: "chat-assistant",
    version: 7,
    milestone: "production",
    registry: "ecr",
  });
  expect(await opening(input, account, "release")).toMatchObject({
    route: "production",
    reason: "chat-assistant-v7-production opened by registry",
    release: { version: 7 },
  });
});

test("the same push again starts nothing more, while it starts and once it is under way", async () => {
  const account = await accountWith({ plan: waiting });
  await opening(pushed, account, "one");

  expect(await opening(pushed, account, "two")).toMatchObject({
    reason: expect.stringMatching(/which is being started as emit-/),
  });
  expect(account.writes()).toEqual(["StartExecution"]);
  await opening({ ...manual, registry: "ecr" }, account, "release");
  expect(await opening(pushed, account, "three")).toEqual({
    route: "ignored",
    reason: expect.stringMatching(/, and chat-assistant-v7-production is under way$/),
  });
});

test.each([
  [
    "an image that no approved version has",
    pushOf(9),
    /none of the newest 20 approved versions of chat-assistant has/,
  ],
  ["another tag", pushOf(7, { "image-tag": "2026-11" }), /no plan waits for the tag 2026-11/],
  ["another repository", pushOf(7, { "repository-name": "search" }), /no plan waits/],
  ["an image of another region", { ...pushed, region: "us-east-1" }, /none of the newest/],
])("%s starts nothing", async (_, event, reason) => {
  const account = await accountWith({ plan: waiting });

  expect(await opening(event, account)).toEqual({ route: "ignored", reason: expect.stringMatching(reason) });
  expect(account.writes()).toEqual([]);
});

test("a version that is not approved is not started by its image, nor released where it is rejected meanwhile", async () => {
  const account = await accountWith({ plan: waiting });
  await opening(pushed, account, "push");
  await approve(account, 7, "Rejected");
  const before = account.writes().length;

  expect(await opening({ ...manual, registry: "ecr" }, account, "release")).toEqual({
    route: "ignored",
    reason: "version 7 of chat-assistant is Rejected by now",
  });
  expect(await opening(pushed, account, "again")).toMatchObject({
    reason: expect.stringMatching(/none of the newest/),
  });
  expect(account.writes().length).toBe(before);
});

test("a version that serves already, whose image gets the tag again, is not released once more", async () => {
  const account = await accountWith({ plan: waiting });

  expect(await opening({ ...manual, version: 6, registry: "ecr" }, account)).toEqual({
    route: "ignored",
    reason: expect.stringMatching(/^version 6 is not newer than version 6, which serves now/),
  });
});

test("its approval alone starts nothing where the plan waits for a tag", async () => {
  const account = await accountWith({ plan: waiting });

  expect(await opening(read("registry-approved"), account)).toEqual({
    route: "ignored",
    reason:
      "an approved version of chat-assistant is released once its image in chat-assistant gets the tag release",
  });
});

test("a milestone that is due by date is not started by a tag", async () => {
  const dated = {
    ...waiting,
    milestones: {
      ...waiting.milestones,
      production: { when: { at: "2026-12-01T08:00", timeZone: "Europe/Berlin" } },
    },
  };
  const account = await accountWith({ plan: Plan.parse(dated) });

  expect(await opening(pushed, account)).toMatchObject({
    route: "ignored",
    reason: expect.stringMatching(/^production of chat-assistant is due by date/),
  });
});
