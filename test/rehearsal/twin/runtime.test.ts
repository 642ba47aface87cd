import { describe, expect, it } from "vitest";
import { createTwin, latencyHeader, sagemakerRuntime } from "#twin/services";
import { exampleWorld, startMs } from "../world/example.ts";
import { sagemakerTwin } from "./sagemaker-twin.ts";

type Twin = ReturnType<typeof sagemakerTwin>;

const invoke = (twin: Twin, TargetVariant?: string) =>
  twin.runtime.invokeEndpoint({
    EndpointName: "chat",
    Body: "{}",
    ...(TargetVariant === undefined ? {} : { TargetVariant }),
  });

/** How many of `count` requests fail, by the error's name. */
async function failures(twin: Twin, count: number, target?: string): Promise<Record<string, number>> {
  const names: Record<string, number> = {};
  for (let i = 0; i < count; i++)
    try {
      await invoke(twin, target);
    } catch (error) {
      const name = error instanceof Error ? error.name : "?";
      names[name] = (names[name] ?? 0) + 1;
    }
  return names;
}

describe("InvokeEndpoint", () => {
  it("answers with the variant that it went to, by weight or by TargetVariant", async () => {
    const twin = sagemakerTwin({ service: { errorPercent: 0 } });
    await twin.joinCandidate();

    const byWeight = await invoke(twin);
    const byName = await invoke(twin, "v7");

    expect(byWeight.InvokedProductionVariant).toBe("v6");
    expect(byName.InvokedProductionVariant).toBe("v7");
    expect(JSON.parse(byName.Body.transformToString())).toEqual({ model: "chat-v7", variant: "v7" });
  });

  it("follows the weights", async () => {
    const twin = sagemakerTwin({ service: { errorPercent: 0 } });
    await twin.joinCandidate();
    await twin.shift(0.5, 0.5);
    await twin.settled();

    const variants = [];
    for (let i = 0; i < 200; i++) variants.push((await invoke(twin)).InvokedProductionVariant);

    const candidate = variants.filter((name) => name === "v7").length;
    expect(candidate).toBeGreaterThan(70);
    expect(candidate).toBeLessThan(130);
  });

  it("fails with the model's error as often as the model errs", async () => {
    const twin = sagemakerTwin({ candidate: { errorFactor: 40 } });
    await twin.joinCandidate();

    const stable = await failures(twin, 100);
    const candidate = await failures(twin, 300, "v7");

    expect(stable["ModelError"] ?? 0).toBeLessThan(6);
    expect(candidate["ModelError"]).toBeGreaterThan(35);
    expect(candidate["ModelError"]).toBeLessThan(90);
  });

  it("shows ModelError with the container's own status", async () => {
    const twin = sagemakerTwin({ service: { errorPercent: 100 } });

    await expect(invoke(twin)).rejects.toMatchObject({
      name: "ModelError",
      OriginalStatusCode: 500,
      $metadata: { httpStatusCode: 424 },
      message: expect.stringContaining("Received server error (500) from primary"),
    });
  });

  it("fails while the model is not loaded, though the endpoint is in service", async () => {
    const twin = sagemakerTwin({
      provisioning: { modelLoadSeconds: 900, healthCheck: "shallow" },
      service: { errorPercent: 0 },
    });
    await twin.joinCandidate();
    const endpoint = await twin.describe();

    const cold = await failures(twin, 40, "v7");
    twin.wait(16);
    const warm = await failures(twin, 40, "v7");

    expect(endpoint.EndpointStatus).toBe("InService");
    expect(cold).toEqual({ ModelError: 40 });
    expect(warm).toEqual({});
  });

  it("turns requests away beyond what the fleet can take in ten seconds", async () => {
    const twin = sagemakerTwin({ service: { errorPercent: 0 }, traffic: { peakPercent: 0 } });

    // Eight instances of 12 requests per second: 960 in ten seconds.
    const turnedAway = await failures(twin, 1000);

    expect(turnedAway).toEqual({ ModelError: 40 });
  });

  it("counts in the same metrics as the trace", async () => {
    const twin = sagemakerTwin({ traffic: { peakPercent: 0 } });
    await failures(twin, 25);

    twin.wait(1);

    expect(twin.world.timeline()[0]?.variants["v6"]?.requests).toBe(25);
  });

  it("says in a header how long the request would have taken", async () => {
    const world = exampleWorld({ service: { errorPercent: 0 } });
    let nowMs = startMs;
    const twin = createTwin([sagemakerRuntime(world)], () => (nowMs += 50));
    const send = () =>
      twin.handle({
        method: "POST",
        hostname: "runtime.sagemaker.eu-west-1.amazonaws.com",
        path: "/endpoints/chat/invocations",
        query: {},
        headers: { "content-type": "application/json" },
        body: "{}",
      });

    const latencies: number[] = [];
    for (let i = 0; i < 200; i++) latencies.push(Number((await send()).headers[latencyHeader]));

    const mean = latencies.reduce((sum, each) => sum + each, 0) / latencies.length;
    expect(mean).toBeGreaterThan(380);
    expect(mean).toBeLessThan(560);
    expect(new Set(latencies).size).toBeGreaterThan(150);
  });

  it("knows neither endpoints nor variants that are not there", async () => {
    const twin = sagemakerTwin();

    await expect(invoke(twin, "v9")).rejects.toMatchObject({
      name: "ValidationError",
      message: expect.stringContaining("Variant v9 was not found"),
    });
    await expect(twin.runtime.invokeEndpoint({ EndpointName: "none", Body: "{}" })).rejects.toMatchObject({
      name: "ValidationError",
      message: "Endpoint none of account 123456789012 not found.",
    });
    await expect(
      twin.runtime.invokeEndpoint({ EndpointName: "chat", Body: "{}", InferenceComponentName: "part" }),
    ).rejects.toMatchObject({ message: "the twin does not model InvokeEndpoint's InferenceComponentName" });
  });
});
