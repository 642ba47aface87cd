/** Wherever a release was when the number of its document went up, the code of today carries it on to its end, and back where it is stopped. */
import { describe, expect, test } from "vitest";
import { partOf } from "../part.ts";
import { captured, momentOf } from "./captured.ts";
import { expectEnd } from "./ends.ts";
import { takenOver } from "./taken-over.ts";

const forward = [
  ["1", "PlanCapacity", 0],
  ["1", "CheckCapacity", 0],
  ["1", "ProveWarmth", 0],
  ["1", "ShiftTraffic", 0],
  ["1", "CheckKpis", 0],
  ["1", "CheckKpis", 40],
  ["1", "PromoteModel", 0],
  ["1", "ScaleDown", 0],
  ["1", "ScaleDown", 1],
  ["1", "CloseRelease", 0],
  // Its verdict's state is another's: a release that has none yet goes on.
  ["unnumbered", "ProveWarmth", 0],
  ["unnumbered", "CheckKpis", 0],
] as const;

test.each(partOf(forward, 4))("of number %s, from %s %i it is promoted", async (folder, state, nth) => {
  const run = captured(folder, "healthy");

  expectEnd(await takenOver(run, momentOf(run, state, nth)), "promoted");
});

test("with its model intended, and not made, it is promoted", async () => {
  const run = captured("1", "healthy");
  const moment = run.moments.find(({ calling }) => calling === "CreateModel");
  if (moment === undefined) throw new Error("expected a model that was about to be made");

  expectEnd(await takenOver(run, moment), "promoted");
});

test("as its execution was about to hand over it does, and is promoted in another", async () => {
  const run = captured("1", "handed-over");

  const record = await takenOver(run, momentOf(run, "HandOver"));

  expectEnd(record, "promoted", ["handed-over", "promoted"]);
});

describe("of a candidate that fails", () => {
  test.each([
    ["PrewarmInference", 0],
    ["CheckKpis", 0],
    ["RollBack", 0],
    ["RollBack", 1],
    ["RollBack", 3],
    ["ScaleDown", 0],
    ["CloseRelease", 0],
  ] as const)("from %s %i everything is put back", async (state, nth) => {
    const run = captured("1", "bad-errors");

    expectEnd(await takenOver(run, momentOf(run, state, nth)), "rolled-back");
  });
});

test.each([
  ["CheckCapacity", 0],
  ["CheckKpis", 22],
  ["CheckKpis", 58],
] as const)("stopped at %s %i everything is put back from its record and its ledger", async (state, nth) => {
  const run = captured("1", "healthy");
  const moment = momentOf(run, state, nth);
  const after = Math.ceil((Date.parse(moment.at) - Date.parse(run.startedAt)) / 1000) + 1;

  const record = await takenOver(run, moment, { stopAfterSeconds: [after] });

  expectEnd(record, "rolled-back", ["aborted", "rolled-back"]);
});

test.each([["CheckCapacity"], ["CloseRelease"]])(
  "of a training pool from %s it is held, and given back",
  async (state) => {
    const run = captured("1", "training");

    const { executions, after, before } = await takenOver(run, momentOf(run, state));

    expect(executions[0]?.outcome).toBe("done");
    expect(after.models).toEqual(before.models);
  },
);
