/** An alias that is set in MLflow asks for a release where a plan waits for it, and of the version that names MLflow's. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ReleaseRegistry } from "../../../src/core/plan/registry.ts";
import { isOfAlias, modelUri, planOfAlias, uriProperty } from "../../../src/core/request/alias-set.ts";
import { normaliseRequest } from "../../../src/core/request/request.ts";

const sample = JSON.parse(
  readFileSync(new URL("../../../events/alias-set.json", import.meta.url), "utf8"),
) as { detail: Record<string, unknown> };
const set = { name: "chat_assistant", alias: "champion", version: "12" };
const waiting = { kind: "mlflow", model: "chat_assistant", alias: "champion" } as const;

test("an alias says on which version of which model it was set", () => {
  expect(normaliseRequest(sample)).toEqual({ kind: "alias-set", set });
});

test.each([
  [{ version: "0" }, "detail.version"],
  [{ version: 12 }, "detail.version"],
  [{ name: "" }, "detail.name"],
  [{ alias: undefined }, "detail.alias"],
  [{ delivery: undefined }, "detail.delivery"],
])("%j is a mistake", (detail, where) => {
  expect(normaliseRequest({ ...sample, detail: { ...sample.detail, ...detail } })).toMatchObject({
    kind: "bad",
    mistakes: [{ where }],
  });
});

test("other events of that source start nothing", () => {
  expect(normaliseRequest({ ...sample, "detail-type": "MLflow Model Version Created" })).toMatchObject({
    kind: "ignored",
  });
});

test("a plan is meant by its own model and alias; two that wait for the same are told", () => {
  const own = { model: "chat-assistant", registry: waiting };
  const other = { model: "search", registry: { ...waiting, alias: "live" } };
  const tagged = { model: "rank", registry: { kind: "ecr", repository: "rank", tag: "champion" } } as const;

  expect(planOfAlias(set, [tagged, other, own])).toBe(own);
  expect(planOfAlias({ ...set, name: "rank" }, [tagged, other, own])).toBe(
    "no plan waits for the alias champion of rank in MLflow",
  );
  expect(planOfAlias(set, [own, { model: "search", registry: waiting }])).toBe(
    "the plans of chat-assistant, search all wait for the alias champion of chat_assistant in MLflow: give each an alias of its own",
  );
});

test("of two versions of MLflow's no property names both", () => {
  const name = fc.string({ minLength: 1 }).filter((text) => !/[/:]/.test(text));
  const version = fc.integer({ min: 1, max: 99 }).map(String);
  const one = fc.record({ name, version, alias: fc.constant("champion") });

  fc.assert(
    fc.property(one, one, (a, b) => {
      const isSame = a.name === b.name && a.version === b.version;
      expect(isOfAlias({ [uriProperty]: modelUri(a) }, b)).toBe(isSame);
    }),
  );
  expect(isOfAlias({}, set)).toBe(false);
});

test.each([
  [waiting, true],
  [{ ...waiting, model: "größe v2" }, true],
  [{ ...waiting, model: "a/b" }, false],
  [{ ...waiting, model: "a:b" }, false],
  [{ ...waiting, model: "" }, false],
  [{ ...waiting, alias: "latest" }, false],
  [{ ...waiting, alias: "Latest" }, false],
  [{ ...waiting, alias: "v3" }, false],
  [{ ...waiting, alias: "v3-good" }, true],
  [{ ...waiting, alias: "a b" }, false],
  [{ kind: "mlflow", model: "chat_assistant" }, false],
  [{ ...waiting, kind: "ecr" }, false],
  [{ ...waiting, tag: "x" }, false],
])("whether a plan may say %j: %s", (registry, expected) => {
  expect(ReleaseRegistry.safeParse(registry).success).toBe(expected);
});
