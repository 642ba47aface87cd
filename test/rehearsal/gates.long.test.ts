/**
 * Every gate with every answer in whole rehearsals: passed, failed, not known, waived, and a waiver that is over. What is
 * blocked changes nothing and says what to do; what is not goes on, and no rehearsal breaks a promise.
 */
import { describe, expect, test } from "vitest";
import { WorldSpec } from "#twin/world";
import { stepsOn } from "../../functions/index.ts";
import type { Wire } from "../../src/aws/clients.ts";
import { type GateName, gateNames } from "../../src/core/gates/names.ts";
import { Gates } from "../../src/core/gates/settings.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import { planIn } from "../core/example.ts";
import { rehearsing } from "./explore/rehearsing.ts";
import { substituted } from "./invariants/forgeries.ts";
import { type Body, type Tampering, tampered } from "./invariants/tampering.ts";

const gated = planIn("test/data/plans/gated.yml");
const brief: Plan = {
  ...gated,
  rollout: { ...gated.rollout, stages: [{ trafficPercent: 100, bakeMinutes: 3 }] },
};
const event = { model: gated.model, version: 7 };

interface Arranged {
  /** Of a world's security. */
  readonly security?: object;
  readonly tampering?: Tampering;
  /** What PlanCapacity had found. */
  readonly needs?: (needs: Body) => Body;
}
interface Ways {
  readonly pass: Arranged;
  readonly fail: Arranged;
  readonly unknown: Arranged;
}

const withoutAnswer = (operation: string): Arranged => ({
  tampering: { operation, state: "CheckGates", request: () => ({ Nonsense: true }) },
});
const answered = (operation: string, answer: (output: Body) => Body): Arranged => ({
  tampering: { operation, state: "CheckGates", answer },
});
/** Of the item that the sweep keeps, as DynamoDB answers it. */
const seenRoles = (item: (seen: Body) => Body): Arranged =>
  answered("GetItem", (output) => {
    const { Item } = output as { Item?: Body & { pk: { S: string } } };
    return Item?.pk.S === "own-roles" ? { ...output, Item: item(Item) } : output;
  });
const keyed = { security: { volumeKey: "customer" } };
const approvedBy = (modifier: Body | undefined) =>
  answered("DescribeModelPackage", (output) => ({ ...output, LastModifiedBy: modifier }));

const ways: Readonly<Record<GateName, Ways>> = {
  "volume-encryption": {
    pass: keyed,
    fail: { security: { volumeKey: "none" } },
    unknown: withoutAnswer("DescribeEndpointConfig"),
  },
  "key-usable": {
    pass: keyed,
    fail: { security: { volumeKey: "customer", keyState: "PendingDeletion" } },
    unknown: { ...keyed, ...withoutAnswer("DescribeKey") },
  },
  "key-rotation": {
    pass: keyed,
    fail: { security: { volumeKey: "customer", keyRotation: false } },
    unknown: { ...keyed, ...withoutAnswer("GetKeyRotationStatus") },
  },
  "artefact-encryption": {
    pass: { security: { modelData: { candidate: "customer" } } },
    fail: { security: { modelData: { candidate: "s3" } } },
    unknown: { security: { modelData: { candidate: "customer", objects: 13 } } },
  },
  "inter-container-traffic": {
    pass: {},
    fail: answered("DescribeModelPackage", (output) => {
      const specification = output.InferenceSpecification as { Containers: Body[] };
      const Containers = [...specification.Containers, ...specification.Containers];
      return { ...output, InferenceSpecification: { ...specification, Containers } };
    }),
    unknown: withoutAnswer("DescribeModel"),
  },
  "network-isolation": {
    pass: { security: { networkIsolation: true } },
    fail: {},
    unknown: withoutAnswer("DescribeModel"),
  },
  vpc: { pass: { security: { vpc: true } }, fail: {}, unknown: withoutAnswer("DescribeModel") },
  "image-digest": {
    pass: { security: { imageBy: "digest" } },
    fail: { security: { movedTag: true } },
    unknown: withoutAnswer("DescribeImages"),
  },
  vulnerabilities: {
    pass: {},
    fail: { security: { findings: [{ of: "candidate", severity: "high", count: 4 }] } },
    unknown: { security: { scan: "none" } },
  },
  "image-age": {
    pass: {},
    fail: { security: { imageAgeDays: { candidate: 61, serving: 20 } } },
    unknown: withoutAnswer("DescribeImages"),
  },
  "data-location": {
    pass: {},
    fail: { security: { dataRegion: "us-east-1" } },
    unknown: withoutAnswer("DescribeModelPackage"),
  },
  approval: {
    pass: {},
    fail: answered("DescribeModelPackage", (output) => ({ ...output, ModelApprovalStatus: "Rejected" })),
    unknown: withoutAnswer("DescribeModelPackage"),
  },
  "separation-of-duties": {
    pass: {},
    fail: { security: { approver: "creator" } },
    unknown: approvedBy(undefined),
  },
  // A planner that is mistaken: its own refusal would come first.
  "way-back": {
    pass: {},
    fail: { needs: (needs) => ({ ...needs, room: { stableInstances: 0, candidateMaximum: 9, usd: 9 } }) },
    unknown: { needs: (needs) => ({ ...needs, costUsd: null }) },
  },
  "least-privilege": {
    pass: {},
    fail: seenRoles((seen) => ({
      ...seen,
      roles: {
        M: { "slipway-dev-checkGates": { M: { at: { S: "2026-01-05" }, beyond: { L: [{ S: "more" }] } } } },
      },
    })),
    unknown: seenRoles((seen) => ({ ...seen, roles: { M: { "slipway-dev-checkGates": { NULL: true } } } })),
  },
};

