/** What a plan is estimated to raise, and what a healthy rehearsal of it raises: the same items, near each other. */
import "../cli/warm-threads.ts";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RehearsalFacts } from "../../src/core/facts/rehearsal-facts.ts";
import type { Outlook } from "../../src/core/outlook.ts";
import { say } from "../cli/spoken.ts";

const sample = readFileSync("plans/chat-assistant.yml", "utf8");

/** Smaller fleets, another type on the other side, fewer and longer bakes, and prices of its own. */
const other = sample
  .replace("instances: 8", "instances: 5")
  .replaceAll("ml.g5.xlarge", "ml.c6i.2xlarge")
  .replace("peakRequestsPerSecond: 60", "peakRequestsPerSecond: 40")
  .replace("defaultReleaseType: minor", "defaultReleaseType: major")
  .replace(/ {4}- \{ trafficPercent: (5|25), bakeMinutes: 15 \}\n/g, "")
  .replace("trafficPercent: 50, bakeMinutes: 15", "trafficPercent: 50, bakeMinutes: 40")
  .concat("prices: { ml.c6i.2xlarge: 0.4, ml.g5.2xlarge: 1.7 }\n");

type Both = { readonly planned: Outlook["releases"][0]; readonly billed: RehearsalFacts };
const known = new Map<string, Promise<Both>>();

/** Rehearsed once for all tests. */
function both(text: string): Promise<Both> {
  const found = known.get(text) ?? rehearsed(text);
  known.set(text, found);
  return found;
}

async function rehearsed(text: string): Promise<Both> {
  const path = join(mkdtempSync(join(tmpdir(), "slipway-")), "plan.yml");
  writeFileSync(path, text);
  const outlook = JSON.parse((await say("plan", path, "--json")).out) as Outlook;
  const billed = JSON.parse((await say("rehearse", path, "--json")).out) as RehearsalFacts;
  const planned = outlook.releases.find(({ isDefault }) => isDefault);
  if (planned === undefined) throw new Error("one release type is the default");
  return { planned, billed };
}

const sum = (values: readonly (number | null)[]) =>
  values.reduce<number>((total, value) => total + (value ?? Number.NaN), 0);

test.each([
  ["the sample", sample],
  ["a plan of another make", other],
])("%s: the items sum to both totals, and a healthy release raises what was estimated", async (_, text) => {
  const { planned, billed } = await both(text);

  expect(billed).toMatchObject({ outcome: "promoted", violations: [] });
  expect(billed.expenses.map(({ item }) => item)).toEqual(planned.expenses.map(({ item }) => item));
  for (const { costUsd, expenses } of [planned, billed])
    expect(sum(expenses.map(({ usd }) => usd))).toBeCloseTo(costUsd ?? Number.NaN, 6);
  expect(Math.abs((planned.costUsd ?? 0) / (billed.costUsd ?? 0) - 1)).toBeLessThan(0.1);
  expect(Math.abs((planned.minutes * 60) / billed.virtualSeconds - 1)).toBeLessThan(0.1);
  const bakes = ({ expenses }: Pick<Both["planned"], "expenses">) => {
    const { usd, ...rest } = expenses.find(({ item }) => item === "bakes") ?? { usd: null };
    return { cents: Math.round((usd ?? Number.NaN) * 100), rest };
  };
  expect(bakes(billed).rest).toEqual(bakes(planned).rest);
  // Cents are dealt out so that the items sum to the whole.
  expect(Math.abs(bakes(billed).cents - bakes(planned).cents)).toBeLessThanOrEqual(1);
});

test("what is billed is the whole bill less the steady fleet's", async () => {
  const { billed } = await both(sample);
  const steadyHours = (8 * billed.virtualSeconds) / 3600;
  const price = 1.4084;

  expect(billed.costUsd).toBeCloseTo((billed.instanceHours - steadyHours) * price, 1);
  expect(billed.totalCostUsd).toBeCloseTo(billed.instanceHours * price, 1);
});

test("what auto scaling takes away after the promotion is the steady fleet's until it has drained", async () => {
  const path = "test/data/plans/looking-ahead.yml";
  const billed = JSON.parse((await say("rehearse", path, "--seed", "3", "--json")).out) as RehearsalFacts;
  const leaving = billed.expenses.find(({ item }) => item === "leaving");
  const last = billed.timeline.at(-1);

  expect(last?.variants["v7"]?.instances).toBeLessThan(10);
  // Ten that leave and ten that launch anew; then as many of stable as serve.
  expect(leaving?.instanceHours).toBeCloseTo((20 * (leaving?.minutes ?? Number.NaN)) / 60, 1);
});

const strategies = ["upfront", "sequential", "look-ahead"] as const;
/** The sample under a strategy. */
const by = (strategy: (typeof strategies)[number]) =>
  both(sample.replace("strategy: upfront", `strategy: ${strategy}`));

test.each(strategies)("%s: a healthy release costs and takes what was estimated", async (strategy) => {
  const { planned, billed } = await by(strategy);

  expect(billed).toMatchObject({ outcome: "promoted", violations: [] });
  expect(Math.abs((planned.costUsd ?? 0) / (billed.costUsd ?? 0) - 1)).toBeLessThan(0.1);
  expect(Math.abs((planned.minutes * 60) / billed.virtualSeconds - 1)).toBeLessThan(0.1);
});

test("looking ahead takes hardly longer than all at once, and costs less than either of the others", async () => {
  const [upfront, sequential, ahead] = await Promise.all(strategies.map(by));
  const [whole, after, before] = [upfront, sequential, ahead].map((one) => ({
    usd: one?.billed.costUsd ?? Number.NaN,
    minutes: (one?.billed.virtualSeconds ?? Number.NaN) / 60,
  }));
  if (whole === undefined || after === undefined || before === undefined)
    throw new Error("three were played");

  expect(before.usd).toBeLessThan(0.85 * whole.usd);
  expect(before.usd).toBeLessThan(after.usd);
  expect(before.minutes).toBeLessThan(whole.minutes + 6);
  expect(before.minutes).toBeLessThan(after.minutes);
});
