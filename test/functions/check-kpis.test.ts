/** Judging: what CloudWatch shows moves the release on, back, or nowhere; what it does not show never moves it on. */
import {
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import { describe, expect, test } from "vitest";
import { contract } from "../../functions/check-kpis.ts";
import { addApproval } from "../../src/aws/approvals.ts";
import { awaitedSides } from "../../src/aws/awaited-sides.ts";
import { statusOfLocks } from "../../src/aws/lock-status.ts";
import { giveOrder } from "../../src/aws/locks.ts";
import { updateEndpoint } from "../../src/aws/serving/sagemaker/endpoints.ts";
import { Kpis } from "../../src/core/plan/kpis.ts";
import type { Judgement } from "../../src/core/release/release.ts";
import { plan, planWith, sided } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { Run } from "./run.ts";

const half = { trafficPercent: 50, bakeMinutes: 15 };
const short = planWith({ rollout: { stages: [half, { trafficPercent: 100, bakeMinutes: 15 }] } });

describe("a stage", () => {
  test("goes on baking before its time, one interval at a time", async () => {
    const run = await Run.shifted({ plan: short });
    run.account.wait(3);

    const judgement = await run.judge();
    expect(judgement).toMatchObject({ decision: "continue", stage: 0, waitSeconds: 60 });
    expect(contract.output.parse(judgement)).toEqual(judgement);
    expect(run.account.published().filter(({ state }) => state === "judged")).toEqual([]);
  });

  test("of a candidate as good as stable advances after its bake, and tells so", async () => {
    const run = await Run.shifted({ plan: short });
    const fromMs = run.account.now();

    expect(await run.bake()).toMatchObject({ decision: "advance", stage: 0 });

    expect(run.account.now() - fromMs).toBeGreaterThanOrEqual(15 * 60_000);
    expect(run.account.published().at(-1)).toMatchObject({ state: "judged", stage: 0, decision: "advance" });
  });

  test("is the last one: then the release is promoted", async () => {
    const run = await Run.shifted({
      plan: planWith({ rollout: { stages: [{ trafficPercent: 100, bakeMinutes: 5 }] } }),
    });

    expect(await run.bake()).toMatchObject({ decision: "promote" });
  });

  test("of a candidate that fails more often rolls back, long before its bake is over, and names the KPI", async () => {
    const run = await Run.shifted({ plan: short, spec: { candidate: { errorFactor: 8 } } });
    const fromMs = run.account.now();

    const judgement = await run.bake();

    expect(judgement).toMatchObject({ decision: "roll-back", verdict: "fail" });
    expect(judgement.culprits).toContain("errors");
    expect(run.account.now() - fromMs).toBeLessThan(15 * 60_000);
  });

  test("is judged by what the container errs in as well, and the reason says so", async () => {
    const errs = { ...short, kpis: Kpis.parse([{ kind: "model-errors", name: "model" }]) };
    const run = await Run.shifted({ plan: errs, spec: { candidate: { errorFactor: 8 } } });

    const judgement = await run.bake();

    expect(judgement).toMatchObject({ decision: "roll-back", verdict: "fail", culprits: ["model"] });
    expect(judgement.reason).toMatch(/^model: candidate errs \d.*× as often as stable, /);
  });

  test("without data rolls back at its deadline, and never advances", async () => {
    const run = await Run.shifted({
      plan: short,
      spec: { metrics: { outages: [{ atMinute: 0, minutes: 600 }] } },
    });

    const judgement = await run.bake();

    expect(judgement).toMatchObject({ decision: "roll-back", verdict: "no-data" });
    expect(judgement.reason).toMatch(/^no data by the deadline: /);
  });

  test("keeps its evidence from look to look, in a document that stays small", async () => {
    const run = await Run.shifted({ plan: short });
    for (let look = 0; look < 10; look++) {
      run.account.wait(1);
      await run.judge();
    }

    expect(JSON.stringify(run.doc.judgement).length).toBeLessThan(20_000);
    const again = await run.judge();
    expect(again.state).toEqual((await run.judge()).state);
  });
});

describe("the last minutes of a stage", () => {
  const twoStages = [25, 95].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 5 }));
  const own = planWith({ rollout: { stages: twoStages } });
  const minuteOf = ({ account }: Run) => (account.now() - account.world.startMs) / 60_000;

  /** The first stage has passed, with this fault or none in the candidate. */
  async function passed(candidate: SpecInput["candidate"] = {}): Promise<Run> {
    const run = await Run.shifted({ plan: own, spec: { candidate } });
    expect(await run.bake()).toMatchObject({ decision: "advance" });
    return run;
  }

  /** A fault of the last minutes before this one. */
  const upTo = (toMinute: number) => ({ errorFactor: 50, fromMinute: toMinute - 1.5, toMinute });

  test("are judged once they are published, though the next share is in force by then", async () => {
    const passedAt = minuteOf(await passed());
    const run = await passed(upTo(passedAt));
    expect(minuteOf(run)).toBe(passedAt);
    await run.shift();
    run.account.wait(1);

    expect(await run.judge()).toMatchObject({ decision: "roll-back", verdict: "fail", stage: 1 });
  });

  /** How many of the stage's intervals a KPI has been judged by. */
  function compared({ state }: Pick<Judgement, "state">, { stage, name }: { stage: number; name: string }) {
    const kpi = state.kpis[name];
    const open = kpi !== undefined && "open" in kpi ? kpi.open : [];
    return open.find((each) => each.stage === stage)?.compared ?? 0;
  }

  test("are judged by latency as by errors", async () => {
    const run = await passed();
    const before = run.judged;
    await run.shift();
    run.account.wait(1);
    const now = await run.judge();

    const more = (name: string) => compared(now, { stage: 0, name }) - compared(before, { stage: 0, name });
    expect(more("errors")).toBeGreaterThan(0);
    expect(more("latency")).toBe(more("errors"));
  });

  test("are judged after a step back as well, which begins no other stage", async () => {
    const run = await passed();
    await run.shift();
    run.account.wait(5);
    const before = await run.judge();
    run.pass("step-back", before);
    expect(await run.shift()).toMatchObject({ index: 1, easing: "eased" });
    run.account.wait(1);
    const now = await run.judge();

    const errors = { stage: 1, name: "errors" };
    expect(compared(now, errors)).toBeGreaterThan(compared(before, errors));
  });
});

