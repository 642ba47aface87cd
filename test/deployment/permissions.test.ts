/** Each function may do what releases need, and nothing else. */
import { expect, test } from "vitest";
import { beyondRuns } from "../../bench/permissions/beyond-runs.ts";
import { mutantsOf } from "../../bench/permissions/mutants.ts";
import { rightName, rightsOf } from "../../bench/permissions/rights.ts";
import { narrowestRoles, permissionRuns, play } from "../../bench/permissions/runs.ts";
import type { Asked } from "../../src/rehearsal/permissions/gate.ts";
import { rolesWith } from "../../src/rehearsal/permissions/roles.ts";

const asked = new Map<string, Asked>();

test.each(permissionRuns)("$name: no role lacks a right", async (run) => {
  const record = await play(run);
  for (const question of record.permissions) asked.set(JSON.stringify(question), question);

  expect(record.outcome, record.reason).toBe(run.outcome);
  expect([...record.undelivered, ...record.dropped, ...record.refusals]).toEqual([]);
});

test("every right is missed by a run when it is taken away, or is beyond any run for a reason", async () => {
  for (const run of asked.size === 0 ? permissionRuns : [])
    for (const question of (await play(run)).permissions) asked.set(JSON.stringify(question), question);
  const { rights, killed, survivors } = mutantsOf([...asked.values()]);

  expect(rights.length).toBeGreaterThan(200);
  expect(killed.size).toBeGreaterThan(150);
  expect(survivors.filter((right) => !beyondRuns.some(({ is }) => is(right))).map(rightName)).toEqual([]);
});

test("what is beyond any run is of the shape that its reason says, and nothing that a run asks for", () => {
  const rights = rightsOf(rolesWith({ ...narrowestRoles, autoScalingChecks: "open" }));
  const beyond = rights.filter((right) => beyondRuns.some(({ is }) => is(right)));
  const logs = beyond.filter(
    ({ action, principal }) => /^logs:(Create|Put)Log/.test(action) && principal !== "machine",
  );
  const own = (state: string) => `slipway-dev-${state.charAt(0).toLowerCase()}${state.slice(1)}`;

  for (const { principal, resource } of logs)
    expect(resource).toBe(`arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/${own(principal)}:*:*`);
  const unversioned = beyond.filter(({ action }) => action === "lambda:InvokeFunction");
  expect(unversioned.map(({ resource }) => `${resource}:1`).sort()).toEqual(
    Object.values(rolesWith({ ...narrowestRoles, autoScalingChecks: "open" }).tasks).sort(),
  );
  for (const { is, reason } of beyondRuns) expect(beyond.filter(is).length, reason).toBeGreaterThan(0);
});

test("rights bound to calls via a service do for a whole release; where those do not say so, no fleet is held", async () => {
  const [release] = permissionRuns;
  if (release === undefined) throw new Error("no runs");
  const bound = (checksComeViaService: boolean) =>
    play({
      ...release,
      request: { ...release.request, roles: { autoScalingChecks: "via-service" }, checksComeViaService },
    });

  expect((await bound(true)).outcome).toBe("promoted");
  const unsaid = await bound(false);
  expect(unsaid.outcome).toBe("rolled-back");
  expect(unsaid.reason).toMatch(
    /ValidationException: User: .* is not authorized to perform: sagemaker:UpdateEndpointWeightsAndCapacities/,
  );
});
