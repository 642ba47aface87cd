/** Planning before anything is touched: size, quota, budget, what can be judged, and what must be there again. */
import { describe, expect, test } from "vitest";
import { planCapacity } from "../../functions/plan-capacity.ts";
import { declareFreeze } from "../../src/aws/freezes.ts";
import { readRelease } from "../../src/aws/releases.ts";
import { startPrimer } from "../../src/aws/sagemaker-training.ts";
import { putSchedule } from "../../src/aws/scheduler.ts";
import { setInstances } from "../../src/aws/serving/sagemaker/endpoints.ts";
import { putConfig, putModel, readConfig, readModel } from "../../src/aws/serving/sagemaker/models.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { brieflyTested, plan, planWith, validated } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { manual, Run, trainingDue } from "./run.ts";

async function planned(options: { plan?: Plan; spec?: SpecInput; event?: unknown } = {}) {
  const run = await Run.begin(options);
  return { run, planning: await run.plan() };
}

describe("a release for which the account's quota is too small", () => {
  const patient = (waitMinutes: number, budget = {}) =>
    planWith({ rollout: { onShortQuota: { waitMinutes } }, budget });
  const late = { quotaPercent: 50, quotaGrantedAfterMinutes: 90 };
  const states = (run: Run) => run.account.published().map(({ state }) => state);

  test("waits for it as long as its plan says, tells its owners once, and is planned once it is there", async () => {
    const { run, planning } = await planned({ plan: patient(120), spec: late });

    const why = "the release needs 24 ml.g5.xlarge at its peak, the account's quota is 12";
    expect(planning).toMatchObject({
      status: "waiting",
      reason: expect.stringContaining(why),
      waitSeconds: 30,
      shortSince: "2026-11-23T09:00:00.000Z",
    });
    expect(planning.reason).toContain("; waits until 2026-11-23T11:00:00.000Z");
    run.account.wait(60);
    expect(await run.plan()).toMatchObject({ status: "waiting", shortSince: planning.shortSince });
    expect(states(run).filter((state) => state === "waiting-for-quota")).toHaveLength(1);
    run.account.wait(31);

    const fits = await run.plan();

    expect(fits).toMatchObject({ status: "fits" });
    expect(fits).not.toHaveProperty("shortSince");
  });

  test("is refused when the time is over, whatever else it had to wait for meanwhile", async () => {
    const { run } = await planned({ plan: patient(120), spec: { quotaPercent: 50 } });
    run.account.wait(60);
    await setInstances(run.account.aws, "chat-assistant", { name: "v6", instances: 9 });
    expect(await run.plan()).toMatchObject({
      status: "waiting",
      reason: "endpoint chat-assistant is Updating",
      shortSince: "2026-11-23T09:00:00.000Z",
    });
    run.account.wait(59);
    expect(await run.plan()).toMatchObject({ status: "waiting", waitSeconds: 60 });
    run.account.wait(1);

    expect(await run.plan()).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("; it was waited for until 2026-11-23T11:00:00.000Z"),
    });
  });

  test("is refused at once where its plan says nothing, or where more than a quota is too small", async () => {
    expect((await planned({ spec: late })).planning).toMatchObject({ status: "refused" });
    const { run, planning } = await planned({ plan: patient(120, { usdPerRelease: 5 }), spec: late });
    expect(planning).toMatchObject({ status: "refused" });
    expect(states(run)).not.toContain("waiting-for-quota");
  });

  test("waits for a pool's quota, too", async () => {
    const { planning } = await planned({
      plan: patient(120),
      event: trainingDue,
      spec: { training: { quotaInstances: 1 } },
    });
    expect(planning).toMatchObject({
      status: "waiting",
      reason:
        "the pool needs 2 ml.g5.12xlarge, the account's training job quota is 1; waits until 2026-11-23T11:00:00.000Z",
    });
  });
});

