/** The candidate's next share: capacity first, once, and through only when the weights are seen in force. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { readScaling } from "../../src/aws/application-auto-scaling.ts";
import { declareFreeze, liftFreeze } from "../../src/aws/freezes.ts";
import { Ledger } from "../../src/aws/ledger.ts";
import { setInstances, setWeights, updateEndpoint } from "../../src/aws/serving/sagemaker/endpoints.ts";
import { trafficPercent } from "../../src/core/capacity/endpoint.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { plan, planWith } from "../core/example.ts";
import { Run } from "./run.ts";

afterEach(() => void vi.restoreAllMocks());

const share = async (run: Run) => trafficPercent(await run.endpoint(), "v7");
/** Traffic multiplied from a minute on, with quota for it. */
const busy = (factor: number, atMinute = 15) => ({
  traffic: { changes: [{ atMinute, factor }] },
  quotaInstances: 200,
});
const decimal = [64.1, 100].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 15 }));

describe("a shift", () => {
  test("is asked for, waited for, and through once the weights are in force", async () => {
    const run = await Run.warm();

    expect(await run.shiftOnce()).toMatchObject({
      status: "waiting",
      index: 0,
      trafficPercent: 5,
      waitSeconds: 30,
    });
    expect(await share(run)).toBe(0);
    const stage = await run.shift();

    expect(stage).toMatchObject({
      status: "shifted",
      index: 0,
      waitSeconds: plan.rollout.intervalSeconds,
    });
    expect(await share(run)).toBe(5);
    expect(Date.parse(stage.shiftedAt ?? "")).toBe(run.account.now());
    expect(run.account.published().at(-1)).toMatchObject({ state: "shifted", stage: 0, trafficPercent: 5 });
  });

  test("that is given at the end of the wait for capacity is waited for, though not for ever", async () => {
    const run = await Run.warm();
    let stage = await run.shiftOnce();
    for (; !stage.reason.startsWith("to "); stage = await run.shiftOnce()) run.account.wait(1);
    const since = new Date(run.account.now() - plan.rollout.capacityTimeoutMinutes * 60_000).toISOString();
    run.doc = { ...run.doc, stage: { ...stage, since } };

    const moving = await run.shiftOnce();
    const { now } = run.account;
    vi.spyOn(run.tools, "now").mockImplementation(() => now() + 15 * 60_000);
    const stuck = await run.shiftOnce();

    expect(moving).toMatchObject({ status: "waiting", reason: "the endpoint is Updating" });
    expect(stuck).toMatchObject({ status: "blocked", reason: expect.stringMatching(/^not shifted in time/) });
  });

  test("is made once, however often it is asked for", async () => {
    const run = await Run.shifted();
    const writes = run.account.writes().filter((operation) => operation !== "PutEvents");

    await run.shiftOnce();

    expect(run.account.writes().filter((operation) => operation !== "PutEvents")).toEqual(writes);
  });

  test("whose answer was lost is found made", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const run = await Run.warm();
    run.account.lose("UpdateEndpointWeightsAndCapacities", 1);

    expect(await run.shift()).toMatchObject({ status: "shifted" });
    expect(await run.changes()).toMatchObject({ "shift-0": "applied" });
  });

  test("that somebody saw through who died before saying so is told of as made", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const run = await Run.warm();
    const { settle } = Ledger.prototype;
    vi.spyOn(Ledger.prototype, "settle").mockImplementation(async function (this: Ledger, ids, state) {
      if (ids.includes("shift-0")) throw new Error("the sandbox died");
      return settle.call(this, ids, state);
    });
    await expect(run.shift()).rejects.toThrow("the sandbox died");
    expect(await run.changes()).toMatchObject({ "shift-0": "intended" });
    vi.restoreAllMocks();
    run.account.wait(2);

    expect(await run.shift()).toMatchObject({ status: "shifted" });

    expect(await run.changes()).toMatchObject({ "shift-0": "applied" });
  });

  test("to a share that no 32-bit float is arrives, also when its answer was lost", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const run = await Run.warm({ plan: planWith({ rollout: { ...plan.rollout, stages: decimal } }) });
    run.account.lose("UpdateEndpointWeightsAndCapacities", 1);

    expect(await run.shift()).toMatchObject({ status: "shifted", trafficPercent: 64.1 });
    expect((await run.endpoint()).variants.map((variant) => variant.currentWeight)).toEqual([
      Math.fround(100 - 64.1),
      Math.fround(64.1),
    ]);
  });

  test("goes on to the next stage only when the one before has passed", async () => {
    const run = await Run.shifted();
    expect(await run.shift()).toMatchObject({ index: 0 });

    run.pass();

    expect(await run.shift()).toMatchObject({ status: "shifted", index: 1, trafficPercent: 25 });
    expect(await share(run)).toBe(25);
  });

  test("that the last one left to stable is given beyond the stages, and is all that there is", async () => {
    const half = { trafficPercent: 50, bakeMinutes: 5 };
    const held = { trafficPercent: 80, bakeMinutes: 5 };
    const run = await Run.shifted({
      plan: planWith({ rollout: { stages: [half, held], holdbackPercent: 20 } }),
    });
    run.pass();
    expect(await run.shift()).toMatchObject({ status: "shifted", index: 1, trafficPercent: 80 });
    run.pass();

    expect(await run.shift()).toMatchObject({ status: "complete", index: 2, trafficPercent: 100 });

    expect(await share(run)).toBe(100);
    expect(await run.changes()).toMatchObject({ "shift-2": "applied" });
    expect((await run.endpoint()).variants.map(({ currentInstances }) => currentInstances)).toEqual([8, 8]);
    run.pass();
    await expect(run.shift()).rejects.toMatchObject({
      name: "BadState",
      message: "stage: expected one of the plan's 2, found 3",
    });
  });

  test("that was left to stable waits for the instances that all of the traffic needs", async () => {
    const held = { trafficPercent: 60, bakeMinutes: 5 };
    const run = await Run.shifted({
      plan: planWith({ rollout: { stages: [held], holdbackPercent: 40 }, budget: { usdPerRelease: 9999 } }),
      spec: busy(3, 40),
      unscaled: true,
    });
    run.account.wait(45);
    run.pass();

    const stage = await run.shift();

    expect(stage).toMatchObject({ status: "complete", index: 1 });
    expect(stage.raises).toBeGreaterThan(0);
    const [, candidate] = (await run.endpoint()).variants;
    expect(candidate?.currentInstances).toBeGreaterThan(8);
  });

  test("beyond the last stage is no state that another step should have produced", async () => {
    const run = await Run.shifted({
      plan: planWith({ rollout: { stages: [{ trafficPercent: 100, bakeMinutes: 5 }] } }),
    });
    run.pass();

    await expect(run.shift()).rejects.toMatchObject({ name: "BadState" });
  });
});

