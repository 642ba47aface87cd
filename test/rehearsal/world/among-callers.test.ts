/** Users' requests beside those that callers send themselves: they wait in the same queues, and are counted whole. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amongCallers, lateAmong, type Service, serve, streams } from "#twin/world";
import { holds } from "../../property.ts";
import { sagemakerTwin } from "../twin/sagemaker-twin.ts";

const service: Service = {
  seconds: 10,
  ready: 8,
  warm: 8,
  coldTakesRequests: false,
  throughput: 12,
  latencyMs: 450,
  latencyCv: 0.5,
  errorShare: 0.1,
  clientErrorShare: 0.2,
};
const probesOf = (requests: number, more: object = {}) => ({
  requests,
  answered: requests,
  errors5xx: 0,
  errors4xx: 0,
  latencyMs: 0,
  latencySumMs: 0,
  load: requests / 960,
  waitMs: 0,
  turnedAway: 0,
  late: 0,
  ...more,
});

describe("users' requests", () => {
  it("are accounted for, however many are turned away, and are never faster for it", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    holds(
      fc.property(
        fc.nat(2000),
        fc.integer({ min: 1, max: 2000 }),
        share,
        share,
        fc.integer(),
        (users, sent, turned, late, seed) => {
          const random = streams(seed)("serve", 0);
          const alone = serve(users, { ...service, expected: users }, random);
          const turnedAway = Math.floor(turned * sent);
          const probes = probesOf(sent, {
            turnedAway,
            waitMs: 100 * (sent - turnedAway),
            late: Math.floor(late * sent),
          });

          const among = amongCallers(alone, probes, { service, random });

          expect(among.requests).toBe(users);
          expect(among.answered).toBeLessThanOrEqual(alone.answered);
          expect(among.errors5xx).toBeGreaterThanOrEqual(users - among.answered);
          expect(among.errors5xx + among.errors4xx).toBeLessThanOrEqual(users);
          if (alone.answered > 0) expect(among.latencyMs).toBeGreaterThanOrEqual(alone.latencyMs - 1e-9);
          expect(lateAmong(users, probes, random)).toBeLessThanOrEqual(users);
        },
      ),
    );
  });

  it("wait as long as the others on average, and as many of them are turned away", () => {
    const random = streams(3)("serve", 0);
    const alone = serve(300, { ...service, expected: 300 }, random);
    const waiting = amongCallers(alone, probesOf(600, { waitMs: 600 * 2000 }), { service, random });
    expect(waiting.latencyMs - alone.latencyMs).toBeGreaterThan(2000);
    expect(waiting.latencyMs - alone.latencyMs).toBeLessThan(4000);
    const turned = amongCallers(alone, probesOf(600, { turnedAway: 300 }), { service, random });
    expect(turned.answered / alone.answered).toBeCloseTo(0.5, 0);
    expect(amongCallers(alone, probesOf(600, { turnedAway: 600 }), { service, random }).answered).toBe(0);
  });
});

it("in a world, a burst of a caller's own is felt by users in its ten seconds, and counted in its minute", async () => {
  const twin = sagemakerTwin({ service: { errorPercent: 0 } });
  const burst = async (requests: number) => {
    for (let i = 0; i < requests; i++)
      await twin.runtime.invokeEndpoint({ EndpointName: "chat", Body: "{}" }).catch(() => {});
    twin.wait(1);
    return Object.values(twin.world.timeline().at(-1)?.variants ?? {})[0];
  };
  const calm = await burst(0);
  const little = await burst(20);
  const much = await burst(2000);

  expect(calm).not.toHaveProperty("usersLate");
  expect(little?.usersLate).toBeLessThanOrEqual(3);
  expect(much?.usersLate).toBeGreaterThan(50);
  expect(much?.latencyMs).toBeGreaterThan(2 * (calm?.latencyMs ?? Number.POSITIVE_INFINITY));
});
