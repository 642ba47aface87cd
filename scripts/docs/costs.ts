/**
 * What a release of the sample costs, as README.md has it: the instances that it raises, by `slipway plan`, and beside them what
 * Slipway's own work costs, by a rehearsal's counts and AWS's list prices.
 */
import { readPlan } from "../../src/cli/inputs.ts";
import { tableOf } from "./parts.ts";
import { blockOf, printed } from "./printed.ts";
import { type Work, workOf } from "./release-work.ts";

/** List prices of us-east-1, US dollars, November 2026; each as its page states it. */
const prices = {
  /** https://aws.amazon.com/step-functions/pricing/ */
  per1000Transitions: 0.025,
  /** https://aws.amazon.com/lambda/pricing/: requests, and GB-seconds on Arm, of which every function has half a GB. */
  perMillionInvocations: 0.2,
  perGbSecond: 0.0000133334,
  /** https://aws.amazon.com/cloudwatch/pricing/: metrics that GetMetricData asks for; ListMetrics as many requests. */
  per1000Metrics: 0.01,
  /** https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  perMillionWriteUnits: 0.625,
  perMillionReadUnits: 0.125,
  /** https://aws.amazon.com/eventbridge/pricing/ */
  perMillionEvents: 1,
  /** https://aws.amazon.com/kms/pricing/: requests that involve an ECC key. Each key is a dollar a month beside. */
  per10000Signatures: 0.15,
  /** https://aws.amazon.com/s3/pricing/: PUT requests to S3 Standard. */
  per1000Objects: 0.005,
} as const;

const memoryGb = 0.5;
/** Taken for the mean: how long functions run in an account is in no rehearsal. */
const secondsPerInvocation = 2;

export async function costs(): Promise<Record<string, string>> {
  const plan = readPlan("plans/chat-assistant.yml");
  const work = await workOf(plan, "healthy");
  if (work.outcome !== "promoted")
    throw new Error(`expected the sample to be promoted, found ${work.outcome}`);
  const outlook = await printed(["plan", "plans/chat-assistant.yml"]);
  return { raised: raised(blockOf(outlook, "a minor release")), work: workTable(work) };
}

/** The items of what is printed, in a sentence. */
function raised(block: string): string {
  const items = [...block.matchAll(/^ {2}([a-z ]+?) +[\d.]+ +[\d.]+ +\$([\d.]+)$/gm)];
  const sum = items.reduce((total, [, , usd]) => total + Number(usd), 0);
  const words = items.map(([, item, usd]) => `${item} $${usd}`);
  return `> ${words.join(" + ")} = **$${sum.toFixed(2)}**`;
}

type Row = readonly [what: string, arithmetic: string, usd: number];

function workTable(work: Work): string {
  const { transitions, lambdaInvocations, metricsRead, metricLists, writeUnits, readUnits, events } = work;
  const { signatures, objects } = work;
  const gbSeconds = lambdaInvocations * memoryGb * secondsPerInvocation;
  const { perGbSecond } = prices;
  const rows: readonly Row[] = [
    priced("state transitions", transitions, prices.per1000Transitions, 1000),
    priced("Lambda invocations", lambdaInvocations, prices.perMillionInvocations, 1e6),
    [
      "… and their time",
      `${lambdaInvocations} × ${secondsPerInvocation} s × ${memoryGb} GB × $${perGbSecond}`,
      gbSeconds * perGbSecond,
    ],
    priced("metrics that are read, and listed", metricsRead + metricLists, prices.per1000Metrics, 1000),
    priced(`units of ${work.tableWrites} table writes`, writeUnits, prices.perMillionWriteUnits, 1e6),
    priced(`units of ${work.tableReads} table reads`, readUnits, prices.perMillionReadUnits, 1e6),
    priced("events", events, prices.perMillionEvents, 1e6),
    priced("signatures of evidence", signatures, prices.per10000Signatures, 10_000),
    priced("its objects", objects, prices.per1000Objects, 1000),
  ];
  const sum = rows.reduce((total, [, , usd]) => total + usd, 0);
  return tableOf(
    ["what", "how much", "cost"],
    [
      ...rows.map(([what, arithmetic, usd]) => [what, arithmetic, usdText(usd)]),
      ["together", "", `**$${sum.toFixed(3)}**`],
    ],
  );
}

const usdText = (usd: number): string => (usd < 0.00005 ? "under $0.0001" : `$${usd.toFixed(4)}`);

const priced = (what: string, count: number, price: number, per: number): Row => [
  what,
  `${shown(count)} × $${price} per ${per === 1e6 ? "million" : shown(per)}`,
  (count * price) / per,
];

const shown = (count: number): string => count.toLocaleString("en-US");
