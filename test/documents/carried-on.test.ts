/** A release that was under way when the number of its document went up is carried on by the code of today, to either end. */
import { expect, test } from "vitest";
import { captured, momentOf } from "./captured.ts";
import { expectEnd, invariantsOf } from "./ends.ts";
import { swapped } from "./swapped.ts";
import { takenOver } from "./taken-over.ts";

const event = { model: "chat-assistant", version: 7 };

test.each([
  ["healthy", "CheckKpis", 22, "promoted"],
  ["bad-errors", "ShiftTraffic", 0, "rolled-back"],
] as const)(
  "from number 1, in the world %s, at %s %i: it is %s, with every invariant held",
  async (world, state, nth, outcome) => {
    const run = captured("1", world);

    const record = await swapped(run, momentOf(run, state, nth), event);

    expectEnd(record, outcome);
    expect(record.document).toMatchObject({ schema: 1, asBefore: true });
    expect(record.document).not.toHaveProperty("planning.schema");
    expect(invariantsOf(record)).toEqual([]);
  },
);

test("a hand-over of before is taken up by today's execution", async () => {
  const run = captured("1", "handed-over");

  const record = await takenOver(run, momentOf(run, "OpenRelease", 1));

  expectEnd(record, "promoted", ["succeeded", "promoted"]);
});

test("a priming job that was intended, and not started, is started with its whole pool", async () => {
  const run = captured("1", "training");
  const moment = run.moments.find(({ calling }) => calling === "CreateTrainingJob");
  if (moment === undefined) throw new Error("expected a job that was about to be started");

  const record = await takenOver(run, moment);

  const meant = record.executions.filter(({ outcome }) => outcome !== "ignored");
  expect(new Set(meant.map(({ outcome }) => outcome))).toEqual(new Set(["done"]));
  // Primed again by what its plan says: the ledger of then did not keep it.
  expect(meant.filter(({ name }) => name.startsWith("keep-"))).toHaveLength(3);
  expect(record.after.models).toEqual(record.before.models);
  const pools = record.instanceHours.filter(({ owner }) => owner.startsWith("training/"));
  expect(new Set(pools.map(({ instanceType }) => instanceType))).toEqual(new Set(["ml.g5.12xlarge"]));
  expect(pools.reduce((sum, { hours }) => sum + hours, 0)).toBeCloseTo(6, 0);
});
