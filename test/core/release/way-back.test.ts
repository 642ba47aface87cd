/** The way back: traffic returns no faster than stable can take it, stable only grows, and it always comes to an end. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allInService, type FleetView, type Variant } from "../../../src/core/capacity/endpoint.ts";
import { flatLoad, type LoadOutlook } from "../../../src/core/capacity/load-outlook.ts";
import { instancesFor, percentServedBy } from "../../../src/core/capacity/sizing.ts";
import { loadUntold, servedBefore } from "../../../src/core/release/load-untold.ts";
import {
  givenUpFor,
  nextWayBack,
  type WayBackAction,
  type WayBackQuestion,
} from "../../../src/core/release/way-back.ts";
import { holds } from "../../property.ts";
import { endpointOf, fraud, fraudNeeds, joined, needs, plan, variant } from "../example.ts";

/** Nothing has been refused, and little has been spent. */
const calm = {
  refused: { refill: false, move: false },
  sinceMoveSeconds: Number.POSITIVE_INFINITY,
  scaleIn: "held",
  spent: { minutes: 5, usd: 1, moves: 0 },
  budget: { minutes: 180, usd: 60, moves: 4 },
  moveUsd: 5,
} as const;

function next(endpoint: FleetView, rest: Partial<Omit<WayBackQuestion, "endpoint">> = {}): WayBackAction {
  return nextWayBack({
    plan,
    needs,
    endpoint,
    warmInstances: allInService(endpoint),
    load: flatLoad(40),
    sinceShiftSeconds: 600,
    ...calm,
    ...rest,
  });
}

const alone = (stable: Parameters<typeof variant>[1] = {}) =>
  endpointOf([variant("v6", { weight: 1, ...stable })], { config: needs.stable.config });

