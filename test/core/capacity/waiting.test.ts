/** How long requests wait in a small fleet, held to a simulation of it; and what a plan adds to keep that short. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { streams } from "#twin/world";
import { instancesFor, launchedFor } from "../../../src/core/capacity/sizing.ts";
import { chanceOfWaiting, instancesInTime, shareTooLate } from "../../../src/core/capacity/waiting.ts";
import { releaseOutlook } from "../../../src/core/outlook/release-outlook.ts";
import { outlookOf } from "../../../src/core/outlook.ts";
import { Plan } from "../../../src/core/plan/plan.ts";
import type { Queueing } from "../../../src/core/plan/queueing.ts";
import { outlookPage } from "../../../src/report/outlook.ts";
import { paintOf } from "../../../src/report/text/paint.ts";
import { holds } from "../../property.ts";
import { plan, planWith } from "../example.ts";

const alone = (aloneMs: number, aloneMsP99: number, routing: Queueing["routing"]): Queueing => ({
  aloneMs,
  aloneMsP99,
  routing,
});

test.each([
  // Tables of Erlang C: 1 server is as often busy as it is full; A = 2 on 3, 8 on 10.
  [1, 0.7, 0.7],
  [3, 2, 0.4444],
  [10, 8, 0.4092],
  [10, 0, 0],
])("of %d places with a load of %d Erlangs none is free with a chance of %d", (places, load, chance) => {
  expect(chanceOfWaiting(places, load)).toBeCloseTo(chance, 4);
});

interface Simulated {
  readonly queueing: Queueing;
  readonly instances: number;
  readonly places: number;
  readonly requestsPerSecond: number;
  readonly latencyMs: number;
}

/** Requests that come by chance, each of its own length: to whoever is free first, or to an instance by chance. */
function simulatedShareTooLate({ queueing, instances, places, requestsPerSecond, latencyMs }: Simulated) {
  const { uniform } = streams(11)(`${instances} ${queueing.routing} ${requestsPerSecond}`, 0);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const ratio = Math.log(queueing.aloneMsP99 / queueing.aloneMs);
  const spread = 2.32635 - Math.sqrt(2.32635 ** 2 - 2 * ratio);
  const free = Array.from({ length: instances }, () => Array.from({ length: places }, () => 0));
  let [now, late] = [0, 0];
  const requests = 150_000;
  for (let nth = 0; nth < requests; nth += 1) {
    now += (-Math.log(1 - uniform()) * 1000) / requestsPerSecond;
    const random = free[Math.floor(uniform() * instances)] ?? [];
    const first = (all: readonly number[]) => all.indexOf(Math.min(...all));
    const own =
      queueing.routing === "random"
        ? random
        : (free.toSorted((a, b) => Math.min(...a) - Math.min(...b))[0] ?? []);
    const place = first(own);
    const startsMs = Math.max(now, own[place] ?? 0);
    const tookMs = queueing.aloneMs * Math.exp(spread * normal() - spread ** 2 / 2);
    own[place] = startsMs + tookMs;
    if (startsMs + tookMs - now > latencyMs) late += 1;
  }
  return late / requests;
}

test.each([
  {
    queueing: alone(100, 250, "least-outstanding"),
    instances: 3,
    places: 1,
    requestsPerSecond: 21,
    latencyMs: 400,
  },
  { queueing: alone(100, 250, "random"), instances: 3, places: 1, requestsPerSecond: 15, latencyMs: 500 },
  {
    queueing: alone(450, 1100, "least-outstanding"),
    instances: 2,
    places: 5,
    requestsPerSecond: 19.5,
    latencyMs: 1500,
  },
  { queueing: alone(450, 1100, "random"), instances: 4, places: 5, requestsPerSecond: 36, latencyMs: 1500 },
  {
    queueing: alone(100, 600, "least-outstanding"),
    instances: 4,
    places: 1,
    requestsPerSecond: 28,
    latencyMs: 800,
  },
])("as many requests take too long as in a simulation of %o", (fleet) => {
  const { queueing, instances, places, requestsPerSecond, latencyMs } = fleet;
  const throughput = (1000 * places) / queueing.aloneMs;
  const simulated = simulatedShareTooLate(fleet);
  const found = shareTooLate(latencyMs, queueing, { instances, requestsPerSecond, throughput });

  expect(simulated).toBeGreaterThan(0.004);
  expect(Math.abs(Math.log(found / simulated))).toBeLessThan(0.3);
});

