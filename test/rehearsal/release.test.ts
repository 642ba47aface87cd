/** Whole releases, from the event to a calm account: how they end, what is left, and what each door opens. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { WorldSpec } from "#twin/world";
import type { RunRecord } from "../../src/rehearsal/release/run-record.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { outcomesOf, plan, type Rehearsing, rehearsing } from "./explore/rehearsing.ts";

const sample = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../events/${name}.json`, import.meta.url), "utf8"));

/** The record of a release in which no invariant was broken and nothing was asked of the twin that it does not model. */
async function released(how: Rehearsing): Promise<RunRecord> {
  const { record, violations } = await rehearsing({ seed: 2, ...how });
  expect(violations).toEqual([]);
  expect(record).toMatchObject({ refusals: [], dropped: [], undelivered: [] });
  return record;
}

/** What must be as before. The count is the policy's, which goes on with its work whatever a release does. */
function kept({ endpoints, ...rest }: RunRecord["before"]) {
  const shapes = Object.entries(endpoints).map(([name, { configName, variants }]) => {
    const weights = Object.entries(variants).map(([variant, { weight }]) => [variant, weight]);
    return [name, configName, weights];
  });
  return { ...rest, endpoints: shapes };
}

/** Whether the endpoint is in service at the end, or is locked by nobody but its own auto scaling. */
function expectAtRest({ after, changes }: RunRecord): void {
  const { status = "gone" } = after.endpoints["chat-assistant"] ?? {};
  const last = changes.findLast(({ kind, subject }) => kind === "status" && subject === "chat-assistant");
  if (status !== "InService")
    expect({ status, by: last?.by.who }).toEqual({ status: "Updating", by: "auto-scaling" });
}

describe("a release that is promoted", () => {
  let record: RunRecord;
  beforeAll(async () => {
    record = await released({ event: sample("registry-approved") });
  });

  test("leaves the candidate serving alone, scaled as stable was, and nothing else", () => {
    const { outcome, executions, before, after } = record;

    expect(outcome).toBe("promoted");
    expectAtRest(record);
    expect(executions).toMatchObject([{ status: "SUCCEEDED" }]);
    expect(after.endpoints["chat-assistant"]).toMatchObject({
      configName: "slipway-dev-chat-assistant-v7-production-final-8t486wnq",
      variants: { v7: { weight: 100 } },
    });
    expect(Object.keys(after.endpoints["chat-assistant"]?.variants ?? {})).toEqual(["v7"]);
    expect(after.endpointConfigs).toEqual([
      "chat-assistant-config-v6",
      "slipway-dev-chat-assistant-v7-production-final-8t486wnq",
    ]);
    expect(after.models).toEqual(["chat-assistant-v6", "slipway-dev-chat-assistant-v7-production-ziuu2ucq"]);
    const scaling = (side: RunRecord["before"]) => Object.values(side.scalableTargets);
    expect(Object.keys(after.scalableTargets)).toEqual(["endpoint/chat-assistant/variant/v7"]);
    expect(scaling(after)).toMatchObject(
      scaling(before).map(({ policies, ...rest }) => ({ ...rest, policies })),
    );
  });

  test("goes through every stage of its plan in order", () => {
    const { stages } = record;

    expect(stages.map(({ trafficPercent }) => trafficPercent)).toEqual([5, 25, 50, 95, 100]);
    const least = [10, 10, 30, 10];
    const took = stages.map(({ fromSeconds, untilSeconds }) => (untilSeconds - fromSeconds) / 60);
    expect(least.filter((minutes, nth) => (took[nth] ?? 0) < minutes)).toEqual([]);
  });
});