describe("a release rolls back", () => {
  test.each([
    [1, "roll-back", "pager went off (an alarm's threshold, with no error guarantee)"],
    [1e9, "continue", expect.stringMatching(/so far$|yet /)],
  ])(
    "when an alarm of its plan goes off, a threshold without any promise: at %d, %s",
    async (Threshold, decision, reason) => {
      const alarmed = { ...short, alarms: ["pager"] };
      const run = await Run.begin({ plan: alarmed });
      await run.account.aws.cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName: "pager",
          Namespace: "AWS/SageMaker",
          MetricName: "Invocations",
          Statistic: "Sum",
          Dimensions: [
            { Name: "EndpointName", Value: "chat-assistant" },
            { Name: "VariantName", Value: "v7" },
          ],
          Period: 60,
          EvaluationPeriods: 1,
          Threshold,
          ComparisonOperator: "GreaterThanThreshold",
          TreatMissingData: "notBreaching",
        }),
      );
      run.account.wait(1);
      await run.plan();
      await run.prewarm();
      run.account.settle();
      await run.capacity();
      await run.warmth();
      await run.shift();
      run.account.wait(3);

      expect(await run.judge()).toMatchObject({ decision, reason });
    },
  );

  test("when someone else has moved the endpoint", async () => {
    const run = await Run.shifted({ plan: short });
    run.account.world.state.scalableTargets.clear();
    await updateEndpoint(run.account.aws, "chat-assistant", "chat-assistant-config-v6");
    run.account.settle();

    expect(await run.judge()).toMatchObject({
      decision: "roll-back",
      reason:
        "the endpoint serves chat-assistant-config-v6, not slipway-dev-chat-assistant-v7-production-join-uv5qtsh2",
    });
  });

  test("when it was ordered to", async () => {
    const run = await Run.shifted({ plan: short });
    const { id: releaseId, execution, subject, openedAt } = run.doc.release;
    const order = { kind: "supersede", by: "chat-assistant-v8-production", at: openedAt } as const;
    await giveOrder(run.account.aws, subject, { to: { releaseId, execution, since: openedAt }, order });

    await expect(run.judge()).rejects.toMatchObject({ name: "Superseded" });
  });
});

