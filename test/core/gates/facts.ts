/** Facts of a candidate that is as it should be, beside the like that serves; tests change a part of either. */
import { answersOf } from "../../../src/core/gates/answers.ts";
import type {
  ArtefactObject,
  GateFacts,
  GateSide,
  ImageFacts,
  KeyFacts,
} from "../../../src/core/gates/facts.ts";
import type { GateAnswer } from "../../../src/core/gates/gate-answer.ts";
import type { GateName } from "../../../src/core/gates/names.ts";
import type { Gates } from "../../../src/core/gates/settings.ts";

export const nowMs = Date.UTC(2026, 0, 5, 8);
const dayMs = 86_400_000;
const digest = `sha256:${"7".repeat(64)}`;

export const key: KeyFacts = {
  arn: "arn:aws:kms:eu-west-1:123456789012:key/1234abcd",
  state: "Enabled",
  isCustomers: true,
  rotation: { value: true },
  replicaRegions: [],
};
export const artefact: ArtefactObject = {
  uri: "s3://claims-models/v7/model.tar.gz",
  algorithm: "aws:kms",
  key: { arn: key.arn, state: "Enabled" },
};
export const image: ImageFacts = {
  reference: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/claims@${digest}`,
  pinned: digest,
  registered: digest,
  stored: { value: { digest, pushedMs: nowMs - 10 * dayMs } },
  scan: { value: { finishedMs: nowMs - dayMs, findings: {} } },
};
export const side: GateSide = {
  called: "version 7",
  volume: { value: { instanceType: "ml.m5.xlarge", keyId: "1234abcd" } },
  key: { value: key },
  artefacts: { value: { objects: [artefact], unseen: [] } },
  model: { value: { isIsolated: true, isInVpc: true, containers: 1 } },
  images: { value: [image] },
  version: {
    value: {
      approval: "Approved",
      createdBy: { arn: "arn:aws:iam::123456789012:user/ada" },
      modifiedBy: { arn: "arn:aws:iam::123456789012:user/grace" },
    },
  },
  places: { value: [{ what: "s3://claims-models/v7", region: "eu-west-1" }] },
};
const look = { at: new Date(nowMs - 3_600_000).toISOString(), shipped: "7", beyond: [] };
export const facts: GateFacts = {
  candidate: side,
  serving: { ...side, called: "what serves" },
  means: { costUsd: 20, budgetUsd: 60, stableInstances: 4, roomInstances: 5 },
  roles: { value: { roles: { "slipway-dev-checkGates": look, "slipway-dev-reapLeases": look } } },
};

export const daysAgo = (days: number): number => nowMs - days * dayMs;

export interface Asking {
  readonly candidate?: Partial<GateSide>;
  readonly serving?: Partial<GateSide>;
  readonly means?: Partial<GateFacts["means"]>;
  readonly roles?: GateFacts["roles"];
  readonly gates?: Partial<Gates>;
}

/** What one gate answers, asked alone. */
export function answerOf(
  gate: GateName,
  { candidate, serving, means, roles, gates }: Asking = {},
): GateAnswer {
  const asked: Gates = { profile: "none", require: [gate], deadlineMinutes: 120, ...gates };
  const changed: GateFacts = {
    candidate: { ...facts.candidate, ...candidate },
    serving: { ...facts.serving, ...serving },
    means: { ...facts.means, ...means },
    roles: roles ?? facts.roles,
  };
  const [answer, ...others] = answersOf({ gates: asked, facts: changed, region: "eu-west-1", nowMs });
  if (answer === undefined || others.length > 0) throw new Error(`expected the answer of ${gate} alone`);
  return answer;
}