const queueing = fc
  .record({
    aloneMs: fc.double({ min: 20, max: 700, noNaN: true }),
    times: fc.double({ min: 1.2, max: 6, noNaN: true }),
    routing: fc.constantFrom("random" as const, "least-outstanding" as const),
  })
  .map(({ aloneMs, times, routing }) => alone(aloneMs, Math.min(1350, times * aloneMs), routing));
const load = fc.double({ min: 0.1, max: 400, noNaN: true });
const each = { requestsPerSecondPerInstance: 12 };
const asked = (known: Queueing, requestsPerSecond: number, requirements = {}) =>
  launchedFor(planWith({ requirements: { ...requirements, queueing: known } }), each, {
    requestsPerSecond,
    percent: 100,
  });

test("no load takes fewer instances than its utilisation asks for, nor than a smaller load", () => {
  holds(
    fc.property(queueing, load, fc.double({ min: 1, max: 3, noNaN: true }), (known, one, factor) => {
      const few = asked(known, one);
      expect(few).toBeGreaterThanOrEqual(instancesFor(plan, each, { requestsPerSecond: one, percent: 100 }));
      expect(asked(known, factor * one)).toBeGreaterThanOrEqual(few);
    }),
  );
});

test("as many keep to the latency, and one instance fewer would not do where the utilisation asks for fewer", () => {
  holds(
    fc.property(queueing, load, (known, requestsPerSecond) => {
      const instances = asked(known, requestsPerSecond);
      const late = (some: number) =>
        shareTooLate(1500, known, { instances: some, requestsPerSecond, throughput: 12 });
      expect(late(instances)).toBeLessThanOrEqual(0.01);
      const full = instancesFor(plan, each, { requestsPerSecond, percent: 100 });
      if (instances > full) expect(late(instances - 1)).toBeGreaterThan(0.01);
    }),
  );
});

test("a large fleet with one queue needs no more than its utilisation asks for", () => {
  holds(
    fc.property(queueing, (known) => {
      const requestsPerSecond = 6000;
      const full = instancesFor(plan, each, { requestsPerSecond, percent: 100 });
      expect(asked({ ...known, routing: "least-outstanding" }, requestsPerSecond)).toBe(full);
    }),
  );
});

test("a plan that does not know what its requests take alone is sized by utilisation alone, and no load takes nothing", () => {
  expect(instancesInTime(plan, { requestsPerSecond: 8, throughput: 12 }, 1)).toBe(1);
  const known = planWith({ requirements: { queueing: alone(83, 400, "random") } });
  expect(instancesInTime(known, { requestsPerSecond: 0, throughput: 12 }, 0)).toBe(0);
});

const small: Plan = {
  ...planWith({
    requirements: { peakRequestsPerSecond: 8, latencyMsP99: 500, queueing: alone(83, 300, "random") },
  }),
  endpoint: { ...plan.endpoint, instances: 1 },
};

test("a plan shows what waiting adds to a small fleet, and why", () => {
  const { waiting, candidate } = releaseOutlook(small, "minor");
  expect(candidate.instances).toBe(2);
  expect(waiting?.instances).toBe(1);
  expect(waiting?.usd).toBeGreaterThan(0);
  expect(waiting?.latePercent).toBeCloseTo(7.56, 1);
  const load = { requestsPerSecond: 8, errorPercent: 0.5 };
  expect(outlookOf(small, load).warnings.join("\n")).toContain(
    "requests wait too long in the steady fleet of 1 ml.g5.xlarge at the peak",
  );
  expect(releaseOutlook(plan, "minor").waiting).toBeUndefined();
});

test.each([
  [{ aloneMs: 83, aloneMsP99: 60 }, "at least 83, as aloneMs is"],
  [{ aloneMs: 400, aloneMsP99: 1400 }, "at most 1350, nine tenths of latencyMsP99"],
])("a plan cannot say %o of a latency that must be kept within 1.5 s", (queueing, expected) => {
  const { error } = Plan.safeParse({ ...plan, requirements: { ...plan.requirements, queueing } });
  expect(JSON.stringify(error?.issues)).toContain(expected);
});

test("the outlook says what waiting adds", () => {
  const outlook = outlookOf(small, { requestsPerSecond: 8, errorPercent: 0.5 });
  const page = outlookPage(outlook, { width: 400, paint: paintOf(false) });
  expect(page.join("\n")).toMatch(
    /Of its 2 instances 1 is there so that requests do not wait too long for a free place: without, 7\.6 % of them would/,
  );
});
