/** What a person reads after a rehearsal: how it ended, whether it may be trusted, and that it fits the terminal. */
import { describe, expect, it } from "vitest";
import type { RehearsalFacts } from "../../src/core/facts/rehearsal-facts.ts";
import type { GateAnswer } from "../../src/core/gates/gate-answer.ts";
import { summaryOf } from "../../src/report/summary/summary.ts";
import { widthOf } from "../../src/report/text/layout.ts";
import { paintOf } from "../../src/report/text/paint.ts";
import { toldByRehearsal } from "../../src/report/view/rehearsed.ts";
import { releaseView } from "../../src/report/view/release-view.ts";
import { needs, plan } from "../core/example.ts";

const side = { instances: 8, ready: 8, requests: 2242, errors: 10, latencyMs: 453.9 };
const facts: RehearsalFacts = {
  outcome: "promoted",
  reason: "no evidence of harm at 5 %, 100 %",
  model: "chat",
  version: 7,
  milestone: "production",
  seed: 1,
  world: { name: "healthy", description: "The candidate is as good as the model it replaces." },
  startedAt: "2026-01-05T08:00:00.000Z",
  virtualSeconds: 5689.8,
  lockedMinutes: 0,
  transitions: 334,
  lambdaInvocations: 124,
  awsCalls: { "dynamodb.GetItem": 12, "dynamodb.PutItem": 3, "sagemaker.UpdateEndpoint": 2 },
  candidateFailedRequests: 0,
  candidateRequests: 104775,
  instanceHours: 28.04,
  instanceHoursBy: [],
  costUsd: 21.69,
  totalCostUsd: 39.5,
  expenses: [
    { item: "joining", minutes: 13, instanceHours: 3, usd: 5.69 },
    { item: "bakes", minutes: 60, instanceHours: 8, usd: 16 },
  ],
  unpricedInstanceTypes: [],
  edges: [],
  budget: { usdPerRelease: 120, maxLockedMinutes: 15 },
  stages: [
    {
      index: 0,
      trafficPercent: 5,
      bakeMinutes: 15,
      fromSeconds: 807,
      untilSeconds: 1888,
      result: "passed",
      candidate: { variant: "v7", ...side },
      stable: { variant: "v6", ...side, requests: 43_868, errors: 201, latencyMs: 475.7 },
    },
  ],
  journal: [],
  ledger: [],
  faults: [],
  // The stage has seventeen whole minutes.
  timeline: Array.from({ length: 95 }, (_, minute) => ({
    minute,
    trafficPercent: minute < 14 ? 0 : minute < 32 ? 5 : 100,
    variants: {
      v6: { ...side, requests: 2000, errors: 8, latencyMs: 475.7, unanswered: 0 },
      v7: { ...side, requests: 100, errors: 1, unanswered: 0 },
    },
  })),
  needs,
  invariants: { "way-back": 0, "no-orphans": 0 },
  violations: [],
  figures: {},
  executions: [],
  notModelled: [],
  undelivered: [],
  dropped: [],
  alarms: [],
  before: {},
  after: {},
};

const read = (changes: Partial<RehearsalFacts> = {}, width = 100) =>
  summaryOf(releaseView(toldByRehearsal({ ...facts, ...changes }, plan)), {
    width,
    paint: paintOf(false),
  }).join("\n");

describe("a summary", () => {
  it("begins with the end and the reason for it", () => {
    expect(read().split("\n").slice(0, 2)).toEqual([
      "  ✔ promoted  chat v7 to production",
      "    no evidence of harm at 5 %, 100 %.",
    ]);
    expect(read({ outcome: "refused" })).toMatch(/⊘ refused/);
    expect(read({ outcome: "failed" })).toMatch(/✖ failed/);
  });

  it("has a row for each stage, with both sides", () => {
    expect(read()).toMatch(/ 5 % {2}0:13 {2}0:31 {3}8 \/ 8 +1,700 +1 % \/ 0\.4 % +454 \/ 476 {2}✔/);
  });

  it("holds the cost against the budget, and says when it is over it", () => {
    expect(read()).toMatch(/██▏░+ \$21\.69 of \$120\.00 raised \(18 %\)/);
    expect(read({ costUsd: 180 })).toMatch(/█{12} \$180\.00 of \$120\.00 raised \(150 %\)/);
  });

  it("names types whose price is unknown, and what auto scaling locked", () => {
    const unpriced = { unpricedInstanceTypes: ["ml.x9.huge"], totalCostUsd: null, costUsd: null };
    const expenses = [{ item: "bakes", minutes: 60, instanceHours: 8, usd: null }] as const;
    expect(read({ ...unpriced, expenses })).toMatch(/no\s+price\s+for\s+ml\.x9\.huge/);
    expect(read({ ...unpriced, expenses })).toMatch(
      /\$0\.00 of \$120\.00 raised, and what has no known price/,
    );
    expect(read({ ...unpriced, expenses })).toMatch(/bakes at no known price in 1 h/);
    expect(read({ figures: { scalingLockedMinutes: 23.34 } })).toMatch(
      /auto\s+scaling\s+locked\s+it\s+for\s+23\.3\s+more/,
    );
  });

  it("tells broken invariants with the moment and the place", () => {
    const violation = {
      invariant: "way-back",
      atSeconds: 3725,
      what: "stable shrank to 4",
      state: "ShiftTraffic",
      stage: 1,
    };

    const text = read({ invariants: { "way-back": 1, "no-orphans": 0 }, violations: [violation] });

    expect(text).toMatch(/✖ 1 of 2 broken: way-back \(1\)/);
    expect(text).toMatch(/1:02:05 in ShiftTraffic, way-back: stable shrank to 4/);
  });

  it("does not hide what makes the rehearsal worth less", () => {
    const text = read({ notModelled: ["s3.ListBuckets"], dropped: ["ReapLeases: Crash"] });

    expect(text).toMatch(/not modelled by the twin: s3\.ListBuckets/);
    expect(text).toMatch(/given up after all retries: ReapLeases: Crash/);
  });

  it.each([40, 60, 80, 110])("fits a terminal of %i columns", (width) => {
    const lines = read(
      {
        reason: "errors: candidate fails 5.1× as often as stable, 21 of 915",
        outcome: "rolled-back",
        awsCalls: {
          "application-autoscaling.DescribeScalableTargets": 22,
          "application-autoscaling.DescribeScalingPolicies": 4,
          "sagemaker.UpdateEndpointWeightsAndCapacities": 4,
          "sagemaker.UpdateEndpoint": 2,
        },
      },
      width,
    ).split("\n");

    expect(lines.filter((line) => widthOf(line) > width)).toEqual([]);
    const seen = lines.join(" ").replaceAll(/\s+/g, " ");
    for (const told of ["DescribeScalableTargets 22", "UpdateEndpointWeightsAndCapacities 4", "of $120.00"])
      expect(seen).toContain(told);
  });
});

