/** A training plan is bought by the function that takes orders alone, after two people have said so and it was written down, and once. */
import { expect, test } from "vitest";
import type { ObservedCall } from "../../../src/rehearsal/invariants/observation.ts";
import { createPurchases } from "../../../src/rehearsal/invariants/purchases.ts";
import { sided } from "../../core/example.ts";

const at = Date.UTC(2026, 10, 23, 12);
const called = (service: string, operation: string, input: object, state = "TakeOrder"): ObservedCall => ({
  call: { service, operation, input: input as ObservedCall["call"]["input"], at },
  frame: { execution: "", state, stage: undefined, invocation: "1", ordinal: 1 },
  outcome: { answer: {} },
  tookEffect: true,
  caused: [],
});
const said = (what: string, who: string) =>
  called("dynamodb", "PutItem", {
    Item: {
      pk: { S: "answer#purchase/" },
      said: { S: what },
      model: { S: sided.model },
      milestone: { S: "training" },
      askedAt: { S: "2026-11-23T09:00:00.000Z" },
      by: { M: { arn: { S: `arn:aws:iam::123456789012:user/${who}` } } },
      ...(what === "asked" && { offering: { M: { id: { S: "tpo-1" } } } }),
    },
  });
const buys = (state?: string) =>
  called("sagemaker", "CreateTrainingPlan", { TrainingPlanOfferingId: "tpo-1" }, state);

function wrongWith(...calls: readonly ObservedCall[]): readonly string[] {
  const checks = createPurchases({ planOf: () => sided });
  return calls.flatMap((call) => checks.onCall(call) ?? []);
}
const [asked, agreed, buying] = [said("asked", "ann"), said("agreed", "Cleo"), said("buying", "cleo")];

test("what two people said, and was written down, is bought once", () => {
  expect(wrongWith(asked, agreed, buying, buys())).toEqual([]);
  expect(wrongWith(asked, agreed, buying, buys(), buys())).toEqual([
    "offering tpo-1 was bought twice for one asking",
  ]);
});

test.each([
  [[buys()], "offering tpo-1 was bought, and nobody had asked for it"],
  [[asked, buying, buys()], "offering tpo-1 was bought, and no other who owns capacity had agreed"],
  [
    [said("asked", "cleo"), agreed, buying, buys()],
    "offering tpo-1 was bought, and no other who owns capacity had agreed",
  ],
  [
    [asked, said("agreed", "eve"), buying, buys()],
    "offering tpo-1 was bought, and no other who owns capacity had agreed",
  ],
  [[asked, agreed, buys()], "offering tpo-1 was bought, and its call was not written down"],
  [[asked, agreed, buying, buys("PlanCapacity")], "offering tpo-1 was bought by PlanCapacity"],
])("%#: anything else is told", (calls, told) => {
  expect(wrongWith(...calls)).toEqual([told]);
});
