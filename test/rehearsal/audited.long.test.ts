/** Whole releases held against the calls that the account has taken: packs tell of each of Slipway's own, and of nothing else. */
import { describe, expect, test } from "vitest";
import { auditedOperations } from "../../src/core/audit/aims.ts";
import { isReconciled } from "../../src/core/audit/audit.ts";
import { type AuditLine, lineOf } from "../../src/core/audit/line.ts";
import { type Reconciled, reconciled } from "../../src/core/audit/reconciling.ts";
import { readTrail, type TrailCall } from "../../src/core/audit/trail.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { EvidenceEntry } from "../../src/core/evidence/envelope.ts";
import type { ReleaseScene } from "../../src/rehearsal/release/request.ts";
import { partOf } from "../part.ts";
import { type Rehearsing, rehearsing } from "./explore/rehearsing.ts";

const subject = "endpoint/chat-assistant";

/** What CloudTrail tells a day later. */
function callsIn({ services, world }: ReleaseScene): TrailCall[] {
  const trail = services.find(({ name }) => name === "cloudtrail");
  const at = world.nowMs + 86_400_000;
  return auditedOperations.flatMap((operation) => {
    const calls: TrailCall[] = [];
    let NextToken: string | undefined;
    do {
      const LookupAttributes = [{ AttributeKey: "EventName", AttributeValue: operation }];
      const input = { LookupAttributes, ...(NextToken !== undefined && { NextToken }) };
      const page = trail?.operations.LookupEvents?.(input, {
        service: "cloudtrail",
        operation: "LookupEvents",
        input,
        at,
      });
      const { Events, NextToken: next } = page as unknown as {
        Events: { EventId: string; CloudTrailEvent: string }[];
        NextToken?: string;
      };
      for (const { EventId: id, CloudTrailEvent: record } of Events) {
        const read = readTrail({ id, record });
        if ("call" in read) calls.push(read.call);
      }
      NextToken = next;
    } while (NextToken !== undefined);
    return calls;
  });
}

function linesIn({ world }: ReleaseScene): AuditLine[] {
  const prefix = `${rehearsedDeployment.evidence?.bucket}/packs/${encodeURIComponent(subject)}/`;
  return [...world.state.objects]
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, text]) =>
      lineOf(Number.parseInt(key.slice(prefix.length), 10), EvidenceEntry.parse(JSON.parse(text)).pack),
    )
    .toSorted((one, other) => one.number - other.number);
}

async function held(how: Rehearsing): Promise<{ found: Reconciled; lines: AuditLine[]; laid: boolean }> {
  let scene: ReleaseScene | undefined;
  const observers = [
    (given: ReleaseScene) => {
      scene = given;
      return { name: "audited", findings: () => null };
    },
  ];
  const { record } = await rehearsing({ ...how, observers });
  if (scene === undefined) throw new Error("expected a scene");
  const [calls, lines] = [callsIn(scene), linesIn(scene)];
  const activities = scene.world.state.scalingActivities.map((one) => ({
    id: one.id,
    at: new Date(one.startMs).toISOString(),
    ...{
      resourceId: one.target.resourceId,
      description: one.description,
      cause: one.cause,
      status: one.statusCode,
    },
  }));
  const span = {
    from: "2026-01-01T00:00:00.000Z",
    to: new Date(scene.world.nowMs + 86_400_000).toISOString(),
  };
  const stack = { stack: rehearsedDeployment.stack, region: rehearsedDeployment.region };
  const found = reconciled({ subject, stack, lines, calls, activities, others: [], span });
  const laid = record.faults.length > 0 && (record.handsRefused ?? []).length === 0;
  return { found, lines, laid };
}

const ways: readonly (readonly [string, Rehearsing])[] = [
  ["promoted", {}],
  ["rolled back", { world: "late-fault" }],
  ["stopped from outside, and walked back by the sweep", { stopAfterSeconds: [1500] }],
];

test.each(ways)(
  "a release that is %s: each call of its own is told by a pack, and each pack has its call",
  async (_, how) => {
    const { found, lines } = await held(how);

    expect(lines.length).toBeGreaterThan(5);
    expect(found.told).toBeGreaterThan(5);
    expect(found).toMatchObject({ untold: [], unseen: [], outside: [] });
    expect(isReconciled(found)).toBe(true);
  },
);

/** What somebody else does to the endpoint while a release runs, and the calls of it that are at what the endpoint is made of. */
const hands: readonly (readonly [string, readonly string[]])[] = [
  ["sets-weights-100-0", ["UpdateEndpointWeightsAndCapacities"]],
  ["raises-stables-count", ["UpdateEndpointWeightsAndCapacities"]],
  ["raises-stables-minimum", ["RegisterScalableTarget"]],
  ["lowers-stables-maximum", ["RegisterScalableTarget"]],
  ["suspends-candidates-scaling", ["RegisterScalableTarget"]],
  ["lifts-stables-hold", ["RegisterScalableTarget"]],
  ["schedules-stables-scaling", ["PutScheduledAction"]],
  ["puts-stables-policy", ["PutScalingPolicy"]],
  ["deletes-stables-policy", ["DeleteScalingPolicy"]],
  ["deregisters-stable", ["DeregisterScalableTarget"]],
  // The configuration that it moves to is nobody's before; the scaling of a variant that goes, if it has any, is taken away first.
  ["moves-the-endpoint", ["UpdateEndpoint"]],
  ["deletes-candidates-model", ["DeleteModel"]],
  ["deletes-the-endpoint", ["DeleteEndpoint"]],
];
const places = [
  "ProveWarmth@1",
  "ShiftTraffic[0]@1",
  "Bake[0]@1",
  "Bake[1]@1",
  "Bake[2]@1",
  "Bake[3]@1",
  "PromoteModel[4]@1",
  "ScaleDown[4]@1",
];

describe.each(partOf(places))("as a release comes to %s", (place) => {
  test.each(partOf(hands, 3))(
    "a hand that %s is found, by whom, and nothing besides",
    async (hand, operations) => {
      const { found, laid } = await held({ faults: [`somebody-${hand}=entry:${place}`] });

      // A candidate has no scaling of its own before its first share.
      const isThere = hand !== "suspends-candidates-scaling" || !/^(ProveWarmth|ShiftTraffic.0)/.test(place);
      expect(laid).toBe(isThere);
      const calls = found.outside.map(({ operation }) => operation);
      const own = calls.filter((one) => hand !== "moves-the-endpoint" || one !== "DeregisterScalableTarget");
      expect(own).toEqual(isThere ? operations : []);
      expect(found.outside.filter(({ by }) => by !== "arn:aws:iam::123456789012:user/twin")).toEqual([]);
      expect(found).toMatchObject({ untold: [], unseen: [] });
    },
  );
});