describe("before its first traffic the candidate", () => {
  test("gets stable's scaling, held so that it only grows", async () => {
    const run = await Run.shifted();

    const own = await readScaling(run.account.aws, "endpoint/chat-assistant/variant/v7");

    expect(own).toMatchObject({ min: 8, max: 16, suspended: { in: true, out: false } });
    expect(own?.policies).toHaveLength(1);
    expect(await run.changes()).toMatchObject({ "adopt-scaling": "applied" });
  });

  test("gets room in its bounds for what a grown load has made of it", async () => {
    const own = planWith({
      rollout: { stages: [{ trafficPercent: 100, bakeMinutes: 5 }] },
      budget: { usdPerRelease: 9999 },
    });
    const run = await Run.warm({ plan: own, spec: busy(4) });
    run.account.wait(15);

    await run.shift();

    const candidate = (await run.endpoint()).variants[1];
    const scaling = await readScaling(run.account.aws, "endpoint/chat-assistant/variant/v7");
    expect(candidate?.currentInstances).toBeGreaterThan(16);
    expect(scaling?.max).toBeGreaterThanOrEqual(candidate?.currentInstances ?? 0);
  });

  test("gets none where stable has none", async () => {
    const run = await Run.shifted({ unscaled: true });

    expect(await readScaling(run.account.aws, "endpoint/chat-assistant/variant/v7")).toBeNull();
  });
});

