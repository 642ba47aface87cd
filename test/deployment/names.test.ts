/** What is rehearsed has the names that stage `dev` of serverless.yml deploys under. */
import { readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { account, region } from "#twin/world";
import { lambda, type Tools } from "../../src/aws/lambda.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { turnsPerExecution } from "../../src/core/release/turns.ts";
import { placeOf } from "../../src/rehearsal/release/application.ts";

interface Properties {
  readonly Name: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}
interface Wiring {
  readonly service: string;
  readonly params: { readonly default: { readonly turnsPerExecution: number } };
  readonly provider: { readonly environment: Readonly<Record<string, string>> };
  readonly custom: { readonly stateMachineName: string; readonly stateMachineArn: string };
  readonly resources: {
    readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Properties }>>;
  };
}

const wiring = parse(readFileSync(new URL("../../serverless.yml", import.meta.url), "utf8"), {
  logLevel: "error",
}) as Wiring;

const known: Readonly<Record<string, () => string>> = {
  "self:service": () => wiring.service,
  "self:custom.stateMachineName": () => deployed(wiring.custom.stateMachineName),
  "sls:stage": () => "dev",
  "AWS::Partition": () => "aws",
  "AWS::Region": () => region,
  "AWS::AccountId": () => account,
};

/** What framework and CloudFormation make of a text in stage `dev`. */
const deployed = (text: string): string =>
  text.replaceAll(/\$\{([^}]+)\}/g, (placeholder, name: string) => known[name]?.() ?? placeholder);

test("the state machine", () => {
  expect(placeOf(rehearsedDeployment).machineName).toBe(deployed(wiring.custom.stateMachineName));
  expect(rehearsedDeployment.stateMachineArn).toBe(deployed(wiring.custom.stateMachineArn));
});

test("after how many looks a release goes on in a new execution", () => {
  expect(rehearsedDeployment.turnsPerExecution).toBe(wiring.params.default.turnsPerExecution);
  expect(rehearsedDeployment.turnsPerExecution).toBe(turnsPerExecution);
});

test("the stack, and the group of its schedules", () => {
  // "The name of the stack", by default `SERVICE-STAGE` (Serverless Framework, provider.stackName).
  expect(rehearsedDeployment.stack).toBe(`${wiring.service}-dev`);
  expect(rehearsedDeployment.scheduleGroup).toBe(
    deployed(wiring.resources.Resources.ScheduleGroup?.Properties.Name ?? ""),
  );
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** The series of a metric: namespace, dimensions, name. */
interface Series {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: Readonly<Record<string, unknown>>;
}

/** What a deployed function of a stack counts under, as CloudWatch reads it from what it writes. */
async function seriesOf(stack: string, what: Parameters<Tools["count"]>[0]): Promise<Series[]> {
  const { environment } = wiring.provider;
  for (const [name, value] of Object.entries(environment))
    vi.stubEnv(name, value === "AWS::StackName" ? stack : value);
  for (const name of ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, region);
  vi.stubEnv("POWERTOOLS_TRACE_ENABLED", "false");
  vi.stubEnv("POWERTOOLS_LOG_LEVEL", "SILENT");
  const written: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation(
    ((text: unknown) => written.push(String(text)) > 0) as never,
  );
  const any = { input: z.unknown(), output: z.unknown() };
  await lambda(async (_: unknown, { count }) => count(what), any)({}, { functionName: "any" } as never);
  vi.mocked(process.stdout.write).mockRestore();
  return written.flatMap((line) => {
    const { _aws, ...values } = JSON.parse(line) as Record<string, unknown> & {
      _aws: {
        CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
      };
    };
    return _aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
      Dimensions.flatMap((names) =>
        Metrics.map((metric) => ({
          Namespace,
          MetricName: metric.Name,
          Dimensions: Object.fromEntries(names.map((name) => [name, values[name]])),
        })),
      ),
    );
  });
}

const alarmed = Object.values(wiring.resources.Resources)
  .filter(({ Type, Properties }) => Type === "AWS::CloudWatch::Alarm" && Properties.Namespace === "Slipway")
  .map(({ Properties }) => Properties);

test.each(alarmed)(
  "the alarm on $MetricName watches what functions of its own stack count",
  async (alarm) => {
    const watched = (stack: string): Series => ({
      Namespace: alarm.Namespace,
      MetricName: alarm.MetricName,
      Dimensions: Object.fromEntries(
        alarm.Dimensions.map(({ Name, Value }) => [Name, Value === "AWS::StackName" ? stack : Value]),
      ),
    });
    const what = alarm.MetricName as Parameters<Tools["count"]>[0];

    expect(await seriesOf("slipway-prod", what)).toEqual([watched("slipway-prod")]);
    expect(await seriesOf("slipway-dev", what)).not.toContainEqual(watched("slipway-prod"));
  },
);

test("there is an alarm on all that functions count for one", () => {
  expect(alarmed.map(({ MetricName }) => MetricName).sort()).toEqual([
    "AdjustmentHarm",
    "EvidenceWaiting",
    "GlassBroken",
    "LeaseOverdue",
    "OrphanFound",
    "QualityHarm",
    "RemainderStands",
    "RoleTooWide",
    "SpikeNotTaken",
    "SweepFailed",
    "WayBackLong",
  ]);
});
