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

test("what is beyond any run is all that its reason asks for, and nothing else", () => {
  const roles = rolesWith({ ...narrowestRoles, autoScalingChecks: "open" });
  const functions = Object.entries(roles.functions);
  const of = (principal: string, actions: readonly string[], resource: string) =>
    actions.map((action) => `${principal} ${action} ${resource}`);
  const logOf = (arn: string) =>
    `${arn.replace(":lambda:", ":logs:").replace(":function:", ":log-group:/aws/lambda/")}:*:*`;
  /** CDK grants a machine that logs the same (aws-stepfunctions), and so does the guide to its logs. */
  const delivery = [
    ...["CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery", "ListLogDeliveries"],
    ...["PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups"],
  ].map((name) => `logs:${name}`);
  const traces = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
  const sampling = ["xray:GetSamplingRules", "xray:GetSamplingTargets"];
  const expected = [
    ...functions.flatMap(([name, { arn }]) =>
      of(name, ["logs:CreateLogStream", "logs:PutLogEvents"], logOf(arn)),
    ),
    ...functions.flatMap(([name]) => of(name, traces, "*")),
    ...of("machine", [...delivery, ...traces, ...sampling], "*"),
    // Executions that began before functions had versions invoke them without one.
    ...Object.values(roles.tasks).flatMap((version) =>
      of("machine", ["lambda:InvokeFunction"], version.replace(/:\d+$/, "")),
    ),
    ...of(
      "ScaleDown",
      ["scheduler:DeleteSchedule", "scheduler:GetSchedule"],
      "arn:aws:scheduler:eu-west-1:123456789012:schedule/default/*-lease",
    ),
  ];

  const beyond = rightsOf(roles).filter((right) => beyondRuns.some(({ is }) => is(right)));

  expect(
    beyond.map(({ principal, action, resource }) => `${principal} ${action} ${resource}`).sort(),
  ).toEqual(expected.sort());
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
