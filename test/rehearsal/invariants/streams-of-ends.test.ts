/** Checkers of means, outcomes and what is left behind on streams made by hand. */
import { describe, expect, it } from "vitest";
import {
  changed,
  closes,
  free,
  holdsStable,
  joinConfig,
  joins,
  judges,
  opened,
  promotes,
  quotasRead,
  registering,
  settles,
  shifts,
  underWay,
  weighing,
  weights,
} from "./right-release.ts";
import { createStream, endpoint, releaseId, reported, scalingOf } from "./stream.ts";

describe("no-orphans", () => {
  it("reports each thing that a way back left behind", async () => {
    const s = createStream();
    await opened(s);
    await holdsStable(s);
    await joins(s);

    const found = (await s.finish()).filter(({ name }) => name === "no-orphans");

    expect(found.map(({ what }) => what)).toEqual([
      `endpoint ${endpoint} serves ${joinConfig}, before it was ${endpoint}-config-v6`,
      expect.stringMatching(/^the scaling of .*v6 is .*"in":true.*, before it was .*"in":false/),
      `model ${releaseId} is left behind`,
      `endpoint-config ${joinConfig} is left behind`,
      `endpoint/${endpoint} is still locked by ${releaseId}`,
    ]);
  });

  it("misses no scaling of an endpoint that somebody else has deleted, and any other", async () => {
    const left = async (isDeleted: boolean) => {
      const s = createStream();
      await underWay(s);
      const { MinCapacity, MaxCapacity, SuspendedState, ...one } = registering("v6", free);
      const taken = {
        id: "retire",
        kind: "scaling",
        name: scalingOf("v6"),
        before: free,
        after: null,
      } as const;
      await changed(s, { ...taken, state: "ScaleDown" }, [
        "application-autoscaling.DeregisterScalableTarget",
        one,
      ]);
      if (isDeleted) await s.outside("sagemaker.DeleteEndpoint", { EndpointName: endpoint });
      s.wait(30);
      return (await s.finish()).map(({ what }) => what).filter((what) => what.endsWith("v6 is gone"));
    };

    expect(await left(true)).toEqual([]);
    expect(await left(false)).toEqual([`the scaling of ${scalingOf("v6")} is gone`]);
  });

  it("wants the scaling of a promoted candidate that stable lent, as somebody had made it before", async () => {
    const { MinCapacity, MaxCapacity, SuspendedState, ...one } = registering("v6", free);
    const takenAway = async (when: "before" | "after" | "never") => {
      const s = createStream();
      await opened(s);
      if (when === "before") await s.outside("application-autoscaling.DeregisterScalableTarget", one);
      else await holdsStable(s);
      await joins(s);
      await shifts(s, { from: { v6: 1, v7: 0 }, to: weights(5) });
      if (when === "after") await s.outside("application-autoscaling.DeregisterScalableTarget", one);
      await judges(s, "advance");
      await shifts(s, { from: weights(5), to: weights(100) });
      await judges(s, "promote");
      await promotes(s);
      await settles(s, { scaled: false, registered: when === "never" });
      await closes(s, "promoted");
      return (await s.finish()).filter(({ name }) => name === "no-orphans").map(({ what }) => what);
    };
    const none = `endpoint/${endpoint}/variant/v7 has no scaling after the promotion`;

    expect(await takenAway("before")).toEqual([]);
    expect(await takenAway("after")).toEqual([none]);
    expect(await takenAway("never")).toEqual([none]);
  });

  it("excepts what an outside hand made, and a lease that is still to end", async () => {
    const s = createStream();
    await s.lock({ holder: "rehearsal" });
    await quotasRead(s, "PlanCapacity");
    const resource = { kind: "schedule", name: "lease" } as const;
    await s.change({ id: "lease", state: "intended", resource, after: {} });
    await s.ours("PrewarmTraining", "scheduler.CreateSchedule", {
      Name: "lease",
      ScheduleExpression: "at(2026-01-06T08:00:00)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: {
        Arn: "arn:aws:states:eu-west-1:123456789012:stateMachine:slipway-dev-release",
        RoleArn: "arn:aws:iam::123456789012:role/scheduler",
      },
    });
    await s.outside("sagemaker.CreateEndpointConfig", {
      EndpointConfigName: "somebody-elses",
      ProductionVariants: [
        {
          VariantName: "v",
          ModelName: "chat-assistant-v6",
          InstanceType: "ml.g5.xlarge",
          InitialInstanceCount: 1,
        },
      ],
    });
    await s.lock({ holder: undefined });

    expect(await s.finish()).toEqual([]);
  });
});

