/** The verdict's state is remembered between two looks as JSON, and read only under its own number. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type KpiSettings, observe, recalled, remembered, startStage, verdictSchema } from "../src/index.ts";
import { begun, ceiling, counts, errors, minuteAt, settingsOf } from "./releases.ts";

const kpis: KpiSettings[] = [errors, ceiling, { ...errors, shape: "mean", name: "latency" }];
const settings = settingsOf(kpis);
const amount = fc.integer({ min: 0, max: 5000 });

/** Minutes of all three KPIs, some of them missing on a side, in any order and more than once. */
const minutes = fc.array(
  fc.record({
    minute: fc.integer({ min: 0, max: 90 }),
    candidate: amount,
    stable: amount,
    seen: fc.boolean(),
  }),
  { maxLength: 40 },
);

type Minute = { minute: number; candidate: number; stable: number; seen: boolean };

function observations(all: readonly Minute[]) {
  return all.flatMap(({ minute, candidate, stable, seen: both }) => {
    const at = minuteAt(minute);
    return [
      counts(minute, [Math.min(candidate, 50), candidate, Math.min(stable, 20), stable]),
      {
        kpi: "ceiling",
        at,
        seconds: 60,
        candidate: { value: candidate },
        stable: both ? { value: stable } : null,
      },
      {
        kpi: "latency",
        at,
        seconds: 60,
        candidate: { mean: candidate, count: 10 },
        stable: { mean: stable, count: 10 },
      },
    ];
  });
}

test("every state comes back from JSON as it was", () => {
  fc.assert(
    fc.property(minutes, minutes, (first, second) => {
      const one = observe(begun(settings), settings, observations(first));
      const stage = { stage: 1, at: minuteAt(45), trafficShare: 0.5, candidateInstances: 8 };
      const two = observe(startStage(one, settings, stage), settings, observations(second));
      for (const state of [one, two]) {
        const memory = remembered(state);
        expect(recalled(JSON.parse(JSON.stringify(memory)))).toEqual(memory);
      }
    }),
    { numRuns: 60 },
  );
});

test.each([
  ["another number", { schema: verdictSchema + 1 }, "found 3"],
  ["no number at all", {}, "found undefined"],
  ["the first number", { schema: 1 }, "found 1"],
])("one with %s is refused", (_, memory, said) => {
  expect(() => recalled(memory)).toThrow(
    `schema: expected ${verdictSchema}, the verdict's state that this code reads, ${said}`,
  );
});
