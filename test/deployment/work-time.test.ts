/** What the code takes for granted of the deployment: how long a Lambda can be at work. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { allStates } from "#twin/engine";
import { functionTimeoutSeconds, longestWorkSeconds } from "../../src/core/wait.ts";
import definition from "../../statemachines/release.asl.json" with { type: "json" };

/** "The Init phase is limited to 10 seconds" (Lambda developer guide, execution environment lifecycle). */
const coldStartSeconds = 10;

test("no function may work for longer than a compensation waits for the Lambda of a dead execution", () => {
  const text = readFileSync(new URL("../../serverless.yml", import.meta.url), "utf8");
  const { provider, functions } = parse(text, { logLevel: "error" }) as {
    provider: { timeout: number };
    functions: Record<string, { timeout?: number }>;
  };

  // It changes nothing but items of its own, and how long it keeps a lock from being taken it says there.
  const { rehearseSpike: _, ...steps } = functions;
  const timeouts = Object.values(steps).map(({ timeout = provider.timeout }) => timeout);

  expect(Math.max(...timeouts)).toBe(functionTimeoutSeconds);
  expect(coldStartSeconds + Math.max(...timeouts)).toBeLessThanOrEqual(longestWorkSeconds);
});

test("a step is dead, cold start and all, before its Task state gives up on it and tries again", () => {
  const tasks = allStates(definition).filter(([, { Type }]) => Type === "Task");

  const short = tasks.filter(([, { TimeoutSeconds = 0 }]) => Number(TimeoutSeconds) <= longestWorkSeconds);

  expect(tasks.length).toBeGreaterThan(0);
  expect(short).toEqual([]);
});
