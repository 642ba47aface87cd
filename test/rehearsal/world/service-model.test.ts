import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Service, serve, slowdown, streams } from "#twin/world";
import { holds } from "../../property.ts";

const healthy: Service = {
  seconds: 10,
  ready: 8,
  warm: 8,
  coldTakesRequests: false,
  throughput: 12,
  latencyMs: 450,
  latencyCv: 0.5,
  errorShare: 0.005,
  clientErrorShare: 0,
};
const random = (index = 0) => streams(5)("serve", index);

describe("The service model", () => {
  it("accounts for every request: answered or turned away, and never more errors than requests", () => {
    const service = fc.record({
      seconds: fc.constantFrom(10, 60),
      ready: fc.nat(20),
      warm: fc.nat(20),
      coldTakesRequests: fc.boolean(),
      throughput: fc.double({ min: 0.1, max: 50, noNaN: true }),
      latencyMs: fc.double({ min: 1, max: 5000, noNaN: true }),
      latencyCv: fc.double({ min: 0, max: 2, noNaN: true }),
      errorShare: fc.double({ min: 0, max: 1, noNaN: true }),
      clientErrorShare: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    holds(
      fc.property(service, fc.nat(5000), fc.integer(), (given, requests, seed) => {
        const warm = Math.min(given.warm, given.ready);

        const served = serve(requests, { ...given, warm }, streams(seed)("serve", 0));

        expect(served.requests).toBe(requests);
        expect(served.answered).toBeGreaterThanOrEqual(0);
        expect(served.answered).toBeLessThanOrEqual(requests);
        expect(served.errors5xx).toBeGreaterThanOrEqual(requests - served.answered);
        expect(served.errors5xx + served.errors4xx).toBeLessThanOrEqual(requests);
        expect(served.latencySumMs).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("answers everything while the fleet is below its throughput", () => {
    const served = serve(600, healthy, random());

    expect(served.answered).toBe(600);
    expect(served.load).toBeCloseTo(600 / 960, 9);
  });

  it("turns away, as 5XX errors, what exceeds the throughput of the warm instances", () => {
    const served = serve(2000, healthy, random());

    expect(served.answered).toBe(960);
    expect(served.errors5xx).toBeGreaterThanOrEqual(1040);
  });

  it("fails all requests while no instance has its model loaded", () => {
    const served = serve(100, { ...healthy, warm: 0 }, random());

    expect(served).toMatchObject({ answered: 0, errors5xx: 100 });
  });

  it("keeps requests off cold instances behind a deep health check, and sends them there behind a shallow one", () => {
    const half = { ...healthy, warm: 4, errorShare: 0 };

    const deep = serve(300, half, random());
    const shallow = serve(300, { ...half, coldTakesRequests: true }, random());

    expect(deep.errors5xx).toBe(0);
    expect(shallow.errors5xx).toBeGreaterThan(110);
    expect(shallow.errors5xx).toBeLessThan(190);
  });

  it("slows down with load, without end but within bounds", () => {
    const loads = [0, 0.3, 0.6, 0.8, 0.95, 1, 3];

    const slow = loads.map((load) => slowdown(load, healthy));

    expect(slow[0]).toBe(1);
    expect(slow).toEqual(slow.toSorted((a, b) => a - b));
    expect(slow.at(-1)).toBe(slow.at(-2));
    expect(slow.at(-1)).toBeGreaterThan(5);
  });

  it("matches Sakasegawa's formula for five slots at 70 % load", () => {
    // √(2·6) − 1 = 2.4641; 0.7^2.4641 / (5·0.3) = 0.27682.
    expect(slowdown(0.7, { throughput: 12, latencyMs: 450 })).toBeCloseTo(1.27682, 4);
  });
});