describe("when the load has outgrown the plan", () => {
  const oneStage = planWith({
    rollout: { stages: [{ trafficPercent: 100, bakeMinutes: 5 }] },
    budget: { usdPerRelease: 9999 },
  });

  test("the candidate is raised before the shift, for all of the load, and the raise is counted", async () => {
    const run = await Run.warm({ plan: oneStage, spec: busy(3), unscaled: true });
    run.account.wait(15);

    const raising = await run.shiftOnce();
    const stage = await run.shift();

    expect(raising).toMatchObject({
      status: "waiting",
      raises: 1,
      reason: expect.stringContaining("the load has grown"),
    });
    expect(stage).toMatchObject({ status: "shifted", lockedMinutes: 0 });
    expect(stage.raises).toBe(
      Object.keys(await run.changes()).filter((id) => id.startsWith("raise-")).length,
    );
    const { variants } = await run.endpoint();
    expect(variants[1]?.currentInstances).toBeGreaterThan(8);
  });

  test("minutes in which a raise locks a candidate with traffic are counted", async () => {
    const half = { trafficPercent: 50, bakeMinutes: 5 };
    const stages = [half, { trafficPercent: 100, bakeMinutes: 5 }];
    const own = planWith({ rollout: { stages }, budget: { usdPerRelease: 9999, maxLockedMinutes: 30 } });
    const run = await Run.shifted({ plan: own, spec: busy(3, 40), unscaled: true });
    run.account.wait(45);
    run.pass();

    const stage = await run.shift();

    expect(stage).toMatchObject({ status: "shifted", index: 1 });
    expect(stage.raises).toBeGreaterThan(0);
    expect(stage.lockedMinutes).toBeGreaterThan(3);
    expect(stage.lockedMinutes).toBeLessThan(40);
  });

  test("and those in which it carries one percent", async () => {
    const stages = [1, 100].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 5 }));
    const own = planWith({ rollout: { stages }, budget: { usdPerRelease: 9999, maxLockedMinutes: 30 } });
    const run = await Run.shifted({ plan: own, spec: busy(3, 40), unscaled: true });
    run.account.wait(45);
    run.pass();

    expect((await run.shift()).lockedMinutes).toBeGreaterThan(3);
  });

  test("no raise makes the candidate larger than the way back has room for", async () => {
    const run = await Run.warm({ plan: oneStage, spec: busy(3), unscaled: true });
    const { room = { stableInstances: 8, usd: 1 }, ...needs } = run.needs;
    const planning = run.doc.planning;
    if (planning === undefined) throw new Error("expected a release that was planned");
    const own = { ...needs, room: { ...room, candidateMaximum: 9 } };
    run.doc = { ...run.doc, planning: { ...planning, needs: own } };
    run.account.wait(15);

    expect(await run.shiftOnce()).toMatchObject({
      reason:
        "the candidate cannot be raised: with more than 9 ml.g5.xlarge the quota would bar the way back",
    });
  });

  test("a stage that waits for capacity is looked at every five minutes in the end, and goes on elsewhere", async () => {
    const stages = [50, 100].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 5 }));
    const own = planWith({
      rollout: { stages, capacityTimeoutMinutes: 1440 },
      budget: { usdPerRelease: 9999, maxLockedMinutes: 0 },
    });
    const run = await Run.shifted({ plan: own, spec: busy(3, 40), unscaled: true });
    run.account.wait(45);
    run.pass();
    expect(await run.shiftOnce()).toMatchObject({ status: "short", index: 1, waitSeconds: 60 });
    run.account.wait(240);

    const stage = await run.shiftOnce();

    expect(stage).toMatchObject({
      status: "short",
      waitSeconds: 300,
      goesOn: "here",
      reason: expect.stringContaining("no locked minutes are left"),
    });
    run.doc = { ...run.doc, stage: { ...stage, turns: 1199 } };
    expect(await run.shiftOnce()).toMatchObject({ status: "short", goesOn: "in-new-execution" });
    const begunAt = new Date(run.account.now() - 15 * 86_400_000).toISOString();
    run.doc = { ...run.doc, stage, begunAt };
    expect(await run.shiftOnce()).toMatchObject({ status: "short", goesOn: "in-new-execution" });
  });

  describe("while a stage bakes", () => {
    const half = (budget: object) =>
      planWith({
        rollout: { stages: [{ trafficPercent: 50, bakeMinutes: 60 }], holdbackPercent: 50 },
        budget: { usdPerRelease: 9999, maxLockedMinutes: 30, ...budget },
      });
    /** Half of the traffic is the candidate's, and four times as much has come since. */
    async function outgrown(budget: object = {}) {
      const run = await Run.shifted({ plan: half(budget), spec: busy(4, 20), unscaled: true });
      const { stage } = run.doc;
      run.account.wait(10);
      expect(await run.bake()).toMatchObject({ decision: "raise" });
      return { run, stage };
    }
    const size = async (run: Run) => (await run.endpoint()).variants[1]?.currentInstances;

    test("it has the candidate raised, and stays the stage it is", async () => {
      const { run, stage } = await outgrown();

      const raising = await run.shiftOnce();
      run.account.settle();

      expect(raising).toMatchObject({
        status: "shifted",
        index: 0,
        trafficPercent: 50,
        raises: 1,
        shiftedAt: stage?.shiftedAt,
        reason: expect.stringContaining("the load has grown"),
      });
      expect(await size(run)).toBeGreaterThan(8);
      expect(await run.judge()).toMatchObject({ decision: "continue" });
      // What the raise locked is counted before another may begin.
      run.pass("raise", run.judged);
      expect((await run.shiftOnce()).lockedMinutes).toBeGreaterThan(3);
    });

    test("and where that cannot be had it is held on, and says why", async () => {
      const { run, stage } = await outgrown({ maxLockedMinutes: 0 });
      const before = await size(run);
      run.doc = { ...run.doc, judgement: { ...run.judged, waitSeconds: 300 } };

      const refused = await run.shiftOnce();

      expect(refused).toMatchObject({
        status: "shifted",
        shiftedAt: stage?.shiftedAt,
        raises: 0,
        waitSeconds: 300,
      });
      expect(await size(run)).toBe(before);
      expect((await run.judge()).reason).toContain(
        "the stage is held (the load outgrew the candidate, and no locked minutes are left to raise it)",
      );
    });

    test("beside one that waits for capacity, which is given nothing for that", async () => {
      const { run, stage } = await outgrown();
      if (stage?.shiftedAt === undefined) throw new Error("expected a stage in force");
      const { index, trafficPercent, shiftedAt } = stage;
      const before = { index, trafficPercent, shiftedAt };
      // What waits wants less than is in force: nothing but its order keeps it from being given.
      run.doc = {
        ...run.doc,
        stage: { ...stage, status: "short", index: 1, trafficPercent: 1, before, shiftedAt: undefined },
      };

      expect(await run.shiftOnce()).toMatchObject({ status: "short", index: 1, raises: 1, before });
      expect(await share(run)).toBe(50);
    });

    test("in a freeze as well, which goes on holding it", async () => {
      const { run, stage } = await outgrown();
      if (stage === undefined) throw new Error("expected a stage");
      run.doc = { ...run.doc, stage: { ...stage, status: "held" } };

      expect(await run.shiftOnce()).toMatchObject({ status: "held", raises: 1, shiftedAt: stage.shiftedAt });
    });

    test("whose locked minutes are counted by the stage after it", async () => {
      const { run } = await outgrown();
      await run.shiftOnce();
      run.account.settle();
      await run.judge();
      run.pass("advance", run.judged);

      expect((await run.shiftOnce()).lockedMinutes).toBeGreaterThan(3);
    });

    test("once: what a raise locks counts as well where its step died before it could say so", async () => {
      const { run } = await outgrown();
      const before = run.doc;
      await run.shiftOnce();
      // Nobody heard its answer.
      run.doc = before;

      const again = await run.shiftOnce();

      expect(again).toMatchObject({ raises: 1, raisedAt: expect.any(String) });
      run.account.settle();
      run.pass("raise", run.judged);
      expect((await run.shiftOnce()).lockedMinutes).toBeGreaterThan(3);
    });

    test("not for traffic that somebody else has given it", async () => {
      const { run } = await outgrown();
      await setWeights(run.account.aws, "chat-assistant", { v6: 20, v7: 80 });
      run.account.settle();

      expect(await run.shiftOnce()).toMatchObject({ status: "shifted", raises: 0 });
    });
  });

  test("no raise starts that quota or budget do not allow; the share is given up in time", async () => {
    const run = await Run.warm({ plan: oneStage, spec: { ...busy(3), quotaInstances: 26 }, unscaled: true });
    run.account.wait(15);

    const stage = await run.shift();

    expect(stage).toMatchObject({ status: "blocked", raises: 0 });
    expect(stage.reason).toMatch(
      /^not shifted in time: the candidate cannot be raised: the release needs \d+ ml\.g5\.xlarge/,
    );
    expect(await share(run)).toBe(0);
  });
});