describe("within-means", () => {
  it("reports a first change, and a shift, for which no quota was read", async () => {
    const s = createStream();
    await s.lock({ holder: "rehearsal" });
    await holdsStable(s);
    await quotasRead(s, "PlanCapacity");
    await joins(s);
    await shifts(s, { from: { v6: 1, v7: 0 }, to: weights(5) });
    await judges(s, "advance");
    const shift = {
      id: "on",
      kind: "weights",
      name: endpoint,
      before: weights(5),
      after: weights(25),
    } as const;
    await changed(s, { ...shift, state: "ShiftTraffic" }, weighing(weights(25)));

    expect((await reported(s)).map(({ what }) => what)).toEqual([
      `RegisterScalableTarget was the first change of ${releaseId}, and no quota had been read`,
      "traffic was shifted to 25 % and no quota had been read in that stage",
    ]);
  });

  it("reports a way back that the quota does not cover, a refusal, and a candidate beyond the budget", async () => {
    const [short, refused, dear] = [
      createStream({ quotaInstances: 28 }),
      createStream({ quotaInstances: 20 }),
      createStream({ quotaInstances: 999 }),
    ];
    for (const [s, instances] of [
      [short, 12],
      [refused, 8],
      [dear, 90],
    ] as const) {
      await opened(s);
      await holdsStable(s);
      await joins(s, instances);
    }

    expect((await reported(short)).map(({ what }) => what)).toEqual([
      "32 ml.g5.xlarge are needed beside 0 others, and the quota that was read is 28",
    ]);
    expect((await reported(refused))[0]?.what).toMatch(
      /^UpdateEndpoint was refused: The account-level service limit/,
    );
    expect((await reported(dear))[0]?.what).toMatch(
      /^to raise 90 ml.g5.xlarge costs \$\d+\.\d\d as planned, on top of \$0.00; the budget is \$120.00$/,
    );
  });
});

describe("within-means, of prices", () => {
  it("reports a candidate of a type whose price is not known, and to which nobody has consented", async () => {
    const inference = { instanceType: "ml.c6i.2xlarge", requestsPerSecondPerInstance: 12 };
    const s = createStream({ quotaInstances: 999 }, { releaseTypes: { minor: { inference } } });
    await opened(s);
    await holdsStable(s);
    await joins(s, 8, "ml.c6i.2xlarge");

    expect((await reported(s)).map(({ what }) => what)).toContain(
      "8 ml.c6i.2xlarge were raised, and the price of ml.c6i.2xlarge is not known",
    );
  });
});

describe("outcome-verified", () => {
  it("reports a shift that goes on without a look at the last one", async () => {
    const s = createStream();
    await opened(s);
    await holdsStable(s);
    await joins(s);
    const shift = {
      id: "one",
      kind: "weights",
      name: endpoint,
      before: { v6: 1, v7: 0 },
      after: weights(5),
    } as const;
    await quotasRead(s, "ShiftTraffic");
    await changed(s, { ...shift, state: "ShiftTraffic" }, weighing(weights(5)));
    await judges(s, "advance");
    await shifts(s, { from: weights(5), to: weights(25) });

    expect(await reported(s)).toEqual([
      {
        name: "outcome-verified",
        what: "UpdateEndpointWeightsAndCapacities came after the weights v6 95, v7 5 with no look at it since it took effect",
      },
    ]);
  });

  it("reports closings that are not true", async () => {
    const s = createStream();
    await opened(s);
    await holdsStable(s);
    await joins(s);
    await closes(s, "refused");

    expect((await reported(s)).map(({ what }) => what)).toEqual([
      `the release was closed as refused though model ${releaseId} had been made`,
      `the release was closed as refused though endpoint-config ${joinConfig} had been made`,
      `the release was closed as refused though endpoint ${endpoint} had been moved`,
    ]);
  });
});
