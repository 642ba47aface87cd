/** What exploration has found once: each fault that broke a promise, kept so that it stays mended. */
import { describe, expect, it } from "vitest";
import { WorldSpec } from "#twin/world";
import { endOfRelease } from "../../../src/rehearsal/explore/findings.ts";
import { shortAndWhole } from "../../core/example.ts";
import { hands, laidOn } from "./hands.ts";
import { faultAt, outcomesOf, rehearsing } from "./rehearsing.ts";

describe("a scaling of which only a part was made", () => {
  it.each([
    ["crash-after-call", "ShiftTraffic[0]/application-autoscaling.RegisterScalableTarget"],
    ["crash-before-call", "ShiftTraffic[0]/application-autoscaling.PutScalingPolicy"],
  ] as const)("is finished by the next attempt, after a %s at %s", async (kind, place) => {
    const fault = await faultAt(kind, place);

    const { record, violations } = await rehearsing({ world: "bad-errors", faults: [fault] });

    expect(record.faults).toEqual([fault]);
    expect(violations).toEqual([]);
    expect(record.outcome).toBe("rolled-back");
    expect(record.reason).toMatch(/^errors: candidate fails/);
  });
});

describe("a move away from stable whose step died before it could say so", () => {
  it("is the end of a promotion all the same", async () => {
    const fault = await faultAt("crash-after-call", "ScaleDown[4]/sagemaker.UpdateEndpoint", "healthy");

    const { record, violations } = await rehearsing({ faults: [fault] });

    expect(record.faults).toEqual([fault]);
    expect(violations).toEqual([]);
    expect(outcomesOf(record)).toEqual(["rehearsal promoted"]);
  });
});

describe("the end of a lease that may not be looked at once it has fired", () => {
  it("is left as something that nobody has seen, and done once it may be", async () => {
    const lasting = "denied=call:CloseRelease/scheduler.GetSchedule#9@1";
    const milestone = { model: "chat-assistant", kind: "training", scheduledTime: "2026-01-05T08:00:00Z" };

    const { record, violations } = await rehearsing({ event: { milestone }, faults: [lasting] });

    expect(record.faults).toEqual([lasting]);
    expect(violations).toEqual([]);
    expect(record.executions.at(-1)).toMatchObject({
      outcome: "done",
      reason: expect.stringMatching(/is over, .*; everything is as before$/),
    });
  });
});

describe("a load that CloudWatch no longer tells, after it has outgrown stable", () => {
  it.each([
    "throttled-hour=call:ShiftTraffic[1]/cloudwatch.GetMetricData#3@1",
    "denied=call:CheckKpis[1]/cloudwatch.GetMetricData#5@15",
    "down-hour=call:CheckKpis[1]/cloudwatch.GetMetricData#5@33",
    "down-hour=call:CheckKpis[0]/cloudwatch.GetMetricData#5@4",
  ])("is given back to stable as it becomes large enough (%s)", async (lasting) => {
    const { record, violations } = await rehearsing({
      plan: shortAndWhole,
      event: { model: shortAndWhole.model, version: 7 },
      world: "growing-fleet",
      faults: [lasting],
    });

    expect(record.faults).toEqual([lasting]);
    expect(violations).toEqual([]);
    expect(record.outcome).toBe("rolled-back");
  });

  it.each([
    ["throttled-hour=call:ShiftTraffic[1]/cloudwatch.GetMetricData#3@1", "stop=entry:WaitForWayBack[1]@1"],
    // After its refill.
    ["throttled-hour=call:ShiftTraffic[1]/cloudwatch.GetMetricData#3@1", "stop=entry:RolledBackYet[1]@27"],
    ["denied=call:CheckKpis[1]/cloudwatch.GetMetricData#5@1", "stop=entry:RollBack[1]@12"],
  ])(
    "is given back so by an execution that comes after one that was stopped, too (%s, %s)",
    async (...faults) => {
      const { record, violations } = await rehearsing({
        plan: shortAndWhole,
        event: { model: shortAndWhole.model, version: 7 },
        world: "growing-fleet",
        faults,
      });

      expect(record.faults).toEqual(faults);
      expect(violations).toEqual([]);
    },
  );
});