describe("while the next stage waits for capacity", () => {
  const twoStages = [25, 95].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 5 }));
  const own = planWith({ rollout: { stages: twoStages } });
  /** The first stage has passed, and the load has outgrown what the second one needs. */
  async function short(spec: SpecInput = {}): Promise<Run> {
    const growing = { traffic: { changes: [{ atMinute: 28, factor: 2.8 }] }, quotaInstances: 200 };
    const run = await Run.shifted({ plan: own, spec: { ...growing, ...spec }, unscaled: true });
    expect(await run.bake()).toMatchObject({ decision: "advance" });
    while (run.account.now() < run.account.world.startMs + 33 * 60_000) run.account.wait(1);
    expect(await run.shiftOnce()).toMatchObject({ status: "short", index: 1, before: { index: 0 } });
    return run;
  }

  test("the one in force is judged on, and a candidate that turns bad is rolled back", async () => {
    const run = await short({ candidate: { errorFactor: 40, fromMinute: 33 } });

    let judgement = await run.judge();
    for (let minute = 0; minute < 10 && judgement.decision !== "roll-back"; minute++) {
      run.account.wait(1);
      judgement = await run.judge();
    }

    expect(judgement, judgement.reason).toMatchObject({ decision: "roll-back", stage: 0 });
    expect(judgement.culprits).toContain("errors");
    expect(run.doc.stage).toMatchObject({ status: "short", index: 1 });
  });

  test("its raise is seen to end by whoever looks first, and its passing is told once", async () => {
    const run = await short();
    const raisedAt = run.doc.stage?.raisedAt ?? "";
    expect(Date.parse(raisedAt)).toBe(run.account.now());
    run.account.wait(1);
    expect((await run.judge()).raisedUntil).toBeUndefined();
    run.account.settle();
    const endedAt = new Date(run.account.now()).toISOString();
    expect((await run.judge()).raisedUntil).toBe(endedAt);
    run.account.wait(30);
    expect((await run.judge()).raisedUntil).toBe(endedAt);

    const { lockedMinutes } = await run.shiftOnce();

    expect(lockedMinutes).toBeCloseTo((Date.parse(endedAt) - Date.parse(raisedAt)) / 60_000, 5);
    expect(run.account.published().filter(({ state }) => state === "judged")).toHaveLength(1);
  });
});

test("the passing of a stage that a freeze keeps from going on is told once", async () => {
  const run = await Run.shifted({ plan: short });
  expect(await run.bake()).toMatchObject({ decision: "advance" });
  if (run.doc.stage === undefined) throw new Error("expected a stage");
  run.doc = { ...run.doc, stage: { ...run.doc.stage, status: "held" } };
  run.account.wait(1);

  expect(await run.judge()).toMatchObject({ decision: "advance" });

  expect(run.account.published().filter(({ state }) => state === "judged")).toHaveLength(1);
});

/** Has what CloudWatch answers be other than it is. */
function editing(run: Run, edit: (results: (MetricDataResult & { variant: string })[]) => void): void {
  const { cloudwatch } = run.account.aws;
  const send = cloudwatch.send.bind(cloudwatch) as (command: unknown) => Promise<object>;
  cloudwatch.send = (async (command: unknown) => {
    const answer: { MetricDataResults?: MetricDataResult[] } = await send(command);
    const asked = command instanceof GetMetricDataCommand ? (command.input.MetricDataQueries ?? []) : [];
    const variants = new Map(asked.map((query) => [query.Id, variantIn(query)]));
    edit(
      (answer.MetricDataResults ?? []).map((one) =>
        Object.assign(one, { variant: variants.get(one.Id) ?? "" }),
      ),
    );
    return answer;
  }) as typeof cloudwatch.send;
}

const variantIn = ({ MetricStat }: MetricDataQuery): string =>
  MetricStat?.Metric?.Dimensions?.find(({ Name }) => Name === "VariantName")?.Value ?? "";

