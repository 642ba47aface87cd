/** The load by when something serves: as it is expected to be then, and never less than now. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { flatLoad, loadBy } from "../../../src/core/capacity/load-outlook.ts";
import { holds } from "../../property.ts";

const perSecond = fc.double({ min: 0, max: 1e6, noNaN: true });
const seconds = fc.integer({ min: 0, max: 86_400 });

test("a flat load is the same at whatever lead time", () => {
  holds(
    fc.property(perSecond, seconds, (load, lead) => {
      expect(flatLoad(load).now).toBe(load);
      expect(loadBy(flatLoad(load), lead)).toBe(load);
    }),
  );
});

test("what must be served by then is what is expected then, and never less than now", () => {
  holds(
    fc.property(perSecond, perSecond, seconds, (now, later, lead) => {
      const asked: number[] = [];
      const at = (leadTime: number) => {
        asked.push(leadTime);
        return later;
      };
      expect(loadBy({ now, at }, lead)).toBe(Math.max(now, later));
      expect(asked).toEqual([lead]);
    }),
  );
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("a load of %d is none", (load) => {
  expect(() => flatLoad(load)).toThrow(`expected requests per second, 0 or more, found ${load}`);
});
