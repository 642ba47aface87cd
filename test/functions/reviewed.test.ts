/** A milestone that both sides of a team are to confirm before its date: what it does where one of them has not. */
import { expect, test } from "vitest";
import { applyLimits } from "../../src/aws/capacity-limits.ts";
import { pastReleases } from "../../src/aws/history.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import { readRelease } from "../../src/aws/releases.ts";
import { confirmReview, reviewAt } from "../../src/aws/reviews.ts";
import { CapacityLimits } from "../../src/core/plan/capacity-limits.ts";
import { type MilestoneKind, Plan } from "../../src/core/plan/plan.ts";
import { personOf } from "../../src/core/release/person.ts";
import type { Account } from "../aws/account.ts";
import { reviewed } from "../core/example.ts";
import { accountWith, manual, opening } from "./run.ts";

const model = "chat-assistant";
const dues = { production: "2026-11-23T11:00:00.000Z", training: "2026-11-23T10:00:00.000Z" };
/** Ahead of its date: the account's clock begins at nine. */
const started = (kind: keyof typeof dues) => ({
  milestone: {
    ...{ model, kind, scheduledTime: "2026-11-23T09:00:00Z" },
    leadMinutes: kind === "production" ? 120 : 60,
  },
});

async function confirms(
  { aws, now }: Account,
  name: string,
  { kind = "production", seen }: { kind?: keyof typeof dues; seen?: string } = {},
) {
  const dueAt = dues[kind];
  const review = await reviewAt(aws, model, { kind: kind as MilestoneKind, dueMs: Date.parse(dueAt) });
  const by = personOf(`arn:aws:iam::123456789012:user/${name}`);
  const given = { model, milestone: kind, dueAt, seen: seen ?? review?.seen ?? "", by };
  return (await confirmReview(aws, given, now())).said;
}

const told = (account: Account, state: string) =>
  account.published().flatMap((event) => (event.state === state ? [event.sides] : []));

test("it waits for them, holds nothing, tells once, and begins when both have confirmed it as it is", async () => {
  const account = await accountWith({ plan: reviewed("wait") });
  const waiting = (sides: string) => ({
    route: "queued",
    reason: `not confirmed by ${sides}; waits until 2026-11-23T12:30:00.000Z`,
  });
  const both = "model (ann; #chat-models) and capacity (cleo; ops@example.com)";

  expect(await opening(started("production"), account)).toMatchObject(waiting(both));
  account.wait(1);
  expect(await opening(started("production"), account)).toMatchObject(waiting(both));
  expect(told(account, "review-awaited")).toEqual([["model", "capacity"]]);
  expect((await readLock(account.aws, "endpoint/chat-assistant")).holder).toBeUndefined();
  expect(await readRelease(account.aws, "chat-assistant-v7-production")).toBeUndefined();

  expect(await confirms(account, "Ann")).toBe(
    "production of chat-assistant, 2026-11-23T11:00:00.000Z: confirmed for model by ann; not confirmed by capacity (cleo; ops@example.com)",
  );
  expect(await opening(started("production"), account)).toMatchObject(
    waiting("capacity (cleo; ops@example.com)"),
  );
  expect(await confirms(account, "cleo")).toMatch(/confirmed for capacity by cleo; both sides have/);
  expect(await opening(started("production"), account)).toMatchObject({
    route: "production",
    release: { id: "chat-assistant-v7-production", dueAt: dues.production },
  });
  expect(told(account, "unreviewed")).toEqual([]);
});

test("it is refused once its grace is over, with nothing raised, and the history says why", async () => {
  const account = await accountWith({ plan: reviewed("wait") });
  await opening(started("production"), account);
  account.wait(211);

  const reason =
    "the review was not complete until 2026-11-23T12:30:00.000Z: not confirmed by model (ann; #chat-models) and capacity (cleo; ops@example.com)";
  expect(await opening(started("production"), account)).toMatchObject({
    route: "ended",
    closing: { outcome: "refused", reason, lateMinutes: 91 },
  });
  const { past } = await pastReleases(account.aws, 0);
  expect(past).toMatchObject([{ model, outcome: "refused", reason }]);
  expect(await readRelease(account.aws, "chat-assistant-v7-production")).toBeUndefined();
});

test("it goes on where its plan says so, and says in its journal and to people who has not confirmed it", async () => {
  const account = await accountWith({ plan: reviewed("proceed") });
  await confirms(account, "ann");

  expect(await opening(started("production"), account)).toMatchObject({ route: "production" });
  expect(told(account, "unreviewed")).toEqual([["capacity"]]);
});

test("what raises capacity alone waits the same, by a review of its own", async () => {
  const account = await accountWith({ plan: reviewed("wait") });
  await confirms(account, "ann");
  await confirms(account, "cleo");

  expect(await opening(started("training"), account)).toMatchObject({ route: "queued" });
  await confirms(account, "ann", { kind: "training" });
  await confirms(account, "cleo", { kind: "training" });
  expect(await opening(started("training"), account)).toMatchObject({ route: "capacity" });
});

