/** How long launches took, as far as what was seen of them says. */
import { expect, test } from "vitest";
import { type Launch, secondsSeen } from "../../../src/core/learning/launch.ts";

const launch = (more: Partial<Launch>): Launch => ({
  of: "training",
  instances: { "ml.g5.xlarge": 2 },
  askedAt: "2026-11-23T09:00:00.000Z",
  ...more,
});

test.each([
  ["that came", launch({ thereAt: "2026-11-23T09:05:00.000Z" }), { seconds: 300, came: true }],
  ["that was missing last", launch({ missingAt: "2026-11-23T09:04:00.000Z" }), { seconds: 240, came: false }],
  [
    "that came within what comes after it took no time that could be seen",
    launch({ of: "endpoint", thereAt: "2026-11-23T09:00:30.000Z" }),
    { seconds: 1, came: true },
  ],
])("a launch %s", (_, seen, expected) => {
  const found = secondsSeen(seen);
  expect(found?.came).toBe(expected.came);
  expect(found?.seconds).toBeCloseTo(expected.seconds, 6);
});

test("of a launch that nobody looked at nothing is known", () => {
  expect(secondsSeen(launch({}))).toBeUndefined();
});
