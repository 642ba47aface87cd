/** A look's intervals, by what the fleets served in them: what is short of instances or unlike loaded is left out. */
import { expect, test } from "vitest";
import type { Observation } from "#verdict";
import { judgeable } from "../../../src/core/kpis/judgeable.ts";
import { Kpis } from "../../../src/core/plan/kpis.ts";
import { planWith } from "../example.ts";

const minute = 1_780_000_020;
const own = planWith({
  kpis: Kpis.parse([
    { kind: "availability", name: "errors" },
    { kind: "latency-mean", name: "mean" },
    {
      kind: "guardrail",
      name: "ceiling",
      of: "latency-p99-ms",
      ceiling: 1500,
      minutes: { breaching: 3, outOf: 5 },
    },
  ]),
});
const serves = { candidate: 40, stable: 40 };
const nothingBefore = { serves, overloadedUntil: 0 };

/** A minute with so many requests per second on either side. */
function minuteOf(candidate: number, stable: number, at = minute): Observation[] {
  const counted = (perSecond: number) => ({ requests: perSecond * 60, bad: 0 });
  const mean = (perSecond: number) => ({ mean: 450, count: perSecond * 60 });
  return [
    { kpi: "errors", at, seconds: 60, candidate: counted(candidate), stable: counted(stable) },
    { kpi: "mean", at, seconds: 60, candidate: mean(candidate), stable: mean(stable) },
    { kpi: "ceiling", at, seconds: 60, candidate: { value: 900 }, stable: { value: 900 } },
  ];
}
const names = (observations: readonly Observation[]) => observations.map(({ kpi }) => kpi);

test("alike and within what the candidate serves, all is judged", () => {
  const found = judgeable(own, minuteOf(20, 20), nothingBefore);

  expect(names(found.observations)).toEqual(["errors", "mean", "ceiling"]);
  expect(found).toMatchObject({ overloaded: false, overloadedUntil: 0, unlike: new Map() });
});

test("beyond what it serves no ceiling is judged, and where stable carries far less, errors and latency are not either", () => {
  expect(names(judgeable(own, minuteOf(41, 40), nothingBefore).observations)).toEqual(["errors", "mean"]);
  const unlike = judgeable(own, minuteOf(41, 20), nothingBefore);

  expect(unlike).toMatchObject({ observations: [], overloaded: true, overloadedUntil: minute });
  expect([...unlike.unlike.keys()]).toEqual([minute]);
});

test("what a look before has found lasts: ten minutes later a ceiling is judged again", () => {
  const after = (overloadedUntil: number) =>
    names(judgeable(own, minuteOf(20, 20), { serves, overloadedUntil }).observations);

  expect(after(minute - 600)).toEqual(["errors", "mean"]);
  expect(after(minute - 601)).toEqual(["errors", "mean", "ceiling"]);
});

test("a fleet that served less then is judged by that, whatever it serves now", () => {
  const before = { serves: { candidate: 10, stable: 40 }, overloadedUntil: 0 };

  expect(names(judgeable(own, minuteOf(9, 20), before).observations)).toEqual(["errors", "ceiling"]);
  expect(names(judgeable(own, minuteOf(9, 20), nothingBefore).observations)).toContain("mean");
});
