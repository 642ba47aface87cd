/**
 * Two stacks in one account with plans for the same package group, both started by one approval: neither touches what
 * is the other's, and where both mean the same endpoint one of them gives way before it has changed anything of it.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Observer, refusalOf } from "#twin/engine";
import type { Gate } from "#twin/permissions";
import type { Call } from "#twin/services";
import { deploymentOf, rehearsedDeployment } from "../../src/core/deployment.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { InvariantFindings } from "../../src/rehearsal/invariants/invariants.ts";
import type { RoleParameters } from "../../src/rehearsal/permissions/deployed-roles.ts";
import { gateOf } from "../../src/rehearsal/permissions/parameters.ts";
import { rehearseHere } from "../../src/rehearsal/release/rehearsal.ts";
import type { ReleaseScene } from "../../src/rehearsal/release/request.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { plan } from "./explore/rehearsing.ts";

const eventIn = (name: string): unknown => JSON.parse(readFileSync(`events/${name}.json`, "utf8"));
const approval = eventIn("registry-approved");
const milestone = eventIn("scheduled-milestone");

/** One stack's call that took effect, and which of its functions made it. */
interface Made {
  readonly stack: string;
  readonly state: string;
  readonly call: Call;
}

const onEndpoint = (name: string): Plan => ({ ...plan, endpoint: { ...plan.endpoint, name } });

/** Both stacks release version 7 at one moment; the neighbour's endpoint is its own, or the same. */
async function released({
  stack = "slipway-prod",
  endpoint = "chat-assistant-prod",
  world = "healthy",
  stopAfterSeconds = [] as readonly number[],
  event = approval,
  roles = {} as Partial<RoleParameters>,
  theirRoles = {} as Partial<RoleParameters>,
} = {}) {
  const made: Made[] = [];
  const scenes: ReleaseScene[] = [];
  const watching = (scene: ReleaseScene): Observer => {
    scenes.push(scene);
    return {
      name: "made",
      effected: ({ call, invocation, result }) => {
        if (invocation === undefined || !("answer" in result)) return;
        const { neighbour = rehearsedDeployment.stack, state } = invocation;
        made.push({ stack: neighbour, state, call });
      },
      findings: () => undefined,
    };
  };
  const spec = loadWorld(world);
  const others = [{ name: "chat-assistant-prod", instances: plan.endpoint.instances, trafficPercent: 100 }];
  const record = await rehearseHere(
    {
      plan,
      event,
      roles,
      seed: 1,
      settleSeconds: 3600,
      stopAfterSeconds,
      world: { ...spec, others, quotaInstances: 200 },
      neighbours: [
        { deployment: deploymentOf(stack), plan: onEndpoint(endpoint), roles: { ...roles, ...theirRoles } },
      ],
    },
    { ...releaseParts, observe: [...(releaseParts.observe ?? []), watching] },
  );
  const { violations } = record.findings.invariants as InvariantFindings;
  const [scene] = scenes;
  if (scene === undefined) throw new Error("nobody watched");
  /** The gates that the two stacks stand behind, as it is at the end of the run. */
  const gates = {
    own: gateOf({ plan, roles }, scene.world),
    theirs: gateOf(
      { plan: onEndpoint(endpoint), roles: { ...roles, ...theirRoles } },
      scene.world,
      deploymentOf(stack),
    ),
  };
  return {
    record,
    made,
    gates,
    violations: Object.values(violations)
      .flat()
      .map(({ invariant, what }) => `${invariant}: ${what}`),
    own: record.executions.map(({ outcome }) => outcome),
    theirs: record.neighbours?.[0]?.executions.map(({ outcome }) => outcome),
  };
}

const writes = /^(Create|Delete|Update|Put|Register|Deregister|Start|Stop)/;
const text = (call: Call, member: string) => String(call.input[member] ?? "");