const usual: Partial<Gates> = { keptExposures: "fail" };
const waiver = (gate: GateName, until: string) => [
  { gate, by: "Ada Lovelace", until, reason: "its own review" },
];

async function rehearsed(
  gate: GateName,
  { security = {}, tampering, needs }: Arranged,
  more: Partial<Gates>,
) {
  const gates = Gates.parse({
    ...gated.gates,
    ...usual,
    profile: "none",
    require: [gate],
    ...more,
  });
  const plan: Plan = { ...brief, gates };
  const steps = (wire: Wire, deployment?: never) => {
    const all = stepsOn(
      tampering === undefined ? wire : (tampered(wire as never, [tampering]) as never),
      deployment,
    );
    if (needs === undefined) return all;
    return substituted("CheckGates", async (given, original) => {
      const planning = given.planning as Body;
      return original({ ...given, planning: { ...planning, needs: needs(planning.needs as Body) } });
    })(all as never);
  };
  const world = WorldSpec.parse({ description: "made for one gate", security });
  return rehearsing({
    plan,
    event,
    world,
    settleSeconds: 0,
    parts: { ...releaseParts, stepsOn: steps as never },
  });
}

describe.each(gateNames)("%s", (gate) => {
  const { pass, fail, unknown } = ways[gate];

  test.each([
    ["pass", pass, {}, "promoted"],
    ["fail", fail, {}, "refused"],
    ["unknown", unknown, {}, "refused"],
    ["waived", fail, { waivers: waiver(gate, "2026-01-05") }, "promoted"],
    ["waived, not known", unknown, { waivers: waiver(gate, "2026-01-05") }, "promoted"],
    ["waiver expired", fail, { waivers: waiver(gate, "2026-01-04") }, "refused"],
  ])("%s", async (how, arranged, more, outcome) => {
    const { record, violations } = await rehearsed(gate, arranged, more as Partial<Gates>);
    const [execution] = record.executions;

    expect(violations).toEqual([]);
    expect(execution?.outcome).toBe(outcome);
    if (outcome !== "refused") return;
    expect(record.after).toEqual(record.before);
    expect(execution?.reason).toMatch(new RegExp(`gate ${gate}: expected .*; to do: `));
    expect(execution?.reason.includes("not known")).toBe(how === "unknown");
    expect(execution?.reason.includes("the waiver of Ada Lovelace ended")).toBe(how === "waiver expired");
  });
});
