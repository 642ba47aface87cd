/** Checkers of traffic and capacity on streams made by hand: silent on a right one, one sentence on each wrong one. */
import { describe, expect, it } from "vitest";
import { plan } from "./rehearsed.ts";
import {
  changed,
  closes,
  counting,
  dropsStable,
  finalConfig,
  free,
  held,
  holdsStable,
  joins,
  judges,
  leaves,
  looks,
  opened,
  promotes,
  registering,
  settles,
  shifts,
  underWay,
  weights,
} from "./right-release.ts";
import { createStream, endpoint, reported, scalingOf } from "./stream.ts";

describe("a right stream", () => {
  it("of a promotion has nothing to report", async () => {
    const s = createStream();
    await underWay(s);
    await judges(s, "advance");
    await shifts(s, { from: weights(5), to: weights(50) });
    await judges(s, "advance");
    await shifts(s, { from: weights(50), to: weights(100) });
    await judges(s, "promote");
    await promotes(s);
    await settles(s);
    await closes(s, "promoted");

    expect(await s.finish()).toEqual([]);
    expect(s.world.state.endpoints.get(endpoint)?.configName).toBe(finalConfig);
    expect(s.figures.knownCostUsd).toBeGreaterThan(0);
  });

  it("of a way back has nothing to report", async () => {
    const s = createStream();
    await underWay(s);
    await judges(s, "roll-back");
    await shifts(s, { from: weights(5), to: { v6: 1, v7: 0 }, by: "RollBack" });
    await leaves(s);
    await closes(s, "rolled-back");

    expect(await s.finish()).toEqual([]);
  });
});

describe("capacity-before-traffic", () => {
  it("reports a share that the ready instances cannot serve", async () => {
    const s = createStream();
    await opened(s);
    await holdsStable(s);
    await joins(s, 1);
    await shifts(s, { from: { v6: 1, v7: 0 }, to: weights(50) });

    const [first, ...others] = await reported(s);

    expect(first?.what).toMatch(/^v7 was given 50 % of [\d.]+ .*, with 1 ready instances that serve 8.4$/);
    expect(others).toEqual([]);
  });

  it("counts apart what a surge that no metric shows made too large", async () => {
    const s = createStream({ traffic: { changes: [{ atMinute: 29, factor: 3 }] } });
    await opened(s);
    await holdsStable(s);
    await joins(s);
    await shifts(s, { from: { v6: 1, v7: 0 }, to: weights(5) });

    expect(await reported(s)).toEqual([]);
    expect(s.figures.unseenSurges).toBe(1);
  });

  it("reports a variant that an update drops with its traffic, where what remains cannot serve all of it", async () => {
    const left = async (instances: number, share: number) => {
      const s = createStream({ scaling: { maxPercent: 100 }, quotaInstances: 64 });
      await opened(s);
      await holdsStable(s);
      await joins(s, instances);
      await shifts(s, { from: { v6: 1, v7: 0 }, to: weights(5) });
      if (share > 5) await shifts(s, { from: weights(5), to: weights(share) });
      await dropsStable(s, instances);
      return (await reported(s)).filter(({ what }) => what.includes("was dropped"));
    };

    const [few] = await left(2, 5);
    expect(few?.what).toMatch(
      /^v6 was dropped with its traffic, and v7 took over [\d.]+ requests per second with 2 warm instances that serve 16.8$/,
    );
    expect(await left(8, 50)).toEqual([]);
    expect(await left(8, 100)).toEqual([]);
  });

  it("reports an update that drops all that takes traffic", async () => {
    const s = createStream();
    await opened(s);
    await holdsStable(s);
    await joins(s);
    await dropsStable(s, 8);

    expect((await reported(s)).map(({ what }) => what)).toContain(
      "v6 was dropped with its traffic, and of what remains nothing takes any",
    );
  });

  it("reports weights of ours by which nobody serves", async () => {
    const s = createStream();
    await underWay(s);
    await judges(s, "roll-back");
    await shifts(s, { from: weights(5), to: { v6: 0, v7: 0 }, by: "RollBack" });

    const [first, ...others] = await reported(s);

    expect(first?.what).toMatch(/^no variant was given any of [\d.]+ requests per second$/);
    expect(others).toEqual([]);
  });

  it("lets an overloaded candidate give its traffic back", async () => {
    const s = createStream();
    await opened(s);
    await holdsStable(s);
    await joins(s, 1);
    await shifts(s, { from: { v6: 1, v7: 0 }, to: weights(50) });
    await shifts(s, { from: weights(50), to: weights(40), by: "RollBack" });

    expect(await reported(s)).toHaveLength(1);
  });
});

