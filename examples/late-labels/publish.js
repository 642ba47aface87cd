/**
 * Publishes how many predictions were right, hour by hour, once their labels are in: a job that runs once a day. Each point has the
 * hour of its predictions, not that of the job, so that Slipway's `quality` counts it for the version that answered then.
 *
 *   node publish.js predictions.jsonl labels.jsonl [from] [until]
 *
 * A prediction is {"id", "at", "predicted"}, a label {"id", "label"}; hours from `from` until before `until`, as ISO 8601. Publish each
 * hour once: CloudWatch adds up what is put twice.
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";

const hourMs = 3_600_000;
const rowsOf = (file) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((row) => row !== "")
    .map((row) => JSON.parse(row));

/** A point for each hour of which any label is in; predictions without one are neither right nor wrong. */
export function pointsOf(predictions, labels, { from, until, dimensions = [] }) {
  const labelOf = new Map(labels.map(({ id, label }) => [id, label]));
  const hours = new Map();
  for (const { id, at, predicted } of predictions) {
    const hour = Math.floor(Date.parse(at) / hourMs) * hourMs;
    if (!labelOf.has(id) || hour < Date.parse(from) || hour >= Date.parse(until)) continue;
    const { right, all } = hours.get(hour) ?? { right: 0, all: 0 };
    hours.set(hour, { right: right + Number(labelOf.get(id) === predicted), all: all + 1 });
  }
  return [...hours].map(([hour, { right, all }]) => ({
    MetricName: "Accuracy",
    Dimensions: dimensions,
    Timestamp: new Date(hour),
    // 1 for each that was right, 0 for each that was not: the average is the accuracy, of any span.
    Values: [1, 0].filter((value) => (value === 1 ? right : all - right) > 0),
    Counts: [right, all - right].filter((count) => count > 0),
  }));
}

/** 1,000 points a call at most (PutMetricData, API reference). */
export async function publish(client, namespace, points) {
  for (let at = 0; at < points.length; at += 1000)
    await client.send(
      new PutMetricDataCommand({ Namespace: namespace, MetricData: points.slice(at, at + 1000) }),
    );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [predictions, labels, from, until] = process.argv.slice(2);
  const day = Math.floor(Date.now() / 86_400_000) * 86_400_000;
  const span = {
    // Yesterday's labels are in by today.
    from: from ?? new Date(day - 86_400_000).toISOString(),
    until: until ?? new Date(day).toISOString(),
    dimensions: [{ Name: "Model", Value: "chat-assistant" }],
  };
  const points = pointsOf(rowsOf(predictions), rowsOf(labels), span);
  await publish(new CloudWatchClient(), "ChatAssistant/Quality", points);
  console.log(`published ${points.length} hours`);
}
