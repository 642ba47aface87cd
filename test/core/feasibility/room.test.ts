/** Room for the way back: planned for more load than today's, as far as quota and budget go. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type RoomQuestion, roomFor } from "../../../src/core/feasibility/room.ts";
import { holds } from "../../property.ts";
import { fraud, fraudNeeds, needs, plan, planWith } from "../example.ts";

const type = "ml.g5.xlarge";
/** Eight instances of 8.4 requests per second each way, at 40 requests per second. */
const question = (changes: Partial<RoomQuestion> = {}): RoomQuestion => ({
  plan,
  stable: needs.stable,
  candidate: needs.candidate,
  stableMaximum: 16,
  measuredRequestsPerSecond: 40,
  quota: { [type]: 64 },
  elsewhere: {},
  ...changes,
});

describe("room for the way back", () => {
  test("is planned for twice the load, and leaves the candidate what stable's new fleet does not need", () => {
    // 80 requests per second are 10 instances, twice of which leave 44 of 64.
    expect(roomFor(question())).toMatchObject({ stableInstances: 10, candidateMaximum: 44 });
  });

  test("counts stable as no smaller than it is, and as no larger than its scaling lets it become", () => {
    expect(roomFor(question({ measuredRequestsPerSecond: 1 }))).toMatchObject({ stableInstances: 8 });
    expect(roomFor(question({ measuredRequestsPerSecond: 400 }))).toMatchObject({ stableInstances: 16 });
    expect(roomFor(question({ stableMaximum: undefined }))).toMatchObject({ stableInstances: 8 });
  });

  test("is planned for as much growth as fits, down to a quarter", () => {
    expect(roomFor(question({ quota: { [type]: 26 } }))).toMatchObject({
      stableInstances: 9,
      candidateMaximum: 8,
    });
    expect(roomFor(question({ quota: { [type]: 24 } }))).toMatchObject({
      stableInstances: 8,
      candidateMaximum: 8,
    });
  });

  test("is not there where a quarter more does not fit, and says what lacks", () => {
    const load = { measuredRequestsPerSecond: 60, quota: { [type]: 25 }, elsewhere: { [type]: 2 } };

    expect(roomFor(question(load))).toEqual({
      lacks: [
        "at 1.25 times today's load stable may have 9 ml.g5.xlarge, and the way back then needs 26 beside 2 of other endpoints, the account's quota is 25",
      ],
    });
  });

  test("is bounded by the way back's budget too", () => {
    const wayBack = { usd: 2, minutes: 180, updates: 4 };

    expect(roomFor(question({ plan: planWith({ budget: { wayBack } }) }))).toEqual({
      lacks: [expect.stringMatching(/the way back then is estimated at \$\d+\.\d\d, its budget is \$2\.00$/)],
    });
  });

  test("of another type for the candidate counts each type for itself", () => {
    const candidate = { ...needs.candidate, instanceType: "ml.g5.2xlarge" };
    const quota = { [type]: 20, "ml.g5.2xlarge": 12 };

    expect(roomFor(question({ candidate, quota }))).toMatchObject({
      stableInstances: 10,
      candidateMaximum: 12,
    });
  });

  test("of another plan follows that plan's load, instances and prices", () => {
    const { stable, candidate } = fraudNeeds;
    const asked = (measuredRequestsPerSecond: number, quota = 40) =>
      roomFor({
        plan: fraud,
        stable,
        candidate,
        stableMaximum: 9,
        measuredRequestsPerSecond,
        quota: { "ml.c6i.2xlarge": quota, "ml.c6i.4xlarge": 10 },
        elsewhere: {},
      });

    // 70 requests per second are five instances of stable's, beside three of the candidate's, which serve twice as much.
    const minutes = { beside: 11, move: 11 };
    const usd = (3 * 0.9 * (minutes.beside + minutes.move) + 5 * 0.4 * minutes.move) / 60;
    expect(asked(35)).toEqual({ stableInstances: 5, candidateMaximum: 10, usd: expect.closeTo(usd, 2) });
    expect(asked(200)).toMatchObject({ stableInstances: 9 });
    expect(asked(35, 9)).toMatchObject({ stableInstances: 4 });
    expect(asked(35, 7)).toEqual({ lacks: [expect.stringContaining("4 ml.c6i.2xlarge, and the way back")] });
  });

  test("never promises what the quota does not have, or less than the candidate is planned with", () => {
    const sizes = fc.record({
      load: fc.double({ min: 0, max: 500, noNaN: true }),
      maximum: fc.integer({ min: 1, max: 60 }),
      quota: fc.integer({ min: 0, max: 200 }),
      others: fc.integer({ min: 0, max: 40 }),
    });
    holds(
      fc.property(sizes, ({ load, maximum, quota, others }) => {
        const room = roomFor(
          question({
            measuredRequestsPerSecond: load,
            stableMaximum: maximum,
            quota: { [type]: quota },
            elsewhere: { [type]: others },
          }),
        );

        if ("lacks" in room) expect(room.lacks.length).toBeGreaterThan(0);
        else {
          expect(2 * room.stableInstances + room.candidateMaximum + others).toBeLessThanOrEqual(quota);
          expect(room.candidateMaximum).toBeGreaterThanOrEqual(needs.candidate.instances);
        }
      }),
    );
  });
});
