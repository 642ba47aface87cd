/** The plan's own alarms before a release: those that are not there, and those that ring already. */
import { expect, test } from "vitest";
import { badAlarms } from "../../../src/core/kpis/preflight.ts";

test("an alarm that rings already or is not there bars a release; one that is quiet, or does not know yet, does not", () => {
  const found = [
    { name: "queue-depth", state: "ALARM" },
    { name: "errors", state: "OK" },
    { name: "young", state: "INSUFFICIENT_DATA" },
  ] as const;

  expect(badAlarms(["queue-depth", "errors", "young", "gone"], found)).toEqual([
    "alarm queue-depth is in ALARM already",
    "alarm gone does not exist",
  ]);
});