describe("what a stage is judged by", () => {
  /** The spans that a look asked CloudWatch for, epoch milliseconds. */
  async function spansOf(run: Run) {
    const before = run.account.calls.length;
    await run.judge();
    const asked = run.account.calls.slice(before).filter(({ operation }) => operation === "GetMetricData");
    expect(asked).not.toEqual([]);
    return asked.map(({ input }) => ({ fromMs: msOf(input.StartTime), toMs: msOf(input.EndTime) }));
  }
  const msOf = (time: unknown) => (typeof time === "number" ? time * 1000 : Date.parse(String(time)));

  test("are intervals that began under its share and ended a minute ago: CloudWatch still adds to the newest", async () => {
    const run = await Run.warm({ plan: short });
    run.account.wait(0.5);
    await run.shift();
    const shiftedMs = Date.parse(run.doc.stage?.shiftedAt ?? "");
    expect(shiftedMs % 60_000).not.toBe(0);
    run.account.wait(3);
    await run.judge();
    run.account.wait(3.2);

    for (const { fromMs, toMs } of await spansOf(run)) {
      expect(fromMs).toBeGreaterThanOrEqual(shiftedMs);
      expect(fromMs).toBeLessThan(shiftedMs + 60_000);
      expect(toMs).toBeLessThanOrEqual(run.account.now() - 60_000);
      expect(toMs).toBeGreaterThan(run.account.now() - 121_000);
    }
  });

  test("is read back for a quarter of an hour, and no further", async () => {
    const run = await Run.shifted({ plan: short });
    run.account.wait(40);
    await run.judge();
    const lookedMs = run.account.now();
    run.account.wait(1);

    const spans = await spansOf(run);

    const longest = Math.min(...spans.map(({ fromMs }) => fromMs));
    expect(longest).toBeGreaterThan(lookedMs - 17 * 60_000);
    expect(longest).toBeLessThanOrEqual(lookedMs - 15 * 60_000);
  });

  test("comes late at times: what CloudWatch shows after five minutes counts as well", async () => {
    const run = await Run.shifted({ plan: short, spec: { metrics: { lagSeconds: 300 } } });

    const { decision, reason } = await run.bake();

    expect(decision, reason).toBe("advance");
  });

  test("has all minutes of its bake in it: the last one is waited for where it comes late", async () => {
    const run = await Run.shifted({ plan: short, spec: { metrics: { lagSeconds: 300 } } });
    const shiftedMs = Date.parse(run.doc.stage?.shiftedAt ?? "");
    let newest = 0;
    editing(run, (results) => {
      for (const { variant, Timestamps = [] } of results)
        if (variant === run.needs.candidate.variant)
          newest = Math.max(newest, ...Timestamps.map((at) => at.getTime()));
    });

    expect(await run.bake()).toMatchObject({ decision: "advance" });

    expect(newest + 60_000).toBeGreaterThanOrEqual(Math.floor(shiftedMs / 60_000 + 15) * 60_000);
    expect(run.account.now() - shiftedMs).toBeGreaterThan(19 * 60_000);
  });

  test("is nothing that another clock stamped with a time to come", async () => {
    const run = await Run.shifted({ plan: short });
    const dayMs = 24 * 3600_000;
    editing(run, (results) => {
      for (const { Timestamps, Values } of results) {
        const at = Timestamps?.at(-1);
        if (at === undefined) continue;
        Timestamps?.push(new Date(at.getTime() + dayMs));
        Values?.push(0);
      }
    });

    for (let minute = 0; minute < 5; minute++) {
      run.account.wait(1);
      await run.judge();
    }

    const { kpis = {} } = run.doc.judgement?.state ?? {};
    const lasts = Object.values(kpis).flatMap((kpi) =>
      kpi.kind === "guardrail" ? kpi.readings.map(({ index }) => index) : [kpi.counted?.last ?? 0],
    );
    expect(Math.max(...lasts) * 60_000).toBeLessThan(run.account.now());
  });

  test("lacks its other half where stable was hardly seen: a bake of that is none", async () => {
    const run = await Run.shifted({ plan: { ...short, rollout: { ...short.rollout, settleMinutes: 0 } } });
    const shiftedMs = Date.parse(run.doc.stage?.shiftedAt ?? "");
    editing(run, (results) => {
      for (const { variant, Timestamps = [], Values = [] } of results)
        if (variant === run.needs.stable.variant && run.account.now() - shiftedMs > 4 * 60_000) {
          Timestamps.length = 0;
          Values.length = 0;
        }
    });

    const { decision, reason } = await run.bake();

    expect(decision).toBe("roll-back");
    expect(reason).toMatch(
      /^no data by the deadline: candidate and stable were seen in [1-3] of the bake's 15 minutes: /,
    );
  });

  test("does not lack the latency that is not compared, where stable was seen in half of its minutes", async () => {
    const stages = [{ trafficPercent: 95, bakeMinutes: 15 }];
    const run = await Run.shifted({ plan: planWith({ rollout: { ...short.rollout, stages } }) });
    const isKept = (time: Date) => time.getTime() % 120_000 !== 0;
    editing(run, (results) => {
      for (const result of results.filter(({ variant }) => variant === run.needs.stable.variant)) {
        const { Timestamps = [], Values = [] } = result;
        result.Values = Values.filter((_, nth) => isKept(Timestamps[nth] ?? new Date(0)));
        result.Timestamps = Timestamps.filter(isKept);
      }
    });

    const { decision, reason } = await run.bake();

    expect(decision).toBe("advance");
    expect(reason).toContain("latency: not compared");
  });

  test("is latency only where instances carry about as much: a healthy candidate with nearly all traffic is not slow", async () => {
    const last = { trafficPercent: 95, bakeMinutes: 10 };
    const kpis = Kpis.parse([{ kind: "latency-mean", name: "pace" }]);
    const own = planWith({ rollout: { stages: [last], onInconclusive: { action: "roll-back" } }, kpis });
    // Instances so full that one is clearly slower than one that is idle.
    const run = await Run.shifted({
      plan: own,
      spec: { traffic: { changes: [{ atMinute: 0, factor: 1.5 }] } },
      unscaled: true,
    });

    const { decision, reason, unlike } = await run.bake();

    expect(decision, reason).toBe("advance");
    expect(reason).toContain("pace: not compared");
    expect(unlike?.times).toBeGreaterThan(15);
  });

  test("is latency of a slow candidate also where its instances carry less than stable's", async () => {
    const loose = {
      kind: "guardrail",
      name: "loose",
      of: "latency-p99-ms",
      ceiling: 100_000,
      minutes: { breaching: 3, outOf: 5 },
    };
    const kpis = Kpis.parse([{ kind: "latency-mean", name: "pace" }, loose]);
    const own = planWith({
      rollout: { stages: [{ trafficPercent: 5, bakeMinutes: 30 }, half], holdbackPercent: 50 },
      requirements: { latencyMsP99: 9000 },
      kpis,
    });
    const run = await Run.shifted({ plan: own, spec: { candidate: { latencyFactor: 1.5 } } });

    expect(await run.bake()).toMatchObject({ decision: "roll-back", verdict: "fail", culprits: ["pace"] });
  });

  test("is no answer that a person gave to the stage before", async () => {
    const asking = planWith({
      rollout: {
        stages: [half, { trafficPercent: 60, bakeMinutes: 1 }, { trafficPercent: 100, bakeMinutes: 5 }],
        onInconclusive: { action: "ask", waitMinutes: 60 },
      },
    });
    const run = await Run.shifted({ plan: asking });
    const { id: releaseId } = run.doc.release;
    const says = (stage: number) =>
      addApproval(run.account.aws, {
        ...{ releaseId, stage, answer: "proceed", seen: "0".repeat(64) },
        shiftedAt: run.doc.stage?.shiftedAt ?? "",
        by: { arn: "arn:aws:iam::123456789012:user/ann", person: "ann", isNamed: true },
        at: new Date(run.account.now()).toISOString(),
      });
    await says(0);
    expect(await run.bake()).toMatchObject({ decision: "advance" });
    await run.shift();
    const asked = () =>
      run.account.published().filter(({ state, stage }) => state === "asked" && stage === 1);
    for (let minute = 0; minute < 5; minute++) {
      run.account.wait(1);
      await run.judge();
    }

    expect(run.doc.judgement).toMatchObject({ decision: "continue", verdict: "inconclusive" });
    expect(run.doc.judgement?.reason).toMatch(/^waiting for an answer: /);
    expect(asked()).toHaveLength(1);

    await says(1);
    run.account.wait(1);
    expect(await run.judge()).toMatchObject({ decision: "advance" });
  });

  test("is asked of the sides of a team, and asked again of those that are left once one has said yes", async () => {
    const stages = [half, { trafficPercent: 60, bakeMinutes: 1 }, { trafficPercent: 100, bakeMinutes: 5 }];
    const run = await Run.shifted({ plan: { ...sided, rollout: { ...sided.rollout, stages } } });
    const { id: releaseId } = run.doc.release;
    const says = (person: string, side: "model" | "capacity") =>
      addApproval(run.account.aws, {
        ...{ releaseId, stage: 1, answer: "proceed", seen: "0".repeat(64), side },
        shiftedAt: run.doc.stage?.shiftedAt ?? "",
        by: { arn: `arn:aws:iam::123456789012:user/${person}`, person, isNamed: true },
        at: new Date(run.account.now()).toISOString(),
      });
    const look = async () => {
      run.account.wait(1);
      return (await run.judge()).decision;
    };
    const told = () =>
      run.account.published().flatMap(({ state, sides }) => (state === "asked" ? [sides] : []));
    const waits = async () => {
      const locks = await statusOfLocks(run.account.aws, run.account.now());
      const atWork = locks.map((lock) => ({ ...lock, state: "at-work" as const }));
      const found = await awaitedSides(run.account.aws, atWork, run.account.now());
      return found.flatMap(({ sides }) => sides.map(({ side, owners }) => `${side}: ${owners.join()}`));
    };
    expect(await run.bake()).toMatchObject({ decision: "advance" });
    await run.shift();
    while (run.doc.judgement?.asks === undefined) expect(await look()).toBe("continue");
    expect(told()).toEqual([["model", "capacity"]]);
    expect(await waits()).toEqual(["model: ann", "capacity: cleo"]);

    // Whose owner somebody is the plan says, whatever is written down beside it.
    await says("dave", "capacity");
    await says("ann", "capacity");
    expect(await look()).toBe("continue");
    expect(await look()).toBe("continue");
    expect(told()).toEqual([["model", "capacity"], ["capacity"]]);
    expect(await waits()).toEqual(["capacity: cleo"]);

    await says("cleo", "capacity");
    expect(await look()).toBe("advance");
    expect(await waits()).toEqual([]);
  });

  test("is asked for by no plan that bakes longer instead", async () => {
    const longer = planWith({
      rollout: {
        stages: [
          { trafficPercent: 60, bakeMinutes: 1 },
          { trafficPercent: 100, bakeMinutes: 5 },
        ],
        onInconclusive: { action: "extend", upToMinutes: 60, then: "roll-back" },
      },
    });
    const run = await Run.shifted({ plan: longer });
    for (let minute = 0; minute < 5; minute++) {
      run.account.wait(1);
      await run.judge();
    }

    expect(run.doc.judgement).toMatchObject({ decision: "continue", verdict: "inconclusive" });
    expect(run.account.published().filter(({ state }) => state === "asked")).toEqual([]);
  });

  test("is not the little that was seen of a bake: it lasts until half of it was", async () => {
    const outages = [{ atMinute: 0, minutes: 30 }];
    const run = await Run.shifted({ plan: short, spec: { metrics: { outages } } });
    const shiftedMs = run.account.now();
    const backMs = run.account.world.startMs + 30 * 60_000;
    expect(backMs - shiftedMs).toBeGreaterThan(9 * 60_000);
    expect(backMs - shiftedMs).toBeLessThan(15 * 60_000);

    const { decision, reason } = await run.bake();

    expect(decision, reason).toBe("advance");
    expect(run.account.now() - backMs).toBeGreaterThan(7.5 * 60_000);
    expect(run.account.now() - backMs).toBeLessThan(11 * 60_000);
  });

  test("holds no stage for ever: a broken ceiling of which nothing more is seen is no data", async () => {
    const spec = {
      candidate: { errorFactor: 30, onlyAbovePercent: 60 },
      metrics: { outages: [{ atMinute: 44, minutes: 600 }] },
    };
    const run = await Run.shifted({ plan: short, spec });
    expect(await run.bake()).toMatchObject({ decision: "advance" });
    await run.shift();
    let wasHeld = false;
    for (let look = 0; look < 60 && run.doc.judgement?.decision !== "roll-back"; look++) {
      run.account.wait(1);
      const { held } = await run.judge();
      wasHeld ||= held.stageSeconds > 0;
    }

    expect(wasHeld).toBe(true);
    expect(run.doc.judgement).toMatchObject({
      decision: "roll-back",
      reason: expect.stringMatching(
        /^no data by the deadline: nothing seen of the candidate for \d+ minutes: /,
      ),
    });
  });
});

