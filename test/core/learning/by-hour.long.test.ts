/** How often an hour is said to be worse of a pool that has none. */
import { expect, test } from "vitest";
import { chancesByHour, isWorse } from "../../../src/core/learning/by-hour.ts";

test("hours are seldom named of a pool that has none that is worse", () => {
  let state = 7;
  const chance = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const named = Array.from({ length: 30 }, () => {
    const all = Array.from({ length: 60 }, () => ({
      hour: Math.floor(chance() * 24),
      isGood: chance() < 0.85,
      weight: 1,
    }));
    return chancesByHour(all).some(isWorse);
  });

  expect(named.filter((each) => each).length).toBeLessThanOrEqual(1);
});
