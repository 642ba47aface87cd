/** What is said of milestones that ask for capacity in an hour in which less of it comes. */
import { describe, expect, test } from "vitest";
import { raiseHourWarnings } from "../../../src/core/calendar/raise-hours.ts";
import { chancesByHour, type RaisesLesson } from "../../../src/core/learning/by-hour.ts";
import { chanceOf } from "../../../src/core/learning/chance.ts";
import { capacityOf, type Plan, type When } from "../../../src/core/plan/plan.ts";
import { plan } from "../example.ts";

const nowMs = Date.parse("2026-12-01T00:00:00Z");
const dated = (when: When): Plan => ({
  ...plan,
  milestones: { ...plan.milestones, training: { ...plan.milestones.training, when } } as Plan["milestones"],
});
const instanceType = capacityOf(plan.milestones.training)?.instanceType ?? "";

/** At 9:00 UTC most did not come, and in all other hours all did. */
function pool(by: RaisesLesson["by"], of: string, failed = 12): RaisesLesson {
  const trials = [
    ...Array.from({ length: 44 }, (_, nth) => ({ hour: 10 + (nth % 11), isGood: true, weight: 1 })),
    ...Array.from({ length: 2 + failed }, (_, nth) => ({ hour: 9, isGood: nth < 2, weight: 1 })),
  ];
  return { of, by, chance: chanceOf(trials), hours: chancesByHour(trials) };
}
const said = (when: When, raises: readonly RaisesLesson[]) =>
  raiseHourWarnings(dated(when), { raises, launches: [], nowMs });
const onDate = { start: "on-date" } as const;
const at = (clock: string, timeZone = "UTC"): When =>
  ({ at: `2026-12-08T${clock}:00`, timeZone, ...onDate }) as When;

describe("an hour in which less comes", () => {
  test("is named with what it rests on, whatever the plan's zone is", () => {
    const [one, ...others] = said(at("10:30", "Europe/Amsterdam"), [pool("training", instanceType)]);

    expect(others).toEqual([]);
    expect(one).toMatch(
      new RegExp(
        `^training asks for ${instanceType} between 09:00 and 10:00 UTC, .*: 2 of 14 raises that count, and 46 of 58 in all hours; it is \\d+ % that come then \\(\\d+ to \\d+ %\\), and 79 % in all$`,
      ),
    );
    expect(said(at("09:30", "UTC"), [pool("training", instanceType)])).toEqual([one]);
  });

  test("is said once of a cron that fires in it day after day", () => {
    const daily = { cron: "cron(30 9 * * ? *)", timeZone: "UTC", ...onDate } as When;

    expect(said(daily, [pool("training", instanceType)])).toHaveLength(1);
  });

  test.each([
    ["another hour", at("10:00"), pool("training", instanceType)],
    ["the hour before", at("08:59"), pool("training", instanceType)],
    ["another pool of the type", at("09:30"), pool("endpoint", instanceType)],
    ["another type's pool", at("09:30"), pool("training", "ml.other.xlarge")],
    ["an hour that failed once", at("09:30"), pool("training", instanceType, 1)],
    [
      "a date that is over",
      { ...at("09:30"), at: "2026-11-30T09:30:00" } as When,
      pool("training", instanceType),
    ],
  ])("is not said of %s", (_, when, lesson) => {
    expect(said(when, [lesson])).toEqual([]);
  });

  test("goes by when capacity is asked for, which is ahead of the date", () => {
    const ahead = { ...at("10:02"), start: "ahead" } as When;

    expect(said(ahead, [pool("training", instanceType)])).toHaveLength(1);
    expect(said({ ...ahead, at: "2026-12-08T09:02:00" } as When, [pool("training", instanceType)])).toEqual(
      [],
    );
  });
});