describe("what a plan requires", () => {
  const required = { errorRatePercent: 4, latencyMsP99: 2000 };
  const judgedBy = (...kpis: object[]) =>
    planWith({
      rollout: { stages: [half], holdbackPercent: 50 },
      requirements: { ...plan.requirements, ...required },
      kpis: Kpis.parse(kpis),
    });
  const pace = { kind: "latency-mean", name: "pace" };
  const failures = { kind: "availability", name: "failures" };
  const failing = { candidate: { errorFactor: 20 } };

  test("rolls back a candidate that breaks it while stable does not, although no KPI of the plan's looks", async () => {
    const run = await Run.shifted({ plan: judgedBy(pace), spec: failing });
    const shiftedMs = run.account.now();

    const { decision, culprits, reason } = await run.bake();

    expect({ decision, culprits }).toEqual({ decision: "roll-back", culprits: ["error-requirement"] });
    expect(reason).toContain("above 4 in 3 of 5 minutes while stable was not (a threshold");
    expect(run.account.now() - shiftedMs).toBeLessThan(9 * 60_000);
  });

  test("is kept by p99 too, at another interval", async () => {
    const own = judgedBy(failures);
    const thirty = { ...own, rollout: { ...own.rollout, intervalSeconds: 30 as const } };
    const spec = { candidate: { latencyFactor: 3 }, metrics: { enhancedSeconds: 10 as const } };
    const run = await Run.shifted({ plan: thirty, spec });

    expect(await run.bake()).toMatchObject({ decision: "roll-back", culprits: ["latency-requirement"] });
  });

  test("is loosened by a guardrail of the same value", async () => {
    const minutes = { breaching: 3, outOf: 5 };
    const loose = { kind: "guardrail", name: "loose", of: "error-rate-percent", ceiling: 60, minutes };
    const run = await Run.shifted({ plan: judgedBy(pace, loose), spec: failing });

    const { decision, reason } = await run.bake();

    expect(decision, reason).toBe("advance");
  });

  test("holds the stage where stable breaks it as well", async () => {
    const spec = { service: { errorPercent: 12 } };
    const run = await Run.shifted({ plan: judgedBy(pace), spec });
    for (let minute = 0; minute < 30; minute++) {
      run.account.wait(1);
      await run.judge();
    }

    expect(run.doc.judgement).toMatchObject({ decision: "continue", waitSeconds: 60 });
    expect(run.doc.judgement?.reason).toContain("both are above 4; the stage is held");
    expect(run.doc.judgement?.held.stageSeconds).toBeGreaterThan(10 * 60);
  });

  test("of how full instances are holds the stage, has it raised, and never ends it", async () => {
    const spec = { traffic: { changes: [{ atMinute: 20, factor: 4 }] }, quotaInstances: 200 };
    const run = await Run.shifted({
      plan: planWith({ rollout: { stages: [half], holdbackPercent: 50 } }),
      spec,
    });
    run.account.world.state.scalableTargets.clear();
    for (let minute = 0; minute < 40; minute++) {
      run.account.wait(1);
      await run.judge();
    }

    expect(run.doc.judgement).toMatchObject({ decision: "raise" });
    expect(run.doc.judgement?.reason).toContain(
      "the candidate's instances are, or were in the last ten minutes, fuller than 70 %: the stage is held",
    );
    const told = run.account.published().filter(({ state }) => state === "judged");
    expect(told).toMatchObject([{ decision: "raise" }]);
  });
});

