/** Series out of CloudWatch: whole, in order, and never a number where a metric could not be read. */
import { PutCompositeAlarmCommand, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { afterEach, describe, expect, test, vi } from "vitest";
import { readSeries } from "../../src/aws/cloudwatch.ts";
import { instancesServing, recentLoad } from "../../src/aws/fleet-metrics.ts";
import { noiseBefore } from "../../src/aws/kpi-past.ts";
import { preflight } from "../../src/aws/preflight.ts";
import { setInstances, updateEndpoint } from "../../src/aws/serving/sagemaker/endpoints.ts";
import { metrics } from "../../src/aws/serving/sagemaker/metrics.ts";
import type { MetricQuery } from "../../src/core/kpis/series.ts";
import { fraud, plan, planWith } from "../core/example.ts";
import { type Account, openAccount, startMs } from "./account.ts";

const sides = { endpoint: "chat-assistant", stable: "v6", candidate: "v7", metrics };
const target = (account: Account) => ({
  metrics,
  endpoint: "chat-assistant",
  variants: ["v6"],
  nowMs: account.now(),
});

function custom(metric: string): MetricQuery {
  return { namespace: "Chat", metric, dimensions: {}, statistic: "Sum" };
}

function lastMinutes(account: Account, minutes: number) {
  const toSeconds = Math.floor(account.now() / 60_000) * 60;
  return { fromSeconds: toSeconds - minutes * 60, toSeconds, periodSeconds: 60 };
}

describe("reading series", () => {
  test("gives values by the start of their minute, in seconds", async () => {
    const account = openAccount();
    account.wait(30);
    const [from] = [account.now() / 1000 - 20 * 60];
    const invocations: MetricQuery = {
      namespace: "AWS/SageMaker",
      metric: "Invocations",
      statistic: "Sum",
      dimensions: { EndpointName: "chat-assistant", VariantName: "v6" },
    };

    const found = (await readSeries(account.aws, [invocations], lastMinutes(account, 20))).get(invocations);

    const moments = [...(found?.keys() ?? [])];
    expect(moments.slice(0, 3)).toEqual([from, from + 60, from + 120]);
    expect([...(found?.values() ?? [])].every((value) => value > 0)).toBe(true);
  });

  test("gives a query an empty series where CloudWatch says nothing of its moments", async () => {
    const { aws, now } = openAccount();
    vi.spyOn(aws.cloudwatch, "send").mockImplementation(async () => ({ MetricDataResults: [{ Id: "q0" }] }));

    const span = { fromSeconds: now() / 1000 - 600, toSeconds: now() / 1000, periodSeconds: 60 };
    const query = custom("m");
    expect(await readSeries(aws, [query], span)).toEqual(new Map([[query, new Map()]]));
  });

  test("gives each query its series, empty ones too, however many calls they take", async () => {
    const account = openAccount();
    const at = new Date(startMs + 60_000);
    await account.aws.cloudwatch.send(
      new PutMetricDataCommand({
        Namespace: "Chat",
        MetricData: [7, 505].map((nth) => ({ MetricName: `m${nth}`, Timestamp: at, Value: nth })),
      }),
    );
    account.wait(30);
    const queries = Array.from({ length: 510 }, (_, nth) => custom(`m${nth}`));

    const series = await readSeries(account.aws, queries, lastMinutes(account, 40));

    const filled = [...series].filter(([, values]) => values.size > 0);
    expect(series.size).toBe(510);
    expect(filled).toEqual([
      [queries[7], new Map([[at.getTime() / 1000, 7]])],
      [queries[505], new Map([[at.getTime() / 1000, 505]])],
    ]);
    expect(account.calls.filter(({ operation }) => operation === "GetMetricData")).toHaveLength(2);
  });

  test.each(["InternalError", "Forbidden"])("fails where CloudWatch answers %s", async (StatusCode) => {
    const account = openAccount();
    const wire = account.wire as { handle: (request: never) => Promise<{ response: object }> };
    vi.spyOn(wire, "handle").mockImplementation(async () => ({
      response: {
        statusCode: 200,
        headers: { "content-type": "application/x-amz-json-1.0" },
        body: Buffer.from(JSON.stringify({ MetricDataResults: [{ Id: "q0", StatusCode }] })),
      },
    }));

    await expect(readSeries(account.aws, [custom("m")], lastMinutes(account, 20))).rejects.toMatchObject({
      name: "AwsUnavailable",
      message: `CloudWatch answered ${StatusCode} for Chat m`,
    });
  });

  afterEach(() => void vi.restoreAllMocks());
});

describe("the recent load", () => {
  test("is the highest minute of the last ten, in requests per second over all variants", async () => {
    const account = openAccount();
    account.wait(60);

    const load = await recentLoad(account.aws, target(account));

    const served = account.world
      .timeline()
      .slice(-13)
      .map(({ variants }) => (variants.v6?.requests ?? 0) / 60);
    expect(load).toBeGreaterThanOrEqual(Math.max(...served.slice(3, -3)));
    expect(load).toBeLessThanOrEqual(Math.max(...served));
  });

  test("is nothing where nothing has reported", async () => {
    const account = openAccount({
      spec: { metrics: { outages: [{ atMinute: 0, minutes: 120 }] } },
    });
    account.wait(60);

    expect(await recentLoad(account.aws, target(account))).toBe(0);
  });
});

describe("the instances that serve", () => {
  const stable = (account: Account) =>
    instancesServing(account.aws, {
      metrics,
      endpoint: "chat-assistant",
      variant: "v6",
      sinceSeconds: startMs / 1000,
      nowMs: account.now(),
    });
  const slowly = (healthCheck: "deep" | "shallow") => ({
    provisioning: { secondsP50: 60, secondsP95: 60, modelLoadSeconds: 600, healthCheck },
  });

  test("are all that have answered, and not those that only load their models", async () => {
    for (const healthCheck of ["deep", "shallow"] as const) {
      const account = openAccount({ spec: slowly(healthCheck) });
      account.world.state.scalableTargets.clear();
      account.wait(1);
      await setInstances(account.aws, "chat-assistant", { name: "v6", instances: 10 });

      account.wait(8);
      expect(await stable(account)).toBe(8);

      account.wait(10);
      expect(await stable(account)).toBe(10);
    }
  });

  test("stay so when traffic has gone from them, and are none of those that are no more", async () => {
    const account = openAccount();
    account.wait(5);
    const [variant] = account.world.state.endpoints.get("chat-assistant")?.variants ?? [];
    if (variant === undefined) throw new Error("v6 serves");
    variant.currentWeight = 0;
    account.wait(60);
    expect(await stable(account)).toBe(8);

    variant.instances = variant.instances.slice(0, 5);
    account.wait(20);
    expect(await stable(account)).toBe(5);
  });

  test("are none of a fleet that a new one has replaced", async () => {
    const account = openAccount({ spec: slowly("deep") });
    account.world.state.scalableTargets.clear();
    const { state } = account.world;
    const config = state.endpointConfigs.get("chat-assistant-config-v6");
    if (config === undefined) throw new Error("v6 is configured");
    state.endpointConfigs.set("again", { ...config, name: "again" });
    await updateEndpoint(account.aws, "chat-assistant", "again");
    account.settle();
    const sinceSeconds = account.now() / 1000;
    const replaced = () =>
      instancesServing(account.aws, {
        metrics,
        endpoint: "chat-assistant",
        variant: "v6",
        sinceSeconds,
        nowMs: account.now(),
      });

    for (let minute = 0; minute < 6; minute++) {
      expect(await replaced()).toBe(0);
      account.wait(1);
    }
    account.wait(10);
    expect(await replaced()).toBe(8);
  });

  test("are not known without enhanced metrics, at no more cost than a look at the list", async () => {
    const account = openAccount({ spec: { metrics: { enhancedSeconds: null } } });
    account.wait(10);

    expect(await stable(account)).toBe(0);
    expect(account.calls.map(({ operation }) => operation)).toEqual(["ListMetrics"]);
  });
});

describe("stable's past", () => {
  test("gives the noise of every KPI that compares with stable, from a day of minutes", async () => {
    const { aws } = openAccount({ spec: { metrics: { enhancedSeconds: null } } });

    const { noise = {} } = await noiseBefore(aws, { plan, sides, beforeSeconds: startMs / 1000 });

    expect(Object.keys(noise)).toEqual(["errors", "latency"]);
    expect(noise.errors).toMatchObject({ source: "successive" });
    expect(noise.errors?.intervals).toBeGreaterThan(1400);
  });

  test("of how many answers are slow is no noisier than counting, instance by instance", async () => {
    const account = openAccount({ plan: fraud, spec: { metrics: { enhancedSeconds: 60 } } });
    account.wait(30);
    const own = { ...sides, endpoint: fraud.endpoint.name };

    const { noise = {} } = await noiseBefore(account.aws, {
      plan: fraud,
      sides: own,
      beforeSeconds: account.now() / 1000,
    });

    expect(noise.slow).toMatchObject({ source: "split" });
    expect(noise.slow).toMatchObject({ phi: expect.closeTo(1, 0), longRun: expect.closeTo(0, 0) });
  });

  test("is read for each instance of a small fleet too where these report under their own ids", async () => {
    const account = openAccount({ spec: { metrics: { enhancedSeconds: 60 } } });
    account.wait(30);

    await noiseBefore(account.aws, { plan, sides, beforeSeconds: account.now() / 1000 });

    const asked = account.calls
      .filter(({ operation }) => operation === "GetMetricData")
      .flatMap(({ input }) => JSON.stringify(input).match(/"InstanceId","Value":"[^"]+"/g) ?? []);
    expect(new Set(asked).size).toBe(8);
  });
});

describe("before a release", () => {
  test("metrics that report and alarms that are quiet are no lack", async () => {
    expect(await preflight(openAccount().aws, { plan, sides, nowMs: startMs })).toEqual([]);
  });

  test("alarms that are made of others are found as well", async () => {
    const account = openAccount();
    const AlarmRule = "TRUE";
    await account.aws.cloudwatch.send(new PutCompositeAlarmCommand({ AlarmName: "pager", AlarmRule }));
    const own = { ...plan, alarms: ["pager"] };
    expect(await preflight(account.aws, { plan: own, sides, nowMs: startMs })).toEqual([]);

    account.wait(2);

    expect(await preflight(account.aws, { plan: own, sides, nowMs: account.now() })).toEqual([
      "alarm pager is in ALARM already",
    ]);
  });

  test("a metric that has not reported for a day is named, and so is an alarm that does not exist", async () => {
    const { aws } = openAccount();
    const metric = (name: string) => ({ namespace: "Chat", metric: name, dimensions: {} });
    const refusals = { kind: "custom", name: "refusals", tolerance: 0 } as const;
    const own = {
      ...planWith({
        kpis: [...plan.kpis, { ...refusals, bad: metric("Refused"), total: metric("Answered") }],
      }),
      alarms: ["pager"],
    };

    expect(await preflight(aws, { plan: own, sides, nowMs: startMs })).toEqual([
      "Chat Answered (EndpointName=chat-assistant, VariantName=v6) has not reported in the last day",
      "Chat Refused (EndpointName=chat-assistant, VariantName=v6) has not reported in the last day",
      "alarm pager does not exist",
    ]);
  });
});
