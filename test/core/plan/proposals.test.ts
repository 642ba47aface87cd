/** What a plan says to what Slipway has for it: what does not go together is said where it stands, a sentence each. */
import { expect, test } from "vitest";
import { Plan } from "../../../src/core/plan/plan.ts";
import { adjustedOf } from "../../../src/core/plan/proposals.ts";
import { ScalingRule } from "../../../src/core/plan/scaling-rule.ts";
import { plan } from "../example.ts";

const within = { minInstances: 3, maxInstances: 12 };
const scaling = ScalingRule.parse({ ...within, maxUsdPerHour: 20 });
const inPlace = {
  window: { from: "01:00", to: "05:30", timeZone: "UTC" },
  mostRequestsPerSecond: 20,
};
const mistakes = (proposals: unknown, more: object = {}): string[] =>
  (Plan.safeParse({ ...plan, ...more, proposals }).error?.issues ?? []).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );

test.each<[string, unknown, object, string]>([
  [
    "no bounds",
    { adjust: "automatic" },
    {},
    "proposals.within: expected minInstances and maxInstances, the bounds of what is adjusted by itself, found nothing",
  ],
  [
    "bounds the wrong way round",
    { adjust: "automatic", within: { minInstances: 5, maxInstances: 4 } },
    {},
    "proposals.within.maxInstances: expected minInstances (5) or more, found 4",
  ],
  [
    "bounds of nothing",
    { within },
    {},
    "proposals.within: expected proposals.adjust: automatic beside it, which alone it bounds, found none",
  ],
  [
    "days of nothing",
    { adjust: "propose", watchDays: 3 },
    {},
    "proposals.watchDays: expected proposals.adjust: automatic beside it, which alone it bounds, found adjust: propose",
  ],
  [
    "a minimum that follows the load already",
    { adjust: "automatic", within },
    { scaling },
    "proposals.adjust: expected propose, as scaling has the same minimum follow the load, found automatic",
  ],
  [
    "releases in place",
    { adjust: "automatic", within },
    { rollout: { ...plan.rollout, strategy: "in-place", inPlace } },
    "proposals.adjust: expected propose, since by rollout.inPlace releases take their instances from this fleet, found automatic",
  ],
])("%s", (_what, proposals, more, message) => {
  expect(mistakes(proposals, more)).toEqual([message]);
});

test("every hour of a week is watched where the plan does not say for how long", () => {
  expect(mistakes({ adjust: "automatic", within })).toEqual([]);
  expect(adjustedOf({ proposals: { adjust: "automatic", within } })).toEqual({ ...within, watchDays: 7 });
  expect(adjustedOf({ proposals: { adjust: "automatic", within, watchDays: 2 } })?.watchDays).toBe(2);
  expect(adjustedOf({ proposals: { adjust: "propose" } })).toBeUndefined();
  expect(adjustedOf({})).toBeUndefined();
});