describe("a release that is not", () => {
  test.each([
    ["bad-errors", /^errors: candidate fails/],
    ["late-fault", /^errors: candidate fails/],
    ["lone-host", /^an instance failed alone again .* \(host\): errors: .* without instance i-\w+ nothing/],
    ["slow-model", /^latency/],
    ["no-traffic", /^no data by the deadline/],
    ["no-capacity", /^the endpoint went back to chat-assistant-config-v6: .*InsufficientInstanceCapacity/],
  ])(
    "in the world %s fails as rolled back, with endpoint, scaling and configurations as before",
    async (world, reason) => {
      const record = await released({ world });
      const { outcome, reason: told, executions, before, after } = record;

      expect(outcome).toBe("rolled-back");
      expectAtRest(record);
      expect(told).toMatch(reason);
      expect(executions.map(({ status }) => status)).toEqual(["FAILED"]);
      expect(kept(after)).toEqual(kept(before));
      const counts = ({ endpoints }: RunRecord["before"]) =>
        endpoints["chat-assistant"]?.variants.v6?.desiredInstances ?? 0;
      expect(counts(after)).toBeGreaterThanOrEqual(
        Math.min(
          counts(before),
          before.scalableTargets["endpoint/chat-assistant/variant/v6"]?.minCapacity ?? 0,
        ),
      );
    },
  );

  test("for lack of quota is refused, and has changed nothing at all", async () => {
    const { outcome, executions, before, after, changes, awsCalls } = await released({ world: "no-quota" });

    expect(outcome).toBe("refused");
    expect(executions.map(({ status }) => status)).toEqual(["FAILED"]);
    expect(kept(after)).toEqual(kept(before));
    expect(changes.filter(({ by }) => by.who === "call")).toEqual([]);
    const writes = Object.keys(awsCalls).filter((call) =>
      /\.(Create|Update|Delete|Register|Deregister|Stop)/.test(call),
    );
    expect(writes).toEqual(["dynamodb.UpdateItem"]);
  });

  test("is not tried again by hand where evidence of harm has taken it back, and nobody has approved it since", async () => {
    const again = {
      afterSeconds: 6 * 3600,
      event: { model: "chat-assistant", version: 7, again: true },
      name: "again",
    };

    const record = await released({ world: loadWorld("bad-errors"), also: [again] });

    expect(outcomesOf(record)).toEqual(["rehearsal rolled-back", "again bad-input"]);
    expect(record.executions.find(({ name }) => name === "again")?.reason).toMatch(
      /chat-assistant-v7-production was rolled back by evidence of errors/,
    );
  });

  test("can be run again by hand, as its next attempt, once its cause is gone", async () => {
    const again = {
      afterSeconds: 6 * 3600,
      event: { model: "chat-assistant", version: 7, again: true },
      name: "again",
    };
    const world = WorldSpec.parse({
      description: "no data for five hours",
      metrics: { outages: [{ atMinute: 0, minutes: 300 }] },
    });

    const record = await released({ world, also: [again] });

    expect(outcomesOf(record)).toEqual(["rehearsal rolled-back", "again promoted"]);
    expect(record.after.models).toEqual([
      "chat-assistant-v6",
      "slipway-dev-chat-assistant-v7-production-r2-ezo1v567",
    ]);
    expect(Object.keys(record.after.endpoints["chat-assistant"]?.variants ?? {})).toEqual(["v7-r2"]);
  });
});

test("a candidate whose model takes 20 s to answer is proved warm in several rounds, and one that hangs is cold", async () => {
  const asked = { ...plan, requirements: { ...plan.requirements, latencyMsP99: 25_000 } };
  const answering = (latencyMs: number) =>
    WorldSpec.parse({ description: "a slow model", service: { latencyMs, latencyCv: 0.05 } });
  const rounds = ({ points = [] }: RunRecord) =>
    points.filter((point) => point.startsWith("invocation:ProveWarmth")).length;

  const slow = await released({
    world: answering(20_000),
    plan: asked,
    listPoints: true,
    faults: ["stop=entry:ShiftTraffic@1"],
  });
  const hanging = await released({
    world: answering(90_000),
    listPoints: true,
    plan: { ...asked, rollout: { ...asked.rollout, capacityTimeoutMinutes: 20 } },
  });

  expect(slow.document).toMatchObject({ warmth: { status: "warm", proven: 24, rounds: 2 } });
  expect(rounds(slow)).toBe(2);
  expect(hanging).toMatchObject({
    outcome: "rolled-back",
    reason: "8 of 8 probes failed or took over 25000 ms (no answer)",
  });
});

