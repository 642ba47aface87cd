/** The stack's dashboard: what CloudWatch demands of its body, and that somebody sends all that it shows. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { closeRelease } from "../../functions/close-release.ts";
import { changeLogged } from "../../src/aws/event-bridge.ts";
import { planWith } from "../core/example.ts";
import { Run } from "../functions/run.ts";

interface Switches {
  readonly dashboard: string;
  readonly releaseMetrics: string;
}
interface Dashboard {
  readonly Type: string;
  readonly Properties: { readonly DashboardName: unknown; readonly DashboardBody: { "Fn::Sub": string } };
}
const plugin: string = "../../scripts/dashboard.js";
const { dashboardFor, switchProblems } = (await import(plugin)) as {
  dashboardFor: (switches: Switches) => { Dashboard?: Dashboard };
  switchProblems: (switches: Readonly<Record<string, unknown>>) => string[];
};
const wiring = parse(readFileSync(new URL("../../serverless.yml", import.meta.url), "utf8"), {
  logLevel: "error",
}) as {
  params: { default: Switches };
  resources: { Resources: Record<string, { Type: string; Properties: Record<string, unknown> }> };
};
const { Resources: resources } = wiring.resources;

const region = z.literal("$" + "{AWS::Region}");
const metric = z.union([
  z.tuple([z.strictObject({ id: z.string().regex(/^[a-z]\w*$/), expression: z.string() })]),
  z.array(
    z.union([z.string(), z.strictObject({ label: z.string() }), z.strictObject({ yAxis: z.string() })]),
  ),
]);
const place = {
  x: z.int().min(0).max(23),
  y: z.int().min(0),
  width: z.int().min(1).max(24),
  height: z.int().min(1).max(1000),
};
/**
 * What the body must have, and may have of what it has here. Source: CloudWatch API reference, Dashboard Body Structure and
 * Syntax: at most 500 widgets; `markdown`, `alarms` and `region` are required of those that have them; of a metric widget
 * `metrics`, whose ids begin with a small letter.
 */