/** What a call changes, as `kind name`, of the kinds that a stack's prefix, endpoint, table or machine says it of. */
function changed({ service, operation, input, ...rest }: Call): string[] {
  const call = { service, operation, input, ...rest };
  if (service === "dynamodb") return [`table ${text(call, "TableName")}`];
  if (service === "eventbridge")
    return (input.Entries as { Detail: string }[]).map(
      ({ Detail }) => `event ${(JSON.parse(Detail) as { stack: string }).stack}`,
    );
  if (!writes.test(operation)) return [];
  const members = [
    "ModelName",
    "EndpointConfigName",
    "EndpointName",
    "TrainingJobName",
    "ResourceId",
    "GroupName",
  ];
  const machine = text(call, "stateMachineArn") || text(call, "executionArn");
  return [
    ...members.flatMap((member) => (input[member] === undefined ? [] : [`${member} ${text(call, member)}`])),
    ...(machine === "" ? [] : [`machine ${machine.split(":")[6]}`]),
  ];
}

/** What a stack changed that is not its own. */
function strange(made: readonly Made[], stack: string, endpoint: string): string[] {
  const own = [
    `table ${deploymentOf(stack).table}`,
    ...[`event ${stack}`, `EndpointName ${endpoint}`, `GroupName ${stack}`, `machine ${stack}-release`],
    `EndpointConfigName ${endpoint}-config-v6`,
  ];
  const all = made.filter((one) => one.stack === stack).flatMap(({ call }) => changed(call));
  expect(new Set(all.map((what) => what.split(" ")[0]))).toContain("table");
  const begins = [`ModelName ${stack}-chat-assistant-`, `EndpointConfigName ${stack}-chat-assistant-`];
  return [...new Set(all)].filter(
    (what) =>
      !own.includes(what) &&
      !begins.some((begin) => what.startsWith(begin)) &&
      !what.startsWith(`ResourceId endpoint/${endpoint}/variant/`),
  );
}

describe("two stacks with the same package group on two endpoints", () => {
  test.each([
    ["slipway-prod", "healthy", "promoted"],
    // One's name begins with the other's.
    ["slipway-dev-chat", "bad-errors", "rolled-back"],
  ])(
    "%s beside slipway-dev, %s: both end %s, and each changed only what is its own",
    async (stack, world, outcome) => {
      const { record, made, violations, own, theirs } = await released({ stack, world });

      expect(own).toEqual([outcome]);
      expect(theirs).toEqual([outcome]);
      expect(strange(made, "slipway-dev", "chat-assistant")).toEqual([]);
      expect(strange(made, stack, "chat-assistant-prod")).toEqual([]);
      expect(violations).toEqual([]);
      expect(record.refusals).toEqual([]);
      const { endpoints, models } = record.after;
      const sides = [
        ["chat-assistant", "slipway-dev"],
        ["chat-assistant-prod", stack],
      ] as const;
      for (const [endpoint, by] of sides) {
        const { configName = "", variants = {} } = endpoints[endpoint] ?? {};
        expect(Object.keys(variants)).toEqual([outcome === "promoted" ? "v7" : "v6"]);
        if (outcome === "promoted")
          expect(configName).toMatch(new RegExp(`^${by}-chat-assistant-v7-production-final-`));
        else expect(configName).toBe(`${endpoint}-config-v6`);
      }
      expect(models).toHaveLength(outcome === "promoted" ? 3 : 1);
    },
  );
});

test("a release that is stopped is undone by its own stack's sweep, and the other stack's goes on", async () => {
  const { record, made, violations, own, theirs } = await released({ stopAfterSeconds: [2400] });

  expect([own, theirs]).toEqual([["aborted", "rolled-back"], ["promoted"]]);
  expect(strange(made, "slipway-dev", "chat-assistant")).toEqual([]);
  expect(strange(made, "slipway-prod", "chat-assistant-prod")).toEqual([]);
  expect(violations).toEqual([]);
  expect(record.executions.map(({ name }) => name)[1]).toMatch(/^compensate-slipway-dev-/);
  const names = [...record.after.models, ...record.after.endpointConfigs];
  expect(names.filter((name) => name.startsWith("slipway-dev-"))).toEqual([]);
});

