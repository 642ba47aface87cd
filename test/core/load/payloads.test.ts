/** Bodies of a set, or by a schema. */
import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, it, test } from "vitest";
import { chanceOf } from "../../../src/core/load/arrivals.ts";
import { keptIn, madeUp, objectsNamed, oneOf } from "../../../src/core/load/payloads.ts";
import { payloadSchemaOf, WrittenPayloadSchema } from "../../../src/core/plan/payload-schema.ts";

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

  expect(bodies.filter((body) => !validate(JSON.parse(String(body))))).toEqual([]);
  expect(new Set(bodies).size).toBeGreaterThan(190);
});

const upTo = (most: number) => fc.option(fc.nat(most), { nil: undefined });
const ordered = (low: string, high: string, of: fc.Arbitrary<number | undefined>) =>
  fc
    .tuple(of, of)
    .filter(([one, other]) => one === undefined || other === undefined || one <= other)
    .map(([one, other]) => ({
      ...(one !== undefined && { [low]: one }),
      ...(other !== undefined && { [high]: other }),
    }));
const numbers = fc.option(fc.integer({ min: -50, max: 50 }), { nil: undefined });
const leaf = fc.oneof(
  ordered("minLength", "maxLength", upTo(80)).map((bounds) => ({ type: "string", ...bounds })),
  ordered("minimum", "maximum", numbers).map((bounds) => ({ type: "integer", ...bounds })),
  ordered("minimum", "maximum", numbers).map((bounds) => ({ type: "number", ...bounds })),
  fc.constant({ type: "boolean", description: "which" }),
);
const array = ordered("minItems", "maxItems", upTo(12)).chain((bounds) =>
  leaf.map((items) => ({ type: "array", items, ...bounds })),
);
const object = fc
  .dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.oneof(leaf, array), { maxKeys: 4 })
  .map((properties) => ({
    type: "object",
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  }));

test("whatever a plan may say, with bounds on one side alone too, what is made up keeps to it", () => {
  const ajv = new Ajv({ strict: false });
  fc.assert(
    fc.property(fc.oneof(leaf, array, object), fc.string(), (given, seed) => {
      expect(WrittenPayloadSchema.safeParse(given).success).toBe(true);
      const next = madeUp(payloadSchemaOf(given));
      const chance = chanceOf(seed);
      const validate = ajv.compile(given);
      for (let nth = 0; nth < 5; nth++) expect(validate(JSON.parse(String(next(chance))))).toBe(true);
    }),
  );
});

const properties = (of: object) => ({ type: "object", properties: { user: of } });
it.each([
  [{}, "type", "object, array, string, number, integer, boolean, or an enum in its place", "nothing"],
  [properties({ type: "text" }), "properties.user.type", "object, array, .* in its place", '"text"'],
  [
    properties({ type: "string", pattern: "a+" }),
    "properties.user.pattern",
    "none: .* type, minLength, maxLength alone",
    '"a\\+"',
  ],
  [
    properties({ type: "string", maxLength: -1 }),
    "properties.user.maxLength",
    "a whole number, 0 to 100,000",
    "-1",
  ],
  [
    properties({ type: "integer", minimum: 5, maximum: 2 }),
    "properties.user.maximum",
    "at least 5, as minimum has it",
    "2",
  ],
  [properties({ type: "integer", minimum: 0.5 }), "properties.user.minimum", "a whole number", "0.5"],
  [properties({ type: "array" }), "properties.user.items", "a JSON Schema", "nothing"],
  [properties({ enum: [] }), "properties.user.enum", "a list of at least one value", "an empty list"],
  [{ type: "object" }, "properties", "a map of names, each a JSON Schema", "nothing"],
])("what bodies cannot be made up by is told where it is: %j", (given, path, expected, found) => {
  const { error } = WrittenPayloadSchema.safeParse(given);
  expect(error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
  expect(error?.issues[0]?.message).toMatch(new RegExp(`^expected ${expected}, found ${found}$`));
});

test("a set has a body a line; lines without one are none", () => {
  const next = keptIn('{"a":1}\n\n{"a":2}\r\n  \n');
  const chance = chanceOf("set");
  const bodies = new Set(Array.from({ length: 40 }, () => String(next?.(chance)).trim()));

  expect([...bodies].sort()).toEqual(['{"a":1}', '{"a":2}']);
  expect(keptIn("\n \n")).toBeUndefined();
});

test("a manifest names objects by what their addresses begin with and the rest of each", () => {
  const manifest = [{ prefix: "s3://pictures/set-1/" }, "cat.jpg", "more/dog.jpg"];
  expect(objectsNamed(JSON.stringify(manifest))).toEqual([
    "s3://pictures/set-1/cat.jpg",
    "s3://pictures/set-1/more/dog.jpg",
  ]);
  expect(objectsNamed('[{"prefix":"s3://pictures/"}]')).toEqual([]);
});

it.each([
  ["cat.jpg\ndog.jpg\n", /^is no manifest: expected \[\{"prefix"/],
  ['["cat.jpg"]', /^is no manifest/],
  ['[{"prefix":"pictures/"},"cat.jpg"]', /^is no manifest/],
  ['[{"prefix":"s3://pictures/"},7]', /^is no manifest/],
  [
    JSON.stringify([{ prefix: "s3://pictures/" }, ...Array.from({ length: 101 }, (_, nth) => `${nth}`)]),
    /^names 101 objects, and 100 are read at most$/,
  ],
])("what is no manifest is told: %s", (text, said) => {
  expect(objectsNamed(text)).toMatchObject({ lacks: expect.stringMatching(said) });
});

test("each of some bodies comes, as it is", () => {
  const bodies = [Uint8Array.of(0, 255), Uint8Array.of(7)];
  const next = oneOf(bodies);
  const chance = chanceOf("bytes");
  expect(new Set(Array.from({ length: 40 }, () => next?.(chance)))).toEqual(new Set(bodies));
  expect(oneOf([])).toBeUndefined();
});