const Body = z.strictObject({
  start: z.string().regex(/^-P/),
  periodOverride: z.enum(["auto", "inherit"]),
  widgets: z
    .array(
      z.discriminatedUnion("type", [
        z.strictObject({
          type: z.literal("text"),
          ...place,
          properties: z.strictObject({ markdown: z.string() }),
        }),
        z.strictObject({
          type: z.literal("alarm"),
          ...place,
          properties: z.strictObject({ title: z.string(), alarms: z.array(z.string()).min(1).max(100) }),
        }),
        z.strictObject({
          type: z.literal("metric"),
          ...place,
          properties: z.strictObject({
            title: z.string(),
            region,
            view: z.literal("timeSeries"),
            stacked: z.boolean().optional(),
            stat: z.enum(["Sum", "Maximum"]).optional(),
            period: z.int().multipleOf(60).optional(),
            yAxis: z.strictObject({ left: z.strictObject({ min: z.number(), max: z.number() }) }).optional(),
            metrics: z.array(metric).min(1),
          }),
        }),
        z.strictObject({
          type: z.literal("log"),
          ...place,
          properties: z.strictObject({
            title: z.string(),
            region,
            view: z.literal("table"),
            query: z.string().regex(/^SOURCE '/),
          }),
        }),
      ]),
    )
    .max(500),
});
type Widget = z.infer<typeof Body>["widgets"][number];

const bodyOf = (releaseMetrics: "on" | "off") => {
  const { Dashboard } = dashboardFor({ dashboard: "on", releaseMetrics });
  return Body.parse(JSON.parse(Dashboard?.Properties.DashboardBody["Fn::Sub"] ?? ""));
};
const { widgets } = bodyOf("on");
const all = <T extends Widget["type"]>(type: T) =>
  widgets.filter((widget): widget is Extract<Widget, { type: T }> => widget.type === type);

const overlaps = (one: Widget, other: Widget) =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

describe("the dashboard", () => {
  test("is deployed for whoever asks, and by nobody else", () => {
    const { dashboard, releaseMetrics } = wiring.params.default;

    expect({ dashboard, releaseMetrics }).toEqual({ dashboard: "off", releaseMetrics: "off" });
    expect(dashboardFor({ dashboard, releaseMetrics: "on" })).toEqual({});
    expect(dashboardFor({ dashboard: "on", releaseMetrics }).Dashboard).toMatchObject({
      Type: "AWS::CloudWatch::Dashboard",
      Properties: { DashboardName: { Ref: "AWS::StackName" } },
    });
    expect(switchProblems({ dashboard: "on", releaseMetrics: "off" })).toEqual([]);
    expect(switchProblems({ dashboard: "yes", releaseMetrics: true })).toEqual([
      '--param dashboard=…: expected on or off; found "yes"',
      "--param releaseMetrics=…: expected on or off; found true",
    ]);
  });

  test.each(["on", "off"] as const)(
    "has all its widgets in the grid, none over another, with metrics %s",
    (measured) => {
      const { widgets: shown } = bodyOf(measured);
      const pairs = shown.flatMap((one, nth) => shown.slice(nth + 1).map((other) => [one, other] as const));

      expect(shown).toHaveLength(measured === "on" ? 11 : 8);
      expect(shown.filter(({ x, width }) => x + width > 24)).toEqual([]);
      expect(pairs.filter(([one, other]) => overlaps(one, other))).toEqual([]);
    },
  );

  test("shows every alarm of the stack", () => {
    const alarms = Object.keys(resources).filter(
      (name) => resources[name]?.Type === "AWS::CloudWatch::Alarm",
    );
    const shown = all("alarm").flatMap(({ properties }) => properties.alarms);

    expect(shown.sort()).toEqual(alarms.map((name) => `$\{${name}.Arn}`).sort());
  });
});

/**
 * Sources: Step Functions developer guide, execution metrics; Lambda developer guide, types of metrics; SQS developer guide,
 * available metrics.
 */
const published: Readonly<Record<string, { dimension: string; metrics: readonly string[] }>> = {
  "AWS/States": {
    dimension: "StateMachineArn",
    metrics: ["ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsAborted", "ExecutionsTimedOut"],
  },
  "AWS/Lambda": { dimension: "FunctionName", metrics: ["Invocations", "Errors"] },
  "AWS/SQS": {
    dimension: "QueueName",
    metrics: ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"],
  },
};
const source = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

describe("each metric of the dashboard", () => {
  const series = all("metric").flatMap(({ properties }) => properties.metrics);
  const named = series.flatMap((one) =>
    one.length === 1 ? [] : [one.filter((part) => typeof part === "string")],
  );

  test("is one that AWS publishes, that functions count, or that the log's filter makes", () => {
    const counted = source("src/aws/lambda.ts");
    const strange = named.filter(([namespace = "", name = "", dimension, , ...others]) => {
      if (others.length > 0) return true;
      if (namespace === "Slipway") return dimension !== "service" || !counted.includes(`"${name}"`);
      const of = published[namespace];
      if (of !== undefined) return of.dimension !== dimension || !of.metrics.includes(name);
      const made = resources.FailedExecutions?.Properties.MetricTransformations as { MetricName: string }[];
      return (
        dimension !== undefined ||
        namespace !== "$" + "{ReleaseStateMachine.Name}" ||
        made[0]?.MetricName !== name
      );
    });

    expect(named.length).toBeGreaterThan(10);
    expect(strange).toEqual([]);
  });

  test("is searched for under the dimensions that it is sent with", () => {
    const measured = source("src/core/release/measures.ts");
    const searches = series.flatMap(([one]) =>
      typeof one === "object" && "expression" in one ? [one.expression] : [],
    );
    const parts = searches.map((text) =>
      /^SEARCH\('\{Slipway,(service,endpoint(?:,outcome)?)\} MetricName="(\w+)" service="\$\{AWS::StackName\}"', '(?:Sum|Maximum|Average)', \d+\)$/.exec(
        text,
      ),
    );

    expect(parts.map((found) => found?.slice(1))).toEqual([
      ["service,endpoint", "TrafficPercent"],
      ["service,endpoint,outcome", "ReleaseClosed"],
      ["service,endpoint", "MinutesToPromotion"],
      ["service,endpoint", "MinutesToRestore"],
    ]);
    for (const found of parts) expect(measured).toContain(`"${found?.[2]}"`);
  });
});

test("the tables have fields that the functions log of a release's changes", async () => {
  const stages = [50, 100].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 15 }));
  const run = await Run.shifted({
    plan: planWith({ rollout: { stages } }),
    spec: { candidate: { errorFactor: 8 } },
  });
  await run.bake();
  await run.wayBack();
  await run.scaleDown();
  const document = run.doc;
  await closeRelease(
    { execution: document.release.execution, startedAt: "", input: {}, document },
    run.tools,
  );
  const told = run.account.published();
  const states = {
    CloseRelease: "closed",
    OpenRelease: "closed",
    CheckKpis: "judged",
    ShiftTraffic: "shifted",
  };

  for (const { properties } of all("log")) {
    const [, fields = ""] = /\| fields @timestamp, (.*)/.exec(properties.query) ?? [];
    const functions = [...properties.query.matchAll(/SOURCE '\$\{(\w+)LogGroup\}'/g)].map(([, name]) => name);
    expect(properties.query).toContain(`filter message = "${changeLogged}"`);
    expect(functions.length).toBeGreaterThan(0);
    for (const name of functions) {
      const event = told.find(({ state }) => state === states[name as keyof typeof states]);
      expect(Object.keys(event ?? {})).toEqual(expect.arrayContaining(fields.split(", ")));
    }
  }
});
