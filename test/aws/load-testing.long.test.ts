/** A fleet tested under load by hand: which may be, what is sent, and what ends it. */
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from "@aws-sdk/client-sagemaker";
import { afterEach, describe, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import {
  type FleetUnderTest,
  fleetToTest,
  type LoadRoundTold,
  type TestByHand,
  testUnderLoad,
} from "../../src/aws/load-testing.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { brieflyTested, plan } from "../core/example.ts";
import { manual, opening } from "../functions/run.ts";
import { type Account, openAccount } from "./account.ts";

const loadTest = { ...brieflyTested, maxRequests: 20_000 };
const small: Plan = {
  ...plan,
  requirements: { ...plan.requirements, peakRequestsPerSecond: 12 },
  loadTest,
};
const staging = "chat-staging";

/** With an endpoint for staging, which nobody calls. */
async function withStaging(
  instances: number,
  options: Parameters<typeof openAccount>[0] = {},
): Promise<Account> {
  const account = openAccount({ plan: small, ...options });
  const { sagemaker } = account.aws;
  const variant = {
    VariantName: "all",
    ModelName: "chat-assistant-v6",
    InstanceType: "ml.g5.xlarge" as const,
  };
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: "staging-1",
      ProductionVariants: [{ ...variant, InitialInstanceCount: instances }],
    }),
  );
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: staging, EndpointConfigName: "staging-1" }));
  return account;
}

async function served(instances: number, options: Parameters<typeof openAccount>[0] = {}): Promise<Account> {
  const account = await withStaging(instances, options);
  account.settle();
  // Models load.
  account.wait(10);
  return account;
}

const ask = (account: Account, asked: Partial<TestByHand> = {}) =>
  fleetToTest(account.aws, { plan: small, loadTest, endpoint: staging, nowMs: account.now(), ...asked });

async function fleetOf(account: Account, asked: Partial<TestByHand> = {}): Promise<FleetUnderTest> {
  const found = await ask(account, asked);
  if ("refused" in found) throw new Error(found.refused);
  return found;
}

/** Time goes by as requests are meant to leave, and none takes any. */
function testOf(account: Account, fleet: FleetUnderTest, onRound: (told: LoadRoundTold) => void = () => {}) {
  const until = async (atMs: number) => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    account.wait(Math.max(0, atMs - account.now()) / 60_000);
  };
  const aws = { ...account.aws, pacing: { nowMs: account.now, until } };
  return testUnderLoad(aws, fleet, { seed: "test", onRound });
}

afterEach(() => vi.unstubAllEnvs());

const sentIn = ({ calls }: Account) => calls.filter(({ operation }) => operation === "InvokeEndpoint");

describe("a fleet that is to be tested by hand", () => {
  test("is the only one of its endpoint, sized by the plan for what it runs on", async () => {
    const account = await served(1);

    const { variant, question } = await fleetOf(account);

    expect(variant).toBe("all");
    expect(question.fleet).toMatchObject({
      instanceType: "ml.g5.xlarge",
      instances: 1,
      designRequestsPerSecond: 12,
    });
    expect(question.fleet.finalInstances).toBe(2);
  });

  test("is none that has traffic, nor one whose name is another", async () => {
    const account = await served(2);
    account.wait(20);

    expect(await ask(account, { endpoint: "chat-assistant" })).toEqual({
      refused: expect.stringMatching(/^variant v6: expected one without traffic, .* found \d+ requests\/s/),
    });
    expect(await ask(account, { variant: "other" })).toEqual({
      refused: "variant other: expected one of chat-staging, all, found none of that name",
    });
  });

  test("is at rest, with no release at work on its endpoint", async () => {
    const starting = await withStaging(2);
    expect(await ask(starting)).toEqual({
      refused: "endpoint chat-staging: expected it at rest, InService, found Creating",
    });

    const released = await served(2);
    await applyPlan(released.aws, small, new Date(released.now()).toISOString());
    await opening(manual, released);
    expect(await ask(released, { endpoint: "chat-assistant" })).toEqual({
      refused:
        "endpoint chat-assistant: expected no release at work on it, found chat-assistant-v7-production",
    });
  });

  test("runs on a type of which the plan says what it serves", async () => {
    const account = await served(2);
    const other = {
      ...small,
      endpoint: { ...small.endpoint, instanceType: "ml.g5.2xlarge" },
      releaseTypes: {},
    };

    expect(await ask(account, { plan: other })).toEqual({
      refused: "variant all: expected an instance type that the plan names, found ml.g5.xlarge",
    });
  });
});

