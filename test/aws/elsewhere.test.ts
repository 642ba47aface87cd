/** Other people's endpoints: counted where they count, a few at a time, and never the end of a release. */
import {
  CreateEndpointCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  ListEndpointsCommand,
  type ListEndpointsInput,
} from "@aws-sdk/client-sagemaker";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import type { Aws } from "../../src/aws/clients.ts";
import { atOnce, instancesElsewhere } from "../../src/aws/serving/sagemaker/elsewhere.ts";
import { Run } from "../functions/run.ts";
import { openAccount } from "./account.ts";

beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

const ours = { but: ["ours"], types: ["ml.g5.xlarge"] };

/** AWS's answer about an endpoint, and about its configuration, or how it refuses. */
interface Stranger {
  readonly endpoint: object | Error;
  readonly config?: object | Error;
}
const failing = (name: string, message: string, statusCode = 400) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: statusCode } });
const variant = (count: number, more: object = {}) => ({
  VariantName: "v",
  CurrentInstanceCount: count,
  DesiredInstanceCount: count,
  ...more,
});
const serving = (count: number, type = "ml.g5.xlarge"): Stranger => ({
  endpoint: { EndpointConfigName: "c", ProductionVariants: [variant(count)] },
  config: { ProductionVariants: [{ VariantName: "v", InstanceType: type }] },
});

/**
 * An account of these endpoints. Every call takes one round, in which all that are under way are answered together.
 */
function accountOf(strangers: Readonly<Record<string, Stranger>>) {
  const { aws } = openAccount();
  const names = Object.keys(strangers);
  const seen = { rounds: 0, most: 0, calls: 0 };
  let under: (() => void)[] = [];
  const round = () =>
    new Promise<void>((resolve) => {
      if (under.length === 0)
        setImmediate(() => {
          seen.rounds += 1;
          seen.most = Math.max(seen.most, under.length);
          for (const answer of under.splice(0)) answer();
        });
      under.push(resolve);
    });
  const given = (answer: object | Error | undefined): object => {
    if (answer === undefined || answer instanceof Error)
      throw answer ?? failing("ValidationException", 'Could not find endpoint configuration "c".');
    return answer;
  };
  const list = ({ NextToken = "0", MaxResults = 10 }: ListEndpointsInput) => {
    const to = Number(NextToken) + MaxResults;
    const Endpoints = names.slice(Number(NextToken), to).map((EndpointName) => ({ EndpointName }));
    return to < names.length ? { Endpoints, NextToken: String(to) } : { Endpoints };
  };
  const send = async (command: unknown): Promise<object> => {
    seen.calls += 1;
    await round();
    if (command instanceof ListEndpointsCommand) return list(command.input);
    if (command instanceof DescribeEndpointCommand) {
      const found = given(strangers[command.input.EndpointName ?? ""]?.endpoint);
      // Each has a configuration of its own name, where the test gives it one.
      return "EndpointConfigName" in found
        ? { ...found, EndpointConfigName: command.input.EndpointName }
        : found;
    }
    if (command instanceof DescribeEndpointConfigCommand)
      return given(strangers[command.input.EndpointConfigName ?? ""]?.config);
    throw new Error("expected a look at endpoints");
  };
  under = [];
  vi.spyOn(aws.sagemaker, "send").mockImplementation(send as never);
  return { aws, seen };
}

const counted = async (strangers: Readonly<Record<string, Stranger>>, asked = ours) =>
  instancesElsewhere(accountOf(strangers).aws, asked);

describe("instances of other endpoints", () => {
  test("count by type, those being started too, and not those of our own endpoint", async () => {
    const rising = {
      EndpointConfigName: "c",
      ProductionVariants: [{ VariantName: "v", DesiredInstanceCount: 3 }],
    };

    const { fleet } = await counted({
      ours: serving(8),
      a: serving(2),
      b: { ...serving(0), endpoint: rising },
    });

    expect(fleet).toEqual({ "ml.g5.xlarge": 5 });
  });

  test("count only where their type is one that the release needs", async () => {
    const strangers = { a: serving(2), b: serving(4, "ml.m5.large") };

    expect((await counted(strangers)).fleet).toEqual({ "ml.g5.xlarge": 2 });
    expect((await counted(strangers, { ...ours, types: ["ml.m5.large", "ml.c5.large"] })).fleet).toEqual({
      "ml.m5.large": 4,
    });
  });

  test("count in shadow variants, in mixed pools and in the new fleet of an update", async () => {
    const { fleet } = await counted({
      shadowed: {
        endpoint: {
          EndpointConfigName: "c",
          ProductionVariants: [variant(1)],
          ShadowProductionVariants: [variant(2, { VariantName: "shadow" })],
        },
        config: {
          ProductionVariants: [{ VariantName: "v", InstanceType: "ml.g5.xlarge" }],
          ShadowProductionVariants: [{ VariantName: "shadow", InstanceType: "ml.g5.xlarge" }],
        },
      },
      mixed: {
        endpoint: {
          EndpointConfigName: "c",
          ProductionVariants: [
            variant(5, {
              InstancePools: [
                { InstanceType: "ml.g5.xlarge", CurrentInstanceCount: 4 },
                { InstanceType: "ml.m5.large", CurrentInstanceCount: 1 },
              ],
            }),
          ],
        },
      },
      updating: {
        ...serving(8),
        endpoint: {
          EndpointConfigName: "c",
          ProductionVariants: [variant(8)],
          PendingDeploymentSummary: {
            ProductionVariants: [variant(16, { InstanceType: "ml.g5.xlarge" })],
          },
        },
      },
    });

    expect(fleet).toEqual({ "ml.g5.xlarge": 1 + 2 + 4 + 8 + 16 });
  });

  test("are the quota's whichever endpoint the twin itself has them on", async () => {
    const account = openAccount();
    for (const other of ["other-1", "other-2"])
      await account.aws.sagemaker.send(
        new CreateEndpointCommand({ EndpointName: other, EndpointConfigName: "chat-assistant-config-v6" }),
      );

    expect(await instancesElsewhere(account.aws, { ...ours, but: ["chat-assistant"] })).toEqual({
      fleet: { "ml.g5.xlarge": 16 },
      unseen: [],
    });
  });
});

