/** What a release does to an endpoint, and who else did: packs, and calls as CloudTrail tells of them. */
import type { AuditLine } from "../../../src/core/audit/line.ts";
import { lineOf } from "../../../src/core/audit/line.ts";
import { readTrail, type TrailCall } from "../../../src/core/audit/trail.ts";
import type { ChangePack } from "../../../src/core/evidence/pack.ts";
import type { ResourceRef } from "../../../src/core/release/change.ts";
import type { JsonValue } from "../../../src/core/release/json-value.ts";
import { packOf } from "../evidence/chain.ts";

export const stack = { stack: "slipway-prod", region: "eu-west-1" };
export const subject = "endpoint/chat";
export const own =
  "arn:aws:sts::123456789012:assumed-role/slipway-prod-shiftTraffic-eu-west-1-lambdaRole/slipway-prod-shiftTraffic";
export const person = "arn:aws:iam::123456789012:user/ann";
export const autoScaling =
  "arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint/session";

/** A change of a kind, with the calls that it takes. */
export interface Kind {
  readonly resource: ResourceRef;
  readonly state: (nth: number) => JsonValue;
  readonly calls: (
    nth: number,
  ) => readonly (readonly [operation: string, parameters: Readonly<Record<string, JsonValue>>])[];
}

const target = {
  serviceNamespace: "sagemaker",
  resourceId: "endpoint/chat/variant/v7",
  scalableDimension: "sagemaker:variant:DesiredInstanceCount",
};

export const kinds: readonly Kind[] = [
  {
    resource: { kind: "routing", name: "chat" },
    state: (nth) => `config-${nth}`,
    calls: (nth) => [["UpdateEndpoint", { endpointName: "chat", endpointConfigName: `config-${nth}` }]],
  },
  {
    resource: { kind: "weights", name: "chat" },
    state: (nth) => ({ v6: 1, v7: nth / 100 }),
    calls: (nth) => [
      [
        "UpdateEndpointWeightsAndCapacities",
        {
          endpointName: "chat",
          desiredWeightsAndCapacities: [
            { variantName: "v6", desiredWeight: 1 },
            { variantName: "v7", desiredWeight: nth / 100 },
          ],
        },
      ],
    ],
  },
  {
    resource: { kind: "count", name: "chat/v7" },
    state: (nth) => nth,
    calls: (nth) => [
      [
        "UpdateEndpointWeightsAndCapacities",
        {
          endpointName: "chat",
          desiredWeightsAndCapacities: [{ variantName: "v7", desiredInstanceCount: nth }],
        },
      ],
    ],
  },
  {
    resource: { kind: "scaling", name: "endpoint/chat/variant/v7" },
    state: (nth) => ({ min: nth, max: nth + 4, policies: [{ name: `p${nth}` }], scheduledActions: [] }),
    calls: (nth) => [
      ["RegisterScalableTarget", { ...target, minCapacity: nth, maxCapacity: nth + 4 }],
      ["PutScalingPolicy", { ...target, policyName: `p${nth}` }],
    ],
  },
];

export interface Change {
  readonly kind: Kind;
  /** The state before and after, each by a number. */
  readonly from: number;
  readonly to: number;
  readonly what: "made" | "put-back" | "begun";
  readonly sinceMs: number;
  readonly atMs: number;
}

export function lineFor(number: number, { kind, from, to, what, sinceMs, atMs }: Change): AuditLine {
  const [since, at] = [sinceMs, atMs].map((ms) => new Date(ms).toISOString());
  const told = { resource: kind.resource, before: { is: kind.state(from) }, after: { is: kind.state(to) } };
  return lineOf(number, { ...packOf(subject, number), what, since, at, ...told } as ChangePack);
}

let ids = 0;

/** By way of CloudTrail's own record, to the second. */
export function calledBy(
  by: string,
  atMs: number,
  [operation, parameters]: readonly [string, Readonly<Record<string, JsonValue>>],
): TrailCall {
  ids += 1;
  const record = {
    eventTime: new Date(Math.floor(atMs / 1000) * 1000).toISOString().replace(".000", ""),
    eventName: operation,
    userIdentity: { type: "AssumedRole", arn: by },
    requestParameters: parameters,
  };
  const read = readTrail({ id: `event-${ids}`, record: JSON.stringify(record) });
  if (!("call" in read)) throw new Error(`expected a call, found ${read.left}`);
  return read.call;
}