test("a plan or limits that have changed are to be confirmed anew, and what was shown before is not taken", async () => {
  const account = await accountWith({ plan: reviewed("wait") });
  const { aws } = account;
  const before = await reviewAt(aws, model, { kind: "production", dueMs: Date.parse(dues.production) });
  await confirms(account, "ann");
  await confirms(account, "cleo");
  const plan = reviewed("wait");
  const dearer = { ...plan, budget: { ...plan.budget, usdPerRelease: plan.budget.usdPerRelease + 1 } };
  await applyPlan(aws, dearer, new Date(account.now()).toISOString());

  expect(await opening(started("production"), account)).toMatchObject({ route: "queued" });
  await expect(confirms(account, "ann", { seen: before?.seen ?? "" })).rejects.toThrow(
    /what is confirmed has changed since it was shown; look at it again$/,
  );
  await confirms(account, "ann");
  await confirms(account, "cleo");
  await applyLimits(aws, {
    ...{ version: 1, appliedAt: "2026-11-23T09:00:00.000Z", appliedBy: "ops" },
    limits: CapacityLimits.parse({ owner: "ops", contact: "#ops", ceilings: { instancesPerEndpoint: 40 } }),
  });
  expect(await opening(started("production"), account)).toMatchObject({ route: "queued" });
});

test("whoever starts it by hand has looked at it", async () => {
  const account = await accountWith({ plan: reviewed("wait") });

  expect(await opening(manual, account)).toMatchObject({ route: "production" });
});

test.each([
  ["dave", /expected an owner of model \(ann; #chat-models\) and capacity .*, found dave$/],
  ["../role", /expected somebody whom AWS knows by name/],
])("%s confirms nothing", async (name, why) => {
  const account = await accountWith({ plan: reviewed("wait") });
  const by = personOf(
    name === "dave"
      ? "arn:aws:iam::123456789012:user/dave"
      : "arn:aws:sts::123456789012:assumed-role/deploy/ann",
  );
  const dueMs = Date.parse(dues.production);
  const { seen = "" } = (await reviewAt(account.aws, model, { kind: "production", dueMs })) ?? {};
  const given = { model, milestone: "production" as const, dueAt: dues.production, seen, by };

  await expect(confirmReview(account.aws, given, account.now())).rejects.toThrow(why);
  expect(await opening(started("production"), account)).toMatchObject({ route: "queued" });
});

/** Whose training may be late, so that production's date moves by two hours at most. */
const moving = (): Plan => {
  const plan = reviewed("wait");
  const late = { extendMinutes: 120, laterDates: "move" };
  const training = { ...plan.milestones.training, completedBy: { trainingJob: "chat-*" }, late };
  return Plan.parse({ ...plan, milestones: { ...plan.milestones, training } });
};
const startedAt = (scheduledTime: string) => ({
  milestone: { model, kind: "production" as const, scheduledTime, leadMinutes: 120 },
});

test("a date that was moved waits for what is confirmed of the plan's own, as long as itself would", async () => {
  const account = await accountWith({ plan: moving() });
  account.wait(120);
  const moved = startedAt("2026-11-23T11:00:00Z");

  expect(await opening(moved, account)).toMatchObject({
    route: "queued",
    reason: expect.stringMatching(
      /^not confirmed by model .* and capacity .*; waits until 2026-11-23T14:30:00.000Z$/,
    ),
  });
  const seenAs = { kind: "production", dueMs: Date.parse("2026-11-23T13:00:00Z") } as const;
  expect(await reviewAt(account.aws, model, seenAs)).toMatchObject({
    dueAt: "2026-11-23T13:00:00.000Z",
    plannedAt: dues.production,
    closes: "2026-11-23T14:30:00.000Z",
  });
  // Of either date: it is one.
  const { seen = "" } = (await reviewAt(account.aws, model, seenAs)) ?? {};
  const by = personOf("arn:aws:iam::123456789012:user/ann");
  const given = { model, milestone: "production" as const, dueAt: "2026-11-23T13:00:00.000Z", seen, by };
  expect((await confirmReview(account.aws, given, account.now())).said).toMatch(/confirmed for model by ann/);
  expect(await confirms(account, "cleo")).toMatch(/both sides have/);
  expect(await opening(moved, account)).toMatchObject({
    route: "production",
    release: { dueAt: "2026-11-23T13:00:00.000Z" },
  });
});

test("what starts at a date that the plan does not have was confirmed by nobody", async () => {
  const account = await accountWith({ plan: reviewed("wait") });
  await confirms(account, "ann");
  await confirms(account, "cleo");
  account.wait(30);

  expect(await opening(startedAt("2026-11-23T09:30:00Z"), account)).toMatchObject({
    route: "queued",
    reason: expect.stringMatching(/^not confirmed by model .* and capacity /),
  });
  const dueMs = Date.parse("2026-11-23T11:30:00Z");
  expect(await reviewAt(account.aws, model, { kind: "production", dueMs })).toBeUndefined();
});
