/** Warm is who was seen to serve, or was there a loading time ago; and who is warm stays so while it lives. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Moment,
  type Sightings,
  seenWarm,
  seenWith,
  together,
  warmBy,
} from "../../../src/core/capacity/warm.ts";
import { holds } from "../../property.ts";
import { joined } from "../example.ts";

const at = (nowSeconds: number): Moment => ({ nowSeconds, loadSeconds: 300 });
const counted = (v6: number, v7 = 8) => joined({ instances: v6 }, { instances: v7 });

/** Looks at the counts of v6, each at its second. */
const looks = (...all: readonly (readonly [seconds: number, instances: number])[]): Sightings =>
  all.reduce<Sightings>((seen, [seconds, instances]) => seenWith(seen, counted(instances), at(seconds)), {});

describe("the instances that are warm", () => {
  test("are none at the first look, and all a loading time later", () => {
    const seen = looks([1000, 8]);

    expect(warmBy(seen, counted(8), at(1000))).toEqual({ v6: 0, v7: 0 });
    expect(warmBy(seen, counted(8), at(1299))).toMatchObject({ v6: 0 });
    expect(warmBy(seen, counted(8), at(1300))).toEqual({ v6: 8, v7: 8 });
  });

  test("are those of before where a fleet has grown, until the new ones are as old as that", () => {
    const seen = looks([1000, 8], [1400, 12], [1500, 13]);

    expect(warmBy(seen, counted(13), at(1500))).toMatchObject({ v6: 8 });
    expect(warmBy(seen, counted(13), at(1700))).toMatchObject({ v6: 12 });
    expect(warmBy(seen, counted(13), at(1800))).toMatchObject({ v6: 13 });
  });

  test("are no more than there were at the lowest in between", () => {
    const seen = looks([1000, 8], [1400, 3], [1500, 8]);

    expect(warmBy(seen, counted(8), at(1500))).toMatchObject({ v6: 3 });
    expect(warmBy(seen, counted(8), at(1800))).toMatchObject({ v6: 8 });
    expect(warmBy(looks([1000, 8]), counted(2), at(1500))).toMatchObject({ v6: 2 });
  });

  test("are those that were seen to serve, however young they are, as long as they are there", () => {
    const seen = seenWarm(looks([1000, 8]), { v6: 6, v7: 0 }, at(1100));

    expect(warmBy(seen, counted(8), at(1100))).toEqual({ v6: 6, v7: 0 });
    expect(warmBy(seen, counted(4), at(1100))).toMatchObject({ v6: 4 });
    const shrunk = seenWith(seenWith(seen, counted(4), at(1150)), counted(8), at(1200));
    expect(warmBy(shrunk, counted(8), at(1200))).toMatchObject({ v6: 4 });
  });

  test("of none of which was seen to serve leave no note", () => {
    expect(seenWarm({}, { v7: 0 }, at(1100))).toEqual({});
  });

  test("are one where one was seen to serve, and no look at the counts is forgotten for it", () => {
    const seen = seenWarm(looks([1000, 8]), { v6: 1 }, at(1050));

    expect(warmBy(seen, counted(8), at(1050))).toMatchObject({ v6: 1 });
    // The note is a loading time old: what was counted before it still says what is warm.
    const later = seenWith(seen, counted(9), at(1400));
    expect(warmBy(later, counted(9), at(1400))).toMatchObject({ v6: 8 });
  });

  test("are not counted while the endpoint moves: those that go are still among them", () => {
    const moving = { ...counted(12), status: "Updating" };

    expect(seenWith(looks([1000, 8]), moving, at(1200))).toEqual(looks([1000, 8]));
  });

  test("are found from what several looks have seen, in whatever order they are told", () => {
    const [one, other] = [looks([1000, 8]), seenWarm({}, { v6: 8 }, at(1100))];

    expect(together([other, undefined, one, one])).toEqual(together([one, other]));
    expect(warmBy(together([other, one]), counted(8), at(1100))).toMatchObject({ v6: 8 });
  });

  test("whatever the counts: never more than are there, or than were there at any look since a loading time ago", () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 0, max: 20 })), {
      minLength: 1,
      maxLength: 30,
    });
    holds(
      fc.property(steps, (drawn) => {
        const history = drawn.map(([, instances], i) => {
          const seconds = drawn.slice(0, i + 1).reduce((sum, [after]) => sum + after, 1000);
          return [seconds, instances] as const;
        });
        const now = history.at(-1)?.[0] ?? 0;
        const warm = warmBy(looks(...history), counted(history.at(-1)?.[1] ?? 0), at(now))["v6"];

        const from = history.findLastIndex(([seconds]) => seconds <= now - 300);
        const since = history.slice(Math.max(0, from)).map(([, instances]) => instances);
        expect(warm).toBe(from === -1 ? 0 : Math.min(...since));
      }),
    );
  });

  test("a history of weeks is as long as a loading time", () => {
    const history = Array.from({ length: 2000 }, (_, i) => [1000 + i * 60, i % 2 === 0 ? 8 : 9] as const);

    expect(looks(...history)["v6"]?.length).toBeLessThan(8);
  });
});