describe("the next step back", () => {
  test("gives stable everything when its instances can take it", () => {
    expect(next(joined({ weight: 50 }, { weight: 50 }))).toMatchObject({ do: "shift", percent: 0 });
  });

  test("refills stable for the load by when the refill serves, and shifts by the load as it is", () => {
    const rising = { now: 40, at: (leadSeconds: number) => 40 + leadSeconds / 30 };
    const half = joined({ weight: 50, instances: 8 }, { weight: 50 });

    expect(next(half, { load: rising })).toMatchObject({ do: "shift", percent: 0 });
    // 40 and a third of a minute's seconds for each of ten minutes of lock and the minutes of loading.
    const later = rising.at(600 + plan.warmth.loadSecondsP95);
    expect(next(alone({ instances: 8 }), { load: rising })).toMatchObject({
      do: "refill",
      instances: instancesFor(plan, needs.stable, { requestsPerSecond: later, percent: 100 }),
    });
  });

  test("counts on what stable served before where no load is known", () => {
    const { instances } = needs.stable;
    const load = { load: flatLoad(servedBefore(plan, needs)) };

    expect(next(joined({ weight: 50, instances }, { weight: 50 }), load)).toMatchObject({ percent: 0 });
    expect(next(joined({ weight: 50, instances: instances - 1 }, { weight: 50 }), load)).not.toMatchObject({
      percent: 0,
    });
  });

  test("gives stable what its warm instances can take, and leaves the rest", () => {
    const action = next(joined({ weight: 0, instances: 3 }, { weight: 100 }));

    expect(action).toEqual({ do: "shift", percent: 37, reason: "stable's 3 warm instances can take 63 %" });
  });

  test("waits for instances that load for as long as more than a hundredth of the traffic could go back soon", () => {
    const half = joined({ weight: 50, instances: 4 }, { weight: 50 });
    const reasonAt = (loadRequestsPerSecond: number) =>
      next(half, { load: flatLoad(loadRequestsPerSecond), warmInstances: { v6: 3, v7: 8 } });

    expect(reasonAt(60)).toMatchObject({ do: "wait", reason: "stable's instances load their models" });
    // Four of 8.4 requests per second each leave 48.5 % of these, rounded up 49 %.
    expect(reasonAt(33.6 / 0.515)).not.toMatchObject({ reason: "stable's instances load their models" });
  });

  test("does not leave where stable may not be refilled and cannot take everything", () => {
    const refused = { refill: true, move: false };

    expect(next(joined({ weight: 100, instances: 3 }, { weight: 0 }), { refused })).toMatchObject({
      do: "shrink",
      instances: 1,
    });
    expect(next(joined({ weight: 100, instances: 6 }, { weight: 0 }), { refused })).toMatchObject({
      do: "leave",
    });
  });

  test("gives stable some percent more at once, rather than to wait for all of them", () => {
    expect(next(joined({ weight: 59, instances: 3 }, { weight: 41 }))).toMatchObject({
      do: "shift",
      percent: 37,
    });
  });

  test("changes no weights for a percent, which would lock the endpoint for as long as for many", () => {
    const by = (candidate: number) =>
      next(joined({ weight: 100 - candidate, instances: 3 }, { weight: candidate })).do;

    expect([37, 38, 38.1].map(by)).toEqual(["refill", "refill", "shift"]);
  });

  test("under another plan goes by that plan's instances", () => {
    const under = (endpoint: FleetView, rest: Partial<WayBackQuestion> = {}) =>
      next(endpoint, { plan: fraud, needs: fraudNeeds, ...rest });

    // Of 40 requests per second two of stable's serve 28, three of them 42.
    expect(under(joined({ weight: 0, instances: 2 }, { weight: 100 }))).toMatchObject({ percent: 30 });
    expect(under(joined({ weight: 0, instances: 3 }, { weight: 100 }))).toMatchObject({ percent: 0 });
    const short = joined({ weight: 70, instances: 2 }, { weight: 30, instances: 2 });
    expect(under(short)).toMatchObject({ do: "refill", instances: 3 });
    // Thirty percent are one of the candidate's, which serve 28 each.
    expect(under(short, { refused: { refill: true, move: false } })).toMatchObject({
      do: "shrink",
      instances: 1,
    });
  });

  test("does not leave while the candidate is still to get traffic that somebody has asked for", () => {
    expect(next(joined({ weight: 100 }, { weight: 0, desiredWeight: 25 }))).toMatchObject({
      do: "shift",
      percent: 0,
    });
  });

  test("refills stable to its size before the release when no more can be shifted", () => {
    const action = next(joined({ weight: 63, instances: 3 }, { weight: 37 }));

    expect(action).toMatchObject({ do: "refill", instances: 8 });
  });

  test("refills stable beyond that size where the load has grown", () => {
    const action = next(joined({ weight: 50, instances: 8 }, { weight: 50 }), { load: flatLoad(100) });

    expect(action).toMatchObject({ do: "shift", percent: 33 });
    const then = next(joined({ weight: 67 }, { weight: 33 }), { load: flatLoad(100) });
    expect(then).toMatchObject({ do: "refill", instances: 12 });
  });

  test("gives instances that still load their models nothing, and asks for no more of them", () => {
    const half = { load: flatLoad(60), warmInstances: { v6: 4, v7: 8 } };

    expect(next(joined({ weight: 0 }, { weight: 100 }), half)).toMatchObject({ do: "shift", percent: 44 });
    expect(next(joined({ weight: 56 }, { weight: 44 }), half)).toEqual({
      do: "wait",
      seconds: 30,
      reason: "stable's instances load their models",
    });
    expect(next(joined({ weight: 56 }, { weight: 44 }), { ...half, warmInstances: { v6: 8 } })).toMatchObject(
      { do: "shift", percent: 0 },
    );
  });

  test("waits for a refill that is asked for already", () => {
    const action = next(joined({ weight: 63, instances: 3, desired: 8 }, { weight: 37 }));

    expect(action).toEqual({ do: "wait", seconds: 30, reason: "stable is being refilled" });
  });

  test("refills before it leaves, so that stable is not too small when it is alone", () => {
    expect(next(joined({ instances: 6 }))).toMatchObject({ do: "refill", instances: 8 });
  });

  test("lets the candidate's last requests end before its variant goes", () => {
    expect(next(joined(), { sinceShiftSeconds: 20 })).toMatchObject({ do: "wait", seconds: 60 });
    expect(next(joined(), { sinceShiftSeconds: 60 })).toMatchObject({ do: "leave" });
  });

  test("does nothing while the endpoint is locked", () => {
    const locked = { ...joined({ weight: 0 }, { weight: 100 }), status: "Updating" };

    expect(next(locked)).toEqual({ do: "wait", seconds: 30, reason: "the endpoint is Updating" });
  });

  test("has arrived when stable serves alone with its size", () => {
    expect(next(alone())).toMatchObject({ do: "arrived" });
    expect(next(alone({ instances: 5 }))).toMatchObject({ do: "refill", instances: 8 });
  });

  test("ends as drift when someone else moved the endpoint, or took a variant away", () => {
    expect(next(endpointOf(joined().variants, { config: "someone-elses" }))).toEqual({
      do: "drifted",
      reason: "someone else moved the endpoint to someone-elses",
    });
    expect(next(endpointOf([variant("v7", { weight: 1 })]))).toMatchObject({ do: "drifted" });
    expect(next(endpointOf([variant("v9")], { config: needs.stable.config }))).toMatchObject({
      do: "drifted",
      reason: "variant v6 is gone",
    });
  });
});

