/** What a closing says of harm: it was shown by evidence, and nothing else took the release back. */
import { expect, test } from "vitest";
import { harmOf } from "../../../src/core/release/ended.ts";
import type { Ended } from "../../../src/core/release/undoing.ts";

const judgement = { decision: "roll-back", verdict: "fail", culprits: ["errors"], reason: "errors" };
const ended = (more: object) => ({ judgement, ...more }) as unknown as Ended;

test.each([
  ["evidence of harm", {}, "rolled-back", ["errors"]],
  ["what was promoted all the same", {}, "promoted", undefined],
  ["an order, which supersedes", {}, "superseded", undefined],
  ["no evidence in time", { judgement: { ...judgement, verdict: "inconclusive" } }, "rolled-back", undefined],
  ["a stage that goes on", { judgement: { ...judgement, decision: "continue" } }, "rolled-back", undefined],
  ["a step that failed", { failure: { Error: "States.Timeout" } }, "rolled-back", undefined],
  ["an execution that died", { route: "compensate" }, "rolled-back", undefined],
  ["a document that names no KPI", { judgement: { ...judgement, culprits: [] } }, "rolled-back", undefined],
  ["no stage at all", { judgement: undefined }, "rolled-back", undefined],
] as const)("of %s", (_, more, outcome, harm) => {
  expect(harmOf(ended(more), outcome)).toEqual(harm);
});