describe("a production release", () => {
  test("is sized for the plan's peak, with what there is now, and the names of what it will make", async () => {
    const { planning } = await planned();

    expect(planning).toMatchObject({
      status: "fits",
      reason: "8 ml.g5.xlarge for the candidate",
      waitSeconds: 30,
    });
    expect(planning.needs).toMatchObject({
      designRequestsPerSecond: 60,
      peakInstances: { "ml.g5.xlarge": 24 },
      joinConfig: "slipway-dev-chat-assistant-v7-production-join-uv5qtsh2",
      finalConfig: "slipway-dev-chat-assistant-v7-production-final-8t486wnq",
      stable: {
        variant: "v6",
        instances: 8,
        config: "chat-assistant-config-v6",
        modelName: "chat-assistant-v6",
      },
      candidate: {
        variant: "v7",
        instances: 8,
        instanceType: "ml.g5.xlarge",
        modelName: "slipway-dev-chat-assistant-v7-production-ziuu2ucq",
        packageArn: "arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat-assistant/7",
      },
    });
  });

  test("is sized for the measured load where that is above the peak", async () => {
    const { planning } = await planned({ spec: { traffic: { peakPercent: 300 }, quotaInstances: 200 } });

    const { measuredRequestsPerSecond = 0, candidate } = planning.needs ?? {};
    expect(measuredRequestsPerSecond).toBeGreaterThan(60);
    expect(candidate?.instances).toBe(Math.ceil(measuredRequestsPerSecond / 8.4));
  });

  test("of a larger type is sized by what its instances do", async () => {
    const { planning } = await planned({ event: { ...manual, releaseType: "major" } });

    expect(planning.needs?.candidate).toMatchObject({ instanceType: "ml.g5.2xlarge", instances: 6 });
    expect(planning.needs?.peakInstances).toEqual({ "ml.g5.xlarge": 16, "ml.g5.2xlarge": 12 });
  });

  test("counts on what stable's own instances serve, be they of the type of an earlier release", async () => {
    const large = { ...plan.endpoint, instanceType: "ml.g5.2xlarge" };
    const run = await Run.begin({
      plan: { ...plan, endpoint: large },
      event: { ...manual, releaseType: "minor" },
    });
    run.doc = { ...run.doc, plan };

    expect((await run.plan()).needs?.stable).toMatchObject({
      instanceType: "ml.g5.2xlarge",
      requestsPerSecondPerInstance: 16,
    });
  });

  test("takes stable's size from its count where it is being raised or is above the plan", async () => {
    const run = await Run.begin();
    await setInstances(run.account.aws, "chat-assistant", { name: "v6", instances: 10 });
    run.account.settle();

    expect((await run.plan()).needs?.stable.instances).toBe(10);
  });

  test("changes nothing, and keeps what was planned with the release's record", async () => {
    const { run, planning } = await planned();

    expect(run.account.writes()).toEqual(["PutEvents"]);
    expect((await readRelease(run.account.aws, run.doc.release.id))?.planning).toMatchObject({ ...planning });
  });

  test("of the version that serves gives its candidate another variant name", async () => {
    const { planning } = await planned({ event: { ...manual, version: 6 } });

    expect(planning.needs?.candidate.variant).toBe("v6-again");
  });
});

describe("is refused", () => {
  test("where the version does not measure up to the plan's criteria, before anything is counted", async () => {
    const { run, planning } = await planned({ plan: validated, spec: { registry: { evaluation: "bad" } } });

    expect(planning).toMatchObject({
      status: "refused",
      reason: expect.stringMatching(
        /^binary_classification_metrics.auc of version 7 is 0.8415, and has to be 0.85 at least; /,
      ),
    });
    expect(planning.needs).toBeUndefined();
    expect(run.account.calls.some(({ operation }) => operation === "ListServiceQuotas")).toBe(false);
    expect((await planned({ plan: validated })).planning.status).toBe("fits");
  });

  test("where the requests of its test under load cannot be read, before anything is raised for it", async () => {
    const loadTest = { ...brieflyTested, payloads: { s3: "s3://chat-payloads/v1.jsonl" } };
    const run = await Run.begin({ plan: { ...plan, loadTest } });
    expect((await run.plan()).status).toBe("fits");

    run.account.world.state.objects.delete("chat-payloads/v1.jsonl");
    expect(await planCapacity({ ...run.opened(), planning: undefined }, run.tools)).toMatchObject({
      status: "refused",
      reason: expect.stringMatching(/^loadTest\.payloads: s3:\/\/chat-payloads\/v1\.jsonl cannot be read/),
    });
  });

  test("without quota for the surge, with each lack named", async () => {
    const { run, planning } = await planned({
      spec: { quotaInstances: 12 },
      plan: planWith({ budget: { usdPerRelease: 1 } }),
    });

    expect(planning.status).toBe("refused");
    expect(planning.reason).toContain(
      "the release needs 24 ml.g5.xlarge at its peak, the account's quota is 12",
    );
    expect(planning.reason).toContain("its budget is $1.00");
    expect((await readRelease(run.account.aws, run.doc.release.id))?.planning).toBeUndefined();
  });

  test("on an endpoint that has two variants already", async () => {
    const run = await Run.warm();

    expect(await planCapacity({ ...run.opened(), planning: undefined }, run.tools)).toMatchObject({
      status: "refused",
      reason:
        "endpoint chat-assistant: expected one variant, InService; found 2 variants of slipway-dev-chat-assistant-v7-production-join-uv5qtsh2 and status InService",
    });
  });

  test("where its one alarm does not exist", async () => {
    const { planning } = await planned({ plan: { ...plan, alarms: ["nobodys"] } });

    expect(planning).toMatchObject({ status: "refused", reason: expect.stringContaining("nobodys") });
  });

  test("where a KPI's metric has not reported", async () => {
    const metric = (name: string) => ({ namespace: "Chat", metric: name, dimensions: {} });
    const custom = { kind: "custom", name: "refusals", tolerance: 0 } as const;
    const own = planWith({
      kpis: [...plan.kpis, { ...custom, bad: metric("Refused"), total: metric("Answered") }],
    });

    const { planning } = await planned({ plan: own });

    expect(planning).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("Chat Answered"),
    });
  });
});

