/** What a plan's author is told: one message for each mistake, with the line, what was expected and what was found. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formatMistake } from "../../../src/core/input/bad-input.ts";
import { parsePlan } from "../../../src/core/plan/file.ts";

const sample = readFileSync(new URL("../../../plans/chat-assistant.yml", import.meta.url), "utf8");

/** The messages for the sample with some text replaced, or a list that says it was accepted. */
function told(...edits: readonly (readonly [find: string | RegExp, replace: string])[]): string[] {
  const text = edits.reduce((before, [find, replace]) => {
    const after = before.replace(find, replace);
    if (after === before) throw new Error(`the sample has no ${String(find)}`);
    return after;
  }, sample);
  const parsed = parsePlan(text, "plan.yml");
  return parsed.ok ? ["accepted"] : parsed.mistakes.map(formatMistake);
}

/** One message without the file and line before it. */
const only = (messages: readonly string[]) =>
  messages.map((message) => message.replace(/^plan\.yml:?\d*: /, ""));

test("the sample plan is accepted and its defaults are filled in", () => {
  const parsed = parsePlan(sample, "plans/chat-assistant.yml");

  expect(parsed.ok && parsed.plan.warmth.probesPerInstance).toBe(3);
  expect(parsed.ok && parsed.plan.milestones.production.when).toEqual({ event: "model-approved" });
});

test("a share that falls names the stage, the share before it, and the line", () => {
  const messages = told(["trafficPercent: 25", "trafficPercent: 3"]);

  const line = sample.split("\n").findIndex((text) => text.includes("trafficPercent: 25")) + 1;
  expect(messages).toEqual([
    `plan.yml:${line}: rollout.stages[1].trafficPercent: expected more than 5, the share of the stage before it, found 3`,
  ]);
});

test("what completes a milestone is one thing, by a name, and needs a pool", () => {
  const completed = (by: string) => only(told(["{ trainingJob: chat-assistant-train-* }", by]));

  expect(completed("{ pipeline: chat-retrain }")).toEqual(["accepted"]);
  expect(completed("{ processingJob: chat-features-* }")).toEqual(["accepted"]);
  expect(completed("{}")).toEqual([
    "milestones.training.completedBy: expected one of trainingJob, processingJob and pipeline, found none",
  ]);
  expect(completed("{ pipeline: a, trainingJob: b }")).toEqual([
    "milestones.training.completedBy: expected one of trainingJob, processingJob and pipeline, found trainingJob and pipeline",
  ]);
  expect(completed('{ trainingJob: "*" }')).toEqual([
    'milestones.training.completedBy.trainingJob: expected a name, or the beginning of names and *, such as chat-train-*, found "*"',
  ]);
  expect(
    only(told(["event: model-approved }", "event: model-approved }\n    completedBy: { pipeline: chat }"])),
  ).toEqual([
    "milestones.production.completedBy: expected none: it ends the hold of a pool or a cluster's nodes, and there is neither, found pipeline",
  ]);
});

test("whether a milestone is late is known by what completes it, and how long it is extended is bounded", () => {
  const completed = "completedBy: { trainingJob: chat-assistant-train-* }";
  const late = (text: string, by = `${completed}\n    `) => only(told([completed, `${by}${text}`]));

  expect(late("late: { extendMinutes: 120, laterDates: move }")).toEqual(["accepted"]);
  expect(late("late: { extendMinutes: 120 }", "")).toEqual([
    "milestones.training.late: expected none: without completedBy nobody knows whether it is late, found extendMinutes: 120",
  ]);
  expect(late("late: { extendMinutes: 5 }")).toEqual([
    "milestones.training.late.extendMinutes: expected at least 15, found 5",
  ]);
});