/** An endpoint that does what it is told, each thing one look later: locked first, then there. */
function obeying(from: FleetView) {
  let view = from;
  let pending = from.status === "InService" ? undefined : { ...from, status: "InService" };
  let sinceShiftSeconds = 600;
  const change = (name: string, to: Partial<Variant>): FleetView => ({
    ...view,
    variants: view.variants.map((each) => (each.name === name ? { ...each, ...to } : each)),
  });
  const lock = (to: FleetView) => {
    pending = to;
    view = { ...view, status: "Updating" };
  };
  return {
    look: () => ({ endpoint: view, sinceShiftSeconds }),
    /** One minute goes by. */
    pass(): void {
      sinceShiftSeconds += 60;
      if (pending === undefined) return;
      view = pending;
      pending = undefined;
    },
    do(action: WayBackAction): void {
      if (action.do === "refill")
        lock(change("v6", { desiredInstances: action.instances, currentInstances: action.instances }));
      if (action.do === "shift") {
        sinceShiftSeconds = 0;
        const shares: Record<string, number> = { v6: 100 - action.percent, v7: action.percent };
        const weights = ({ name }: Variant) => ({
          currentWeight: shares[name] ?? 0,
          desiredWeight: shares[name] ?? 0,
        });
        lock({ ...view, variants: view.variants.map((each) => ({ ...each, ...weights(each) })) });
      }
      if (action.do === "leave")
        lock({
          ...view,
          at: { place: "before", called: needs.stable.config },
          to: { place: "before", called: needs.stable.config },
          variants: view.variants.filter((v) => v.name === "v6"),
        });
    },
  };
}

const starts = fc
  .record({
    stable: fc.integer({ min: 0, max: 30 }),
    candidate: fc.integer({ min: 0, max: 30 }),
    percent: fc.double({ min: 0, max: 100, noNaN: true }),
    status: fc.constantFrom("InService", "Updating", "RollingBack"),
    scale: fc.constantFrom(0.01, 1),
  })
  .map(({ stable, candidate, percent, status, scale }) => ({
    ...joined(
      { instances: stable, weight: (100 - percent) * scale },
      { instances: candidate, weight: percent * scale },
    ),
    status,
  }));
/** The load of each look; the last one stays. */
const loads = fc.array(fc.double({ min: 0, max: 240, noNaN: true }), { minLength: 1, maxLength: 12 });

interface Taken {
  readonly action: WayBackAction;
  readonly endpoint: FleetView;
  readonly load: LoadOutlook;
}

/** Walks back from a start until it arrives, at most so many looks. */
function walk(start: FleetView, loads: readonly number[], most = 60): Taken[] {
  const taken: Taken[] = [];
  const endpoint = obeying(start);
  for (let look = 0; look < most; look++) {
    const load = flatLoad(loads[look] ?? loads.at(-1) ?? 0);
    const seen = { ...endpoint.look(), load };
    const action = next(seen.endpoint, seen);
    taken.push({ ...seen, action });
    if (action.do === "arrived" || action.do === "drifted") break;
    endpoint.do(action);
    endpoint.pass();
  }
  return taken;
}

const stableIn = ({ variants }: FleetView) => variants.find(({ name }) => name === "v6");