describe("an endpoint of another kind, or in another state, changes nothing", () => {
  const none = { fleet: { "ml.g5.xlarge": 2 }, unseen: [] };
  const kinds: [string, Stranger][] = [
    ["that is gone by now", { endpoint: failing("ValidationException", 'Could not find endpoint "x".') }],
    ["without a configuration", { endpoint: { ProductionVariants: [variant(3)] } }],
    ["without variants", { endpoint: { EndpointConfigName: "c", EndpointStatus: "Creating" } }],
    [
      "whose configuration was deleted",
      {
        endpoint: { EndpointConfigName: "c", ProductionVariants: [variant(3)] },
        config: failing("ValidationException", 'Could not find endpoint configuration "c".'),
      },
    ],
    [
      "that is serverless",
      {
        endpoint: {
          EndpointConfigName: "c",
          ProductionVariants: [{ VariantName: "v", CurrentServerlessConfig: { MaxConcurrency: 5 } }],
        },
        config: { ProductionVariants: [{ VariantName: "v", ServerlessConfig: { MaxConcurrency: 5 } }] },
      },
    ],
    [
      "that serves inference components and has scaled in to nothing",
      {
        endpoint: {
          EndpointConfigName: "c",
          ProductionVariants: [variant(0, { ManagedInstanceScaling: {} })],
        },
      },
    ],
  ];

  test.each(kinds)("%s", async (_, stranger) => {
    expect(await counted({ a: serving(2), x: stranger })).toEqual(none);
  });
});

describe("an endpoint that may not be looked at", () => {
  const denied = failing(
    "AccessDeniedException",
    "not authorized to perform sagemaker:DescribeEndpoint",
    403,
  );

  test("is named, be it the endpoint or its configuration that is denied", async () => {
    const strangers = {
      a: serving(2),
      x: { endpoint: denied },
      w: { ...serving(3), config: denied },
    };

    expect(await counted(strangers)).toEqual({ fleet: { "ml.g5.xlarge": 2 }, unseen: ["w", "x"] });
  });

  test("does not refuse a release, which says what it could not count", async () => {
    const run = await Run.begin();
    const { aws } = run.account;
    await aws.sagemaker.send(
      new CreateEndpointCommand({ EndpointName: "others", EndpointConfigName: "chat-assistant-config-v6" }),
    );
    const send = aws.sagemaker.send.bind(aws.sagemaker) as Aws["sagemaker"]["send"];
    vi.spyOn(aws.sagemaker, "send").mockImplementation((async (command: unknown) => {
      if (command instanceof DescribeEndpointCommand && command.input.EndpointName === "others") throw denied;
      return send(command as never);
    }) as never);

    expect(await run.plan()).toMatchObject({
      status: "fits",
      reason:
        "8 ml.g5.xlarge for the candidate; not counted, since they may not be looked at: endpoints others",
    });
  });
});

test("a failure that may pass is one of the look, which is tried again", async () => {
  const account = openAccount();
  await account.aws.sagemaker.send(
    new CreateEndpointCommand({ EndpointName: "others", EndpointConfigName: "chat-assistant-config-v6" }),
  );
  account.fail("DescribeEndpoint", new AwsError("ThrottlingException", "Rate exceeded"), 10);

  await expect(instancesElsewhere(account.aws, ours)).rejects.toThrow("Rate exceeded");
});

describe("three hundred endpoints", () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, nth) => [`e-${nth}`, serving(1)]));

  test("are looked at a few at a time, in rounds that fit into a Lambda's 80 seconds eight times over", async () => {
    const { aws, seen } = accountOf(many);

    expect((await instancesElsewhere(aws, ours)).fleet).toEqual({ "ml.g5.xlarge": 300 });

    expect(seen.calls).toBe(3 + 300 + 300);
    expect(seen.most).toBeLessThanOrEqual(atOnce);
    // Three pages, then two calls for each. At 120 ms a call that is some ten seconds.
    expect(seen.rounds).toBeLessThanOrEqual(3 + 2 * Math.ceil(300 / atOnce) + 2);
  });

  test("that have no instances are not asked for their configurations", async () => {
    const { aws, seen } = accountOf(Object.fromEntries(Object.keys(many).map((name) => [name, serving(0)])));

    await instancesElsewhere(aws, ours);

    expect(seen.calls).toBe(3 + 300);
  });
});