test("a last stage that leaves more to stable than the plan holds back is refused", () => {
  const last = (percent: number, holdback = "") =>
    only(
      told([
        /trafficPercent: 95, bakeMinutes: 10 }\n/,
        `trafficPercent: ${percent}, bakeMinutes: 10 }\n${holdback}`,
      ]),
    );

  expect(only(told(["trafficPercent: 95", "trafficPercent: 90"]))).toEqual([
    "rollout.stages[3].trafficPercent: expected at least 95 in the last stage (100 less rollout.holdbackPercent), found 90",
  ]);
  expect(last(90, "  holdbackPercent: 10\n")).toEqual(["accepted"]);
  expect(last(98)).toEqual(["accepted"]);
  expect(last(100)).toEqual(["accepted"]);
  expect(last(99, "  holdbackPercent: 0\n")).toEqual([
    "rollout.stages[3].trafficPercent: expected at least 100 in the last stage (100 less rollout.holdbackPercent), found 99",
  ]);
  expect(last(40, "  holdbackPercent: 60\n")).toContainEqual(
    "rollout.holdbackPercent: expected at most 50, found 60",
  );
});

test("a lone stage of 100 % is refused: it has nothing to compare with", () => {
  const stages = /stages:[\s\S]*?(?= {2}onInconclusive)/;

  expect(told([stages, "stages: [{ trafficPercent: 100, bakeMinutes: 20 }]\n"])).toEqual([
    expect.stringContaining(
      "rollout.stages: expected a stage below 100 % first: with all traffic on the candidate no stable traffic is left to compare it with, so that nothing but a ceiling could tell a bad one, found a lone stage of 100 %",
    ),
  ]);
});

test("a stage without a bake is refused, and its neighbours are still checked", () => {
  const messages = only(
    told(
      ["trafficPercent: 5, bakeMinutes: 10", "trafficPercent: 5"],
      ["trafficPercent: 95", "trafficPercent: 50"],
    ),
  );

  expect(messages).toEqual([
    "rollout.stages[0].bakeMinutes: expected a number, found nothing",
    "rollout.stages[3].trafficPercent: expected more than 50, the share of the stage before it, found 50",
    "rollout.stages[3].trafficPercent: expected at least 95 in the last stage (100 less rollout.holdbackPercent), found 50",
  ]);
});

test.each([
  [
    /trafficPercent: 50, bakeMinutes/,
    "trafficPercent: 50, bakeMinuts",
    "rollout.stages[2].bakeMinuts",
    "bakeMinutes",
  ],
  [/utilisationPercent/, "utilizationPercent", "requirements.utilizationPercent", "utilisationPercent"],
  [/endpoint:/, "Endpoint:", "Endpoint", "endpoint"],
  [/weight: 0.6/, "wieght: 0.6", "kpis[0].wieght", "weight"],
  [/outOf: 5/, "out_of: 5", "kpis[2].minutes.out_of", "outOf"],
  [/ training:/, " trainning:", "milestones.trainning", "training"],
] as const)(
  "a misspelt key (%s → %s) is one mistake with the right spelling",
  (find, replace, where, meant) => {
    const messages = only(told([find, replace]));

    const typo = where.split(".").at(-1);
    expect(messages).toEqual([`${where}: expected a known key, found "${typo}"; did you mean ${meant}?`]);
  },
);

test("a key that resembles none names the keys there are", () => {
  expect(only(told(["usdPerRelease: 120", "usdPerRelease: 120\n  colour: red"]))).toEqual([
    'budget.colour: expected one of the keys usdPerRelease, usdPerMonth, maxLockedMinutes, wayBack, discountPercent, unpriced, found "colour"',
  ]);
});

test.each([
  ["instances: 8", "instances: 0", "endpoint.instances: expected at least 1, found 0"],
  ["instances: 8", "instances: 1.5", "endpoint.instances: expected a whole number, found 1.5"],
  ["instances: 8", 'instances: "8"', 'endpoint.instances: expected a number, found "8"'],
  ["instances: 2", "instances: 0", "milestones.training.pool.instances: expected at least 1, found 0"],
  [
    "requestsPerSecondPerInstance: 12",
    "requestsPerSecondPerInstance: 0",
    "endpoint.requestsPerSecondPerInstance: expected more than 0, found 0",
  ],
  [
    "intervalSeconds: 60",
    "intervalSeconds: 45",
    "rollout.intervalSeconds: expected one of 10, 30, 60, found 45",
  ],
])("%s → %s: %s", (find, replace, message) => {
  expect(only(told([find, replace]))).toEqual([message]);
});