describe("a test under load by hand", () => {
  test("of what serves as the plan says comes to enough, of its part of the peak, and changes nothing", async () => {
    const account = await served(1, { spec: { service: { latencyPercent: 10 } } });
    const fleet = await fleetOf(account);
    const calls = account.calls.length;
    const rounds: LoadRoundTold[] = [];

    const proof = await testOf(account, fleet, (told) => void rounds.push(told));

    expect(proof).toMatchObject({ status: "enough", sent: sentIn(account).length });
    expect(proof.knee?.from).toBeGreaterThan(0);
    expect(rounds.length).toBeGreaterThan(2);
    const part = 1 / fleet.question.fleet.finalInstances;
    expect(proof.steps.some(({ requestsPerSecond }) => requestsPerSecond >= 12 * part)).toBe(true);
    expect(new Set(sentIn(account).map(({ input }) => input.TargetVariant))).toEqual(new Set(["all"]));
    const others = account.calls.slice(calls).map(({ operation }) => operation);
    expect(others.filter((each) => /^(Update|Create|Delete|Put|Register)/.test(each))).toEqual([]);
  });

  test("of what serves half of that comes to not enough, and says how many instances the load takes", async () => {
    const account = await served(1);
    const twice = {
      ...small.endpoint,
      requestsPerSecondPerInstance: 2 * small.endpoint.requestsPerSecondPerInstance,
    };
    const boasting = { ...small, endpoint: twice, releaseTypes: {} };
    const fleet = await fleetOf(account, { plan: boasting });
    expect(fleet.question.fleet.finalInstances).toBe(1);

    const { status, reason } = await testOf(account, fleet);

    expect(status).toBe("not-enough");
    expect(reason).toMatch(/the load takes [2-9] instances instead of 1/);
  });

  test("ends where the fleet is scaled meanwhile, and says nothing of what it was", async () => {
    const account = await served(2, { spec: { service: { latencyPercent: 10 } } });
    const fleet = await fleetOf(account);
    let rounds = 0;

    const proof = await testOf(account, fleet, () => {
      rounds += 1;
      if (rounds !== 2) return;
      const DesiredWeightsAndCapacities = [{ VariantName: "all", DesiredInstanceCount: 3 }];
      void account.aws.sagemaker
        .send(
          new UpdateEndpointWeightsAndCapacitiesCommand({
            EndpointName: staging,
            DesiredWeightsAndCapacities,
          }),
        )
        .then(() => account.settle());
    });

    expect(proof.status).toBe("stopped");
    expect(proof.reason).toContain("all has 3 instances and had 2 when it began");
    expect(rounds).toBe(3);
    expect(proof.rounds).toBe(2);
  });

  test("is refused by name where it may not reach the endpoint", async () => {
    const account = await served(2);
    account.fail("InvokeEndpoint", new AwsError("AccessDeniedException", "no", { statusCode: 403 }), 1e9);

    await expect(testOf(account, await fleetOf(account))).rejects.toMatchObject({ name: "AwsRefused" });
  });

  test("has bodies to send, or sends nothing, wherever the machine's own environment leads", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566");
    const account = await served(2);
    const kept = { ...loadTest, payloads: { s3: "s3://nowhere/bodies.jsonl" } };

    await expect(testOf(account, await fleetOf(account, { loadTest: kept }))).rejects.toThrow(
      /loadTest\.payloads: .*nowhere/,
    );
    expect(sentIn(account)).toEqual([]);
  });
});