describe("waits", () => {
  test("while the endpoint is in motion, less often the longer it takes", async () => {
    const run = await Run.begin();
    await setInstances(run.account.aws, "chat-assistant", { name: "v6", instances: 10 });

    const first = await run.plan();
    const later = await planCapacity(
      {
        ...run.opened(),
        planning: { ...first, since: new Date(run.account.now() - 20 * 60_000).toISOString() },
      },
      run.tools,
    );

    expect(first).toMatchObject({
      status: "waiting",
      reason: "endpoint chat-assistant is Updating",
      waitSeconds: 30,
    });
    expect(later.waitSeconds).toBe(200);
  });

  test("while a freeze stands, and goes on once it is lifted", async () => {
    const run = await Run.begin();
    await declareFreeze(run.account.aws, "chat-assistant", { by: "ann", reason: "incident" });

    expect(await run.plan()).toMatchObject({
      status: "waiting",
      reason: "frozen by ann until lifted: incident",
      waitSeconds: 1200,
    });
  });

  test("until the end of a window of the plan, where that is sooner", async () => {
    const to = new Date((await Run.begin()).account.now() + 300_000).toISOString();
    const from = "2020-01-01T00:00:00Z";
    const { planning } = await planned({
      plan: { ...plan, freezes: { ...plan.freezes, windows: [{ from, to, reason: "holidays" }] } },
    });

    expect(planning).toMatchObject({ status: "waiting", reason: `frozen until ${to}: holidays` });
    expect(planning.waitSeconds).toBeLessThanOrEqual(300);
  });
});

describe("an instance type whose price is not known", () => {
  const unknown = { ...plan.endpoint, instanceType: "ml.c6i.2xlarge" };
  const pool = {
    ...plan.milestones.training,
    pool: { ...plan.milestones.training?.pool, instanceType: "ml.p4de.24xlarge" },
  };
  const consented = {
    ...planWith({ budget: { unpriced: ["ml.c6i.2xlarge", "ml.p4de.24xlarge"] } }),
    endpoint: unknown,
    milestones: { ...plan.milestones, training: pool },
  } as Plan;
  const told = (type: string) =>
    `the price of ${type} is not known: give it under prices, or consent under budget.unpriced to spend without knowing it`;

  test("is raised where the plan consents, at a cost that is not known either", async () => {
    const { planning } = await planned({ plan: consented });

    expect(planning).toMatchObject({ status: "fits", needs: { costUsd: null } });
  });

  test("is refused by name where it does not, on an endpoint and for a pool", async () => {
    for (const [event, type] of [
      [manual, "ml.c6i.2xlarge"],
      [trainingDue, "ml.p4de.24xlarge"],
    ] as const)
      expect((await planned({ plan: { ...consented, budget: plan.budget }, event })).planning).toMatchObject({
        status: "refused",
        reason: told(type),
      });
  });
});

describe("a training milestone", () => {
  test("fits within the warm pool's quota and the budget", async () => {
    const { planning } = await planned({ event: trainingDue });

    expect(planning).toMatchObject({ status: "fits", reason: "2 ml.g5.12xlarge for training" });
    expect(planning.needs).toBeUndefined();
  });

  test("is refused where the quota would silently keep no pool", async () => {
    const { planning } = await planned({
      event: trainingDue,
      spec: { training: { warmPoolQuotaInstances: 1 } },
    });

    expect(planning).toMatchObject({
      status: "refused",
      reason: "the pool needs 2 ml.g5.12xlarge, the account's warm pool quota is 1",
    });
  });

  test("is refused where the quota does not let the priming job run", async () => {
    const { planning } = await planned({
      event: trainingDue,
      spec: { training: { quotaInstances: 1 } },
    });

    expect(planning).toMatchObject({
      status: "refused",
      reason: "the pool needs 2 ml.g5.12xlarge, the account's training job quota is 1",
    });
  });

  test.each([
    ["from its start to its hold's end", trainingDue, 42.54],
    [
      "from its start ahead of its date too",
      {
        milestone: {
          model: "chat-assistant",
          kind: "training",
          scheduledTime: "2026-11-23T09:00:00Z",
          leadMinutes: 15,
        },
      },
      46.09,
    ],
  ])("is refused above the budget, %s", async (_, event, usd) => {
    const { planning } = await planned({ event, plan: planWith({ budget: { usdPerRelease: 40 } }) });

    expect(planning).toMatchObject({
      status: "refused",
      reason: `the pool is estimated at $${usd}, the budget is $40.00`,
    });
  });
});

