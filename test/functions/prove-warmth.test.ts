/** Ready is not warm: probes reach the candidate by name until all are answered in time. */
import { describe, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { proveWarmth } from "../../functions/prove-warmth.ts";
import { plan } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { Run } from "./run.ts";

async function ready(spec: SpecInput = {}, own = plan): Promise<Run> {
  const run = await Run.begin({ spec, plan: own });
  await run.plan();
  await run.prewarm();
  run.account.settle();
  await run.capacity();
  return run;
}

const cold = { provisioning: { modelLoadSeconds: 1200, healthCheck: "shallow" } } as const;

describe("the candidate", () => {
  test("is warm when every probe is answered, three for each instance", async () => {
    const run = await ready();
    run.account.wait(10);

    expect(await run.warmth()).toMatchObject({
      status: "warm",
      reason: "24 probes answered within 1500 ms",
      rounds: 1,
    });
    const probes = run.account.calls.filter(({ operation }) => operation === "InvokeEndpoint");
    expect(probes).toHaveLength(24);
    expect(probes.every(({ input }) => input.TargetVariant === "v7")).toBe(true);
  });

  test("is probed with the plan's payload", async () => {
    const run = await ready();
    await run.warmth();

    const [probe] = run.account.calls.filter(({ operation }) => operation === "InvokeEndpoint");
    expect(probe?.input).toMatchObject({ ContentType: "application/json" });
    expect(new TextDecoder().decode(probe?.input.Body as Uint8Array)).toBe('{"inputs":"Are you warm?"}');
  });

  test("whose container only says that it is healthy is still warming, and then warm", async () => {
    const run = await ready(cold);

    const warmth = await run.warmth();

    expect(warmth).toMatchObject({ status: "warm" });
    expect(warmth.rounds).toBeGreaterThan(1);
  });

  test("that fails one probe begins anew with all of them", async () => {
    const run = await ready();
    run.account.wait(10);
    run.account.fail("InvokeEndpoint", new AwsError("ModelError", "loading", { statusCode: 424 }), 1);

    const { status, rounds, proven } = await run.warmth();

    expect({ status, proven }).toEqual({ status: "warm", proven: 24 });
    expect(rounds).toBeGreaterThan(1);
    const probes = run.account.calls.filter(({ operation }) => operation === "InvokeEndpoint");
    expect(probes).toHaveLength(24 * rounds);
  });

  test("that answers too slowly is not warm, and is called slow", async () => {
    const run = await ready();
    let nowMs = run.account.now();
    const now = () => {
      nowMs += 1000;
      return nowMs;
    };

    expect(await proveWarmth(run.planned(), { ...run.tools, now })).toMatchObject({
      status: "warming",
      proven: 0,
      reason: expect.stringMatching(/^\d+ of \d+ probes failed or took over 1500 ms \(slow\)$/),
    });
  });

  test("is given time for the way there and back where its model has next to none", async () => {
    const requirements = { ...plan.requirements, latencyMsP99: 20 };
    const run = await ready({ service: { latencyMs: 6 } }, { ...plan, requirements });
    run.account.wait(10);
    let nowMs = run.account.now();
    const now = () => {
      nowMs += 5;
      return nowMs;
    };

    expect(await proveWarmth(run.planned(), { ...run.tools, now })).toMatchObject({
      status: "warm",
      reason: "24 probes answered within 250 ms",
    });
  });

  test.each([
    [20, 5_000],
    [9_000, 18_000],
    [90_000, 60_000],
  ])(
    "that must answer within %d ms is waited for for %d ms: cold ones load first",
    async (latencyMsP99, ms) => {
      const run = await ready({}, { ...plan, requirements: { ...plan.requirements, latencyMsP99 } });
      run.account.wait(10);
      const timers = vi.spyOn(globalThis, "setTimeout");

      await proveWarmth(run.planned(), run.tools);

      expect(timers.mock.calls.filter(([, delay]) => delay === ms)).toHaveLength(24);
      timers.mockRestore();
    },
  );

  test("that does not get warm in the plan's time is cold, and says how many probes failed", async () => {
    const run = await ready({ provisioning: { modelLoadSeconds: 36_000, healthCheck: "shallow" } });

    expect(await run.warmth()).toMatchObject({
      status: "cold",
      reason: expect.stringMatching(/^\d+ of 24 probes failed or took over 1500 ms \(\w+\)$/),
    });
  });
});
