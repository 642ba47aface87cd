/** Each function may do what releases need, and nothing else. */
import { expect, test } from "vitest";
import { formatFault } from "#twin/engine";
import type { Roles } from "#twin/permissions";
import { beyondRuns } from "../../bench/permissions/beyond-runs.ts";
import { mutantsOf, questions } from "../../bench/permissions/mutants.ts";
import { refused, rightName, rightsOf, without } from "../../bench/permissions/rights.ts";
import {
  narrowestRoles,
  type Played,
  permissionRuns,
  play,
  troubleOf,
} from "../../bench/permissions/runs.ts";
import { rolesWith } from "../../src/rehearsal/permissions/deployed-roles.ts";

const all: Played[] = [];
const allPlayed = async () => {
  for (const run of all.length === 0 ? permissionRuns : []) all.push(await play(run));
  return all;
};

test.each(permissionRuns)("$name: no role lacks a right", async (run) => {
  const record = await play(run);
  all.push(record);

  expect(record.outcome, record.reason).toBe(run.outcome);
  // A run whose fault lies at a point that is not reached any more is another run.
  expect(record.faults).toEqual(run.request.faults?.map(formatFault) ?? []);
  expect(record.handsRefused ?? []).toEqual([]);
  expect(troubleOf(record)).toEqual([]);
  // Not everything that is denied is noticed: a step may go on without it, or the sweep may mend it.
  expect(record.denied).toEqual([]);
});

test("every right is missed by a run when it is taken away, or is beyond any run for a reason", async () => {
  const { rights, killed, survivors } = mutantsOf(questions(await allPlayed()));

  expect(rights.length).toBeGreaterThan(200);
  expect(killed.size).toBeGreaterThan(150);
  expect(survivors.filter((right) => !beyondRuns.some(({ is }) => is(right))).map(rightName)).toEqual([]);
});

test.each(["open", "via-service"] as const)(
  "where checks of auto scaling are %s, no function lacks a right",
  async (autoScalingChecks) => {
    // Some runs have another stack's names, or a second endpoint.
    const wide = { endpoints: `${narrowestRoles.endpoints}*`, ownNames: "*" };
    const given = { ...narrowestRoles, ...wide, autoScalingChecks };

    expect(refused(rolesWith(given), questions(await allPlayed()))).toEqual([]);
  },
);

const roles = rolesWith({ ...narrowestRoles, autoScalingChecks: "open" });
const beyondIn = (given: Roles) =>
  rightsOf(given)
    .filter((right) => beyondRuns.some(({ is }) => is(right)))
    .map(({ principal, action, resource }) => `${principal} ${action} ${resource}`)
    .sort();

test("what is beyond any run is all that its reason asks for, and nothing else", () => {
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
  ];

  expect(beyondIn(roles)).toEqual(expected.sort());
  // None of them may go: whichever is taken away, the list is no longer what it should be.
  const places = [...rightsOf(roles).keys()];
  const lists = places.map((place) => beyondIn(without(roles, new Set([place]))));
  expect(lists.filter(({ length }) => length === expected.length - 1)).toHaveLength(expected.length);
});

test("a right taken from the roles is denied in a run that needs it, also where the run ends as usual", async () => {
  const [run] = permissionRuns;
  if (run === undefined) throw new Error("no runs");
  const events = rightsOf(roles).findIndex(
    ({ principal, action }) => principal === "ShiftTraffic" && action === "events:PutEvents",
  );

  const played = await play(run, (deployed) => without(deployed, new Set([events])));

  expect(played.outcome).toBe(run.outcome);
  expect(played.denied.map(({ principal, action }) => `${principal} ${action}`)).toEqual([
    "ShiftTraffic events:PutEvents",
  ]);
});

test("rights bound to calls via a service do for a whole release; where those do not say so, no fleet is held", async () => {
  const release = permissionRuns.find(({ name }) =>
    name.startsWith("a version that takes the place of another's"),
  );
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
