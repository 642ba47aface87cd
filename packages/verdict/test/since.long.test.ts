/** How often harm is found in days since a change that was none. */
import { expect, test } from "vitest";
import { foundOf } from "./lives.ts";

// 200 lives at one in a hundred: more than seven have a chance of 1 in 1,000.
test.each([0, 0.3, 0.7])(
  "looked at each day for a fortnight, harm that is none is hardly ever found (persistence %d)",
  (persistence) => {
    expect(foundOf(200, { persistence, days: 14 })).toBeLessThan(8);
    expect(foundOf(100, { persistence, shift: -1 })).toBeLessThan(6);
  },
);
