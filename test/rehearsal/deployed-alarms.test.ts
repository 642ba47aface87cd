/** The alarms of a rehearsal are those of serverless.yml, and ring where those would. */
import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { parse } from "yaml";
import {
  alarmsOf,
  type DeployedAlarm,
  deployedAlarms,
  ordinaryEnds,
} from "../../src/rehearsal/deployed-alarms.ts";
import type { RunOver } from "../../src/rehearsal/release/request.ts";

interface Alarm {
  readonly MetricName: string;
  readonly Statistic: string;
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
}
const { resources } = parse(readFileSync(new URL("../../serverless.yml", import.meta.url), "utf8"), {
  logLevel: "error",
}) as { resources: { Resources: Record<string, { Properties: unknown }> } };

/** The template's alarm in the rehearsal's words. */
function inWords(name: string): DeployedAlarm {
  const alarm = resources.Resources[name]?.Properties as Alarm;
  const above = alarm.ComparisonOperator === "GreaterThanThreshold";
  expect(alarm.Statistic).toBe("Sum");
  // What nobody sends is a sum of nothing: as none where that is to ring, and else as well.
  expect(alarm.TreatMissingData).toBe(above ? "notBreaching" : "breaching");
  return {
    name,
    metric: alarm.MetricName,
    periodSeconds: alarm.Period,
    periods: alarm.EvaluationPeriods,
    rings: above ? { above: alarm.Threshold } : { below: alarm.Threshold },
  };
}

test.each(deployedAlarms)("$name is as serverless.yml has it", (alarm) => {
  expect(inWords(alarm.name)).toEqual(alarm);
});

test("an execution that fails rings but for the ends that the template's filter leaves out", () => {
  const filter = resources.Resources.FailedExecutions?.Properties;
  const { FilterPattern } = filter as { FilterPattern: string };
  const left = [...FilterPattern.matchAll(/\(\$\.details\.error != "(\w+)"\)/g)].map(([, error]) => error);

  expect([...left].sort()).toEqual([...ordinaryEnds].sort());
});

const startMs = Date.UTC(2026, 0, 5, 8);
const minute = 60_000;

/** A sweep every ten minutes for two hours, each with an answer of its own. */
interface Sweep {
  readonly failed?: number;
  readonly standing?: number;
  readonly orphans?: number;
  readonly overdue?: number;
}
function run(answerOf: (nth: number) => Sweep | Error | undefined): RunOver {
  const calls = Array.from({ length: 12 }, (_, nth) => nth + 1).flatMap((nth) => {
    const answer = answerOf(nth);
    const failed = answer instanceof Error;
    const call = { name: "ReapLeases", atMs: startMs + nth * 10 * minute + 500, failed, answer };
    return answer === undefined ? [] : [call];
  });
  return { startMs, endMs: startMs + 125 * minute, calls, executions: [] };
}

describe("the alarms", () => {
  it("are silent where nothing is the matter", () => {
    expect(alarmsOf(run(() => ({ failed: 0, standing: 0 })))).toEqual([]);
  });

  it("ring while something stands that could not be put back, and no longer", () => {
    const standing = (until: number) => run((nth) => ({ standing: nth >= 3 && nth <= until ? 1 : 0 }));

    expect(alarmsOf(standing(12))).toEqual([{ name: "RemainderAlarm", atSeconds: 2400, ringing: true }]);
    expect(alarmsOf(standing(5))).toEqual([{ name: "RemainderAlarm", atSeconds: 2400, ringing: false }]);
  });

  it.each([
    ["orphans", "OrphanFoundAlarm"],
    ["overdue", "LeaseOverdueAlarm"],
    ["tooWide", "RoleTooWideAlarm"],
  ])("ring where the sweep answers that there are %s", (member, name) => {
    expect(alarmsOf(run((nth) => ({ [member]: nth === 2 ? 1 : 0 })))).toEqual([
      { name, atSeconds: 1800, ringing: false },
    ]);
  });

  it("ring where the sweep fails, is denied, or does not come", () => {
    const denied = Object.assign(new Error("no"), { name: "AwsRefused" });

    expect(alarmsOf(run((nth) => ({ failed: nth === 2 ? 1 : 0 })))).toMatchObject([
      { name: "SweepFailedAlarm" },
    ]);
    expect(alarmsOf(run((nth) => (nth === 2 ? denied : {})))).toMatchObject([{ name: "SweepDeniedAlarm" }]);
    expect(alarmsOf(run((nth) => (nth > 6 ? undefined : {})))).toEqual([
      { name: "SweepPausedAlarm", atSeconds: 6000, ringing: true },
    ]);
  });

  it.each([
    ["FAILED", "Failed", ["ExecutionsFailedAlarm"]],
    ["FAILED", "States.Runtime", ["ExecutionsFailedAlarm"]],
    ["FAILED", "RolledBack", []],
    ["TIMED_OUT", undefined, ["ExecutionsTimedOutAlarm"]],
    ["SUCCEEDED", undefined, []],
  ] as const)("tell of an execution that ended as %s %s", (status, error, names) => {
    const over = { ...run(() => ({})), executions: [{ status, error, stopMs: startMs + minute }] };

    expect(alarmsOf(over).map(({ name }) => name)).toEqual(names);
  });
});
