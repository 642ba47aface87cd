/** The schemas that editors use say what the code says, and accept what the samples are. */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { schemaFiles } from "../scripts/schemas.ts";

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
  ["events/registry.schema.json", "events/registry-approved.json"],
  ["events/registry.schema.json", "events/registry-rejected.json"],
  ["events/registry.schema.json", "events/registry-pending.json"],
  ["events/registry.schema.json", "events/registry-life-cycle.json"],
  ["events/scheduled-milestone.schema.json", "events/scheduled-milestone.json"],
  ["events/manual.schema.json", "events/manual-minimal.json"],
  ["events/manual.schema.json", "events/manual-full.json"],
  ["events/lease-expiry.schema.json", "events/lease-expiry.json"],
  ["events/compensate.schema.json", "events/compensate.json"],
])("%s accepts %s", (schema, sample) => {
  expect(complaints(schema, parse(textOf(sample)))).toEqual([]);
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

test("every key of a plan is described to the author", () => {
  const undescribed: string[] = [];
  const walk = (node: unknown, path: string) => {
    if (typeof node !== "object" || node === null) return;
    const { properties = {} } = node as { properties?: { [key: string]: { description?: string } } };
    for (const [key, value] of Object.entries(properties))
      if (value.description === undefined && !("const" in value)) undescribed.push(`${path}.${key}`);
    for (const [key, value] of Object.entries(node)) walk(value, `${path}.${key}`);
  };

  walk(JSON.parse(textOf("plans/plan.schema.json")), "plan");

  expect(undescribed).toEqual([]);
});