test("a stage that is past its bake is looked at every interval for an hour, then every five minutes", async () => {
  const patient = planWith({
    rollout: { stages: short.rollout.stages, onNoData: { waitMinutes: 120, then: "roll-back" } },
  });
  const outage = { metrics: { outages: [{ atMinute: 0, minutes: 600 }] } };
  const run = await Run.shifted({ plan: patient, spec: outage });
  run.account.wait(10);
  expect(await run.judge()).toMatchObject({ decision: "continue", waitSeconds: 60 });
  // The bake of five minutes and the lag of its last ones are over for less than an hour, and then for more.
  for (const minutes of [17, 30]) {
    run.account.wait(minutes);
    expect(await run.judge()).toMatchObject({ decision: "continue", waitSeconds: 60 });
  }

  run.account.wait(30);

  expect(await run.judge()).toMatchObject({ decision: "continue", waitSeconds: 300 });
});

/** A ceiling that stable breaks as well holds a stage for as long as both are above it. */
const breaking = planWith({ rollout: { stages: [half], holdbackPercent: 50 } });
const failingBoth = { service: { errorPercent: 12 } };
const withBudget = (run: Run, usdPerRelease: number) => ({
  ...run.doc,
  plan: { ...run.doc.plan, budget: { ...run.doc.plan.budget, usdPerRelease } },
});

