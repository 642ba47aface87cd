/** How a release ends that others have begun: as promoted, or with everything as before. */
import { expect } from "vitest";
import type { RunRecord } from "../../src/rehearsal/release/run-record.ts";

export function expectEnd(
  record: RunRecord,
  outcome: "promoted" | "rolled-back",
  outcomes: readonly string[] = [outcome],
): void {
  const { before, after, executions } = record;
  expect(executions.map((each) => each.outcome)).toEqual(outcomes);
  expect(record.refusals).toEqual([]);
  const [endpoint] = Object.values(after.endpoints);
  expect(Object.keys(endpoint?.variants ?? {})).toEqual([outcome === "promoted" ? "v7" : "v6"]);
  expect(Object.values(after.scalableTargets)).toMatchObject([
    { suspended: { DynamicScalingInSuspended: false } },
  ]);
  if (outcome === "promoted") return;
  expect(after.models).toEqual(before.models);
  expect(after.endpointConfigs).toEqual(before.endpointConfigs);
  expect(endpoint?.configName).toBe(Object.values(before.endpoints)[0]?.configName);
}

/** What invariants have found. */
export function invariantsOf({ findings }: RunRecord): unknown[] {
  const { violations } = findings.invariants as { violations: Record<string, unknown[]> };
  return Object.values(violations).flat();
}
