/** What the code takes for granted of the deployment: how long a Lambda can be at work. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { longestWorkSeconds } from "../../src/core/wait.ts";

test("no function may work for longer than a compensation waits for the Lambda of a dead execution", () => {
  const text = readFileSync(new URL("../../serverless.yml", import.meta.url), "utf8");
  const { provider, functions } = parse(text, { logLevel: "error" }) as {
    provider: { timeout: number };
    functions: Record<string, { timeout?: number }>;
  };

  const timeouts = Object.values(functions).map(({ timeout = provider.timeout }) => timeout);

  expect(Math.max(...timeouts)).toBe(longestWorkSeconds);
});