test("a bake is not a hold: it goes on whatever it costs", async () => {
  const run = await Run.shifted({ plan: short });
  run.account.wait(3);
  run.doc = withBudget(run, 0.01);

  expect(await run.judge()).toMatchObject({ decision: "continue" });
});

test("a stage that is held in its bake is looked at less often after an hour, and paid for until the next look", async () => {
  const run = await Run.shifted({ plan: breaking, spec: failingBoth });
  run.account.world.state.scalableTargets.clear();
  /** What the release comes to by the look after this one, and for how long that is waited. */
  const look = async () => {
    run.account.wait(1);
    const { waitSeconds, held } = await run.judge();
    const { doc } = run;
    run.doc = withBudget(run, 0.01);
    const spent = await run.judge();
    run.doc = doc;
    const usd = Number(/comes to \$(\d+\.\d+)/.exec(spent.reason)?.[1]);
    return { usd, waitSeconds, minutes: run.account.now() / 60_000, heldSeconds: held.stageSeconds };
  };
  const looks = [await look()];
  while ((looks.at(-1)?.heldSeconds ?? 0) < 65 * 60) looks.push(await look());

  const held = looks.filter(({ heldSeconds }) => heldSeconds > 0);
  expect(held.filter(({ waitSeconds }) => waitSeconds === 300)).toEqual(
    held.filter(({ heldSeconds }) => heldSeconds >= 3600),
  );
  const [first, last] = [held[0], held.at(-1)];
  const close = held.findLast(({ waitSeconds }) => waitSeconds === 60);
  if (first === undefined || close === undefined || last === undefined) throw new Error("never held");
  const perMinute = (close.usd - first.usd) / (close.minutes - first.minutes);
  expect(last.usd - close.usd).toBeCloseTo(perMinute * (last.minutes - close.minutes + 4), 1);
  expect(perMinute).toBeGreaterThan(0.1);
});