describe("a shift is blocked", () => {
  test("where someone else changed the weights after it", async () => {
    const run = await Run.shifted();
    await setWeights(run.account.aws, "chat-assistant", { v6: 60, v7: 40 });
    run.account.settle();

    expect(await run.shift()).toMatchObject({
      status: "blocked",
      reason: "the weights are not those that were set; someone else changed them",
    });
  });

  test.each([
    ["given to the candidate", { v6: 60, v7: 40 }, "; release it again if it is to serve"],
    ["taken from stable", { v6: 0, v7: 0 }, ", and v6 is left with 0: give it a weight if it is to serve"],
  ])("where traffic was %s by someone else before the first share", async (_, weights, next) => {
    const run = await Run.warm();
    await setWeights(run.account.aws, "chat-assistant", weights);

    expect(await run.shiftOnce()).toMatchObject({
      status: "blocked",
      reason: `someone else set the weights of chat-assistant to v6 ${weights.v6}, v7 ${weights.v7} before v7's first share: v7 is taken off again${next}`,
    });
    expect(await run.changes()).not.toHaveProperty("shift-0");
  });

  test("where someone else moved the endpoint", async () => {
    const run = await Run.warm();
    run.account.world.state.scalableTargets.clear();
    await updateEndpoint(run.account.aws, "chat-assistant", "chat-assistant-config-v6");
    run.account.settle();

    expect(await run.shift()).toMatchObject({
      status: "blocked",
      reason: expect.stringContaining("serves chat-assistant-config-v6"),
    });
  });

  test("where the quota has become too small for the way back", async () => {
    const run = await Run.warm();
    const own = run.account.world.quotas.find(
      ({ use, instanceType }) => use === "endpoint" && instanceType === "ml.g5.xlarge",
    );
    Object.assign(own ?? {}, { instances: 20 });

    expect(await run.shift()).toMatchObject({
      status: "blocked",
      reason: expect.stringContaining("the account's quota is 20"),
    });
  });
});

