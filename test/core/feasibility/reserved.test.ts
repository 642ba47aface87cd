/** Reserved capacity: which plans can be used, what a release takes of one at its peak, and until when. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instancesOf } from "../../../src/core/feasibility/feasibility.ts";
import {
  fitsOn,
  lastsUntil,
  roomOn,
  type TrainingPlanView,
  takenOn,
  unusable,
} from "../../../src/core/feasibility/reserved.ts";
import { epochMs } from "../../../src/core/units.ts";
import { holds } from "../../property.ts";
import { plan } from "../example.ts";

const type = "ml.p5.48xlarge";
const arn = "arn:aws:sagemaker:eu-west-1:123456789012:training-plan/week";
const nowMs = epochMs("2026-03-02T09:00:00Z");
const hourMs = 3_600_000;
const hours = (n: number) => nowMs + n * hourMs;

const week: TrainingPlanView = {
  arn,
  name: "week",
  status: "Active",
  targets: ["endpoint"],
  available: 8,
  parts: [{ instanceType: type, instances: 8, fromMs: hours(-24), toMs: hours(144) }],
};
const wanted = { arn, name: "week", instanceType: type, target: "endpoint" } as const;
const onDemand = { instanceType: type, instances: 4 };
const reserved = { ...onDemand, reserved: { trainingPlan: arn } };
const onPlan = { ...onDemand, reservation: arn };
const asked = { nowMs, minutes: 120, revertDays: 7 };

describe("a training plan", () => {
  test("can be used where it is there, for endpoints, of the type that is named", () => {
    expect(unusable(week, wanted)).toEqual([]);
    expect(unusable(undefined, wanted)).toEqual([
      "training plan week does not exist in this account and region",
    ]);
    expect(
      unusable({ ...week, targets: ["training-job"] }, { ...wanted, instanceType: "ml.p4d.24xlarge" }),
    ).toEqual([
      "training plan week is for training-job, not for endpoint",
      "training plan week has ml.p5.48xlarge, not ml.p4d.24xlarge",
    ]);
    const theirs = arn.replace("123456789012", "999999999999");
    expect(unusable(week, { ...wanted, arn: theirs })).toEqual([
      `training plan week is ${arn} here, and the plan names ${theirs}`,
    ]);
  });

  test("lasts through parts that follow on one another, and no longer", () => {
    const part = (from: number, to: number) => ({
      instanceType: type,
      instances: 8,
      fromMs: hours(from),
      toMs: hours(to),
    });
    expect(lastsUntil({ parts: [part(24, 48), part(-1, 24), part(72, 96)] }, nowMs)).toBe(hours(48));
    expect(lastsUntil({ parts: [part(1, 24)] }, nowMs)).toBe(nowMs);
  });
});

describe("what a release takes of it", () => {
  test("is the candidate twice as it is promoted, where stable runs on demand", () => {
    expect(takenOn(arn, { stable: onDemand, candidate: reserved })).toEqual({ inUse: 0, peak: 8 });
  });

  test("is stable twice as it joins or goes back, where the candidate runs on demand", () => {
    expect(takenOn(arn, { stable: onPlan, candidate: onDemand })).toEqual({ inUse: 4, peak: 8 });
  });

  test("is what the quota must have room for, where all of it runs on the plan", () =>
    holds(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (stable, candidate) => {
        const fleets = {
          stable: { ...onPlan, instances: stable },
          candidate: { ...reserved, instances: candidate },
        };
        const { peak } = instancesOf({ plan, ...fleets, quota: {}, elsewhere: {} });
        expect(takenOn(arn, fleets)).toEqual({ inUse: stable, peak: peak[type] });
      }),
    ));

  test("counts what a release in place gives up, and what the candidate grows to", () => {
    const inPlace = { stableInstances: 9, grownInstances: 20 };
    expect(takenOn(arn, { stable: onPlan, candidate: reserved, inPlace })).toEqual({ inUse: 9, peak: 20 });
  });
});

describe("whether it fits", () => {
  const fleets = { stable: onDemand, candidate: reserved };

  test("is told with when the plan ends, since what runs on it stops serving then", () => {
    expect(fitsOn(week, { ...fleets, ...asked })).toEqual({
      lacks: [],
      warnings: [
        "training plan week ends at 2026-03-08T09:00Z, within the 7 days in which it could be reverted: what runs on it stops serving then",
      ],
    });
    expect(fitsOn(week, { ...fleets, ...asked, revertDays: 3 }).warnings).toEqual([
      "training plan week ends at 2026-03-08T09:00Z: what runs on it stops serving then",
    ]);
  });

  test("is no where it is not active, has too few left, or ends before the release is over", () => {
    expect(fitsOn({ ...week, status: "Scheduled" }, { ...fleets, ...asked }).lacks).toEqual([
      "training plan week is Scheduled, and serves while it is Active",
    ]);
    const parts = [{ instanceType: type, instances: 8, fromMs: hours(-24), toMs: hours(1) }];
    expect(fitsOn({ ...week, available: 7, parts }, { ...fleets, ...asked }).lacks).toEqual([
      "the release needs 8 instances of training plan week at its peak, 8 more than its endpoint has, and 7 are available",
      "training plan week ends at 2026-03-02T10:00Z, before the release would be over at 2026-03-02T11:00Z",
    ]);
  });
});

describe("room for the way back", () => {
  const room = { stableInstances: 10, candidateMaximum: 40, usd: 100 };

  test("is bounded by the plan on each side that runs on it", () => {
    expect(roomOn(week, { stable: onDemand, candidate: reserved, room, least: 5 })).toEqual({
      ...room,
      candidateMaximum: 4,
    });
    const roomy = { ...week, available: 12 };
    expect(roomOn(roomy, { stable: onPlan, candidate: reserved, room, least: 5 })).toEqual({
      ...room,
      stableInstances: 6,
      candidateMaximum: 6,
    });
  });

  test("is not there where a quarter more load does not fit", () => {
    expect(roomOn(week, { stable: onPlan, candidate: reserved, room, least: 5 })).toEqual({
      lacks: [
        "with more load stable may have 5 ml.p5.48xlarge, and the way back then needs 14 instances of training plan week, which has 12 for this endpoint",
      ],
    });
  });

  test("leaves the candidate no less than it is promoted with, wherever the release fits at all", () =>
    holds(
      fc.property(
        fc.record({
          stable: fc.integer({ min: 1, max: 20 }),
          candidate: fc.integer({ min: 1, max: 20 }),
          available: fc.integer({ min: 0, max: 80 }),
          isOn: fc.boolean(),
        }),
        ({ stable, candidate, available, isOn }) => {
          const fleets = {
            stable: { ...(isOn ? onPlan : onDemand), instances: stable },
            candidate: { ...reserved, instances: candidate },
          };
          const found = { ...week, available };
          fc.pre(fitsOn(found, { ...fleets, ...asked }).lacks.length === 0);
          const answer = roomOn(found, {
            ...fleets,
            room: { ...room, candidateMaximum: 1000 },
            least: stable,
          });
          expect("lacks" in answer ? 0 : answer.candidateMaximum).toBeGreaterThanOrEqual(candidate);
        },
      ),
    ));
});
