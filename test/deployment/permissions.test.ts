/** Each function may do what releases need. */
import { expect, test } from "vitest";
import { permissionRuns, play } from "../../bench/permissions/runs.ts";

test.each(permissionRuns)("$name: no role lacks a right", async (run) => {
  const record = await play(run);

  expect(record.outcome, record.reason).toBe(run.outcome);
  expect([...record.undelivered, ...record.dropped, ...record.refusals]).toEqual([]);
  expect(record.permissions.length).toBeGreaterThan(30);
});

test("a right that is missing is missed: without the alarms' rights, no fleet is held", async () => {
  const [healthy] = permissionRuns;
  if (healthy === undefined) throw new Error("no runs");

  const record = await play({
    ...healthy,
    request: { roles: { autoScalingChecks: "via-service" }, checksComeViaService: false },
  });

  expect(record.outcome).toBe("rolled-back");
  expect(record.reason).toMatch(
    /ValidationException: User: .* is not authorized to perform: sagemaker:UpdateEndpointWeightsAndCapacities/,
  );
});