describe("for want of capacity", () => {
  const refused = { refill: true, move: true };
  const short = joined({ weight: 63, instances: 3 }, { weight: 37, instances: 8 });

  test("the candidate gives up what its share does not need, so that stable can be refilled", () => {
    // 37 % of 40 requests per second are two instances.
    expect(next(short, { refused })).toEqual({
      do: "shrink",
      instances: 2,
      reason: "the candidate gives up 6 instances that it does not need",
    });
    const then = joined({ weight: 63, instances: 3 }, { weight: 37, instances: 2 });
    expect(next(then, { refused })).toMatchObject({ do: "wait", seconds: 60 });
    expect(next(then)).toMatchObject({ do: "refill" });
  });

  test("no count is changed while traffic can go back now, or as soon as models are loaded", () => {
    const start = joined({ weight: 50, instances: 8 }, { weight: 50 });

    expect(next(start, { refused })).toMatchObject({ do: "shift", percent: 0 });
    const loading = { refused, warmInstances: { v6: 2 } };
    expect(next(joined({ weight: 42 }, { weight: 58 }), loading)).toEqual({
      do: "wait",
      seconds: 30,
      reason: "stable's instances load their models",
    });
  });

  test("without traffic the candidate gives up all but one, then stable may shrink, and then it is waited for", () => {
    expect(next(joined(), { refused })).toMatchObject({ do: "shrink", instances: 1 });
    const small = joined({}, { instances: 1 });
    expect(next(small, { refused })).toMatchObject({ do: "free-scale-in" });
    expect(next(small, { refused, scaleIn: "none" })).toMatchObject({ do: "wait" });
    expect(next(small, { refused, scaleIn: "freed" })).toMatchObject({ do: "wait", seconds: 60 });
    expect(next(small, { scaleIn: "freed" })).toMatchObject({ do: "leave" });
  });

  test("a stable that may shrink is refilled for the load alone", () => {
    const small = joined({ instances: 6 }, { instances: 1 });

    expect(next(small, { scaleIn: "freed" })).toMatchObject({ do: "leave" });
    expect(next(small, { scaleIn: "none" })).toMatchObject({ do: "refill", instances: 8 });
  });

  test("a move that did not last makes room too, and each waits longer than the one before", () => {
    const spent = { minutes: 30, usd: 5, moves: 2 };
    expect(next(joined(), { spent })).toMatchObject({ do: "shrink", instances: 1 });
    const small = { spent, scaleIn: "freed" } as const;
    expect(next(joined({}, { instances: 1 }), { ...small, sinceMoveSeconds: 2399 })).toMatchObject({
      do: "wait",
      reason: "the endpoint was moved back 2 times, and there was no capacity for it yet",
      seconds: 60,
    });
    expect(next(joined({}, { instances: 1 }), { ...small, sinceMoveSeconds: 2400 })).toMatchObject({
      do: "leave",
    });
  });
});

describe("the end of its budget", () => {
  const small = joined({}, { instances: 1 });

  test("ends it after so many minutes, unless traffic can go back now", () => {
    const spent = { minutes: 180, usd: 5, moves: 0 };

    expect(next(small, { spent })).toEqual({
      do: "give-up",
      reason: `the endpoint was not back within 180 minutes: back to ${needs.stable.config}`,
    });
    expect(next(joined({ weight: 50 }, { weight: 50 }), { spent })).toMatchObject({ do: "shift" });
    expect(next(alone(), { spent })).toMatchObject({ do: "arrived" });
  });

  test("is not before room is made for whoever tries again", () => {
    const spent = { minutes: 181, usd: 700, moves: 1 };

    expect(next(joined(), { spent })).toMatchObject({ do: "shrink", instances: 1 });
    expect(next(small, { spent })).toMatchObject({ do: "free-scale-in" });
    expect(next(small, { spent, scaleIn: "freed" })).toMatchObject({ do: "give-up" });
  });

  test("ends it after so many moves in vain, and before a move that is not paid for", () => {
    const freed = { scaleIn: "freed" } as const;

    expect(next(small, { ...freed, spent: { minutes: 50, usd: 5, moves: 4 } })).toEqual({
      do: "give-up",
      reason: "the endpoint was moved back 4 times, and there was no capacity for it",
    });
    expect(next(small, { ...freed, spent: { minutes: 50, usd: 55.01, moves: 0 } })).toEqual({
      do: "give-up",
      reason: "the way back has cost $55.01, and one more move $5.00: its budget is $60.00",
    });
    expect(next(small, { ...freed, spent: { minutes: 50, usd: 55, moves: 0 } })).toMatchObject({
      do: "leave",
    });
  });
});