describe("what gates answered", () => {
  const pass: GateAnswer = { gate: "vulnerabilities", status: "pass", found: "0 critical", expected: "none" };
  const fail: GateAnswer = { ...pass, gate: "image-age", status: "fail", todo: "build anew" };
  const asked = (...answers: GateAnswer[]) => ({
    kind: "gates" as const,
    at: "2026-01-05T08:00:00.000Z",
    isBlocked: false,
    answers,
  });
  const later = (...answers: GateAnswer[]) => ({ ...asked(...answers), stage: 0 });

  it("is a line where all passed, and nothing where none was asked", () => {
    expect(read({ journal: [asked(pass), later(pass)] })).toMatch(
      /\n {2}gates +1 gate passed, each time they were asked\n/,
    );
    expect(read()).not.toMatch(/gate/);
  });

  it("is a row for each that did not, with its mark, and how many passed beside", () => {
    const held = read({ journal: [asked(pass, fail), later(pass, { ...fail, status: "pass" })] });
    const refused = read({ journal: [asked(pass, fail, { ...fail, gate: "vpc", status: "unknown" })] });

    expect(held).toMatch(/image-age +fail before the first change, pass before 5 % +✔/);
    expect(held).toMatch(/gates +1 gate passed beside these/);
    expect(refused).toMatch(/image-age +fail before the first change +✖/);
    expect(refused).toMatch(/vpc +unknown before the first change +\?/);
  });

  it.each([40, 60, 80])("fits %i columns", (width) => {
    const lines = read({ journal: [asked(pass, fail), later(fail)] }, width).split("\n");

    expect(lines.filter((line) => widthOf(line) > width)).toEqual([]);
    expect(lines.join(" ").replaceAll(/\s+/g, " ")).toContain("fail before the first change");
  });
});

it("says what was raised of what the model leans on, thing by thing", () => {
  const alongside = [
    { name: "service/prod/tokenizer", unitHours: 12, usd: 0.6, extraUnitHours: 4.25, extraUsd: 0.21 },
    { name: "function:tokenise:live", unitHours: 10, usd: 0.15, extraUnitHours: 0, extraUsd: 0 },
  ];

  expect(read()).not.toContain("alongside");
  expect(read({ alongside })).toMatch(
    /alongside +service\/prod\/tokenizer 4\.3 unit-hours more \(\$0\.21\),\s+function:tokenise:live as it was/,
  );
});

describe("a training pool", () => {
  const pool = {
    fromSeconds: 501,
    untilSeconds: 9365,
    thereSeconds: 7560,
    primings: 2,
    jobs: 1,
    endedBy: "done",
  };

  it("is told of by how long it was there, who took it, and why it was given back", () => {
    const text = read({ pool }, 100);

    expect(text).toContain(
      "pool            there for 2 h 6 min of 2 h 28 min, from 0:08:21 to 2:36:05; primed 2 times, 1 job\n",
    );
    expect(text).toMatch(/given back {6}done\n/);
    const alone = read({ pool: { ...pool, primings: 1, jobs: 0, endedBy: null } }, 200);
    expect(alone).toContain("primed once, no job of the team's took it");
    expect(alone).toContain("given back      not yet: its lease goes on");
  });

  it("is not spoken of where there was none", () => {
    expect(read({}, 100)).not.toContain("given back");
  });
});
