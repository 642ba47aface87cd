/** The example's job, against the twin: what it publishes is what `quality` reads, in the hours of the predictions. */
import { expect, test } from "vitest";
import { readSeries } from "../../src/aws/cloudwatch.ts";
import { dayOf, seriesOfQuality } from "../../src/core/kpis/quality.ts";
import { QualityKpi } from "../../src/core/plan/quality.ts";
import { openAccount } from "../aws/account.ts";

interface Point {
  readonly Timestamp: Date;
}
const file = new URL("../../examples/late-labels/publish.js", import.meta.url);
const { publish, pointsOf } = (await import(file.href)) as {
  publish: (client: unknown, namespace: string, points: readonly Point[]) => Promise<void>;
  pointsOf: (predictions: readonly object[], labels: readonly object[], span: object) => Point[];
};
const dimensions = [{ Name: "Model", Value: "chat" }];
const hour = (at: string) => `2026-11-2${at}.000Z`;

test("labels of a day come to the accuracy of that day, and what has no label yet to nothing", async () => {
  const account = openAccount();
  const predictions = [
    { id: "a", at: hour("1T10:20:00"), predicted: "yes" },
    { id: "b", at: hour("1T10:50:00"), predicted: "no" },
    { id: "c", at: hour("1T12:00:00"), predicted: "yes" },
    { id: "unlabelled", at: hour("1T12:30:00"), predicted: "yes" },
    { id: "another day", at: hour("2T00:00:00"), predicted: "yes" },
  ];
  const labels = [
    { id: "a", label: "yes" },
    { id: "b", label: "yes" },
    { id: "c", label: "yes" },
    { id: "another day", label: "no" },
  ];
  const span = { from: hour("1T00:00:00"), until: hour("2T00:00:00"), dimensions };
  const points = pointsOf(predictions, labels, span);
  expect(points).toHaveLength(2);
  await publish(account.aws.cloudwatch, "Team/Quality", points);

  const metric = { namespace: "Team/Quality", metric: "Accuracy", dimensions: { Model: "chat" } };
  const kpi = QualityKpi.parse({ kind: "value", name: "accuracy", metric, better: "higher" });
  const { over, under } = seriesOfQuality(kpi);
  const fromSeconds = Date.parse(hour("1T00:00:00")) / 1000;
  const span2 = { fromSeconds, toSeconds: fromSeconds + 86_400, periodSeconds: 3600 };
  const series = await readSeries(account.aws, [over, under], span2);
  const [right = new Map(), all = new Map()] = [series.get(over), series.get(under)];
  expect(dayOf(kpi, { over: right, under: all }, fromSeconds)).toEqual({ value: -Math.log(2 / 3), hours: 2 });
});

test("many hours are put in calls of a thousand points", async () => {
  const account = openAccount();
  const at = (nth: number) => new Date(Date.parse(hour("0T00:00:00")) - nth * 3_600_000).toISOString();
  const predictions = Array.from({ length: 200 }, (_, nth) => ({ id: nth, at: at(nth), predicted: 1 }));
  const span = { from: at(300), until: at(-1), dimensions };
  const points = pointsOf(
    predictions,
    predictions.map(({ id }) => ({ id, label: 1 })),
    span,
  );
  expect(points).toHaveLength(200);
  await publish(account.aws.cloudwatch, "Team/Quality", Array(6).fill(points).flat());
  expect(account.calls.filter(({ operation }) => operation === "PutMetricData")).toHaveLength(2);
});
