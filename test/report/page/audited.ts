/** An audit that has everything which one may tell of: releases, a waived gate, break-glass, a gap, auto scaling's days, and what happened without a pack. */
import { type Audited, exceptionsIn } from "../../../src/core/audit/audit.ts";
import { type AuditLine, lineOf } from "../../../src/core/audit/line.ts";
import type { ScaledChange } from "../../../src/core/audit/scaled.ts";
import type { ChangePack, Pack } from "../../../src/core/evidence/pack.ts";

export const subject = "endpoint/fraud-scoring";
export const ann = "arn:aws:iam::210987654321:user/ann";
export const ben = "arn:aws:sts::210987654321:assumed-role/AWSReservedSSO_Sre/ben@example.com";
const cai = "arn:aws:sts::210987654321:assumed-role/break-glass-admin/cai";
export const own =
  "arn:aws:sts::210987654321:assumed-role/slipway-prod-shiftTraffic-eu-central-1-lambdaRole/f";
const minute = 60_000;
const startMs = Date.UTC(2026, 6, 1, 6);
const atOf = (nth: number): string => new Date(startMs + nth * 12 * minute).toISOString();

const release = (version: number): ChangePack["release"] => ({
  id: `fraud-scoring-v${version}-production`,
  ...{ execution: "run", fence: version, model: "fraud-scoring", version, milestone: "production" },
  trigger: "registry",
  claimed: { commit: "4f1c2aa", run: "8812" },
});
const scaling = { kind: "scaling", name: "endpoint/fraud-scoring/variant/v11" } as const;
const weights = { kind: "weights", name: "fraud-scoring" } as const;
const members = (nth: number) => ({ schema: 1, subject, since: atOf(nth), at: atOf(nth) }) as const;
const bounds = (min: number) => ({ is: { min, max: 24, suspended: { in: false, out: min > 8 } } });
const glass = {
  passes: ["freeze quarter-end", "gate vulnerabilities"],
  until: "2026-07-02T06:00:00.000Z",
  ...{ by: ["person-ann", "person-ben"], askedAt: atOf(0), seen: "ef".repeat(32) },
};

/** What a release does: three changes, the second by somebody's yes, the third by break-glass; its number is its version's. */
function releaseLines(first: number, version: number): AuditLine[] {
  const of = { release: release(version), changes: ["c"] };
  const gates = {
    ...{ since: atOf(first), sha256: "ab".repeat(32) },
    answers: { encryption: "pass", isolation: "pass", images: "waived" },
    waivedUntil: { images: "2026-08-01" },
  } as const;
  const answer = { stage: 1, answer: "proceed", at: atOf(first + 1), seen: "cd".repeat(32) } as const;
  const packs: Pack[] = [
    { ...members(first), ...of, what: "made", resource: scaling, before: bounds(8), after: bounds(14) },
    {
      ...{ ...members(first + 1), ...of, what: "made", resource: weights },
      ...{ before: { is: { v11: 100, v12: 0 } }, after: { is: { v11: 95, v12: 5 } } },
      grounds: { gates, answers: [{ ...answer, by: "person-ben", side: "capacity" }] },
    },
    {
      ...{ ...members(first + 2), ...of, what: "put-back", resource: weights },
      ...{ before: { is: { v11: 95, v12: 5 } }, after: { is: { v11: 100, v12: 0 } } },
      order: { kind: "roll-back", at: atOf(first + 2), by: "person-dee" },
      grounds: { glass: [glass] },
    },
  ];
  return packs.map((pack, nth) => lineOf(first + nth, pack));
}

