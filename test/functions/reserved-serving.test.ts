/** What was promoted on capacity that was bought before: when its owners are told of the end, and when nobody looks any more. */
import { describe, expect, test } from "vitest";
import { closeRelease } from "../../functions/close-release.ts";
import { reapLeases } from "../../functions/reap-leases.ts";
import { noteReserved, reservedServings } from "../../src/aws/reserved-serving.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { ReleaseNews } from "../../src/core/release/news.ts";
import { noticeOf } from "../../src/core/release/notice.ts";
import type { Account } from "../aws/account.ts";
import { plan as sample } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { accountWith, Run } from "./run.ts";
import { denied } from "./watched.ts";

const arn = "arn:aws:sagemaker:eu-west-1:123456789012:training-plan/launch-week";
const minor: Plan["releaseTypes"]["minor"] = {
  inference: {
    instanceType: "ml.g5.xlarge",
    requestsPerSecondPerInstance: 12,
    reserved: { trainingPlan: arn },
  },
};
const plan: Plan = { ...sample, releaseTypes: { ...sample.releaseTypes, minor } };
const days = 24 * 60;
const sweep = ({ tools }: Account) => reapLeases({ sweep: "schedule" }, tools);
const told = ({ published }: Account) => published().filter(({ state }) => state === "reservation");
const held = {
  id: "chat-assistant-v6-production",
  subject: "endpoint/chat-assistant",
  model: "chat-assistant",
  version: 6,
  milestone: "production",
} as Parameters<typeof noteReserved>[1];
const planning = { needs: { candidate: { reserved: { trainingPlan: arn } } } };

/** Version 6 serves on a training plan that ends so many minutes from now. */
async function serving(toMinute: number, more: SpecInput["trainingPlans"] = {}): Promise<Account> {
  const account = await accountWith({ plan, spec: { trainingPlans: { serving: true, toMinute, ...more } } });
  await noteReserved(account.tools, held, { planning, closedAt: new Date(account.now()).toISOString() });
  return account;
}
const open = async ({ aws }: Account) =>
  (await reservedServings(aws)).servings.filter(({ end }) => end === undefined);

test("a promotion on one is written down, and one on demand is not", async () => {
  const run = await Run.shifted({ plan });
  await run.promote();
  await run.scaleDown();
  const { release } = run.doc;
  const by = { execution: release.execution, startedAt: release.openedAt, input: {}, document: run.doc };
  await closeRelease(by as never, run.tools);
  const { servings } = await reservedServings(run.account.aws);
  expect(servings).toMatchObject([{ version: 7, subject: "endpoint/chat-assistant", trainingPlan: arn }]);

  const { aws, tools } = await accountWith({});
  await noteReserved(tools, held, { planning: { needs: { candidate: {} } }, closedAt: release.openedAt });
  expect((await reservedServings(aws)).servings).toEqual([]);
});

describe("the end of what serves", () => {
  test("is told a week and a day ahead, and as it has come, each once", async () => {
    const account = await serving(26 * 60);
    for (let hour = 0; hour < 29; hour++) {
      await sweep(account);
      account.wait(60);
    }

    const ends =
      "endpoint/chat-assistant is on training plan launch-week, which ends at 2026-11-24T11:00Z: it answers nobody from then on, unless a release has taken it to other capacity by then";
    const ended =
      "endpoint/chat-assistant is on training plan launch-week, which ended at 2026-11-24T11:00Z: it answers nobody until a release takes it to other capacity";
    expect(told(account)).toMatchObject([
      { outcome: "ending", releaseId: "chat-assistant-v6-production", version: 6, reason: ends },
      { outcome: "ending", reason: ends },
      { outcome: "ended", reason: ended },
    ]);
    expect(told(account).map((news) => noticeOf(ReleaseNews.parse(news))?.title)).toEqual([
      "The reserved capacity of chat-assistant v6 to production ends soon",
      "The reserved capacity of chat-assistant v6 to production ends soon",
      "The reserved capacity of chat-assistant v6 to production has ended, and it answers nobody",
    ]);
  });

  test("is told anew where the training plan is to end at another time", async () => {
    const account = await serving(2 * days);
    const endsIn = async (more: number) => {
      for (const [of, bought] of account.world.state.trainingPlans)
        account.world.state.trainingPlans.set(of, { ...bought, toMs: account.now() + more * days * 60_000 });
      await sweep(account);
      account.wait(61);
      return told(account).length;
    };
    expect([await endsIn(2), await endsIn(20), await endsIn(3)]).toEqual([1, 1, 2]);
  });

  test("is nobody's any more once the endpoint is on other capacity", async () => {
    const account = await serving(2 * days, { serving: false });
    expect((await sweep(account)).did).toEqual([
      "chat-assistant-v6-production: endpoint/chat-assistant is on training plan launch-week no more",
    ]);
    expect(told(account)).toEqual([]);
    expect(await open(account)).toEqual([]);
  });

  test("is told of the version that was promoted on it last", async () => {
    const account = await serving(2 * days);
    account.wait(1);
    const closedAt = new Date(account.now()).toISOString();
    const next = { ...held, id: "chat-assistant-v7-production", version: 7 };
    await noteReserved(account.tools, next, { planning, closedAt });
    await sweep(account);
    expect(told(account)).toMatchObject([{ version: 7 }]);
    expect(await open(account)).toMatchObject([{ version: 7 }]);
  });

  test("is looked at again after a look that failed, and counts as not swept", async () => {
    const account = await serving(2 * days);
    account.fail("DescribeTrainingPlan", denied, 9);
    expect(await sweep(account)).toMatchObject({ failed: 1 });
    account.mend();
    expect(await sweep(account)).toMatchObject({ failed: 0 });
    expect(told(account)).toHaveLength(1);
  });

  test("is not looked at in between, where nothing is to be told", async () => {
    const account = await serving(30 * days);
    await sweep(account);
    const before = account.calls.length;
    account.wait(10);
    await sweep(account);
    const more = account.calls.slice(before).map(({ operation }) => operation);
    expect(more).not.toContain("DescribeTrainingPlan");
    expect(more).not.toContain("DescribeEndpoint");
  });
});