describe("a Lambda that works on after its execution was stopped", () => {
  it.each(["PrewarmInference", "ShiftTraffic[0]", "ScaleDown[0]"])(
    "is waited for: what it still does in %s is undone",
    async (state) => {
      const fault = await faultAt("stopped-meanwhile", `${state}/dynamodb.UpdateItem`);

      const { record, violations } = await rehearsing({ world: "bad-errors", faults: [fault] });

      expect(record.faults).toEqual([fault]);
      expect(violations).toEqual([]);
      expect(outcomesOf(record)).toEqual([
        "rehearsal aborted",
        "compensate-slipway-dev-chat-assistant-v7-production-1-1-rplbs1dc rolled-back",
      ]);
      expect(record.executions[1]?.stopSeconds).toBeGreaterThan(
        (record.executions[0]?.stopSeconds ?? 0) + 75,
      );
    },
  );
});

describe("a fault that lasts", () => {
  it.each([
    // The hold on the candidate's scale-in is lifted once the right is there.
    ["healthy", "denied", "PromoteModel[4]/application-autoscaling.RegisterScalableTarget", "promoted"],
    // Stable's scaling is gone already, and the endpoint does not move on.
    ["healthy", "denied", "ScaleDown[4]/sagemaker.UpdateEndpoint", "promoted"],
    // The endpoint moves on already, and nobody can see it.
    ["healthy", "denied", "ScaleDown[4]/sagemaker.DescribeEndpoint", "promoted"],
    // What was intended and half made, nobody has seen.
    ["healthy", "down-hour", "ShiftTraffic[0]/application-autoscaling.PutScalingPolicy", "rolled-back"],
    // What was intended and never made is not there.
    ["healthy", "down-hour", "ShiftTraffic[0]/application-autoscaling.RegisterScalableTarget", "rolled-back"],
    [
      "healthy",
      "not-found-yet",
      "ShiftTraffic[0]/application-autoscaling.RegisterScalableTarget",
      "promoted",
    ],
    ["healthy", "gone-elsewhere", "ShiftTraffic[0]/sagemaker.ListEndpoints", "promoted"],
    // The candidate keeps its traffic until its weight may be set again.
    ["bad-errors", "denied", "RollBack[0]/sagemaker.UpdateEndpointWeightsAndCapacities", "rolled-back"],
  ])("in the world %s, %s at %s, leaves nothing behind once it is over: %s", async (...named) => {
    const [world, kind, place, outcome] = named;
    const fault = await faultAt(kind, place, world);

    const { record, violations } = await rehearsing({ world, faults: [fault] });

    expect(record.faults).toEqual([fault]);
    expect(violations).toEqual([]);
    expect(endOfRelease(record).outcome).toBe(outcome);
    expect(Object.values(record.after.scalableTargets).map(({ suspended }) => suspended)).toEqual(
      Object.values(record.before.scalableTargets).map(({ suspended }) => suspended),
    );
  });
});

describe("an outside hand in the first bake", () => {
  const all = Object.keys(hands) as (keyof typeof hands)[];
  const shifting = "shifts traffic";

  it.each(all.filter((name) => name !== shifting))(
    "that %s keeps neither a bad candidate on the endpoint nor anything of its own from staying",
    async (name) => {
      const observers = [laidOn("Bake", hands[name])];

      const { record, violations } = await rehearsing({ world: "bad-errors", observers });

      expect(violations).toEqual([]);
      expect(outcomesOf(record)).toEqual(["rehearsal rolled-back"]);
    },
  );

  it.each(all.filter((name) => name !== shifting && name !== "takes traffic back"))(
    "that %s does not keep a good candidate from being promoted",
    async (name) => {
      const { record, violations } = await rehearsing({ observers: [laidOn("Bake", hands[name])] });

      expect(violations).toEqual([]);
      expect(outcomesOf(record)).toEqual(["rehearsal promoted"]);
    },
  );

  it.each(["healthy", "bad-errors"])(
    "that shifts traffic is left with it, in the world %s: the release says so and lets go of the endpoint",
    async (world) => {
      const observers = [laidOn("Bake", hands[shifting])];

      const { record, violations } = await rehearsing({ world, observers });

      expect(violations).toEqual([]);
      expect(outcomesOf(record)).toEqual(["rehearsal failed"]);
      expect(record.reason).toMatch(
        /^the endpoint is left as it is: someone else changed the weights of chat-assistant/,
      );
      expect(record.after.scalableTargets["endpoint/chat-assistant/variant/v7"]).toBeDefined();
    },
  );
});

