/** The digest of a week: what it tells of an account, that it tells the rest where something may not be read, and whom it tells nothing. */
import { expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { contract, tellDigest } from "../../functions/tell-digest.ts";
import { digestOf } from "../../src/aws/digest.ts";
import { noteLease } from "../../src/aws/leases.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import { confirmReview, reviewAt } from "../../src/aws/reviews.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { Plan } from "../../src/core/plan/plan.ts";
import { type Account, openAccount } from "../aws/account.ts";
import { holding } from "../aws/releases.ts";
import { fraud, reviewed } from "../core/example.ts";

const bySchedule = contract.input.parse({ digest: "schedule" });
const plan = reviewed("proceed");
const ann = { person: "ann", arn: "arn:aws:iam::123456789012:user/ann", isNamed: true };

const accountWith = async (...plans: readonly Plan[]): Promise<Account> => {
  const account = openAccount();
  for (const each of plans) await applyPlan(account.aws, each, new Date(account.now()).toISOString());
  return account;
};

const announced = ({ calls }: Account) =>
  calls
    .filter(({ service, operation }) => `${service}.${operation}` === "sns.Publish")
    .map(({ input }) => {
      const { default: others, email } = JSON.parse(String(input.Message)) as Record<string, string>;
      return { topic: input.TopicArn, subject: input.Subject, chat: JSON.parse(others ?? ""), mail: email };
    });

test("it says what comes and who has not confirmed it, and no more once they have", async () => {
  const account = await accountWith(plan, { ...fraud, milestones: {} } as Plan);
  const [kind, dueMs] = ["production", Date.parse("2026-11-23T11:00:00Z")] as const;
  const dueAt = new Date(dueMs).toISOString();

  const { told } = await tellDigest(bySchedule, account.tools);

  const [first] = announced(account);
  expect(first?.topic).toBe(rehearsedDeployment.noticesTopic);
  expect(first?.subject).toBe(told?.slice(0, 99));
  expect(told).toMatch(/^slipway-dev: 2 milestones to come, 2 to be confirmed/);
  expect(first?.mail).toMatch(
    /\n- 2026-11-23 11:00: chat-assistant, production, raises \d+ ml\.g5\.xlarge, \$[\d.]+; to be confirmed until 2026-11-22 11:00 by model \(ann; #chat-models\) and capacity \(cleo; ops@example\.com\)\n {4}slipway plan confirm chat-assistant --milestone production --stage dev\n/,
  );
  expect(first?.chat).toMatchObject({
    version: "1.0",
    source: "custom",
    id: "digest-slipway-dev-2026-11-23",
    metadata: { threadId: "digest-slipway-dev", eventType: "digest" },
  });

  const { seen = "" } = (await reviewAt(account.aws, plan.model, { kind, dueMs })) ?? {};
  const given = { model: plan.model, milestone: kind, dueAt, seen };
  await confirmReview(account.aws, { ...given, by: ann }, account.now());
  const half = await digestOf(account.aws, account.now(), 14);
  expect(half.coming.find((one) => one.kind === kind)?.confirm?.missing.map(({ side }) => side)).toEqual([
    "capacity",
  ]);
  await confirmReview(account.aws, { ...given, by: { ...ann, person: "cleo" } }, account.now());
  const whole = await digestOf(account.aws, account.now(), 14);
  expect(whole.coming.find((one) => one.kind === kind)).not.toHaveProperty("confirm");
});

test("what is under way is told with what it costs", async () => {
  const account = await accountWith(plan);
  const { id } = await holding(account);

  expect((await digestOf(account.aws, account.now(), 14)).held).toEqual([
    expect.objectContaining({ releaseId: id, state: "under-way" }),
  ]);
});

test("what was opened in a month before is held all the same; what is over does not come", async () => {
  const account = await accountWith(plan);
  const { id } = await holding(account);
  await applyPlan(account.aws, plan, new Date(account.now()).toISOString());
  // Ten minutes after production was due, which is still under way then.
  account.wait(130);
  const { coming } = await digestOf(account.aws, account.now(), 14);
  expect(coming.map(({ kind }) => kind)).not.toContain("production");

  account.wait(9 * 24 * 60);
  const { held, month } = await digestOf(account.aws, account.now(), 14);
  expect(month).toMatchObject({ month: "2026-12", total: { releases: 0 } });
  expect(held.map(({ releaseId }) => releaseId)).toEqual([id]);
});

test("where nothing at all may be read, that is what is told", async () => {
  const account = await accountWith(plan);
  account.fail(
    "Scan",
    new AwsError("AccessDeniedException", "not allowed to scan", { statusCode: 403 }),
    1000,
  );

  const { coming, month, unseen } = await digestOf(account.aws, account.now(), 14);

  expect({ coming, month }).toEqual({ coming: [], month: undefined });
  expect(unseen).toEqual([
    expect.stringMatching(/^what comes could not be read: .*not allowed to scan/),
    expect.stringMatching(/^what is held, and what it costs could not be read: .*not allowed to scan/),
  ]);
});

test("what may not be looked at is named, and the rest is told", async () => {
  const account = await accountWith(plan);
  await noteLease(account.aws, { releaseId: "gone", until: new Date(account.now()).toISOString() });
  const denied = new AwsError("AccessDeniedException", "not allowed to list quotas", { statusCode: 403 });
  account.fail("ListServiceQuotas", denied, 1000);
  account.fail("ListAWSDefaultServiceQuotas", denied, 1000);

  await tellDigest(bySchedule, account.tools);

  const mail = announced(account)[0]?.mail ?? "";
  expect(mail).toContain("- 2026-11-23 11:00: chat-assistant, production");
  expect(mail).toMatch(
    /Not looked at\n- not held against quotas, since they could not be looked at: .*not allowed to list quotas/,
  );
  expect(mail).toContain("This month (2026-11)\n- 0 releases: $0.00 raised, $0.00 to come");
});

test("dates of which nobody may see whether they were moved are told as planned", async () => {
  const late = { extendMinutes: 120, laterDates: "move" };
  const training = { ...plan.milestones.training, completedBy: { trainingJob: "chat-*" }, late };
  const account = await accountWith(Plan.parse({ ...plan, milestones: { ...plan.milestones, training } }));
  const denied = new AwsError("AccessDeniedException", "not allowed to see schedules", { statusCode: 403 });
  account.fail("GetSchedule", denied, 1000);

  const { coming, unseen } = await digestOf(account.aws, account.now(), 14);

  expect(coming.map(({ kind }) => kind)).toEqual(["training", "production"]);
  expect(unseen).toEqual([
    expect.stringMatching(
      /^the dates of chat-assistant are as planned, since whether they were moved could not be looked at: .*not allowed to see schedules/,
    ),
  ]);
});

test("nobody is told where no plan is in force", async () => {
  const account = await accountWith();

  expect(await tellDigest(bySchedule, account.tools)).toEqual({});
  expect(announced(account)).toEqual([]);
});

test("a topic that does not take it is an error, so that it is tried again", async () => {
  const account = await accountWith(plan);
  account.fail("Publish", new AwsError("ThrottledException", "slow down", { statusCode: 429 }), 1000);

  await expect(tellDigest(bySchedule, account.tools)).rejects.toMatchObject({ name: expect.any(String) });
});
