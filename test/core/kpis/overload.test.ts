/** Minutes beyond the planned load tell of a lack of capacity: no ceiling is judged on them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Observation } from "#verdict";
import { withinCapacity } from "../../../src/core/kpis/overload.ts";
import { holds } from "../../property.ts";

const minute = 1_780_000_020;

function requests(at: number, perSecond: number): Observation {
  return { kpi: "errors", at, seconds: 60, candidate: { requests: perSecond * 60, bad: 0 }, stable: null };
}
function reading(at: number): Observation {
  return { kpi: "ceiling", at, seconds: 60, candidate: { value: 1 }, stable: { value: 1 } };
}
const guardrails = new Set(["ceiling"]);

describe("beyond the planned load", () => {
  const within = (observations: Observation[], served = { perSecond: 10, overloadedUntil: 0 }) =>
    withinCapacity(observations, guardrails, served);

  test("ceilings are left out for that interval and ten minutes more; what compares with stable stays", () => {
    const minutes = [...Array(12).keys()].map((nth) => minute + nth * 60);
    const observations = minutes.flatMap((at, nth) => [requests(at, nth === 0 ? 11 : 5), reading(at)]);

    const { observations: kept, overloaded, overloadedUntil } = within(observations);

    expect(kept.filter(({ kpi }) => kpi === "errors")).toHaveLength(12);
    expect(kept.filter(({ kpi }) => kpi === "ceiling").map(({ at }) => at)).toEqual([minute + 660]);
    expect(overloadedUntil).toBe(minute);
    expect(overloaded).toBe(false);
  });

  test("the stage is held while its newest interval is, and for as long as that minute is what fleets are sized by", () => {
    expect(within([requests(minute, 5), requests(minute + 60, 10.5)]).overloaded).toBe(true);
    expect(within([requests(minute, 10.5), requests(minute + 600, 5)]).overloaded).toBe(true);
    expect(within([requests(minute, 10.5), requests(minute + 660, 5)]).overloaded).toBe(false);
    expect(within([], { perSecond: 10, overloadedUntil: minute }).overloaded).toBe(false);
  });

  test("what an earlier look found stands, although the fleet has grown since", () => {
    const grown = { perSecond: 20, overloadedUntil: minute };

    const { observations, overloadedUntil } = within([requests(minute, 11), reading(minute)], grown);

    expect(observations.map(({ kpi }) => kpi)).toEqual(["errors"]);
    expect(overloadedUntil).toBe(minute);
  });

  test("nothing is left out within the load, or where no requests were seen", () => {
    expect(within([requests(minute, 10), reading(minute)]).observations).toHaveLength(2);
    expect(within([reading(minute)])).toEqual({
      observations: [reading(minute)],
      overloaded: false,
      overloadedUntil: 0,
      shortUntil: 0,
    });
  });

  test("no ceiling within ten minutes of an overload is ever judged, and nothing else is dropped", () => {
    const series = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 1, maxLength: 15 });
    holds(
      fc.property(series, fc.integer({ min: 0, max: 15 }), (loads, known) => {
        const observations = loads.flatMap((perSecond, nth) => {
          const at = minute + nth * 60;
          return [requests(at, perSecond), reading(at)];
        });
        const overloadedUntil = minute + known * 60;

        const found = within(observations, { perSecond: 10, overloadedUntil });

        const last = Math.max(
          overloadedUntil,
          ...loads.map((load, nth) => (load > 10 ? minute + nth * 60 : 0)),
        );
        const judged = found.observations.filter(({ kpi }) => kpi === "ceiling");
        expect(judged.every(({ at }) => at > last + 600)).toBe(true);
        expect(found.observations.filter(({ kpi }) => kpi === "errors")).toHaveLength(loads.length);
        expect(found.overloadedUntil).toBe(last);
      }),
    );
  });
});
