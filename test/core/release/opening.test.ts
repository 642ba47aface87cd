/** An opening that lacks anything of what its route goes on with is refused where it is made. */
import { describe, expect, test } from "vitest";
import { documentSchema } from "../../../src/core/release/document/upcasters.ts";
import { Opening } from "../../../src/core/release/opening.ts";
import { needs, plan } from "../example.ts";

const reason = "a version was approved";
const release = {
  id: "r",
  model: "m",
  version: 7,
  milestone: "production",
  releaseType: "minor",
  attempt: 1,
  subject: "endpoint/e",
  execution: "x",
  fence: 1,
  openedAt: "2026-01-05T08:00:00Z",
};
const closing = { outcome: "promoted", reason, releaseId: "r", drifted: [] };
const handOver = { outcome: "handed-over", reason, to: "x-2" };
const document = { schema: documentSchema, release, plan, promoted: false };
const forward = { reason, ...document, begunAt: release.openedAt, resume: "PlanCapacity" };
const back = { reason, schema: documentSchema, release, promoted: true };
const since = release.openedAt;
const seen = { counted: { last: 0, gaps: [] }, intervals: 0, requests: 0 };
/** What a release has behind it that goes on in a new execution. */
const behind = {
  queue: { turns: 3 },
  planning: { status: "fits", reason: "", waitSeconds: 1, since, needs, turns: 0, goesOn: "here" },
  prewarm: { status: "done", reason: "", waitSeconds: 1, since },
  capacity: { status: "ready", reason: "", waitSeconds: 1, since },
  warmth: { status: "warm", reason: "", waitSeconds: 1, since, rounds: 1, proven: 24 },
  stage: {
    status: "shifted",
    index: 0,
    trafficPercent: 5,
    reason: "",
    waitSeconds: 30,
    since,
    shiftedAt: since,
    raises: 0,
    lockedMinutes: 0,
    turns: 0,
    goesOn: "here",
  },
  judgement: {
    decision: "continue",
    reason: "",
    verdict: "undecided",
    culprits: [],
    waitSeconds: 60,
    stage: 0,
    overloadedUntil: 0,
    stageSeen: { stage: 0, candidate: seen, both: seen },
    unlike: { stage: 0, intervals: 0, newest: 0, times: 0 },
    serves: { candidate: 60, stable: 90 },
    seen: {},
    held: { stageSeconds: 0, releaseSeconds: 0 },
    lookedAt: 0,
    turns: 0,
    goesOn: "here",
    state: { schema: 2, spending: [], stages: [], kpis: {} },
  },
};

describe.each([
  { route: "ignored", reason },
  { route: "ended", reason, closing },
  { route: "queued", reason, waitSeconds: 60 },
  { route: "handed-over", reason, handOver },
  { route: "production", ...forward },
  { route: "capacity", ...forward },
  { route: "scale-down", ...back },
  { route: "compensate", ...back },
] as const)("an opening that goes $route", (opening: Readonly<Record<string, unknown>>) => {
  test("is what it says", () => {
    expect(Opening.parse(opening)).toEqual(opening);
  });

  test.each(Object.keys(opening))("is refused without its %s", (name) => {
    const { [name]: _, ...rest } = opening;

    expect(Opening.safeParse(rest).success).toBe(false);
  });
});

describe.each(["PlanCapacity", "ShiftTraffic", "CheckKpis"])("an opening that goes on at %s", (resume) => {
  const opening = { route: "production", ...forward, ...behind, resume };

  test("has all that the release has behind it", () => {
    expect(Opening.parse(opening)).toMatchObject(behind);
  });

  test.each([
    ["planning", ["ShiftTraffic", "CheckKpis"]],
    ["warmth", ["ShiftTraffic", "CheckKpis"]],
    ["stage", ["CheckKpis"]],
    ["judgement", []],
  ])("lacks no %s that it goes on with", (section, needing) => {
    const { success } = Opening.safeParse({ ...opening, [section]: undefined });

    expect(success).toBe(!(needing as string[]).includes(resume));
  });
});
