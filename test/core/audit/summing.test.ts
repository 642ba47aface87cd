/** What is told of a day of auto scaling's: its endpoint's changes, each once and in order, and none that a pack tells of. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AuditLine } from "../../../src/core/audit/line.ts";
import type { ScalingActivity } from "../../../src/core/audit/scaled.ts";
import { forgotten, summed } from "../../../src/core/audit/summing.ts";
import { ScalingDay } from "../../../src/core/evidence/scaling-day.ts";
import { scalingOf } from "../../../src/core/release/resources.ts";
import { holds } from "../../property.ts";

const [subject, day] = ["endpoint/chat", "2026-01-05"];
const alarm = (policy: string) =>
  `monitor alarm TargetTracking-high in state ALARM triggered policy ${policy}`;

const activity = (more: Partial<ScalingActivity> & { to?: number } = {}): ScalingActivity => {
  const { to = 5, ...others } = more;
  return {
    ...{ id: "a", at: `${day}T08:00:00.000Z`, resourceId: `${subject}/variant/v7`, cause: alarm("keep-70") },
    ...{ description: `Setting desired instance count to ${to}.`, status: "Successful", ...others },
  };
};
const line = (more: Partial<AuditLine> = {}): AuditLine => ({
  ...{ number: 4, what: "made", since: `${day}T07:59:50.000Z`, at: `${day}T07:59:58.000Z` },
  ...{ resource: scalingOf("chat", "v7"), before: { min: 2, max: 9 }, after: { min: 5, max: 9 }, ...more },
});
const of = (activities: readonly ScalingActivity[], lines: readonly AuditLine[] = []) =>
  summed({ subject, day, activities, lines });

describe("a change", () => {
  test.each([
    [alarm("keep 70"), { by: "policy", policy: "keep 70", alarm: "TargetTracking-high" }],
    ["minimum capacity was set to 5", { by: "bounds", bound: "minimum", value: 5 }],
    ["maximum capacity was set to 12", { by: "bounds", bound: "maximum", value: 12 }],
    ["scheduled action name morning was triggered", { by: "schedule", action: "morning" }],
    ["scheduled action morning", { by: "schedule", action: "morning" }],
    ["the moon was full", { by: "unknown" }],
  ] as const)("for which auto scaling says: %s", (cause, expected) => {
    const [change] = of([activity({ cause })]).changes;

    expect(change).toMatchObject({ cause: expected, words: cause, variant: "v7", to: 5 });
  });

  test("is told with what the one before it had led to, be it of the day before, and where that was fulfilled", () => {
    const before = activity({ id: "b", at: "2026-01-04T23:00:00.000Z", to: 3 });
    const failed = activity({ id: "c", at: `${day}T07:00:00.000Z`, to: 9, status: "Failed" });
    const { changes, counts } = of([activity(), failed, before]);

    expect(changes).toMatchObject([
      { id: "c", to: 9, lastTo: 3, status: "Failed" },
      { id: "a", to: 5, lastTo: 3 },
    ]);
    expect(counts).toEqual({ changes: 2, failed: 1, own: 0, policy: 2, schedule: 0, bounds: 0, unknown: 0 });
  });

  test("whose words do not say to what is told without a number", () => {
    expect(of([activity({ description: "Something else." })]).changes[0]).not.toHaveProperty("to");
  });

  test("that is listed twice while it goes on is told as it ended", () => {
    const { changes } = of([
      activity({ status: "InProgress" }),
      activity(),
      activity({ status: "InProgress" }),
    ]);

    expect(changes).toMatchObject([{ status: "Successful" }]);
  });
});

describe("what comes of bounds", () => {
  const pulled = activity({ cause: "minimum capacity was set to 5" });

  test("that a pack tells of is Slipway's own, and its number is told", () => {
    expect(of([pulled], [line()])).toMatchObject({
      ...{ says: "none", changes: [], own: [{ id: "a", number: 4, to: 5 }] },
      counts: { changes: 0, own: 1, bounds: 0 },
    });
  });

  test.each([
    ["another number", line({ after: { min: 4, max: 9 } })],
    ["another variant", line({ resource: scalingOf("chat", "v8") })],
    ["another endpoint", line({ resource: scalingOf("chat2", "v7") })],
    ["another time", line({ since: `${day}T06:00:00.000Z`, at: `${day}T07:57:00.000Z` })],
    ["a later time", line({ since: `${day}T08:00:06.000Z`, at: `${day}T08:01:00.000Z` })],
    ["what is not in its line", line({ after: undefined })],
  ])("where a pack tells of %s is not", (_, other) => {
    expect(of([pulled], [other])).toMatchObject({ says: "changes", counts: { bounds: 1, own: 0 } });
  });

  test("where a policy says that it was it, is the policy's, whatever a pack tells of", () => {
    expect(of([activity()], [line()]).counts).toMatchObject({ policy: 1, own: 0 });
  });
});

test("a day without any is said to have none, and one that is forgotten that nobody knows", () => {
  expect(of([]).says).toBe("none");
  expect(forgotten({ subject, day, retentionDays: 30 })).toMatchObject({
    ...{ says: "not-kept", changes: [], retentionDays: 30 },
  });
});

/** A day before, that day, and a day after, at its very ends too. */
const moments = [
  "2026-01-04T23:59:59.999Z",
  `${day}T00:00:00.000Z`,
  `${day}T08:00:00.000Z`,
  `${day}T23:59:59.999Z`,
  "2026-01-06T00:00:00.000Z",
];
const anActivity = fc.record({
  at: fc.constantFrom(...moments),
  resourceId: fc.constantFrom(
    ...["endpoint/chat/variant/v7", "endpoint/chat/variant/v8", "endpoint/chat2/variant/v7"],
    ...["endpoint/cha/variant/v7", "service/chat/v7"],
  ),
  to: fc.integer({ min: 0, max: 20 }),
  cause: fc.constantFrom(
    alarm("p"),
    "minimum capacity was set to 5",
    "scheduled action name m was triggered",
    "?",
  ),
  status: fc.constantFrom("Successful", "Failed", "InProgress", "Overridden"),
});

test("in any order, with any repeated and with any of others: the same, all of the day's own and nothing else, in order", () =>
  holds(
    fc.property(fc.array(anActivity, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (drawn, numbers) => {
      const all = drawn.map((one, nth) => activity({ id: `${nth}`, ...one }));
      const shuffled = [...all, ...all.filter((_, nth) => nth % 2 === 0)]
        .map((one) => ({ one, by: numbers.next().value as number }))
        .toSorted((a, b) => a.by - b.by)
        .map(({ one }) => one);
      const found = of(shuffled, [line()]);
      const meant = all.filter(
        ({ at, resourceId }) => at.startsWith(day) && resourceId.startsWith("endpoint/chat/"),
      );
      const ids = [...found.changes, ...found.own].map(({ id }) => id);

      expect(found).toEqual(of(all, [line()]));
      expect(ids.toSorted()).toEqual(meant.map(({ id }) => id).toSorted());
      expect(found.changes.map(({ at }) => at)).toEqual(found.changes.map(({ at }) => at).toSorted());
      const { changes, own, policy, schedule, bounds, unknown } = found.counts;
      expect([changes, own]).toEqual([found.changes.length, found.own.length]);
      expect(policy + schedule + bounds + unknown).toBe(changes);
      expect(found.says).toBe(changes === 0 ? "none" : "changes");
      expect(ScalingDay.parse(found)).toEqual(found);
    }),
    { numRuns: 300 },
  ));