const lines: readonly AuditLine[] = [
  lineOf(1, {
    ...{ ...members(1), what: "glass-broken", of: "fraud-scoring-v12-production", model: "fraud-scoring" },
    ...{ passes: glass.passes, until: glass.until, asked: "person-ann", agreed: "person-ben" },
    seen: "ef".repeat(32),
  }),
  ...releaseLines(2, 12),
  lineOf(7, {
    ...{ ...members(40), what: "adjusted", resource: scaling, before: { min: 8 }, after: { min: 6 } },
    ...{ model: "fraud-scoring", because: "load", by: "person-unwritten" },
  }),
  lineOf(8, {
    ...{ ...members(41), what: "begun", resource: { kind: "count", name: "fraud-scoring/v11" } },
    ...{ changes: ["c"], before: { is: 6 }, after: { is: 7 }, release: release(13) },
  }),
  lineOf(9, { ...members(42), what: "untold", count: 4 }),
];

const scaled = (nth: number, summary?: string): ScaledChange => ({
  ...{ id: `activity-${nth}`, at: atOf(nth), resource: { kind: "count", name: "fraud-scoring/v11" } },
  ...{ policy: "keep-70", cause: "monitor alarm high in state ALARM triggered policy keep-70" },
  ...{ description: `Setting desired instance count to ${nth}.`, status: "Successful" },
  ...(summary !== undefined && { summary }),
});

export const audited: Audited = {
  subject,
  span: { from: "2026-07-01T00:00:00.000Z", to: "2026-09-30T23:59:59.999Z" },
  changes: lines,
  exceptions: exceptionsIn(lines, { fence: 1, remainder: [] } as never),
  gaps: [{ from: 5, to: 6 }],
  people: { "person-ann": ann, "person-ben": ben },
  erased: { "person-dee": "2026-08-14T10:11:12.000Z" },
  fromBucket: 1,
  head: { sequence: 9, at: "2026-09-30T23:00:00.000Z" },
  fits: true,
  unread: 0,
  scaling: {
    told: { from: "2026-07-01", to: "2026-09-29" },
    days: 90,
    counts: { changes: 2, failed: 0, own: 1, policy: 2, schedule: 0, bounds: 0, unknown: 0 },
    changes: [scaled(120, "2026-07-02"), scaled(240, "2026-07-03")],
    unknown: [{ from: "2026-07-04", to: "2026-07-05" }],
    gone: [{ from: "2026-08-02", to: "2026-08-02" }],
    unread: 0,
  },
  reconciled: {
    span: { from: "2026-07-03T00:00:00.000Z", to: "2026-09-30T23:40:00.000Z" },
    told: 4,
    scaled: [scaled(300)],
    outside: [
      {
        ...{ at: "2026-08-03T11:12:13Z", operation: "UpdateEndpointWeightsAndCapacities", by: cai },
        ...{ resources: [weights, { kind: "count", name: "fraud-scoring/v11" }], eventId: "0f0a-1" },
      },
    ],
    untold: [
      {
        ...{ at: "2026-08-04T01:02:03Z", operation: "RegisterScalableTarget", by: own },
        ...{ resources: [scaling], eventId: "0f0a-2" },
      },
      {
        ...{ at: "2026-08-05T01:02:03Z", operation: "RegisterScalableTarget", by: own },
        ...{ resources: [scaling], eventId: "0f0a-3", toldBy: "bounds" },
      },
    ],
    unseen: [3],
  },
  unasked: ["before 2026-07-03 00:00 UTC nothing is reconciled: CloudTrail's event history keeps 90 days"],
  ok: false,
};

/** Of a quarter in which nothing was amiss: `count` changes by releases of twenty. */
export function longAudit(count: number): Audited {
  const changes = Array.from({ length: count }, (_, nth) => {
    const [line] = releaseLines(nth + 1, Math.floor(nth / 20) + 1);
    if (line === undefined) throw new Error("expected a line");
    return line;
  });
  return {
    ...{ subject, span: audited.span, changes, exceptions: [], gaps: [], people: {}, erased: {} },
    ...{ fromBucket: 0, head: { sequence: count, at: "2026-09-30T23:00:00.000Z" }, fits: true, unread: 0 },
    ...{ unasked: [], ok: true },
  };
}