describe("a registry event", () => {
  test.each(["registry-rejected", "registry-pending", "registry-life-cycle"])(
    "%s ends quietly as ignored, with the reason",
    async (name) => {
      const { outcome, reason, executions, before, after, awsCalls } = await released({
        event: sample(name),
      });

      expect(outcome).toBe("ignored");
      expect(reason).toMatch(/^version 7 of chat-assistant /);
      expect(executions).toMatchObject([{ status: "SUCCEEDED" }]);
      expect(kept(after)).toEqual(kept(before));
      expect(Object.keys(awsCalls).filter((call) => !call.startsWith("dynamodb."))).toEqual([]);
    },
  );

  test("delivered twice, and late once more, is one release", async () => {
    const event = sample("registry-approved");
    const also = [5, 2 * 3600].map((afterSeconds) => ({ afterSeconds, event, name: `copy-${afterSeconds}` }));

    const record = await released({ event, also });

    expect(outcomesOf(record)).toEqual(["rehearsal promoted", "copy-5 ignored", "copy-7200 ignored"]);
  });

  test.each([[[]], ["text"], [7], [null]])("that is no object but %j is bad input too", async (event) => {
    const { executions, awsCalls, after, before } = await released({ event });

    expect(executions).toMatchObject([{ status: "FAILED", outcome: "bad-input" }]);
    expect(executions[0]?.reason).toContain("expected");
    expect(Object.keys(awsCalls).filter((call) => !call.startsWith("dynamodb."))).toEqual([]);
    expect(kept(after)).toEqual(kept(before));
  });

  test("with a typo of a hand is told what was expected, and nothing is touched", async () => {
    const { outcome, reason, before, after } = await released({
      event: { modle: "chat-assistant", version: 7 },
    });

    expect(outcome).toBe("bad-input");
    expect(reason).toMatch(/modle.*did you mean model\?/s);
    expect(kept(after)).toEqual(kept(before));
  });
});

describe("a release whose quota comes late", () => {
  const waiting = (waitMinutes: number) => ({
    ...plan,
    rollout: { ...plan.rollout, onShortQuota: { waitMinutes } },
  });

  test("waits for it, with nothing raised, and is promoted", async () => {
    const record = await released({ plan: waiting(120), world: "late-quota" });

    expect(record.outcome).toBe("promoted");
    const first = record.changes.find(({ kind, by }) => kind === "status" && by.who === "call");
    expect(first?.atSeconds).toBeGreaterThanOrEqual(90 * 60);
    expect(first?.atSeconds).toBeLessThan(115 * 60);
  });

  test("is refused where it comes too late, with nothing changed", async () => {
    const { outcome, reason, before, after } = await released({ plan: waiting(60), world: "late-quota" });

    expect(outcome).toBe("refused");
    expect(reason).toMatch(/quota is 12; it was waited for until 2026-01-05T09:00:00\.\d+Z$/);
    expect(kept(after)).toEqual(kept(before));
  });
});

