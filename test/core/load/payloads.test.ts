/** Bodies of a set, or by a schema. */
import { Ajv } from "ajv";
import { expect, it, test } from "vitest";
import { chanceOf } from "../../../src/core/load/arrivals.ts";
import { keptIn, madeUp } from "../../../src/core/load/payloads.ts";
import { payloadSchemaOf } from "../../../src/core/plan/load-test.ts";

const schema = {
  type: "object",
  properties: {
    inputs: { type: "string", minLength: 5, maxLength: 40 },
    rows: {
      type: "array",
      items: { type: "array", items: { type: "number", minimum: -1, maximum: 2 }, minItems: 3, maxItems: 3 },
      maxItems: 4,
    },
    count: { type: "integer", minimum: 2, maximum: 9 },
    isFirst: { type: "boolean" },
    language: { enum: ["de", "en", 7] },
  },
};

it("what is made up keeps to its schema, and varies", () => {
  const next = madeUp(payloadSchemaOf(schema));
  const chance = chanceOf("bodies");
  const bodies = Array.from({ length: 200 }, () => next(chance));
  const validate = new Ajv({ strict: false }).compile({
    ...schema,
    required: Object.keys(schema.properties),
  });

  expect(bodies.filter((body) => !validate(JSON.parse(body)))).toEqual([]);
  expect(new Set(bodies).size).toBeGreaterThan(190);
});

test("a set has a body a line; lines without one are none", () => {
  const next = keptIn('{"a":1}\n\n{"a":2}\r\n  \n');
  const chance = chanceOf("set");
  const bodies = new Set(Array.from({ length: 40 }, () => next?.(chance).trim()));

  expect([...bodies].sort()).toEqual(['{"a":1}', '{"a":2}']);
  expect(keptIn("\n \n")).toBeUndefined();
});
