/** The way forward: capacity before traffic, raises only within the locked minutes, and no step on a moving endpoint. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allInService, type FleetView } from "../../../src/core/capacity/endpoint.ts";
import { flatLoad } from "../../../src/core/capacity/load-outlook.ts";
import { raiseLeadSeconds } from "../../../src/core/capacity/locked-minutes.ts";
import { instancesFor, percentServedBy } from "../../../src/core/capacity/sizing.ts";
import type { Change } from "../../../src/core/release/change.ts";
import { raisedUntil, sizesBefore, unlocked } from "../../../src/core/release/made-raises.ts";
import { nextShift, type ShiftQuestion, waitingOn } from "../../../src/core/release/shift.ts";
import type { StageState } from "../../../src/core/release/stage.ts";
import { holds } from "../../property.ts";
import { endpointOf, joined, needs, plan, planWith, variant } from "../example.ts";

function next(endpoint: FleetView, rest: Partial<Omit<ShiftQuestion, "endpoint">> = {}) {
  return nextShift({
    plan,
    needs,
    endpoint,
    warmInstances: allInService(endpoint),
    percent: 25,
    load: flatLoad(40),
    lockedMinutes: 0,
    ...rest,
  });
}

describe("the next step to a share", () => {
  test("sets the weights when both fleets can serve their shares", () => {
    expect(next(joined())).toMatchObject({ do: "shift", weights: { v6: 75, v7: 25 } });
  });

  test("is none once the weights are in force", () => {
    expect(next(joined({ weight: 75 }, { weight: 25 }))).toMatchObject({ do: "arrived" });
  });

  test("is not taken as done while the weights are only asked for", () => {
    const asked = joined({ weight: 100, desiredWeight: 75 }, { weight: 0, desiredWeight: 25 });

    expect(next(asked)).toMatchObject({ do: "shift" });
  });

  test.each(["Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"])(
    "waits while the endpoint is %s",
    (status) => {
      expect(next({ ...joined(), status })).toMatchObject({
        do: "wait",
        reason: `the endpoint is ${status}`,
      });
    },
  );

  test("is given up where the endpoint has failed", () => {
    expect(next({ ...joined(), status: "Failed" })).toMatchObject({ do: "give-up" });
  });

  test("is given up where someone moved the endpoint to another configuration", () => {
    const action = next(endpointOf(joined().variants, { config: "someone-elses" }));

    expect(action).toEqual({
      do: "give-up",
      reason: "the endpoint serves someone-elses, not slipway-dev-chat-assistant-v7-production-join-uv5qtsh2",
    });
  });

  test("is given up where a variant is missing, and names it", () => {
    const action = next(endpointOf([variant("v6", { weight: 100 })]));

    expect(action).toEqual({ do: "give-up", reason: "the endpoint has no variant v7" });
  });

  test("raises the candidate for the whole load at once when the load has outgrown it", () => {
    const action = next(joined(), { percent: 100, load: flatLoad(100) });

    expect(action).toMatchObject({ do: "raise", instances: 12 });
  });

  test("raises it to what a fleet is launched with, its spare for a lost zone among it", () => {
    const spared = planWith({ requirements: { zoneSpare: { ofZones: 3 } } });
    const action = next(joined(), { plan: spared, percent: 100, load: flatLoad(100) });

    expect(action).toMatchObject({ do: "raise", instances: 18 });
  });

  test("raises what joined small to what its share is launched with, be it the spare alone that it lacks", () => {
    const spared = planWith({
      requirements: { zoneSpare: { ofZones: 3 } },
      rollout: { strategy: "sequential" },
    });
    // A quarter of forty requests per second takes two instances, and a third of what is launched is its spare.
    const shares = [
      { percent: 5, instances: 2 },
      { percent: 25, instances: 3 },
    ];
    const small = { ...needs, candidate: { ...needs.candidate, instances: 2, shares } };
    const asked = { plan: spared, needs: { ...small, designRequestsPerSecond: 40 } };

    expect(next(joined({}, { instances: 2 }), asked)).toMatchObject({ do: "raise" });
    expect(next(joined({}, { instances: 3 }), asked)).toMatchObject({ do: "shift" });
  });

  test("raises for a load that will have outgrown the candidate by when a raise serves, and not for one that comes later", () => {
    const leadSeconds = raiseLeadSeconds(plan);
    const from = (seconds: number) => ({ now: 40, at: (lead: number) => (lead >= seconds ? 100 : 40) });

    expect(next(joined(), { percent: 100, load: from(leadSeconds) })).toMatchObject({
      do: "raise",
      instances: 12,
    });
    expect(next(joined(), { percent: 100, load: from(leadSeconds + 1) })).toMatchObject({ do: "shift" });
  });

  test("what is only foreseen keeps no share from being given where it may not be raised for it", () => {
    const grows = { now: 60, at: () => 90 };
    const half = joined({ weight: 50 }, { weight: 50 });
    expect(next(half, { percent: 100, load: grows })).toMatchObject({
      do: "raise",
      instances: 11,
      reason: "the load may soon be 90.0 requests per second",
    });
    expect(next(half, { percent: 100, load: grows, lockedMinutes: 6 })).toMatchObject({ do: "shift" });
  });

  test("and where what it asks for cannot be had, that share is given by the load as it is", () => {
    const half = joined({ weight: 50 }, { weight: 50 });
    const by = (now: number) => next(half, { percent: 100, load: { now, at: () => 90 } });
    expect(by(60)).toMatchObject({ do: "raise", instances: 11, otherwise: { do: "shift" } });
    expect(by(80)).toMatchObject({ do: "raise", instances: 11, otherwise: { do: "raise", instances: 10 } });
    expect(by(90)).not.toHaveProperty("otherwise");
  });

  describe("what is only foreseen, of a candidate that is raised share by share", () => {
    const shares = [25, 50, 100].map((percent) => ({ percent, instances: Math.ceil((percent * 8) / 100) }));
    const steps = { ...needs, candidate: { ...needs.candidate, instances: 2, shares } };
    const stages = [25, 50, 100].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 200 }));
    const sequential = { strategy: "sequential" as const, stages };
    const load = { now: 40, at: () => 90 };
    const asked = (endpoint: FleetView, maxLockedMinutes: number, percent: number) => {
      const own = planWith({ budget: { maxLockedMinutes }, rollout: sequential });
      return next(endpoint, { needs: steps, plan: own, percent, load });
    };

    test("has it raised where all later raises keep their locked minutes", () => {
      const before = joined({}, { instances: 2 });
      // Before its first share nothing is locked, and two raises are planned after it.
      expect(asked(before, 20, 25)).toMatchObject({ do: "raise", instances: 3, otherwise: { do: "shift" } });
      expect(asked(before, 19, 25)).toMatchObject({ do: "shift" });
      const served = joined({ weight: 75 }, { weight: 25, instances: 4 });
      expect(asked(served, 20, 50)).toMatchObject({ do: "raise", otherwise: { do: "shift" } });
      expect(asked(served, 19, 50)).toMatchObject({ do: "shift" });
    });

    test("has it raised further where it is raised for the share anyhow", () => {
      const served = joined({ weight: 75 }, { weight: 25, instances: 2 });
      expect(asked(served, 20, 50)).toMatchObject({ do: "raise", instances: 6, otherwise: { instances: 4 } });
      expect(asked(served, 19, 50)).toMatchObject({ do: "raise", instances: 4 });
    });

    test("leaves planned raises their minutes, and the load as it is its answer", () => {
      holds(
        fc.property(
          fc.record({
            max: fc.integer({ min: 0, max: 60 }),
            lockedMinutes: fc.integer({ min: 0, max: 40 }),
            instances: fc.integer({ min: 1, max: 8 }),
            weight: fc.constantFrom(0, 25, 50),
            percent: fc.constantFrom(25, 50, 100),
            now: fc.integer({ min: 0, max: 60 }),
            soon: fc.integer({ min: 0, max: 120 }),
          }),
          ({ max, lockedMinutes, instances, weight, percent, now, soon }) => {
            const own = planWith({ budget: { maxLockedMinutes: max }, rollout: sequential });
            const endpoint = joined({ weight: 100 - weight }, { weight, instances });
            const by = (at: number) =>
              next(endpoint, {
                needs: steps,
                plan: own,
                percent,
                lockedMinutes,
                load: { now, at: () => at },
              });
            const [byNow, action] = [by(now), by(soon)];
            const isForeseen = action.do === "raise" && action.otherwise !== undefined;
            expect(isForeseen ? action.otherwise : action).toEqual(byNow);
            if (!isForeseen) return;
            const has = Math.max(instances, shares.find((each) => each.percent === percent)?.instances ?? 0);
            const later = shares.filter((each) => each.percent > percent && each.instances > has).length;
            expect(
              lockedMinutes * Number(later > 0 || weight > 0) + 10 * (later + Number(weight > 0)),
            ).toBeLessThanOrEqual(max);
          },
        ),
      );
    });
  });

  test("raises while the candidate has no traffic yet, whatever is left of the locked minutes", () => {
    const strict = planWith({ budget: { maxLockedMinutes: 0 } });
    const action = next(joined(), { plan: strict, percent: 100, load: flatLoad(100) });

    expect(action).toMatchObject({ do: "raise" });
  });

  test("waits where a raise would lock a candidate with traffic for longer than the plan allows", () => {
    const half = joined({ weight: 50 }, { weight: 50 });
    const action = next(half, { percent: 100, load: flatLoad(100), lockedMinutes: 6 });

    expect(action).toEqual({
      do: "wait",
      reason: "the load outgrew the candidate, and no locked minutes are left to raise it",
    });
  });

  test("sends no traffic to a fleet of which nothing is ready, however little traffic there is", () => {
    expect(next(joined({}, { instances: 0 }), { load: flatLoad(0) })).toMatchObject({ do: "raise" });
    expect(next(joined({ instances: 0 }), { load: flatLoad(0) })).toMatchObject({ do: "wait" });
    expect(next(joined({ instances: 0 }), { percent: 100 })).toMatchObject({ do: "shift" });
  });

  test("waits where stable is too small for the share it keeps", () => {
    const action = next(joined({ instances: 3 }), { percent: 5 });

    expect(action).toEqual({
      do: "wait",
      reason: "stable needs 5 instances for its share, 3 of its 3 are warm",
    });
  });

  test("waits for the models of instances that are in service, and raises nothing for them", () => {
    const grown = joined({ instances: 12 }, { instances: 12 });
    const half = { percent: 50, load: flatLoad(90) };

    expect(next(grown, { ...half, warmInstances: { v6: 12, v7: 5 } })).toEqual({
      do: "wait",
      reason: "the candidate needs 6 instances for its share, 5 of its 12 are warm",
    });
    expect(next(grown, { ...half, warmInstances: { v6: 5, v7: 12 } })).toEqual({
      do: "wait",
      reason: "stable needs 6 instances for its share, 5 of its 12 are warm",
    });
    expect(next(grown, { ...half, warmInstances: { v6: 6, v7: 6 } })).toMatchObject({ do: "shift" });
    expect(next(grown, { percent: 100, warmInstances: { v7: 12 } })).toMatchObject({ do: "shift" });
  });

  test("counts no more instances as warm than are in service", () => {
    const shrunk = joined({ instances: 3 });

    expect(next(shrunk, { percent: 5, warmInstances: { v6: 8, v7: 8 } })).toMatchObject({ do: "wait" });
  });
});

const instances = fc.integer({ min: 0, max: 40 });
const shares = fc.constantFrom(5, 10, 25, 50, 75, 100);
const perSecond = fc.double({ min: 0, max: 400, noNaN: true });
const question = fc
  .record({
    stable: instances,
    candidate: instances,
    percent: shares,
    before: fc.constantFrom(0, ...[5, 25, 50]),
    desired: fc.integer({ min: 0, max: 5 }),
    cold: fc.integer({ min: 0, max: 5 }),
    lockedMinutes: fc.double({ min: 0, max: 40, noNaN: true }),
    load: fc.tuple(perSecond, perSecond).map(([now, later]) => ({ now, at: () => later })),
    maxLockedMinutes: fc.integer({ min: 0, max: 30 }),
    status: fc.constantFrom("InService", "InService", "InService", "Updating", "Failed"),
  })
  .map((drawn): ShiftQuestion => {
    const { stable, candidate, desired, cold, before, status, maxLockedMinutes, ...rest } = drawn;
    const view = joined(
      { instances: stable, weight: 100 - before },
      { instances: candidate, desired: candidate + desired, weight: before },
    );
    return {
      plan: planWith({ budget: { maxLockedMinutes } }),
      needs,
      endpoint: { ...view, status },
      warmInstances: { v6: Math.max(0, stable - cold), v7: Math.max(0, candidate - cold) },
      ...rest,
    };
  });

const count = ({ endpoint }: ShiftQuestion, name: string) =>
  endpoint.variants.find((each) => each.name === name)?.currentInstances ?? 0;

describe("whatever the endpoint and the load", () => {
  test("no share is given that the warm instances of either side cannot serve", () => {
    holds(
      fc.property(question, (asked) => {
        const action = nextShift(asked);
        fc.pre(action.do === "shift");

        const { percent } = asked;
        const requestsPerSecond = asked.load.now;
        const served = (name: string, side: "stable" | "candidate") =>
          percentServedBy(asked.plan, needs[side], {
            ready: asked.warmInstances[name] ?? 0,
            requestsPerSecond,
          });
        expect(served("v7", "candidate")).toBeGreaterThanOrEqual(percent - 1e-6);
        expect(served("v6", "stable")).toBeGreaterThanOrEqual(100 - percent - 1e-6);
      }),
    );
  });

  test("weights are the stage's share and the rest of a hundred", () => {
    holds(
      fc.property(question, (asked) => {
        const action = nextShift(asked);
        fc.pre(action.do === "shift");

        expect(action.do === "shift" && action.weights).toEqual({
          v6: 100 - asked.percent,
          v7: asked.percent,
        });
      }),
    );
  });

  test("nothing is done to an endpoint that is not in service", () => {
    holds(
      fc.property(question, (asked) => {
        fc.pre(asked.endpoint.status !== "InService");

        expect(["wait", "give-up"]).toContain(nextShift(asked).do);
      }),
    );
  });

  test("no raise starts under traffic once its lock does not fit the minutes that are left", () => {
    holds(
      fc.property(question, (asked) => {
        const underTraffic = (asked.endpoint.variants[1]?.currentWeight ?? 0) > 0;
        fc.pre(underTraffic && asked.lockedMinutes + 10 > asked.plan.budget.maxLockedMinutes);

        expect(nextShift(asked).do).not.toBe("raise");
      }),
    );
  });

  test("a raise is above what is there and enough for all of the load", () => {
    holds(
      fc.property(question, (asked) => {
        const action = nextShift(asked);
        fc.pre(action.do === "raise");

        const requestsPerSecond = Math.max(asked.load.now, asked.load.at(0));
        const raised = action.do === "raise" ? action.instances : 0;
        expect(raised).toBeGreaterThan(count(asked, "v7"));
        expect(raised).toBeGreaterThanOrEqual(
          instancesFor(asked.plan, needs.candidate, { requestsPerSecond, percent: 100 }),
        );
      }),
    );
  });
});

describe("a stage that is not shifted yet", () => {
  const at = (minute: number) => Date.UTC(2026, 0, 5, 8, minute);
  const iso = (minute: number) => new Date(at(minute)).toISOString();
  const before = { index: 0, trafficPercent: 5, shiftedAt: iso(-60) };
  const stage: StageState = {
    status: "waiting",
    index: 1,
    trafficPercent: 25,
    reason: "two are not warm",
    waitSeconds: 30,
    since: iso(0),
    before,
    raises: 1,
    lockedMinutes: 2,
    turns: 0,
    goesOn: "here",
  };
  const on = (minute: number, rest: Partial<StageState> = {}, given?: number) =>
    waitingOn({ ...stage, ...rest }, plan, {
      givenAt: given === undefined ? undefined : iso(given),
      nowMs: at(minute),
    });

  test("has the stage before judged on while it waits for capacity, every interval", () => {
    expect(on(1)).toEqual({ ...stage, status: "short", waitSeconds: 60 });
    expect(on(59)).toMatchObject({ status: "short", waitSeconds: 60 });
  });

  test("is not looked at where nothing is in force before it, nor once its own share was given", () => {
    const { before: _, ...first } = stage;

    expect(waitingOn(first, plan, { givenAt: undefined, nowMs: at(1) })).toEqual(first);
    expect(on(1, {}, 0)).toEqual(stage);
  });

  test("is looked at again within half a minute of its share being given, however long its capacity took", () => {
    expect(on(12, { waitSeconds: 120 }, 12)).toMatchObject({ status: "waiting", waitSeconds: 30 });
    expect(on(19, { waitSeconds: 120 }, 12)).toMatchObject({ waitSeconds: 70 });
  });

  test("is given up when its capacity took too long, and later where it was given by then", () => {
    expect(on(60)).toMatchObject({
      status: "blocked",
      reason: "not shifted in time: two are not warm",
    });
    expect(on(60, {}, 59)).toMatchObject({ status: "waiting" });
    expect(on(73, {}, 59)).toMatchObject({ status: "waiting" });
    expect(on(74, {}, 59)).toMatchObject({ status: "blocked" });
  });

  test("is left as it is once it waits no more", () => {
    expect(on(100, { status: "shifted" })).toMatchObject({ status: "shifted" });
  });

  test("counts the minutes of a raise until its end was first seen, by whatever look", () => {
    const raised = { ...stage, raisedAt: iso(10) };

    expect(unlocked(raised, undefined, at(25))).toMatchObject({ lockedMinutes: 17 });
    expect(unlocked(raised, { raisedUntil: iso(20) }, at(25))).toMatchObject({ lockedMinutes: 12 });
    // That was the raise before.
    expect(unlocked(raised, { raisedUntil: iso(9) }, at(25))).toMatchObject({ lockedMinutes: 17 });
    expect(unlocked(raised, undefined, at(25)).raisedAt).toBeUndefined();
    expect(unlocked(stage, { raisedUntil: iso(20) }, at(25))).toEqual(stage);
    expect(raisedUntil(raised, { raisedUntil: iso(20) }, at(25))).toBe(iso(20));
    expect(raisedUntil(raised, { raisedUntil: iso(9) }, at(25))).toBe(iso(25));
  });
});

test("the candidate's sizes before are those that its raises found, where they found any, and no other change's", () => {
  const change = (id: string, before: Change["before"], minute: number): Change => ({
    id,
    seq: minute + 1,
    resource: { kind: "count", name: "chat-assistant/v7" },
    before,
    after: 8,
    state: "applied",
    at: new Date(minute * 60_000).toISOString(),
  });
  const changes = [
    change("refill", 1, 0),
    change("raise-0-4", 2, 10),
    change("raise-1-6", null, 20),
    change("raise-2-8", 6, 30),
  ];

  expect(sizesBefore(changes)).toEqual([
    { untilMs: 10 * 60_000, instances: 2 },
    { untilMs: 30 * 60_000, instances: 6 },
  ]);
});