describe("a training milestone", () => {
  const event = { model: "chat-assistant", milestone: "training" };
  const training = (options: object) => WorldSpec.parse({ description: "training", ...options });

  /** What comes of priming jobs that end starts an execution each, which completes nothing. */
  const meant = ({ executions }: RunRecord) => executions.filter(({ outcome }) => outcome !== "ignored");
  const pools = ({ after }: RunRecord) =>
    Object.fromEntries(
      Object.entries(after.trainingJobs).map(([name, { warmPool }]) => [
        /primer(-\d+)?(?=-[a-z0-9]{8}$)/.exec(name)?.[0] ?? name,
        warmPool,
      ]),
    );

  test("primes its pool and is done; the pool lasts until the schedule of its lease gives everything back", async () => {
    const record = await released({ event });

    const executions = meant(record);
    expect(executions[0]).toMatchObject({
      name: "rehearsal",
      status: "SUCCEEDED",
      outcome: "done",
      reason: "the warm pool is available",
    });
    expect(executions.at(-1)).toMatchObject({
      status: "SUCCEEDED",
      reason:
        "the lease of chat-assistant-2026-01-05-training is over, and training job chat-assistant-train-* has not succeeded; everything is as before",
      startSeconds: 180 * 60,
    });
    const between = executions.slice(1, -1).map(({ name }) => name.startsWith("keep-slipway-dev-"));
    expect(between).toEqual([true, true, true]);
    expect(kept(record.after)).toEqual({ ...kept(record.before), trainingJobs: expect.anything() });
    expect(pools(record)).toEqual({
      primer: "Reused",
      "primer-2": "Reused",
      "primer-3": "Reused",
      "primer-4": "Terminated",
    });
    // It was there all the time: two instances from the first job's end to the last second.
    const there = record.changes.filter(
      ({ subject, to }) => subject.includes("-primer") && to === "pool Terminated",
    );
    expect(there.map(({ atSeconds }) => Math.floor(atSeconds / 60))).toEqual([180]);
  });

  test("is completed by the team's job: its pool goes to that, is not primed again, and its lease ends with it", async () => {
    const jobs = [{ atMinute: 40, minutes: 45, name: "chat-assistant-train-7" }];

    const record = await released({ event, world: training({ training: { jobs } }) });

    expect(meant(record).slice(-2)).toMatchObject(
      [
        { outcome: "handed-over", reason: /^training job chat-assistant-train-7 is Completed: give-back-/ },
        {
          outcome: "done",
          reason: "training job chat-assistant-train-7 is Completed; everything is as before",
        },
      ].map(({ outcome, reason }) => ({
        outcome,
        reason: typeof reason === "string" ? reason : expect.stringMatching(reason),
      })),
    );
    expect(record.virtualSeconds).toBeLessThan(90 * 60);
    expect(pools(record)).toEqual({ primer: "Reused" });
    expect(record.after.schedules).toEqual([]);
  });

  test("whose job fails goes on being held, for another try", async () => {
    const jobs = [
      { atMinute: 40, minutes: 20, name: "chat-assistant-train-7", fails: true },
      { atMinute: 100, minutes: 20, name: "chat-assistant-train-8" },
    ];

    const record = await released({ event, world: training({ training: { jobs } }) });

    expect(meant(record).at(-1)?.reason).toMatch(/^training job chat-assistant-train-8 is Completed/);
    expect(record.virtualSeconds).toBeLessThan(125 * 60);
    expect(pools(record)).toMatchObject({ primer: "Reused", "primer-2": "Reused" });
  });

  test("that starts ahead of its date is there by then, and is held from then on", async () => {
    const milestone = {
      model: "chat-assistant",
      kind: "training",
      scheduledTime: "2026-01-05T08:00:00Z",
      leadMinutes: 15,
    };

    const record = await released({ event: { milestone } });

    const [first, ...more] = meant(record);
    expect(first).toMatchObject({ outcome: "done", reason: "the warm pool is available" });
    expect(first?.stopSeconds).toBeLessThan(15 * 60);
    expect(more.at(-1)).toMatchObject({ outcome: "done", startSeconds: (15 + 180) * 60 });
  });

  test("is ended while its pool is still there, if its hold is shorter than its keep-alive", async () => {
    const { training: milestone } = plan.milestones;
    if (milestone?.pool === undefined) throw new Error("the sample plan has no training pool");
    const short = { ...milestone, pool: { ...milestone.pool, holdMinutes: 30 } };

    const record = await released({
      event,
      plan: { ...plan, milestones: { ...plan.milestones, training: short } },
    });

    const ended = record.changes.find(({ to }) => to === "pool Terminated");
    expect(ended?.atSeconds).toBeGreaterThan(30 * 60 - 1);
    expect(ended?.atSeconds).toBeLessThan(32 * 60);
    expect(record.after.schedules).toEqual([]);
  });

  test("without a quota for warm pools is refused before a job is started", async () => {
    const world = training({ training: { warmPoolQuotaInstances: 0 } });

    const { outcome, reason, before, after } = await released({ event, world });

    expect(outcome).toBe("refused");
    expect(reason).toBe("the pool needs 2 ml.g5.12xlarge, the account's warm pool quota is 0");
    expect(kept(after)).toEqual(kept(before));
  });

  test("in an account without the quota that its plan needs is refused as a release is", async () => {
    const { outcome, reason } = await released({ event, world: "no-quota" });

    expect(outcome).toBe("refused");
    expect(reason).toMatch(/the pool needs 2 ml\.g5\.12xlarge, the account's .*quota is 1$/);
  });

  test("without capacity is rolled back, with no schedule and no pool left", async () => {
    const { outcome, executions, after } = await released({
      event,
      world: training({ provisioning: { poolInstances: 0 } }),
    });

    expect(outcome).toBe("rolled-back");
    expect(executions.map(({ status }) => status)).toEqual(["FAILED"]);
    expect(after.schedules).toEqual([]);
    expect(Object.values(after.trainingJobs)).toEqual([{ status: "Failed", warmPool: "Terminated" }]);
  });

  test("that is stopped while its job trains has the job stopped, and the pool that this leaves given back", async () => {
    const record = await released({
      event,
      world: training({ training: { jobSeconds: 800 } }),
      stopAfterSeconds: [900],
    });

    expect(outcomesOf(record)).toHaveLength(2);
    expect(record.changes.filter(({ subject }) => subject.includes("-primer")).map(({ to }) => to)).toEqual([
      ...["InProgress", "Stopping", "Stopped", "pool Available", "pool Terminated"],
    ]);
    expect(record.after.schedules).toEqual([]);
  });

  test("goes beside a production release of the same model: each has a lock of its own", async () => {
    const also = [{ afterSeconds: 60, event, name: "training" }];

    const record = await released({ world: training({ quotaInstances: 12 }), also });

    expect(outcomesOf(record).slice(0, 2)).toEqual(["rehearsal refused", "training done"]);
  });
});
