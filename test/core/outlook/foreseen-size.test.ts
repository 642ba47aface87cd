/** What a load is foreseen to take, and when nobody is to rely on that. */
import { describe, expect, test } from "vitest";
import type { LoadDay } from "../../../src/core/forecast/forecast.ts";
import { foreseenSize } from "../../../src/core/outlook/foreseen-size.ts";
import { plan } from "../example.ts";
import { daysOf, growing } from "./growing-days.ts";

const day = growing(20);
const history = (days: number, today: LoadDay) => daysOf(day, days, today);

describe("the size that a load is foreseen to take", () => {
  test("is for the next slots of the day, by the plan's utilisation", () => {
    expect(foreseenSize(plan, history(14, day.slice(0, 60)))).toEqual({
      requestsPerSecond: expect.closeTo(82, 3),
      minutes: 30,
      percent: 98,
      instances: Math.ceil(82 / 8.4),
      isSeen: true,
    });
  });

  test("goes on from what comes today, be it twice as much", () => {
    const twice = day.slice(0, 60).map((load) => 2 * (load ?? 0));
    expect(foreseenSize(plan, history(14, twice))).toMatchObject({ instances: Math.ceil(164 / 8.4) });
  });

  test("has an event of the plan in it", () => {
    const events = [
      { name: "sale", from: "2026-11-23T10:00:00Z", to: "2026-11-23T11:00:00Z", timesPercent: 300 },
    ];
    const selling = { ...plan, requirements: { ...plan.requirements, events } };
    expect(foreseenSize(selling, history(14, day.slice(0, 60)))).toMatchObject({
      requestsPerSecond: expect.closeTo(246, 2),
    });
  });

  test("is not seen where nothing of the last half hour is known, also just after midnight", () => {
    const dark = (slots: number) => day.map((load, slot) => (slot < 144 - slots ? load : null));
    const lost = [...day.slice(0, 57), null, null, null];
    expect(foreseenSize(plan, history(14, lost))).toMatchObject({ isSeen: false });
    expect(foreseenSize(plan, history(14, lost.slice(0, 59)))).toMatchObject({ isSeen: true });
    const past = history(14, [null]);
    const ending = (last: LoadDay) => ({ ...past, days: [...past.days.slice(1), last] });
    expect(foreseenSize(plan, ending(dark(2)))).toMatchObject({ isSeen: false });
    expect(foreseenSize(plan, ending(dark(1)))).toMatchObject({ isSeen: true });
  });

  test("needs a week", () => {
    expect(foreseenSize(plan, history(6, day.slice(0, 60)))).toEqual({
      lack: "of its past 6 whole days are known, and 7 are needed",
    });
  });
});