/** The operations of one stack that changed something and that the other's same function may make as they stand. */
function allowedToBoth(made: readonly Made[], stack: string, gate: Gate): string[] {
  const changing = made.filter((one) => one.stack === stack && changed(one.call).length > 0);
  expect(changing.length).toBeGreaterThan(40);
  const may = ({ call, state }: Made) => refusalOf(() => gate.call(call, state)) === undefined;
  return [...new Set(changing.filter(may).map(({ call }) => `${call.service}.${call.operation}`))].sort();
}

/** What AWS offers no name of the stack's to narrow by: an event bus that both have, and targets that have no names. */
const shared = /^(eventbridge\.PutEvents|application-autoscaling\.\w+)$/;

describe("roles of two stacks", () => {
  test("each is denied what the other made and changed, by the roles that it has in the run", async () => {
    // The other way allows weights and counts on every endpoint, since Application Auto Scaling asks for them so.
    const roles = { autoScalingChecks: "via-service" } as const;
    const release = await released({ roles });
    const training = await released({ roles, event: milestone });

    for (const { made, gates } of [release, training]) {
      const both = [
        ...allowedToBoth(made, "slipway-dev", gates.theirs),
        ...allowedToBoth(made, "slipway-prod", gates.own),
      ];
      expect(both.filter((operation) => !shared.test(operation))).toEqual([]);
    }
    const machines = ["slipway-dev", "slipway-prod"].map(deploymentOf);
    const starts = machines.map(({ schedulerRoleArn: scheduleRole }, nth) =>
      machines.map(({ stateMachineArn: machine }) => {
        const gate = nth === 0 ? release.gates.own : release.gates.theirs;
        return refusalOf(() => gate.start({ scheduleRole, machine }));
      }),
    );
    expect(starts).toEqual([
      [undefined, expect.stringMatching(/^AccessDenied.*slipway-dev-.*:slipway-prod-release/)],
      [expect.stringMatching(/^AccessDenied.*slipway-prod-.*:slipway-dev-release/), undefined],
    ]);
  });

  test("the neighbour is held to its own in the run: given the first stack's names, it can make nothing", async () => {
    const { violations, own, theirs, record } = await released({ theirRoles: { ownNames: "slipway-dev-*" } });

    expect([own, theirs]).toEqual([["promoted"], ["rolled-back"]]);
    expect(record.neighbours?.[0]?.executions[0]?.reason).toMatch(
      /assumed-role\/slipway-prod-\S+ is not authorized to perform: sagemaker:CreateModel on resource: \S+:model\/slipway-prod-/,
    );
    expect(violations).toEqual([]);
  });
});

describe("two stacks with the same endpoint", () => {
  test.each([
    ["healthy", "promoted"],
    ["bad-errors", "rolled-back"],
  ])(
    "%s: one is %s, the other gives way before it has moved it, says to whom, and leaves nothing",
    async (world, outcome) => {
      const { record, made, violations, own, theirs } = await released({ endpoint: "chat-assistant", world });

      expect([own, theirs]).toEqual([[outcome], ["rolled-back"]]);
      expect(violations).toEqual([]);
      const [other] = record.neighbours?.[0]?.executions ?? [];
      expect(other?.reason).toMatch(
        /^Drifted: endpoint chat-assistant is moved to slipway-dev-chat-assistant-v7-production-join-\w+ by someone else/,
      );
      const moves = made.filter(({ call }) => call.operation.startsWith("UpdateEndpoint"));
      expect(new Set(moves.map(({ stack }) => stack))).toEqual(new Set(["slipway-dev"]));
      const left = [...record.after.models, ...record.after.endpointConfigs];
      expect(left.filter((name) => name.startsWith("slipway-prod-"))).toEqual([]);
      const suspended = Object.values(record.after.scalableTargets).map((target) => target.suspended);
      expect(suspended).toHaveLength(1);
      expect(suspended).toEqual(
        Object.values(record.before.scalableTargets).map((target) => target.suspended),
      );
    },
  );
});
