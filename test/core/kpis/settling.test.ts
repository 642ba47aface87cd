/** How long a shift settles. */
import { expect, test } from "vitest";
import { settleMinutes } from "../../../src/core/kpis/settling.ts";
import { quarters } from "../example.ts";

const settles = (loadSecondsP95: number, bakeMinutes: number, own?: number) =>
  settleMinutes(
    {
      warmth: { ...quarters.warmth, loadSecondsP95 },
      rollout: { ...quarters.rollout, settleMinutes: own },
    },
    { bakeMinutes },
  );

test("a shift settles for a loading time and a minute, and for a third of the bake at most", () => {
  expect(settles(120, 15)).toBe(3);
  expect(settles(600, 15)).toBe(5);
});

test("what the plan says counts, whatever it is", () => {
  expect(settles(600, 15, 1)).toBe(1);
  expect(settles(600, 15, 0)).toBe(0);
});