test.each(["v6", "v7"])(
  "a shift is blocked where %s has grown so far that the quota leaves no room for the way back",
  async (name) => {
    const run = await Run.warm({ spec: { quotaInstances: 26 }, unscaled: true });
    await setInstances(run.account.aws, "chat-assistant", { name, instances: 14 });
    run.account.settle();
    run.account.wait(5);

    const stage = await run.shift();

    expect(stage).toMatchObject({
      status: "blocked",
      reason: expect.stringContaining("the account's quota is 26"),
    });
    expect(await share(run)).toBe(0);
  },
);

describe("a stage in which one instance fails alone", () => {
  const atSecond = async (own = plan) => {
    const run = await Run.shifted({ plan: own });
    run.pass();
    await run.shift();
    return run;
  };

  test("goes back to the share of the stage before, and gets its own again, each by a change of its own", async () => {
    const run = await atSecond();
    run.pass("step-back");
    const eased = await run.shift();
    const percent = await share(run);
    run.pass("restore");
    const restored = await run.shift();
    const { changes } = await Ledger.open(run.account.aws, run.doc.release);
    const weights = changes.filter(({ resource }) => resource.kind === "weights");

    expect(eased).toMatchObject({ status: "shifted", index: 1, trafficPercent: 5, easing: "eased" });
    expect(percent).toBe(5);
    expect(restored).toMatchObject({ status: "shifted", index: 1, trafficPercent: 25, easing: "restored" });
    expect(await share(run)).toBe(25);
    expect(Date.parse(restored.shiftedAt ?? "")).toBeGreaterThan(Date.parse(eased.shiftedAt ?? ""));
    expect(weights.map(({ id, state }) => [id, state])).toEqual(
      ["shift-0", "shift-1", "ease-1", "restore-1"].map((id) => [id, "applied"]),
    );
    run.pass();
    expect(await run.shift()).toMatchObject({ index: 2, trafficPercent: 50 });
    expect(run.doc.stage?.easing).toBeUndefined();
  });

  test("goes back in a freeze, too, and is held there until it is lifted", async () => {
    const run = await atSecond({ ...plan, freezes: { ...plan.freezes, halfWay: "hold" } });
    await declareFreeze(run.account.aws, "*", { by: "ann", reason: "incident" });
    run.pass("step-back");
    expect(await run.shift()).toMatchObject({ status: "shifted", trafficPercent: 5 });

    run.pass("restore");
    const held = await run.shiftOnce();
    run.pass("restore");
    const stillHeld = await run.shiftOnce();
    await liftFreeze(run.account.aws, "*");
    run.pass("restore");

    expect(held).toMatchObject({ status: "held", index: 1, trafficPercent: 5, easing: "eased" });
    expect(stillHeld).toMatchObject({ status: "held", easing: "eased", since: held.since });
    expect(await run.shift()).toMatchObject({ status: "shifted", trafficPercent: 25, easing: "restored" });
  });

  test("is judged where it is while stable has too little capacity to take more back", async () => {
    const run = await atSecond();
    run.account.world.state.endpoints
      .get("chat-assistant")
      ?.variants.find(({ name }) => name === "v6")
      ?.instances.splice(2);
    run.pass("step-back");

    const stage = await run.shiftOnce();

    expect(stage).toMatchObject({
      status: "short",
      index: 1,
      trafficPercent: 5,
      easing: "eased",
      before: { index: 1, trafficPercent: 25 },
      reason: expect.stringMatching(/^stable needs \d+ instances for its share/),
    });
    expect(stage.before?.easing).toBeUndefined();
    expect(await share(run)).toBe(25);
  });
});