test("a list that should not be empty says so", () => {
  expect(only(told([/ {2}stages:[\s\S]*?(?= {2}onInconclusive)/, "  stages: []\n"]))).toEqual([
    "rollout.stages: expected at least 1 entry, found an empty list",
  ]);
});

test("KPIs that share a name, overspend their weights or allow more breaches than minutes are refused at once", () => {
  const messages = only(
    told(
      ["weight: 0.6", "weight: 0.7"],
      ["name: latency,", "name: errors,"],
      ["breaching: 3", "breaching: 9"],
    ),
  );

  expect(messages).toEqual([
    "kpis: expected weights of at most 1 together, found 1.1",
    'kpis[1].name: expected a name that kpis[0] does not have, found "errors"',
    "kpis[2].minutes.breaching: expected at most outOf (5), found 9",
  ]);
});

test("weights that sum to 1 but for binary rounding are accepted", () => {
  const ten = Array.from(
    { length: 10 },
    (_, i) => `  - { kind: availability, name: k${i}, weight: 0.1 }`,
  ).join("\n");

  expect(told([/ {2}- \{ kind: availability.*\n.*\n/, `${ten}\n`])).toEqual(["accepted"]);
});

test("guardrails alone cannot promote, so they are refused", () => {
  expect(only(told([/ {2}- \{ kind: availability.*\n.*\n/, ""]))).toEqual([
    "kpis: expected a KPI that compares with stable, found guardrails alone",
  ]);
});

test("a ceiling above all requests is no ceiling", () => {
  expect(only(told(["ceiling: 5\n", "ceiling: 500\n"]))).toEqual([
    "kpis[3].ceiling: expected at most 100 percent, found 500",
  ]);
});

test("a custom KPI needs bad and total, and they must differ", () => {
  const kpi = (fields: string): [RegExp, string] => [
    /kind: availability, name: errors/,
    `kind: custom, name: errors, ${fields}`,
  ];
  const sales = "{ namespace: Shop, metric: Sales }";

  expect(only(told(kpi(`bad: ${sales}`)))).toEqual([
    "kpis[0].total: expected a map of keys (namespace, metric, dimensions), found nothing",
  ]);
  expect(only(told(kpi(`bad: ${sales}, total: ${sales}`)))).toEqual([
    "kpis[0].total: expected another metric than bad, found the same",
  ]);
});

test("a kind that no KPI has is named with the kinds there are", () => {
  expect(only(told(["kind: availability", "kind: availabilty"]))).toEqual([
    'kpis[0].kind: expected one of availability, model-errors, latency-mean, latency-threshold, custom, guardrail, found "availabilty"; did you mean "availability"?',
  ]);
});

test("a plan without its production milestone is refused", () => {
  expect(only(told([/ {2}production:\n.*\n/, ""]))).toEqual([
    "milestones.production: expected a map of keys (when, pool, cluster, completedBy, late, review), found nothing",
  ]);
});

test("a capacity-only milestone needs a pool and a date of its own; production needs no pool", () => {
  const messages = only(
    told([
      / {4}when: \{ cron.*\n {4}pool:/,
      "    when: { event: model-approved }\n  staging:\n    when: { event: model-approved }\n    pool:",
    ]),
  );

  expect(messages).toEqual([
    "milestones.training.pool: expected the capacity it needs, found nothing",
    "milestones.training.when: expected a date (at) or a cron: an approval starts releases only, found an event",
    "milestones.staging.when: expected a date (at) or a cron: an approval starts releases only, found an event",
  ]);
});

test("dates in another order than their milestones are refused", () => {
  const messages = only(
    told(
      [/cron: "cron\(0 2 \? \* MON \*\)", timeZone: Europe\/Amsterdam/, 'at: "2026-12-09T09:00:00"'],
      ["when: { event: model-approved }", 'when: { at: "2026-12-08T09:00:00" }'],
    ),
  );

  expect(messages).toEqual([
    "milestones.production.when.at: expected no earlier than training (2026-12-09T09:00:00), found 2026-12-08T09:00:00",
  ]);
});

test.each([
  ["Europe/Amsterdm", '"Europe/Amsterdm"; did you mean "Europe/Amsterdam"?'],
  ["europe/amsterdam", '"europe/amsterdam"; did you mean "Europe/Amsterdam"?'],
  ['"+02:00"', '"+02:00"'],
])("the time zone %s is none", (zone, found) => {
  expect(only(told(["timeZone: Europe/Amsterdam", `timeZone: ${zone}`]))).toEqual([
    `milestones.training.when.timeZone: expected an IANA time zone such as "Europe/Amsterdam", found ${found}`,
  ]);
});

test("a second name of a time zone is a time zone", () => {
  expect(told(["timeZone: Europe/Amsterdam", "timeZone: Asia/Calcutta"])).toEqual(["accepted"]);
});

test.each([
  ["cron(0 2 ? * MON)", 'six fields as in "cron(0 2 ? * MON *)", found "cron(0 2 ? * MON)"'],
  ["0 2 * * 1", 'six fields as in "cron(0 2 ? * MON *)", found "0 2 * * 1"'],
  ["cron(0 25 ? * MON *)", 'hours from 0 to 23, found "25"'],
  ["cron(0 2 ? * MOON *)", 'day of week from 1 to 7, found "MOON"'],
  [
    "cron(0 2 * * MON *)",
    'exactly one "?", either as day of month or as day of week, found "cron(0 2 * * MON *)"',
  ],
  ["cron(0/0 2 ? * MON *)", 'minutes from 0 to 59, found "0/0"'],
  ["cron(0 9-8 ? * MON *)", 'hours from 0 to 23, found "9-8"'],
])("the cron expression %s is refused: expected %s", (cron, rest) => {
  expect(only(told(["cron(0 2 ? * MON *)", cron]))).toEqual([
    `milestones.training.when.cron: expected ${rest}`,
  ]);
});

test.each([
  "cron(0/15 8-18 ? * MON-FRI *)",
  "cron(0 9 L * ? *)",
  "cron(0 9 ? 1,JUL 2#1 2027)",
  "cron(30 6 15W * ? *)",
])("the cron expression %s is accepted", (cron) => {
  expect(told(["cron(0 2 ? * MON *)", cron])).toEqual(["accepted"]);
});

test.each([
  ["2026-13-01T09:00:00", 'a day that is in the calendar, found "2026-13-01T09:00:00"'],
  ["2026-02-31T10:00:00", 'a day that is in the calendar, found "2026-02-31T10:00:00"'],
  ["01.12.2026 10:00", 'a date and time such as "2026-12-01T09:00:00", found "01.12.2026 10:00"'],
  ["2026-12-01 09:00", 'a date and time such as "2026-12-01T09:00:00", found "2026-12-01 09:00"'],
  [
    "2026-12-01T09:00:00Z",
    'a local time: its time zone stands beside it, as "timeZone", found "2026-12-01T09:00:00Z"',
  ],
])("the date %s is refused", (at, rest) => {
  expect(only(told(['cron: "cron(0 2 ? * MON *)"', `at: "${at}"`]))).toEqual([
    `milestones.training.when.at: expected ${rest}`,
  ]);
});

test("an unreadable date is one mistake: it is not compared with the others", () => {
  expect(
    only(
      told(
        [/cron: "cron\(0 2 \? \* MON \*\)", timeZone: Europe\/Amsterdam/, 'at: "2026-12-09T09:00:00"'],
        ["when: { event: model-approved }", 'when: { at: "01.12.2026 10:00" }'],
      ),
    ),
  ).toEqual([
    'milestones.production.when.at: expected a date and time such as "2026-12-01T09:00:00", found "01.12.2026 10:00"',
  ]);
});

test("a date and a cron together are told as such", () => {
  expect(only(told(["when: { cron:", 'when: { at: "2026-12-01T09:00:00", cron:']))).toEqual([
    "milestones.training.when.cron: expected cron or at, not both, found both",
  ]);
});

test("a freeze without an offset is shown one", () => {
  const freezes =
    'freezes:\n  windows:\n    - { from: "2026-12-24T00:00:00", to: "2026-12-27T00:00:00Z", reason: Feast }\n';

  expect(only(told([/$/, freezes]))).toEqual([
    'freezes.windows[0].from: expected a date and time with its offset such as "2026-12-23T18:00:00+01:00", found "2026-12-24T00:00:00"',
  ]);
});

test("a freeze on a day that is not in the calendar is one mistake", () => {
  const freezes =
    'freezes:\n  windows:\n    - { from: "2026-02-31T00:00:00Z", to: "2026-02-01T00:00:00Z", reason: Feast }\n';

  expect(only(told([/$/, freezes]))).toEqual([
    'freezes.windows[0].from: expected a day and an hour that there are, found "2026-02-31T00:00:00Z"',
  ]);
});

test("a number beyond every limit is told the tightest one, once", () => {
  expect(only(told(["instances: 8", "instances: 1e30"]))).toEqual([
    "endpoint.instances: expected at most 1000, found 1e+30",
  ]);
});

test("a default release type that the plan does not describe is refused", () => {
  expect(only(told([/ {2}minor:\n.*\n/, ""]))).toEqual([
    'defaultReleaseType: expected one of the types under releaseTypes (patch, major, retrain), found "minor"',
  ]);
});

test("an instance type whose price is not known is refused where it is first named", () => {
  const unknown = ["ml.g5.2xlarge", "ml.c6i.2xlarge"] as const;
  const pool = ["ml.g5.12xlarge", "ml.p4de.24xlarge"] as const;
  const expected =
    "expected a type with a known price: give it under prices, or name the type under budget.unpriced";

  expect(only(told(unknown, pool))).toEqual([
    `releaseTypes.major.inference.instanceType: ${expected}, found "ml.c6i.2xlarge"`,
    `milestones.training.pool.instanceType: ${expected}, found "ml.p4de.24xlarge"`,
  ]);
  expect(told(unknown, [/$/, "prices: { ml.c6i.2xlarge: 0.4 }\n"])).toEqual(["accepted"]);
  expect(told(unknown, ["usdPerRelease: 120", "usdPerRelease: 120\n  unpriced: [ml.c6i.2xlarge]"])).toEqual([
    "accepted",
  ]);
});

test("an instance type that is named twice for a release is refused, and each of several needs a price", () => {
  const major = "{ instanceType: ml.g5.2xlarge, requestsPerSecondPerInstance: 16 }";
  const others = (...types: readonly string[]) =>
    [
      major,
      major.replace(
        " }",
        `, fallback: [${types.map((type) => `{ instanceType: ${type}, requestsPerSecondPerInstance: 9 }`).join(", ")}] }`,
      ),
    ] as const;

  expect(told(others("ml.g5.4xlarge", "ml.g5.xlarge"))).toEqual(["accepted"]);
  expect(only(told(others("ml.g5.2xlarge")))).toEqual([
    'releaseTypes.major.inference.fallback[0].instanceType: expected a type that is not named before it, found "ml.g5.2xlarge"',
  ]);
  expect(only(told(others("ml.g5.4xlarge", "ml.g5.4xlarge")))).toEqual([
    'releaseTypes.major.inference.fallback[1].instanceType: expected a type that is not named before it, found "ml.g5.4xlarge"',
  ]);
  expect(only(told(others("ml.c6i.2xlarge")))).toEqual([
    expect.stringMatching(
      /^releaseTypes\.major\.inference\.fallback\[0\]\.instanceType: expected a type with a known/,
    ),
  ]);
});

test("an instance type that SageMaker does not name is told as that, with the one that was probably meant", () => {
  const newer = "or a newer one with its price under prices";

  expect(only(told(["ml.g5.2xlarge", "ml.x9.mega"], ["ml.g5.12xlarge", "ml.g5.12xlrge"]))).toEqual([
    `releaseTypes.major.inference.instanceType: expected an instance type that SageMaker has for endpoints, ${newer}, found "ml.x9.mega"`,
    `milestones.training.pool.instanceType: expected an instance type that SageMaker has for training, ${newer}, found "ml.g5.12xlrge"; did you mean "ml.g5.12xlarge"?`,
  ]);
});

test("a price is a positive number, by an instance type", () => {
  expect(only(told([/$/, "prices: { ml.c6i.2xlarge: 0, c6i.large: 0.4 }\n"]))).toEqual([
    "prices.ml.c6i.2xlarge: expected more than 0, found 0",
    'prices.c6i.large: expected a SageMaker instance type such as "ml.g5.xlarge", found "c6i.large"',
  ]);
});

test("bakes too long for one execution's history are refused, with the minutes that would fit", () => {
  const messages = only(told([/bakeMinutes: \d+/g, "bakeMinutes: 1500"]));

  expect(messages).toHaveLength(1);
  expect(messages[0]).toMatch(
    /^rollout\.stages: expected at most \d+ minutes of baking .*20000 events, found 6000 minutes, \d+ events$/,
  );
});

test("a key given twice, broken YAML and a second document each have their line", () => {
  expect(told(["model: chat-assistant", "model: chat-assistant\nmodel: other"])).toEqual([
    "plan.yml:3: model: expected each key once, found it again",
  ]);
  expect(told(["    - { trafficPercent: 5, ", "    - { trafficPercent: 5, trafficPercent: 5, "])).toEqual([
    expect.stringMatching(
      /^plan\.yml:\d+: rollout\.stages\[0\]\.trafficPercent: expected each key once, found it again$/,
    ),
  ]);
  expect(parsePlan("stages:\n\t- a\n", "plan.yml")).toMatchObject({
    mistakes: [{ where: "the text", line: 2 }],
  });
  expect(told([/$/, "---\nmodel: other\n"])).toEqual([
    expect.stringContaining("expected one document, found another"),
  ]);
});

test.each(["", "- a\n- b\n", "just text\n", "null\n"])("the text %j is no plan", (text) => {
  const parsed = parsePlan(text, "plan.yml");

  expect(parsed.ok ? [] : parsed.mistakes.map((mistake) => mistake.where)).toEqual(["the whole document"]);
});

test("aliases that multiply beyond reason are refused, not expanded", () => {
  const levels = Array.from(
    { length: 12 },
    (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(", ")}]`,
  );
  const parsed = parsePlan(`a0: &a0 x\n${levels.join("\n")}\n`, "plan.yml");

  expect(parsed.ok ? [] : parsed.mistakes.map(formatMistake)).toEqual([
    "plan.yml: the text: expected aliases within reason, found aliases that multiply beyond it",
  ]);
});

test("mistakes in several sections are all told at once, in the order of the file", () => {
  const messages = told(
    ["instances: 8", "instances: 0"],
    ["latencyMsP99: 1500", "latencyMsP99: fast"],
    ["usdPerRelease: 120", "usdPerRelease: 0"],
  );

  const lines = messages.map((message) => Number(message.split(":")[1]));
  expect(only(messages)).toEqual([
    "endpoint.instances: expected at least 1, found 0",
    'requirements.latencyMsP99: expected a number, found "fast"',
    "budget.usdPerRelease: expected more than 0, found 0",
  ]);
  expect(lines).toEqual([...lines].sort((a, b) => a - b));
});
