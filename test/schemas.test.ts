/** The schemas that editors use say what the code says, and accept what the samples are. */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { shapeFile, shapeText } from "../scripts/document-shape.ts";
import { schemaFiles } from "../scripts/schemas.ts";
import { parsePlan } from "../src/core/plan/file.ts";
import { parseWorld, worldNames } from "../src/rehearsal/worlds/load.ts";

const textOf = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

/** What a schema finds wrong with a document: the path and what was expected. */
function complaints(schemaPath: string, document: unknown): string[] {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const validate = ajv.compile(JSON.parse(textOf(schemaPath)) as object);
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}

test.each([...schemaFiles()])("%s is what the code generates", (path, text) => {
  expect(textOf(path), "stale: run `npm run schemas`").toBe(text);
});

test.each([
  ["plans/plan.schema.json", "plans/chat-assistant.yml"],
  ["plans/plan.schema.json", "plans/site-search.yml"],
  ["plans/plan.schema.json", "test/data/plans/staged.yml"],
  ["plans/plan.schema.json", "test/data/plans/validated.yml"],
  ["events/registry.schema.json", "events/registry-approved.json"],
  ["events/registry.schema.json", "events/registry-rejected.json"],
  ["events/registry.schema.json", "events/registry-pending.json"],
  ["events/registry.schema.json", "events/registry-life-cycle.json"],
  ["events/image-pushed.schema.json", "events/image-pushed.json"],
  ["events/alias-set.schema.json", "events/alias-set.json"],
  ["events/scheduled-milestone.schema.json", "events/scheduled-milestone.json"],
  ["events/manual.schema.json", "events/manual-minimal.json"],
  ["events/manual.schema.json", "events/manual-full.json"],
  ["events/lease-expiry.schema.json", "events/lease-expiry.json"],
  ["events/compensate.schema.json", "events/compensate.json"],
  ["events/keep.schema.json", "events/keep.json"],
  ["events/work-ended.schema.json", "events/work-ended.json"],
])("%s accepts %s", (schema, sample) => {
  expect(complaints(schema, parse(textOf(sample)))).toEqual([]);
});

test("what a release keeps has the shape that is beside its number", () => {
  const why = 'its shape has changed: docs/EXTENDING.md, "A change of the document", says what that takes';

  expect(readFileSync(shapeFile, "utf8") === shapeText(), why).toBe(true);
});

test("an editor is told about unknown keys and values out of range", () => {
  const plan = parse(textOf("plans/chat-assistant.yml")) as {
    rollout: { stages: { [key: string]: unknown }[] };
  };
  plan.rollout.stages = [{ trafficPercent: 120, bakeMinuts: 5 }];

  expect(complaints("plans/plan.schema.json", plan)).toEqual([
    "/rollout/stages/0: must have required property 'bakeMinutes'",
    "/rollout/stages/0: must NOT have additional properties",
    "/rollout/stages/0/trafficPercent: must be <= 100",
  ]);
});

/** Edits of the sample that the command refuses, and an editor must. */
const refused: readonly (readonly [what: string, find: string | RegExp, replace: string])[] = [
  ["a capacity-only milestone without its pool", /\n {4}pool:[\s\S]*?(?=\n {2}production)/, ""],
  ["a capacity-only milestone of an approval", /\{ cron: .*\}/, "{ event: model-approved }"],
  ["production with a pool", "  production:\n", "  production:\n    pool: {}\n"],
  ["a default type that is not described", / {2}minor:\n.*\n/, ""],
  ["guardrails alone", /\n {2}- \{ kind: availability[\s\S]*?tolerance: 0.1 \}/, ""],
  ["a day that no year has", /cron: "cron[^"]*"/, 'at: "2026-02-31T10:00:00"'],
  ["an hour that no day has", /cron: "cron[^"]*"/, 'at: "2026-02-28T24:00:00"'],
  ["a date and a cron", "when: { cron:", 'when: { at: "2026-12-01T09:00:00", cron:'],
  ["a price of nothing", /$/, "prices: { ml.g5.xlarge: 0 }\n"],
  ["a price of what is no type", /$/, "prices: { g5.xlarge: 1 }\n"],
  ["latency beyond every answer", "latencyMsP99: 1500", "latencyMsP99: 500000"],
  [
    "a freeze without an offset",
    /$/,
    'freezes: { windows: [{ from: "2026-12-24T00:00:00", to: "2026-12-27T00:00:00Z", reason: a }] }\n',
  ],
];

test.each(refused)("an editor and the command both refuse %s", (_, find, replace) => {
  const sample = textOf("plans/chat-assistant.yml");
  const text = sample.replace(find, replace);

  expect(text).not.toBe(sample);
  expect(parsePlan(text, "plan.yml").ok).toBe(false);
  expect(complaints("plans/plan.schema.json", parse(text))).not.toEqual([]);
});

test.each(["2026-12-01T09:00:00", "2026-12-31T23:59", "2028-02-29T00:00:00", "2026-04-30T12:00:00"])(
  "an editor and the command both accept the date %s",
  (at) => {
    const text = textOf("plans/chat-assistant.yml").replace(/cron: "cron[^"]*"/, `at: "${at}"`);

    expect(parsePlan(text, "plan.yml").ok).toBe(true);
    expect(complaints("plans/plan.schema.json", parse(text))).toEqual([]);
  },
);

test.each(worldNames())("plans/world.schema.json accepts the world %s", (name) => {
  expect(complaints("plans/world.schema.json", parse(textOf(`src/rehearsal/worlds/${name}.yml`)))).toEqual(
    [],
  );
});

test.each([
  ["an unknown key", "candidate: { errorFacter: 5 }"],
  ["a figure below its least", "quotaInstances: -1"],
  ["a figure and a share of it", "quotaInstances: 1\nquotaPercent: 50"],
  ["two latencies", "service: { latencyMs: 1, latencyPercent: 1 }"],
  ["two recordings", "traffic: { file: a.csv, recording: { everySeconds: 1, requests: [1] } }"],
  ["a moment said twice", "shocks: [{ atMinute: 1, atBakePercent: 1, minutes: 1 }]"],
  ["a moment not said", "shocks: [{ minutes: 1 }]"],
])("an editor and the command both refuse a world with %s", (_, text) => {
  const world = `description: A world.\n${text}\n`;

  expect(() => parseWorld("world.yml", world)).toThrow();
  expect(complaints("plans/world.schema.json", parse(world))).not.toEqual([]);
});

test.each(["plan", "world"])("every key of a %s is described to the author", (kind) => {
  const undescribed: string[] = [];
  const walk = (node: unknown, path: string) => {
    if (typeof node !== "object" || node === null) return;
    const { properties = {} } = node as { properties?: { [key: string]: { description?: string } } };
    for (const [key, value] of Object.entries(properties))
      if (value.description === undefined && !("const" in value)) undescribed.push(`${path}.${key}`);
    for (const [key, value] of Object.entries(node)) walk(value, `${path}.${key}`);
  };

  walk(JSON.parse(textOf(`plans/${kind}.schema.json`)), kind);

  expect(undescribed).toEqual([]);
});