test("a candidate of three instances is judged by each of them", async () => {
  const small = { ...breaking, endpoint: { ...breaking.endpoint, instances: 3 } };
  const requirements = { ...small.requirements, peakRequestsPerSecond: 25 };
  const run = await Run.shifted({ plan: { ...small, requirements } });
  run.account.wait(3);
  const before = run.account.calls.length;

  await run.judge();

  expect(run.needs.candidate.instances).toBe(3);
  const asked = run.account.calls.slice(before).filter(({ operation }) => operation === "GetMetricData");
  const ofInstances = asked
    .map(({ input }) => JSON.stringify(input))
    .filter((input) => input.includes(`"VariantName","Value":"${run.needs.candidate.variant}"`))
    .filter((input) => input.includes("Invocation5XXErrors") && !input.includes('"Period":3600'))
    .map((input) => input.match(/"InstanceId","Value":"[^"]+"/g) ?? [])
    .filter((ids) => ids.length > 0);
  expect(ofInstances.map((ids) => new Set(ids).size)).toEqual([3]);
});

test("a candidate whose promotion the budget does not cover is not promoted", async () => {
  const alone = { rollout: { stages: [{ trafficPercent: 100, bakeMinutes: 5 }] } };
  const decisions = [60, 15].map(async (usdPerRelease) => {
    const run = await Run.shifted({ plan: planWith({ ...alone, budget: { usdPerRelease } }) });
    run.account.wait(45);
    return run.judge();
  });

  const [within, beyond] = await Promise.all(decisions);

  expect(within).toMatchObject({ decision: "promote" });
  expect(beyond).toMatchObject({
    decision: "roll-back",
    reason: expect.stringMatching(
      /^with its promotion the release comes to \$\d+\.\d\d, and its budget is \$15\.00; /,
    ),
  });
});