describe("way-back", () => {
  it("reports a shift while stable's scale-in is not held", async () => {
    const s = createStream({ scaling: { minPercent: 100 } });
    await opened(s);
    await joins(s);
    await shifts(s, { from: { v6: 1, v7: 0 }, to: weights(5) });

    expect(await reported(s)).toEqual([
      { name: "way-back", what: "traffic was shifted while the scale-in of v6 was not suspended" },
    ]);
  });

  it("reports that stable was made smaller, by its count and by its minimum", async () => {
    const s = createStream();
    await underWay(s);
    const lower = { ...held, min: 2 };
    await changed(
      s,
      { id: "lower", kind: "scaling", name: scalingOf("v6"), before: held, after: lower, state: "CheckKpis" },
      ["application-autoscaling.RegisterScalableTarget", registering("v6", lower)],
    );
    const count = { id: "shrink", kind: "count", name: `${endpoint}/v6`, before: 8, after: 6 } as const;
    await changed(s, { ...count, state: "CheckKpis" }, counting("v6", 6));

    expect((await reported(s)).map(({ what }) => what)).toEqual([
      "the minimum of v6 was lowered to 2; before the release it was 4",
      "v6 was lowered from 8 to 6 instances by UpdateEndpointWeightsAndCapacities",
    ]);
  });

  it("reports that the hold was lifted, and what stable's own policy then takes", async () => {
    const s = createStream({ traffic: { peakPercent: 30 } });
    await underWay(s);
    await changed(
      s,
      { id: "lift", kind: "scaling", name: scalingOf("v6"), before: held, after: free, state: "CheckKpis" },
      ["application-autoscaling.RegisterScalableTarget", registering("v6", free)],
    );
    s.wait(30);

    const found = await reported(s);

    expect(found[0]?.what).toBe("the scale-in of v6 is held no longer (RegisterScalableTarget)");
    expect(found[1]?.what).toMatch(/^v6 shrank from 8 to \d instances by its own policy$/);
  });

  it("counts the minutes of a raise that fits, and reports one that does not", async () => {
    const s = createStream({ quotaInstances: 99 });
    await underWay(s);
    for (const [id, instances] of [
      ["raise-1", 9],
      ["raise-2", 10],
    ] as const) {
      const count = { id, kind: "count", name: `${endpoint}/v7`, before: 8, after: instances } as const;
      await changed(s, { ...count, state: "ShiftTraffic" }, counting("v7", instances));
      s.wait(20);
      await looks(s, "ShiftTraffic");
    }

    const found = await reported(s);

    expect(found).toHaveLength(1);
    expect(found[0]?.what).toMatch(
      /^UpdateEndpointWeightsAndCapacities locks the endpoint for 10 minutes as planned while the candidate carries 5 %; \d\.\d locked minutes are left$/,
    );
    expect(s.figures.lockedMinutes).toBeGreaterThan(8);
  });
});

describe("never-promote-blind", () => {
  const next = (s: ReturnType<typeof createStream>) => shifts(s, { from: weights(5), to: weights(25) });

  it("reports a stage left without a judge, or against its word", async () => {
    const [without, against] = [createStream(), createStream()];
    await underWay(without);
    without.wait(10);
    await next(without);
    await underWay(against);
    await judges(against, "continue");
    await next(against);

    expect(await reported(without)).toEqual([
      {
        name: "never-promote-blind",
        what: "the next stage was begun without a judge having ended well in the stage",
      },
    ]);
    expect(await reported(against)).toEqual([
      { name: "never-promote-blind", what: "the next stage was begun though the judge said continue" },
    ]);
  });

  describe("of a share that is given again", () => {
    const again = async (word: string, to: number) => {
      const s = createStream();
      await underWay(s);
      await judges(s, "advance");
      await next(s);
      await shifts(s, { from: weights(25), to: weights(6) });
      await judges(s, word);
      await shifts(s, { from: weights(6), to: weights(to) });
      return s;
    };

    it("has nothing to report where the judge said so", async () => {
      expect(await reported(await again("restore", 24))).toEqual([]);
    });

    it("reports it where the judge did not, and more than was given before", async () => {
      expect(await reported(await again("continue", 24))).toEqual([
        { name: "never-promote-blind", what: "a share was given again though the judge said continue" },
      ]);
      expect(await reported(await again("restore", 26))).toEqual([
        { name: "never-promote-blind", what: "the next stage was begun though the judge said restore" },
      ]);
    });
  });

  it("reports a judge that cannot have seen a request", async () => {
    const s = createStream({ traffic: { changes: [{ atMinute: 0, factor: 0 }] } });
    await underWay(s);
    await judges(s, "advance");
    await next(s);

    expect(await reported(s)).toEqual([
      {
        name: "never-promote-blind",
        what: "the next stage was begun though CloudWatch had not shown any request of v7 in that stage",
      },
    ]);
  });

  describe("of what stable held back", () => {
    const last = { trafficPercent: 25, bakeMinutes: 15 };
    const own = { rollout: { ...plan.rollout, stages: [{ ...last, trafficPercent: 5 }, last] } };
    const taking = async (word: string) => {
      const s = createStream({}, own);
      await underWay(s);
      await judges(s, "advance");
      await next(s);
      await judges(s, word);
      await shifts(s, { from: weights(25), to: weights(100) });
      return s;
    };

    it("has nothing to report of a promotion by the word on the last stage", async () => {
      const s = await taking("advance");
      await promotes(s);

      expect(await reported(s)).toEqual([]);
    });

    it("reports that it was taken against that word, and a promotion against a later one", async () => {
      const [against, later] = [await taking("continue"), await taking("advance")];
      await judges(later, "roll-back");
      await promotes(later);

      expect(await reported(against)).toEqual([
        { name: "never-promote-blind", what: "the next stage was begun though the judge said continue" },
      ]);
      expect(await reported(later)).toEqual([
        { name: "never-promote-blind", what: "the promotion was recorded though the judge said roll-back" },
      ]);
    });

    it("reports a promotion before it was taken", async () => {
      const s = createStream({}, own);
      await underWay(s);
      await judges(s, "advance");
      await next(s);
      await judges(s, "advance");
      await promotes(s);

      expect((await reported(s)).map(({ what }) => what)).toContain(
        "the promotion was recorded though the judge said advance",
      );
    });
  });

  it("reports a promotion while the candidate is above a ceiling", async () => {
    const s = createStream({ candidate: { latencyFactor: 4 } });
    await underWay(s);
    await judges(s, "promote");
    await promotes(s);

    expect(await reported(s)).toEqual([
      {
        name: "never-promote-blind",
        what: "the promotion was recorded while v7 was above the ceiling latency-ceiling",
      },
    ]);
  });
});