describe("a name that is taken", () => {
  /** Somebody else's things under the names that the release would give to its own. */
  const strangers: [string, string, (run: Run) => Promise<unknown>, unknown][] = [
    [
      "model",
      "model slipway-dev-chat-assistant-v7-production-ziuu2ucq",
      async ({ account: { aws } }) =>
        putModel(
          aws,
          "slipway-dev-chat-assistant-v7-production-ziuu2ucq",
          await readModel(aws, "chat-assistant-v6"),
        ),
      manual,
    ],
    ...[
      "slipway-dev-chat-assistant-v7-production-join-uv5qtsh2",
      "slipway-dev-chat-assistant-v7-production-final-8t486wnq",
    ].map((name): [string, string, (run: Run) => Promise<unknown>, unknown] => [
      name.includes("join") ? "joint configuration" : "final configuration",
      `endpoint-config ${name}`,
      async ({ account: { aws } }) => putConfig(aws, name, await readConfig(aws, "chat-assistant-config-v6")),
      manual,
    ]),
    [
      "priming job that is long over",
      "training-job slipway-dev-chat-assistant-2026-11-23-training-primer-b671i4iu",
      async ({ account, doc }) => {
        const pool = doc.plan.milestones.training?.pool;
        if (pool === undefined) throw new Error("the sample plan has no training pool");
        await startPrimer(account.aws, "slipway-dev-chat-assistant-2026-11-23-training-primer-b671i4iu", {
          ...pool,
          keepAliveMinutes: 1,
        });
        account.wait(60);
      },
      trainingDue,
    ],
    [
      "schedule",
      "schedule slipway-dev/slipway-dev-chat-assistant-2026-11-23-training-lease-mqnmbfbz",
      ({ account: { aws } }) =>
        putSchedule(aws, "slipway-dev/slipway-dev-chat-assistant-2026-11-23-training-lease-mqnmbfbz", {
          at: "2027-01-01T00:00:00",
          input: "{}",
        }),
      trainingDue,
    ],
  ];

  test.each(strangers)(
    "by a %s refuses the release, which has changed nothing",
    async (_, what, make, event) => {
      const run = await Run.begin({ event });
      await make(run);
      const writes = run.account.writes();

      expect(await run.plan()).toMatchObject({
        status: "refused",
        reason: `${what}: exists, and not by this release`,
      });
      expect(run.account.writes()).toEqual(writes);
      expect(await run.changes()).toEqual({});
    },
  );
});

describe("a plan that leaves it open when capacity comes", () => {
  const open = (usdPerRelease: number) =>
    planned({ plan: planWith({ rollout: { strategy: "auto" }, budget: { usdPerRelease } }) });

  test("has all of it join where the budget has room for that", async () => {
    const { planning } = await open(120);

    expect(planning).toMatchObject({ status: "fits", reason: "8 ml.g5.xlarge for the candidate" });
    expect(planning.needs?.candidate).toMatchObject({ instances: 8 });
    expect(planning.needs?.candidate.shares).toBeUndefined();
  });

  test("else has it come as the stages do, and says why", async () => {
    const { planning } = await open(24);

    expect(planning).toMatchObject({
      status: "fits",
      reason:
        "8 ml.g5.xlarge for the candidate; not upfront, since it is estimated at $22.71, which leaves less than a tenth of its budget of $24.00",
    });
    expect(planning.needs?.candidate).toMatchObject({ instances: 4 });
    expect(planning.needs?.candidate.shares?.at(-1)).toEqual({ percent: 100, instances: 8 });
  });

  test("is refused where it can have neither, with what either would take", async () => {
    const { planning } = await open(10);

    expect(planning).toMatchObject({
      status: "refused",
      reason: expect.stringMatching(
        /^the release is estimated at \$17\.\d\d, its budget is \$10\.00; not upfront, since the release is estimated at \$22\.71, its budget is \$10\.00$/,
      ),
    });
  });
});