describe("fleets that grow under traffic", () => {
  it.each([
    // A raise whose step died before it could say so has locked the endpoint all the same, and bars another.
    ["crash-after-call=call:ShiftTraffic[1]/sagemaker.UpdateEndpointWeightsAndCapacities#10@1", "promoted"],
    ["crash-before-call=call:ShiftTraffic[1]/dynamodb.UpdateItem#11@1", "promoted"],
    // What stable could take when that was refused is not what it can take hours later.
    ["denied=call:ShiftTraffic[0]/sagemaker.UpdateEndpointWeightsAndCapacities#11@1", "rolled-back"],
  ])("no promise is broken by %s", async (fault, outcome) => {
    const { record, violations } = await rehearsing({
      ...{ plan: shortAndWhole, event: { model: shortAndWhole.model, version: 7 } },
      ...{ world: "growing-fleet", seed: 11, faults: [fault] },
    });

    expect(record.faults).toEqual([fault]);
    expect(violations).toEqual([]);
    expect(endOfRelease(record).outcome).toBe(outcome);
  });
});

describe("a stage that waits for capacity", () => {
  it("is not followed by the next because its own fleet is to be raised", async () => {
    const { record, violations } = await rehearsing({ world: "growing-fleet", seed: 14 });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
  });
});

describe("fleets that take long to grow", () => {
  it("are raised no more than the plan's locked minutes allow, one stage with another", async () => {
    const world = WorldSpec.parse({
      description: "Traffic triples while instances are slow to come.",
      quotaInstances: 200,
      provisioning: { secondsP50: 840, secondsP95: 1260, modelLoadSeconds: 180 },
      traffic: { changes: [{ atMinute: 45, factor: 3 }] },
    });

    const { record, violations } = await rehearsing({ world });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
  });
});

describe("a way back to which CloudWatch tells nothing", () => {
  it("may refill stable for what the load may have become", async () => {
    const fault = "down-hour=call:CheckKpis[3]/cloudwatch.GetMetricData#5@48";

    const { record, violations } = await rehearsing({ world: "traffic-spike", seed: 9, faults: [fault] });

    expect(record.faults).toEqual([fault]);
    expect(violations).toEqual([]);
  });
});

describe("in a world whose fleets outgrow the budget", () => {
  /** No lock of minutes is allowed, so that a stage whose candidate is too small is held until the money is spent. */
  const unraised = { ...shortAndWhole, budget: { ...shortAndWhole.budget, maxLockedMinutes: 5 } };

  it.each([
    // What was deleted before the ledger refused to be told is not said to be there.
    ["denied-to-it=call:ScaleDown[1]/dynamodb.UpdateItem#12@1", "rolled-back"],
    // Somebody gives the candidate everything while stable is being refilled beyond its own maximum.
    [
      "somebody-sets-weights-0-100=call:RollBack[1]/sagemaker.UpdateEndpointWeightsAndCapacities#11@2",
      "failed",
    ],
    // They leave it a part, which it serves with those instances.
    [
      "somebody-sets-weights-60-40=call:RollBack[1]/sagemaker.UpdateEndpointWeightsAndCapacities#11@2",
      "failed",
    ],
  ])("no promise is broken by %s", async (fault, outcome) => {
    const { record, violations } = await rehearsing({
      plan: unraised,
      event: { model: unraised.model, version: 7 },
      world: "growing-fleet",
      seed: 11,
      faults: [fault],
    });

    expect(record.faults).toEqual([fault]);
    expect(violations).toEqual([]);
    expect(endOfRelease(record).outcome).toBe(outcome);
  });
});