describe("in a freeze", () => {
  const frozen = { by: "ann", reason: "incident" };
  const halfWay = (policy: Plan["freezes"]["halfWay"]) => ({
    ...plan,
    freezes: { ...plan.freezes, halfWay: policy },
  });

  test("a stage does not start, however long it lasts, and starts once it is lifted", async () => {
    const run = await Run.warm();
    await declareFreeze(run.account.aws, "chat-assistant", frozen);
    await run.shiftOnce();
    run.account.wait(300);
    expect(await run.shiftOnce()).toMatchObject({
      status: "waiting",
      reason: "frozen by ann until lifted: incident",
      waitSeconds: 1200,
    });

    await liftFreeze(run.account.aws, "chat-assistant");

    expect(await run.shift()).toMatchObject({ status: "shifted" });
  });

  test("a candidate that waits beside stable for its first share waits for as long as the budget lasts", async () => {
    const run = await Run.warm();
    await declareFreeze(run.account.aws, "chat-assistant", frozen);
    run.account.wait(600);

    expect(await run.shiftOnce()).toMatchObject({
      status: "blocked",
      reason: expect.stringMatching(
        /^the hold has spent what the budget allows: .* its budget is \$120\.00; frozen by ann/,
      ),
    });
  });

  test("a release half-way holds the stage before, which is looked at again, or walks back, as its plan says", async () => {
    for (const [policy, status] of [
      ["hold", "held"],
      ["roll-back", "blocked"],
    ] as const) {
      const run = await Run.shifted({ plan: halfWay(policy) });
      const { shiftedAt } = run.doc.stage ?? {};
      await declareFreeze(run.account.aws, "*", frozen);
      run.pass();

      const stage = await run.shiftOnce();

      expect(stage).toMatchObject({ status, reason: "frozen by ann until lifted: incident" });
      expect(await share(run)).toBe(5);
      if (status === "held")
        expect(stage).toMatchObject({ index: 0, trafficPercent: 5, shiftedAt, waitSeconds: 60 });
    }
  });

  test("the stage after one that was held starts once it is lifted", async () => {
    const run = await Run.shifted({ plan: halfWay("hold") });
    await declareFreeze(run.account.aws, "*", frozen);
    run.pass();
    const { since } = await run.shiftOnce();
    run.account.wait(61);
    run.pass();
    expect(await run.shiftOnce()).toMatchObject({ status: "held", waitSeconds: 300, since });

    await liftFreeze(run.account.aws, "*");
    run.pass();

    expect(await run.shift()).toMatchObject({ status: "shifted", index: 1, trafficPercent: 25 });
  });
});

test("a stage that the bill so far leaves no budget for does not start", async () => {
  const run = await Run.shifted({ plan: planWith({ budget: { usdPerRelease: 40 } }) });
  run.pass();
  run.account.wait(120);

  expect(await run.shiftOnce()).toMatchObject({
    status: "blocked",
    reason: expect.stringMatching(/^with the stages that are left the release comes to \$\d/),
  });
});
