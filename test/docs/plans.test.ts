/** docs/PLANS.md: its plans are plans, and its tables have every key. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { planKeys } from "../../scripts/docs/plan-keys.ts";
import type { Schema } from "../../scripts/docs/schema-words.ts";
import { parsePlan } from "../../src/core/plan/file.ts";
import { plansIn } from "./pages.ts";

const plans = plansIn(readFileSync("docs/PLANS.md", "utf8"));
const schema = JSON.parse(readFileSync("plans/plan.schema.json", "utf8")) as Schema;

test("it has the least plan, and one of each of five kinds", () => {
  expect(plans.map(({ model }) => model)).toEqual([
    "my-model",
    "chat-llm",
    "embedding",
    "fraud-scorer",
    "ranker",
    "vision",
  ]);
});

test.each(plans)("the plan of $model is valid", ({ text }) => {
  expect(parsePlan(text, "plan.yml")).toMatchObject({ ok: true });
});

test("a plan without any of what the least one has is none", () => {
  const [{ text } = { text: "" }] = plans;
  const keys = [...text.matchAll(/^([a-zA-Z]+):/gm)].map(([, key = ""]) => key);
  const without = (key: string) => text.replace(new RegExp(`^${key}:.*\\n(?:[ ].*\\n)*`, "m"), "");

  expect(keys).toHaveLength(9);
  expect(keys.filter((key) => parsePlan(without(key), "plan.yml").ok)).toEqual([]);
});

test("every key of the schema is in a row, or among the keys that a row leads to", () => {
  const tables = planKeys(schema);
  const told = new Set(
    [...tables.matchAll(/^\| `([^`]+)`/gm)].map(([, path = ""]) => path.split(".").at(-1)),
  );
  const names = new Set<string>();
  const walk = (node: unknown) => {
    if (typeof node !== "object" || node === null) return;
    for (const name of Object.keys((node as Schema).properties ?? {})) names.add(name);
    for (const each of Object.values(node)) walk(each);
  };

  walk(schema);

  expect(names.size).toBeGreaterThan(80);
  expect([...names].filter((name) => !told.has(name))).toEqual([]);
});

test("a key of the first level that no section has is told", () => {
  const more = { ...schema, properties: { ...schema.properties, news: { type: "string" } } };

  expect(() => planKeys(more)).toThrow("in no section of docs/PLANS.md: news");
});
