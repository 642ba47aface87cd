/** What is told of a text before anything in it is looked at: its encoding, its syntax, its depth; one message a cause. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { formatMistake, nearest, printable } from "../../../src/core/input/bad-input.ts";
import { checkText, withLines } from "../../../src/core/input/checked-file.ts";
import { checkJson, jsonMistake } from "../../../src/core/input/json-text.ts";
import { decoded } from "../../../src/core/input/text.ts";
import { parsePlan } from "../../../src/core/plan/file.ts";
import { holds } from "../../property.ts";

const any = z.unknown();

function yaml(text: string): unknown {
  const checked = checkText(any, text, "a.yml");
  return checked.ok ? checked.value : checked.mistakes.map(formatMistake);
}

function json(text: string): unknown {
  const checked = checkJson(text, "a.json");
  return checked.ok ? checked.value : checked.mistakes.map(formatMistake);
}

function read(bytes: readonly number[]): string {
  const text = decoded(Uint8Array.from(bytes));
  return text.ok ? text.text : formatMistake({ ...text.mistake, file: "a.yml" });
}

const bytesOf = (text: string, encoding: "utf8" | "latin1" | "utf16le" = "utf8") => [
  ...Buffer.from(text, encoding),
];

test("UTF-8 is read, with a byte order mark or without", () => {
  expect(read(bytesOf("größe: 1\n"))).toBe("größe: 1\n");
  expect(read([0xef, 0xbb, 0xbf, ...bytesOf("a: 1\n")])).toBe("a: 1\n");
  expect(read([])).toBe("");
});

test.each([
  [[0xff, 0xfe, ...bytesOf("model: a\n", "utf16le")]],
  [[0xfe, 0xff, ...bytesOf("model: a\n", "utf16le").slice(1), 0]],
  [bytesOf("model: a\n", "utf16le")],
])("UTF-16 is named as such", (bytes) => {
  expect(read(bytes)).toBe("a.yml: the text: expected UTF-8, found UTF-16: save the file as UTF-8");
});

test("bytes that are no UTF-8 are told of with their line", () => {
  expect(read([...bytesOf("a: 1\nb: é\n"), ...bytesOf("c: größe\n", "latin1")])).toBe(
    "a.yml:3: the text: expected UTF-8, found bytes that are none, such as Latin-1 or Windows-1252 leave",
  );
});

test.each(["a: 1\rb:\r  - c\r", "a: 1\r\nb:\r\n  - c\r\n", "a: 1\nb:\r  - c\n"])(
  "every line end of YAML is one: %j",
  (text) => {
    expect(yaml(text)).toEqual({ a: 1, b: ["c"] });
  },
);

test("a line that is told of is counted alike with every line end", () => {
  for (const end of ["\n", "\r\n", "\r"])
    expect(yaml(["a: 1", "b: 2", "a: 3"].join(end))).toEqual([
      "a.yml:3: a: expected each key once, found it again",
    ]);
});

test("one wrong indentation is one mistake, whatever it makes of the rest", () => {
  expect(yaml("a:\n  b: 1\n   c: 2\n  d: 3\n")).toEqual([
    "a.yml:2: the text: expected keys that belong together in one column, and quotes around a value with a colon in it, found something else here or on the next line",
  ]);
  expect(yaml("a:1\nb: 2\n")).toEqual([
    'a.yml:1: the text: expected a key, a colon and a space before its value, as in "key: value", found a line without',
  ]);
  expect(yaml("a:\n\tb: 1\n\tc: 2\n")).toEqual([
    "a.yml:2: the text: expected spaces as indentation, found a tab",
  ]);
});

test("an empty key is shown as one", () => {
  const checked = checkText(z.strictObject({}), "? \n: 1\n", "a.yml");

  expect(checked.ok ? [] : checked.mistakes.map(formatMistake)).toEqual([
    'a.yml:1: "": expected a known key, found ""',
  ]);
});

test("keys given twice are told each, for they mislead about nothing else", () => {
  expect(yaml("a: 1\na: 2\nb: 1\nb: 2\n")).toHaveLength(2);
});

test.each([
  ["[".repeat(20_000), 1],
  [`a: 1\nb: ${"{a: ".repeat(101)}`, 2],
  [`a: 1\n${"- ".repeat(20_000)}x\n`, 2],
])("nesting that no parser bears is told of, and not tried", (text, line) => {
  expect(yaml(text)).toEqual([
    `a.yml:${line}: the text: expected at most 100 levels within each other, found more`,
  ]);
});

test("as deep as is allowed is read, in YAML and in JSON", () => {
  const deep = "[".repeat(100) + "]".repeat(100);

  expect(yaml(deep)).toEqual(JSON.parse(deep));
  expect(json(deep)).toEqual(JSON.parse(deep));
  expect(yaml(`${"- ".repeat(240)}x\n`)).toBeInstanceOf(Array);
});

test("an alias without its anchor is told of with its line, each of them", () => {
  expect(yaml("a: 1\nb: *nope\nc: *neither\n")).toEqual([
    "a.yml:2: *nope: expected an anchor &nope before its alias, found none",
    "a.yml:3: *neither: expected an anchor &neither before its alias, found none",
  ]);
});

test("merge keys are merged; what is no map is told of", () => {
  expect(yaml("x: &x { a: 1, b: 2 }\ny:\n  <<: *x\n  b: 3\n")).toEqual({
    x: { a: 1, b: 2 },
    y: { a: 1, b: 3 },
  });
  expect(yaml("y:\n  <<: 3\n")).toEqual([
    "a.yml: <<: expected an alias of a map, or a list of such, found something else",
  ]);
});

test.each([
  ['{"a": 1,}', 'a.json:1: the text: expected JSON, found a comma before "}"'],
  ['{\n  "a": [1, 2,\n  ]\n}', 'a.json:2: the text: expected JSON, found a comma before "]"'],
  ["{'a': 1}", 'a.json:1: the text: expected JSON, with "double quotes", found single quotes'],
  ["{a: 1}", 'a.json:1: the text: expected JSON, found "a"'],
  ['{"a": 1 // one\n}', "a.json:1: the text: expected JSON, found a comment"],
  ['{"a": \n "b": 7}', 'a.json:2: the text: expected JSON, found ":" where it cannot stand'],
  ['{"a": 1\n "b": 2}', 'a.json:2: the text: expected JSON, found "b" where it cannot stand'],
  ['{"a": 1', "a.json:1: the text: expected JSON, found its end too early"],
  [
    '{"a": "b',
    "a.json:1: the text: expected JSON, found a text that does not end, or holds what must be escaped",
  ],
  ['{"a": 01}', 'a.json:1: the text: expected JSON, found "01"'],
  ['{"a": True}', 'a.json:1: the text: expected JSON, found "True"'],
  ["[1]]", 'a.json:1: the text: expected JSON, found "]" where it cannot stand'],
  ["", "a.json: the text: expected JSON, found nothing"],
  ["model: a", 'a.json:1: the text: expected JSON, found "model"'],
])("no JSON: %j", (text, message) => {
  expect(json(text)).toEqual([message]);
});

test("JSON is read, and a key given twice in it is told of", () => {
  expect(json('{"a": [1, -2.5e3, true, null, "\\u00e9\\n"]}')).toEqual({ a: [1, -2500, true, null, "é\n"] });
  expect(json('{"a": 1, "a": 2}')).toEqual(["a.json:1: a: expected each key once, found it again"]);
  // The same name in another object is another key, however it is written; a value is none.
  expect(json('{"a": [{"b": "c"}, {"b": "b",\n "\\u0062": [],\n "c": {}, "b": 1}], "b": 1}')).toEqual([
    "a.json:2: a[1].b: expected each key once, found it again",
    "a.json:3: a[1].b: expected each key once, found it again",
  ]);
});

test("what steers a terminal is spelt out, wherever a message has it from", () => {
  const raw = "\u001b[31mred\u0007\u009b2J\u202eevil\u2028";
  const message = formatMistake({ file: raw, where: raw, expected: raw, found: raw, hint: raw });

  expect(message).not.toMatch(/[\p{Cc}\p{Zl}\u202e]/u);
  expect(printable(raw)).toBe("\\u001b[31mred\\u0007\\u009b2J\\u202eevil\\u2028");
  expect(printable("größe ✔ 🚀")).toBe("größe ✔ 🚀");
});

test.each([
  ["aply", ["apply"], "apply"],
  ["rehears", ["rehearse", "plan"], "rehearse"],
  ["utilizationPercent", ["utilisationPercent"], "utilisationPercent"],
  ["nope", ["only"], undefined],
  ["prod", ["production"], undefined],
  ["x", ["a"], undefined],
])("the nearest to %j of %j is %j", (word, candidates, meant) => {
  expect(nearest(word, candidates)).toBe(meant);
});

test("mistakes told by their path get the line of their key; what is not there gets none", () => {
  const text = '{\n  "a": 1,\n  "b": {\n    "c": [\n      1,\n      2\n    ]\n  }\n}\n';
  const at = (where: string) => withLines([{ where, expected: "x", found: "y" }], text)[0]?.line;

  expect(["a", "b", "b.c", "b.c[1]", "b.d", "the input"].map(at)).toEqual([2, 3, 4, 6, undefined, undefined]);
});

const anyJson = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value, null, 1));

test("all JSON is read as what it is, however it is indented", () => {
  const indents = fc.constantFrom(undefined, 2, "\t", "\n");
  holds(
    fc.property(fc.jsonValue({ maxDepth: 4 }), indents, (value, indent) => {
      const text = JSON.stringify(value, null, indent);

      expect(json(text)).toEqual(JSON.parse(text));
    }),
  );
  expect(json('{\n\t"a": {\n\t\t"b": 1\n\t}\n}')).toEqual({ a: { b: 1 } });
  expect(json('{\n\t"a": 1,\n\t"a": 2\n}')).toEqual(["a.json:3: a: expected each key once, found it again"]);
});

test("all JSON is JSON, and whatever is not has one message with a cause", () => {
  holds(
    fc.property(
      anyJson,
      fc.nat(),
      fc.string({ maxLength: 2, unit: "binary" }),
      fc.nat(2),
      (text, at, more, less) => {
        const from = at % (text.length + 1);
        const broken = text.slice(0, from) + more + text.slice(from + less);

        expect(jsonMistake(text)).toBeUndefined();
        let valid = true;
        try {
          JSON.parse(broken);
        } catch {
          valid = false;
        }
        const mistake = jsonMistake(broken);
        expect(mistake === undefined).toBe(valid);
        if (mistake !== undefined) expect(mistake.found).not.toBe("");
      },
    ),
  );
});

test("no bytes make the reader of a plan fail, or speak in more than one line for a mistake", () => {
  const sample = readFileSync("plans/chat-assistant.yml");
  const edit = fc.record({
    at: fc.nat(sample.length),
    less: fc.nat(40),
    more: fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.constantFrom(
        ...["  ", "\t", "- ", ": ", "<<", "*a", "&a ", "[", "}", '"', "\r"].map((each) => Buffer.from(each)),
      ),
    ),
  });
  holds(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let bytes: Uint8Array = sample;
      for (const { at, less, more } of edits)
        bytes = Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at + less)]);
      const text = decoded(bytes);
      if (!text.ok) return;
      const parsed = parsePlan(text.text, "plan.yml");
      const messages = parsed.ok ? [] : parsed.mistakes.map(formatMistake);

      if (!parsed.ok) expect(messages.length).toBeGreaterThan(0);
      for (const message of messages)
        expect(message).toMatch(/^plan\.yml(:\d+)?: \P{Cc}+: expected \P{Cc}+, found \P{Cc}+$/u);
      expect(new Set(messages).size).toBe(messages.length);
    }),
  );
});
