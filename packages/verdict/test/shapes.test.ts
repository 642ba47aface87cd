/** Shapes: each is a file and a line of the registry, whatever is asked of it; nothing else of the verdict knows their names. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type KpiSettings, measurePast, observe, startStage, startVerdict, verdictOf } from "../src/index.ts";
import { defineShape } from "../src/shapes/shape.ts";
import { begun, ceiling, counts, errors, means, START, settingsOf, values } from "./releases.ts";

const folder = new URL("../src/", import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
  path.endsWith(".ts"),
);
const latency: KpiSettings = { shape: "mean", name: "latency", weight: 1, tolerance: 0 };

test.each(["count", "mean", "value"])("the shape %s is named in its own files alone", (name) => {
  // The kinds of a table's KPIs say which shape each of them is.
  const others = files.filter((path) => path !== "minutes/settings.ts");
  const named = others.filter((path) =>
    new RegExp(`\\b(shape|kind)\\b[^\\n]*"${name}"`).test(readFileSync(new URL(path, folder), "utf8")),
  );

  expect(named).toContain(`shapes/${name === "value" ? "value" : name}.ts`);
  expect(named.length).toBeLessThanOrEqual(2);
});

test("a KPI of a shape that there is not is refused by name", () => {
  const odd = JSON.parse(JSON.stringify({ ...errors, shape: "histogram" }));

  expect(() => startVerdict(settingsOf([odd]))).toThrow(
    "errors.shape: expected one of count, mean, value, found histogram",
  );
});

test("what is not of a KPI's shape is no evidence: neither a sample, nor noise, nor a state", () => {
  const all = settingsOf([errors, latency, ceiling]);
  const state = startStage(startVerdict(all), all, { stage: 0, at: START, trafficShare: 0.1 });
  const [count, mean, value] = [counts(0, [9, 60, 0, 540]), means(0, 900, 450), values(0, 1600, 900)];
  const swapped = observe(state, all, [
    { ...count, kpi: "latency" },
    { ...mean, kpi: "ceiling" },
    { ...value, kpi: "errors" },
  ]);
  const { kpis } = state;
  const mixed = { ...state, kpis: { ...kpis, errors: kpis["ceiling"] ?? {} } };

  expect(swapped).toEqual(state);
  expect(observe(JSON.parse(JSON.stringify(mixed)), all, [count])).toEqual(mixed);
  expect(
    verdictOf(JSON.parse(JSON.stringify(mixed)), all, { at: START, stageEndsAt: START }).details[0],
  ).toEqual({ name: "errors", shape: "count", standing: "no-data" });
});

test("noise is measured in a KPI's own shape, and of a ceiling there is none", () => {
  const intervals = (stable: object) =>
    Array.from({ length: 100 }, (_, i) => ({ at: START + 60 * i, stable, instances: [] }));
  const past = (stable: object) => ({ seconds: 60, inHalf: [], intervals: intervals(stable) });
  const found = measurePast(
    { kpis: [errors, latency, ceiling] },
    {
      errors: past({ requests: 500, bad: 4 }),
      latency: past({ mean: 450, count: 500 }),
      ceiling: past({ value: 900 }),
    },
  );

  expect(found.noise).toMatchObject({ errors: { source: "successive" }, latency: { source: "successive" } });
  expect(Object.keys(found.noise ?? {})).toEqual(["errors", "latency"]);
});

test("a sentence has the verb that its KPI has, and one that says nothing goes wrong", () => {
  const { verb, ...silent } = errors;
  const said = (kpi: KpiSettings) => {
    const own = settingsOf([kpi]);
    const state = observe(begun(own), own, [counts(0, [3, 60, 3, 540])]);
    return verdictOf(state, own, { at: START + 60, stageEndsAt: START + 600 }).sentence;
  };

  expect(said({ ...silent, verb: "stammers" })).toContain("candidate stammers 9.0× as often as stable");
  expect(said(silent)).toContain("candidate goes wrong 9.0× as often as stable");
  expect(verb).toBe("fails");
});

test("a shape asked of a KPI of another one says so", () => {
  const lamp = defineShape<{ readonly shape: "lamp"; readonly name: string }, { readonly kind: "lamp" }>({
    shape: "lamp",
    state: "lamp",
    check: () => undefined,
    start: () => ({ kind: "lamp" }),
    begin: (state) => state,
    add: (state) => state,
    evidence: null,
    measure: null,
    tests: null,
    verdict: () => ({ standing: "clear" }),
    sentence: (_, { name }) => `${name} is lit`,
  });

  expect(() => lamp.start(errors, {})).toThrow("errors.shape: expected lamp, found count");
  expect(lamp.evidence({ kind: "lamp" }, [])).toBeNull();
  expect(lamp.sentence({ kind: "count" }, errors, { about: "stage", intervalSeconds: 60 })).toBe("errors");
});
