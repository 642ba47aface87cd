/** A model that is taken back to a version that served before: judged as any release, and sooner over. */
import { expect, test } from "vitest";
import { plan } from "../core/example.ts";
import { rehearsing } from "./explore/rehearsing.ts";

const event = { model: plan.model, version: 5, again: true, revert: true };

test("takes the older version in two steps, in half the time of a release", async () => {
  const [back, forth] = [await rehearsing({ event }), await rehearsing({})];

  expect([back.violations, forth.violations]).toEqual([[], []]);
  expect(back.record).toMatchObject({
    outcome: "promoted",
    reason: expect.stringMatching(/^no evidence of harm at 50 %, 95 %; /),
  });
  expect(back.record.virtualSeconds).toBeLessThan(0.6 * forth.record.virtualSeconds);
});

test("does not take one that is bad: it is found, and rolled back", async () => {
  const { record, violations } = await rehearsing({ event, world: "bad-errors" });

  expect(violations).toEqual([]);
  expect(record.outcome).toBe("rolled-back");
});
