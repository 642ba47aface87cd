/** Kinds of KPI: a new one is a file of its own and its lines in the registry, and nothing else knows its name. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { observe, verdictOf } from "#verdict";
import { begun, counts, minuteAt, settingsOf } from "../../../packages/verdict/test/releases.ts";
import { availability } from "../../../src/core/kpis/kinds/availability.ts";
import { compared, comparedBy, counted, requests } from "../../../src/core/kpis/kinds/fields.ts";
import { defineKind } from "../../../src/core/kpis/kinds/kind.ts";
import { Kpi, kindOf } from "../../../src/core/kpis/kinds/registry.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const code = ["src", "functions", "scripts"].flatMap((folder) =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: "utf8" })
    .map((path) => `${folder}/${path}`)
    // What the documents say of kinds is said by name.
    .filter((path) => path.endsWith(".ts") && !path.startsWith("scripts/docs/")),
);
const texts = new Map(code.map((path) => [path, readFileSync(`${root}${path}`, "utf8")]));
const naming = (pattern: RegExp) => [...texts].filter(([, text]) => pattern.test(text)).map(([path]) => path);

const folder = "src/core/kpis/kinds/";
const machinery = ["kind", "fields", "registry", "required"].map((name) => `${folder}${name}.ts`);
const kinds = code
  .filter((path) => path.startsWith(folder) && !machinery.includes(path))
  .map((path) => path.slice(folder.length, -".ts".length));

/**
 * Where a kind's name stands all the same: the oracle computes for itself, the verdict's documents name a state so, and of what is
 * judged for days after a release, whose kinds are its own, one is made of the same parts and has its name.
 */
const besides: Readonly<Record<string, RegExp>> = {
  custom: /^src\/core\/(plan|kpis)\/quality\.ts$/,
  guardrail:
    /^(src\/rehearsal\/invariants\/published-ceilings|src\/core\/release\/verdict-memory|packages\/verdict\/.*)\.ts$/,
};

describe("a kind", () => {
  test.each(kinds)("%s is named in its own file alone, and the registry alone asks for that", (name) => {
    const named = naming(new RegExp(`\\bkind\\b.*"${name}"`)).filter((path) => !besides[name]?.test(path));
    const asking = naming(new RegExp(`/${name}\\.ts"`));

    expect(named).toEqual([`${folder}${name}.ts`]);
    expect(asking).toContain(`${folder}registry.ts`);
    if (name !== "guardrail") expect(asking).toEqual([`${folder}registry.ts`]);
  });

  test("that there is not is refused by name, by a plan and by whoever asks for it", () => {
    const odd = { kind: "mood", name: "spirits" };

    expect(Kpi.safeParse(odd).success).toBe(false);
    expect(() => kindOf(odd)).toThrow(/^spirits\.kind: expected one of availability, .*, found mood$/);
    expect(() => availability.parts(odd)).toThrow("spirits.kind: expected availability, found mood");
  });

  test("is one of those that plans may name", () => {
    const named = Kpi.options.map(({ shape }) => shape.kind.value);

    expect([...named].sort()).toEqual([...kinds].sort());
    for (const kind of named) expect(kindOf({ kind, name: "one" }).kind).toBe(kind);
  });
});

test("a kind that counts is one definition: its fields, its series, what they come to, and how it is judged and told", () => {
  const schema = z.strictObject({ kind: z.literal("throttles"), ...compared });
  const throttles = defineKind<z.infer<typeof schema>, "total" | "bad", typeof schema>(schema, {
    kind: "throttles",
    parts: () => ({
      total: requests,
      bad: { namespace: "AWS/SageMaker", metric: "Throttles", statistic: "Sum" },
    }),
    sample: (read) => counted(read("total"), [read("bad")]),
    settings: (kpi, by) => ({ shape: "count", verb: "is turned away", ...comparedBy(kpi, by) }),
    whereUnlike: () => "nothing-while-short",
    countsRequests: true,
  });
  const kpi = throttles.schema.parse({ kind: "throttles", name: "turned-away" });
  const published = new Map([
    ["total", 300],
    ["bad", 9],
  ]);
  const sample = throttles.sample((part) => published.get(part), kpi, "candidate");
  const settings = settingsOf([throttles.settings(kpi, { hostSpread: 0.15, intervalSeconds: 60 })]);
  const state = observe(begun(settings), settings, [
    { ...counts(0, [0, 1, 9, 2700], kpi.name), candidate: sample },
  ]);

  expect(
    throttles.parts(kpi).map(([name, part]) => [name, "measure" in part ? part.measure : part.metric]),
  ).toEqual([
    ["total", "requests"],
    ["bad", "Throttles"],
  ]);
  expect(sample).toEqual({ requests: 300, bad: 9 });
  expect(throttles.sample((part) => (part === "total" ? 300 : undefined), kpi, "candidate")).toBeNull();
  expect(verdictOf(state, settings, { at: minuteAt(1), stageEndsAt: minuteAt(9) }).sentence).toContain(
    "turned-away: candidate is turned away 9.0× as often as stable, 9 of 300 against 9 of 2,700",
  );
});
