/** Other people's endpoints in a world: their instances count against quotas, and what comes to them is theirs. */
import { expect, test } from "vitest";
import { instancesElsewhere } from "../../../src/aws/serving/sagemaker/elsewhere.ts";
import { openAccount } from "../../aws/account.ts";
import { exampleWorld, minuteMs, startMs } from "./example.ts";

const others = [
  { name: "ranking", instances: 6, instanceType: "ml.m5.xlarge", trafficPercent: 50 },
  { name: "staging", instances: 2 },
];

test("are in service beside the plan's, each with its configuration", () => {
  const { endpoints, endpointConfigs } = exampleWorld({ others }).state;

  expect([...endpoints.keys()]).toEqual(["chat", "ranking", "staging"]);
  expect([...endpointConfigs.keys()]).toEqual(["chat-config-v6", "ranking-config-v6", "staging-config-v6"]);
  expect([...endpoints.values()].map(({ variants }) => variants[0]?.instances.length)).toEqual([8, 6, 2]);
});

test("hold instances under the account's quotas, for which a world without a figure of its own leaves room", () => {
  const quota = (spec: Parameters<typeof exampleWorld>[0]) =>
    exampleWorld(spec).quota("endpoint", "ml.g5.xlarge");

  expect(quota({ others })).toBe(quota({}) + 2);
  expect(quota({ others, quotaInstances: 9 })).toBe(9);
});

test("are seen by whoever counts what else is under a quota", async () => {
  const { aws } = openAccount({ spec: { others } });

  expect(await instancesElsewhere(aws, { but: ["chat-assistant"], types: ["ml.m5.xlarge"] })).toEqual({
    fleet: { "ml.m5.xlarge": 6 },
    unseen: [],
  });
});

test("get their own share of traffic, and take none of the plan's", () => {
  const requestsOf = (world: ReturnType<typeof exampleWorld>, endpoint: string) => {
    world.advanceTo(startMs + 60 * minuteMs);
    const series = world.state.metrics.series.get(`${endpoint}/v6`);
    return (series?.samples ?? []).reduce((sum, { requests }) => sum + requests, 0);
  };
  const [world, alone] = [exampleWorld({ others }), exampleWorld({})];
  const own = requestsOf(world, "chat");

  expect(own).toBe(requestsOf(alone, "chat"));
  expect(requestsOf(world, "ranking") / own).toBeCloseTo(0.5, 1);
  expect(requestsOf(world, "staging")).toBe(0);
});

test("that have the name of the plan's endpoint are the plan's", () => {
  const { endpoints } = exampleWorld({ others: [{ name: "chat", instances: 1 }] }).state;

  expect(endpoints.get("chat")?.variants[0]?.instances).toHaveLength(8);
});
