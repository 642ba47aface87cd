/** What a test under load takes before it can say anything, and plans that leave it no room for that. */
import { expect, test } from "vitest";
import { loadTestWarnings } from "../../../src/core/load/step.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { loadTested, plan } from "../example.ts";

const withLimits = (
  limits: { maxMinutes?: number; maxRequests?: number },
  requirements: Partial<Plan["requirements"]> = {},
): Plan => ({
  ...loadTested,
  requirements: { ...loadTested.requirements, ...requirements },
  ...(loadTested.loadTest && { loadTest: { ...loadTested.loadTest, ...limits } }),
});

test("a plan is told where the limits of its test leave no room for an answer", () => {
  expect(loadTestWarnings(withLimits({ maxRequests: 100 }))).toEqual([
    "loadTest: to say that at the peak no more than 1 % are late or failed takes 3600 requests at the least, and it ends after 100: most tests will end without an answer, and their releases go on",
  ]);
  const slow = withLimits({ maxMinutes: 12 }, { peakRequestsPerSecond: 0.5 });
  // A hundred to one against one in a hundred: 459 in a row.
  expect(loadTestWarnings(slow)).toEqual([
    expect.stringMatching(/takes 459 requests at the least, 15 min at 0.5 a second, and it ends after 12: /),
  ]);
  const strict = withLimits({}, { errorRatePercent: 0.1, peakRequestsPerSecond: 2 });
  expect(loadTestWarnings(strict)).toEqual([expect.stringMatching(/no more than 0.1 % .* 38 min /)]);
});

test("and nothing where they do, or where nothing is tested", () => {
  expect([loadTested, plan, withLimits({}, { peakRequestsPerSecond: 2 })].flatMap(loadTestWarnings)).toEqual(
    [],
  );
});
