/** Which of the deployment's alarms ring in whole rehearsals: for what dies or is not ended, and for nothing else. */
import { describe, expect, it } from "vitest";
import { AwsError } from "#twin/vocabulary";
import scheduled from "../../events/scheduled-milestone.json" with { type: "json" };
import { gateOf } from "../../src/rehearsal/permissions/parameters.ts";
import type { RehearsalParts } from "../../src/rehearsal/release/request.ts";
import type { RunRecord } from "../../src/rehearsal/release/run-record.ts";
import { rehearsing } from "./explore/rehearsing.ts";

const names = ({ alarms }: RunRecord) => alarms.map(({ name }) => name);

/** A deployment in which the end of a lease may not be started: by its schedule, or by the sweep either. */
const starting = (by: "schedule" | "anybody"): Partial<RehearsalParts> => ({
  gate: (...asked) => {
    const gate = gateOf(...asked);
    const no = () => {
      throw new AwsError(
        "AccessDeniedException",
        "no identity-based policy allows the states:StartExecution",
      );
    };
    return {
      ...gate,
      start: (start) => (start === "rule" ? gate.start(start) : no()),
      call: (call, state) =>
        by === "anybody" &&
        call.operation === "StartExecution" &&
        String(call.input.name).startsWith("lease-")
          ? no()
          : gate.call(call, state),
    };
  },
});

const training = (parts: Partial<RehearsalParts> = {}) =>
  rehearsing({ event: scheduled, parts, settleSeconds: 5 * 3600 });

describe("a pool whose lease ends", () => {
  it("rings nothing where its schedule ends it", async () => {
    const { record, violations } = await training();

    expect(record.outcome).toBe("done");
    expect(violations).toEqual([]);
    expect(names(record)).toEqual([]);
  });

  it("rings nothing where its schedule may not, since the sweep does so a few minutes later", async () => {
    const { record, violations } = await training(starting("schedule"));

    expect(violations).toEqual([]);
    expect(record.executions.map(({ name }) => name.split("-")[0])).toEqual([
      "rehearsal",
      "keep",
      "keep",
      "keep",
      "lease",
    ]);
    expect(names(record)).toEqual([]);
  });

  it("rings where neither may, as long as it is held", async () => {
    const { record } = await training(starting("anybody"));

    expect(record.alarms).toMatchObject([
      { name: "SweepFailedAlarm", ringing: true },
      { name: "LeaseOverdueAlarm", ringing: true },
    ]);
    const [failed, overdue] = record.alarms;
    expect((overdue?.atSeconds ?? 0) - (failed?.atSeconds ?? 0)).toBeGreaterThanOrEqual(20 * 60);
  });
});

describe("a release", () => {
  it("that is promoted, or rolled back, rings nothing", async () => {
    for (const world of ["healthy", "bad-errors"])
      expect(names((await rehearsing({ world })).record)).toEqual([]);
  });

  it("that somebody kills is an orphan, which the sweep puts right", async () => {
    const { record, violations } = await rehearsing({ stopAfterSeconds: [1500] });

    expect(violations).toEqual([]);
    expect(record.alarms).toMatchObject([{ name: "OrphanFoundAlarm", ringing: false }]);
  });
});