describe("in place, beside a candidate that stays", () => {
  /** Stable had twelve, and gave up four of them. */
  const small = {
    ...needs,
    inPlace: { stableInstances: 12, grownInstances: 8, closesAt: "2026-01-05T13:00:00Z" },
  };
  const question = (endpoint: FleetView, rest: Partial<WayBackQuestion> = {}): WayBackQuestion => ({
    plan,
    needs: small,
    endpoint,
    warmInstances: allInService(endpoint),
    load: flatLoad(40),
    sinceShiftSeconds: 600,
    ...calm,
    ...rest,
  });
  const overtime = { minutes: 181, usd: 5, moves: 0 };

  test("whoever gives up refills stable to what it was, and is then done", () => {
    const one = { instances: 1 };
    const spent = overtime;

    expect(nextWayBack(question(joined({}, one), { spent }))).toMatchObject({ do: "refill", instances: 12 });
    expect(nextWayBack(question(joined({ instances: 12 }, one), { spent }))).toMatchObject({ do: "give-up" });
    expect(nextWayBack(question(joined({}, one), { spent, needs }))).toMatchObject({ do: "give-up" });
  });

  test("an idle candidate makes room for it, one with traffic does not", () => {
    const refused = { refused: { refill: true, move: false } };

    expect(givenUpFor(question(joined(), refused), "theirs")).toMatchObject({ do: "shrink", instances: 1 });
    expect(givenUpFor(question(joined({ weight: 0 }, { weight: 100 }), refused), "theirs")).toBeUndefined();
    expect(givenUpFor(question(joined({}, { instances: 1 }), refused), "theirs")).toBeUndefined();
  });

  test("a refill that does not last is not asked for without end", () => {
    const spent = { minutes: 400, usd: 5, moves: 0 };

    expect(givenUpFor(question(joined(), { spent }), "theirs")).toBeUndefined();
    expect(nextWayBack(question(joined({}, { instances: 1 }), { spent }))).toMatchObject({ do: "give-up" });
  });

  test("stable gives nothing back for a move that is not made any more", () => {
    const refused = { refused: { refill: false, move: true } };
    const grown = joined({ instances: 12 }, { instances: 1 });

    expect(nextWayBack(question(grown, refused))).toMatchObject({ do: "give-back", instances: 8 });
    for (const spent of [overtime, { minutes: 9, usd: 5, moves: 4 }, { minutes: 9, usd: 59, moves: 1 }])
      expect(nextWayBack(question(grown, { ...refused, spent }))).toMatchObject({
        do: expect.stringMatching(/^(give-up|wait)$/),
      });
  });

  test("from any place, under any refusals, it comes to an end at each place it gives up", () => {
    const wants = fc.record({ refill: fc.boolean(), move: fc.boolean() });
    const spents = fc.record({
      minutes: fc.integer({ min: 0, max: 400 }),
      usd: fc.integer({ min: 0, max: 80 }),
      moves: fc.integer({ min: 0, max: 5 }),
    });
    holds(
      fc.property(starts, loads, wants, spents, (endpoint, [load = 0], refused, spent) => {
        const action = nextWayBack(question(endpoint, { refused, spent, load: flatLoad(load) }));
        if (action.do !== "give-back") return;
        // What it gives back now it does not ask for again at once.
        const [stable, ...others] = endpoint.variants;
        const after = {
          ...endpoint,
          variants: [
            { ...stable, desiredInstances: action.instances, currentInstances: action.instances } as Variant,
            ...others,
          ],
        };
        const then = nextWayBack(question(after, { refused, spent, load: flatLoad(load) }));
        expect(then.do === "refill" && then.instances > action.instances).toBe(false);
      }),
    );
  });
});

