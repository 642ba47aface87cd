/** How long instances took: seen by a release, kept as it closes, and in the lead time of the next. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { closeRelease } from "../../functions/close-release.ts";
import { putInForce, see } from "../../src/aws/applying.ts";
import { pastReleases, recentLaunches } from "../../src/aws/history.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { standingSchedules, targetOf } from "../../src/aws/milestones.ts";
import { stepsTo } from "../../src/core/calendar/application.ts";
import { leadMinutesOf } from "../../src/core/calendar/calendar.ts";
import { Plan } from "../../src/core/plan/plan.ts";
import type { Account } from "../aws/account.ts";
import { plan as sample } from "../core/example.ts";
import { accountWith, Run, trainingDue } from "./run.ts";

afterEach(() => void vi.restoreAllMocks());

const slow = { provisioning: { secondsP50: 2000, secondsP95: 2600 } };
const plan = Plan.parse({
  ...sample,
  milestones: {
    ...sample.milestones,
    production: { when: { cron: "cron(0 15 * * ? *)", timeZone: "UTC" } },
  },
});

const close = (run: Run) =>
  closeRelease(
    {
      execution: run.doc.release.execution,
      startedAt: run.doc.release.openedAt,
      input: {},
      document: run.doc,
    },
    run.tools,
  );

async function applied(account: Account, wanted = plan): Promise<void> {
  const { aws, now } = account;
  const there = await see(aws, wanted.model, now());
  const steps = stepsTo(wanted, there, { target: targetOf(aws), nowMs: now() });
  const taken = await putInForce(aws, wanted, { steps, at: new Date(now()).toISOString(), by: "ada" });
  expect(taken.map(({ took }) => took.how)).not.toContain("failed");
}

const lead = async ({ aws }: Account, kind: "training" | "production") => {
  const found = (await standingSchedules(aws, plan.model))[kind];
  if (found === undefined) throw new Error(`expected a schedule of ${kind}`);
  return leadMinutesOf(found);
};

/** Joins, looks every minute until the instances are there, and walks back. */
async function joined(account: Account, name: string): Promise<Run> {
  const event = { model: plan.model, version: 7, again: name !== "first" };
  const run = await Run.begin({ account, event, name });
  await run.plan();
  await run.prewarm();
  for (let look = 0; look < 90; look++) {
    const { status } = await run.capacity();
    if (status !== "waiting") break;
    account.wait(1);
  }
  await run.wayBack(500);
  await run.scaleDown();
  return run;
}

async function joinedAndBack(account: Account, name: string): Promise<Run> {
  const run = await joined(account, name);
  await close(run);
  return run;
}

describe("a release onto an endpoint", () => {
  test("keeps when its instances came, whichever way it ends", async () => {
    const account = await accountWith({ plan });
    const run = await joinedAndBack(account, "first");

    const { past, unread } = await pastReleases(account.aws, 0);
    const [one] = past;
    expect([past.length, unread]).toEqual([1, 0]);
    expect(one).toMatchObject({
      releaseId: run.doc.release.id,
      model: plan.model,
      version: 7,
      milestone: "production",
      releaseType: "minor",
      outcome: "rolled-back",
      left: 0,
      launch: { of: "endpoint", instances: { "ml.g5.xlarge": 16 } },
    });
    expect(Date.parse(one?.backSince ?? "")).toBeGreaterThan(Date.parse(one?.openedAt ?? ""));
    const { launch } = one ?? {};
    const [update] = account.world.events.filter(({ kind, to }) => kind === "status" && to === "InService");
    expect(launch).toEqual(run.doc.capacity?.launch);
    // SageMaker says when the endpoint was in service again: not when somebody looked.
    expect(launch?.thereAt).toBe(new Date(update?.atMs ?? 0).toISOString());
  });

  test("moves the start of its model's milestones, when instances take longer than believed", async () => {
    const account = await accountWith({ plan, spec: slow });
    await applied(account);
    const believed = await lead(account, "production");
    const pools = await lead(account, "training");
    await joinedAndBack(account, "first");
    account.wait(60);
    await joinedAndBack(account, "second");

    const known = await lead(account, "production");
    // The slowest of sixteen: nineteen launches of twenty are through by 3,100 s.
    expect(known - believed).toBeGreaterThan((3100 - 1100) / 60 - 5);
    expect(known - believed).toBeLessThan((3100 - 1000) / 60 + 15);
    // Of the pool's type nothing is known but what its family does.
    expect(await lead(account, "training")).toBeGreaterThan(pools);
  });

  test.each([
    ["keep a history", "history", 0],
    ["look at a schedule", "GetSchedule", 1],
  ])("closes all the same where it may not %s", async (_, refused, kept) => {
    const account = await accountWith({ plan });
    await applied(account);
    const before = await lead(account, "production");
    const no = new AwsError("AccessDeniedException", "no", { statusCode: 403 });
    const run = await joined(account, "first");
    const { table } = account.aws;
    const send = table.send.bind(table);
    vi.spyOn(table, "send").mockImplementation((command: unknown) => {
      const { Key } = (command as { input: { Key?: { pk: string } } }).input;
      if (Key?.pk === refused) throw Object.assign(no, { $metadata: { httpStatusCode: 403 } });
      return send(command as Parameters<typeof send>[0]);
    });
    if (kept === 1) account.fail("GetSchedule", no, 2);

    expect(await close(run)).toMatchObject({ outcome: "rolled-back" });
    vi.restoreAllMocks();
    expect((await readLock(account.aws, run.doc.release.subject)).holder).toBeUndefined();
    expect(await recentLaunches(account.aws, account.now())).toHaveLength(kept);
    expect(await lead(account, "production")).toBe(before);
  });
});

describe("a training pool", () => {
  test("keeps them as it becomes available, and that stays once its lease is over", async () => {
    const account = await accountWith({ plan: sample });
    const run = await Run.begin({ account, event: trainingDue });
    await run.plan();
    await run.prewarmTraining();
    for (let look = 0; look < 60; look++) {
      if ((await run.capacity()).status !== "waiting") break;
      account.wait(1);
    }
    await close(run);
    const [held] = (await pastReleases(account.aws, 0)).past;

    expect(held).toMatchObject({
      outcome: "done",
      launch: { of: "training", instances: { "ml.g5.12xlarge": 2 } },
    });
    const job = [...account.world.state.trainingJobs.values()][0];
    expect(held?.launch?.thereAt).toBe(new Date(job?.trainingStartMs ?? 0).toISOString());
    expect(held?.thereAt).toBe(new Date(job?.trainingEndMs ?? 0).toISOString());
  });
});