describe("the whole way back, from any start and under any load", () => {
  test("ends with stable serving alone, at least as large as before, in at most 60 looks", () => {
    holds(
      fc.property(starts, loads, (start, load) => {
        const taken = walk(start, load);

        const last = taken.at(-1);
        expect(last?.action.do).toBe("arrived");
        expect(last?.endpoint.at.place).toBe("before");
        expect(last?.endpoint.variants.map(({ name }) => name)).toEqual(["v6"]);
        expect(stableIn(last?.endpoint ?? joined())?.desiredInstances).toBeGreaterThanOrEqual(8);
      }),
    );
  });

  test("never gives stable more than its ready instances can take", () => {
    holds(
      fc.property(starts, loads, (start, load) => {
        for (const { action, endpoint, load: seen } of walk(start, load)) {
          if (action.do !== "shift") continue;
          const ready = stableIn(endpoint)?.currentInstances ?? 0;
          const served = percentServedBy(plan, needs.stable, { ready, requestsPerSecond: seen.now });
          expect(served).toBeGreaterThanOrEqual(100 - action.percent - 1e-9);
        }
      }),
    );
  });

  test("never lowers stable's count, and never gives the candidate more than it has", () => {
    holds(
      fc.property(starts, loads, (start, load) => {
        for (const { action, endpoint } of walk(start, load)) {
          if (action.do === "refill")
            expect(action.instances).toBeGreaterThan(stableIn(endpoint)?.desiredInstances ?? 0);
          if (action.do === "shift") {
            const total = endpoint.variants.reduce((sum, each) => sum + each.currentWeight, 0);
            const candidate = endpoint.variants.find(({ name }) => name === "v7")?.currentWeight ?? 0;
            expect(action.percent).toBeLessThanOrEqual((100 * candidate) / total);
          }
        }
      }),
    );
  });

  test("changes a count only when no more traffic could go back now", () => {
    const wants = fc.record({ refill: fc.boolean(), move: fc.boolean() });
    holds(
      fc.property(starts, loads, wants, (endpoint, [loadRequestsPerSecond = 0], refused) => {
        const action = next(endpoint, { refused, load: flatLoad(loadRequestsPerSecond) });

        if (action.do !== "refill" && action.do !== "shrink") return;
        const ready = stableIn(endpoint)?.currentInstances ?? 0;
        const can = percentServedBy(plan, needs.stable, {
          ready,
          requestsPerSecond: loadRequestsPerSecond,
        });
        const total = endpoint.variants.reduce((sum, each) => sum + each.currentWeight, 0);
        const has = (100 * (endpoint.variants.find(({ name }) => name === "v7")?.currentWeight ?? 0)) / total;
        expect(has === 0 || 100 - can > has - 2).toBe(true);
      }),
    );
  });

  test("acts only on an endpoint in service, and leaves only once no traffic is the candidate's", () => {
    holds(
      fc.property(starts, loads, (start, load) => {
        for (const { action, endpoint } of walk(start, load)) {
          if (endpoint.status !== "InService") expect(action.do).toBe("wait");
          if (action.do === "leave")
            expect(endpoint.variants.find(({ name }) => name === "v7")?.currentWeight).toBe(0);
        }
      }),
    );
  });
});

describe("a load that CloudWatch does not tell", () => {
  const endpoint = joined({ weight: 50 }, { weight: 50 });
  const counted = (side: "stable" | "candidate", count: number) =>
    side === "stable"
      ? joined({ weight: 50, instances: count }, { weight: 50 })
      : joined({ weight: 50 }, { weight: 50, instances: count });
  const untold = (of = endpoint, seen: (number | undefined)[] = []) =>
    loadUntold({ plan, needs, endpoint: of }, seen);

  test("is twice what stable served before, where nobody has seen any and there is traffic to give back", () => {
    expect(untold()).toBeCloseTo(2 * 8 * 8.4, 9);
    expect(untold(counted("candidate", 12))).toBeCloseTo(2 * 12 * 8.4, 9);
  });

  test("is what stable serves once it has been refilled, by whoever knew the load then", () => {
    expect(untold(counted("stable", 9))).toBeCloseTo(9 * 8.4, 9);
    expect(untold(counted("stable", 20))).toBeCloseTo(20 * 8.4, 9);
  });

  test("is taken for what stable served before, where there is no traffic to give back, or nobody has seen more", () => {
    expect(untold(joined({ weight: 1 }, { weight: 0 }))).toBeCloseTo(8 * 8.4, 9);
    expect(untold(endpoint, [20, undefined, 30])).toBeCloseTo(8 * 8.4, 9);
  });

  test("is the highest that looks have seen, and a quarter more", () => {
    expect(untold(endpoint, [undefined, 80, 70])).toBe(100);
  });

  test("is what a fleet serves that was made larger than planned", () => {
    expect(untold(counted("candidate", 12), [1])).toBeCloseTo(12 * 8.4, 9);
    expect(untold(counted("stable", 10), [1])).toBeCloseTo(10 * 8.4, 9);
    expect(untold(counted("candidate", 7), [1])).toBeCloseTo(8 * 8.4, 9);
  });

  test("does not grow by what the way back refills for it", () => {
    const fleets = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 40 }));
    const before = fc.array(fc.option(fc.double({ min: 0, max: 500, noNaN: true }), { nil: undefined }));
    holds(
      fc.property(fleets, before, ([stable, candidate], seen) => {
        const fleetOf = (instances: number) =>
          joined({ weight: 50, instances }, { weight: 50, instances: candidate });
        const load = untold(fleetOf(stable), seen);
        const refilled = Math.max(
          stable,
          instancesFor(plan, needs.stable, { requestsPerSecond: load, percent: 100 }),
        );
        const again = untold(fleetOf(refilled), seen);
        expect(
          instancesFor(plan, needs.stable, { requestsPerSecond: again, percent: 100 }),
        ).toBeLessThanOrEqual(refilled);
      }),
    );
  });
});
