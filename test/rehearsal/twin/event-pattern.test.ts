/** Event patterns by the cases of "Comparison operators for use in event patterns", EventBridge user guide. */
import { describe, expect, it } from "vitest";
import { compilePattern } from "#twin/services";

const matches = (pattern: object, event: object) => compilePattern({ ...pattern })(event);
const detail = (of: object) => ({ source: "aws.ec2", detail: of });

describe("an event pattern", () => {
  it.each([
    ["equals, any of the list", { source: ["aws.s3", "aws.ec2"] }, detail({}), true],
    ["equals none of the list", { source: ["aws.s3"] }, detail({}), false],
    ["equals by its very case", { source: ["AWS.EC2"] }, detail({}), false],
    [
      "every field must match",
      { source: ["aws.ec2"], detail: { state: ["up"] } },
      detail({ state: "down" }),
      false,
    ],
    ["a field that is absent", { detail: { state: ["up"] } }, detail({}), false],
    ["a field deep in what is absent", { detail: { a: { b: ["c"] } } }, detail({}), false],
    ["null is a value", { detail: { user: [null] } }, detail({ user: null }), true],
    ["null is not absent", { detail: { user: [null] } }, detail({}), false],
    ["an empty text is no null", { detail: { user: [null] } }, detail({ user: "" }), false],
    ["a number is no text", { detail: { n: [5] } }, detail({ n: "5" }), false],
    ["a boolean", { detail: { on: [true] } }, detail({ on: true }), true],
    ["an element of a list", { resources: ["b"] }, { resources: ["a", "b"] }, true],
    ["no element of a list", { resources: ["c"] }, { resources: ["a", "b"] }, false],
    [
      "an element of a list of objects",
      { detail: { all: { id: ["2"] } } },
      detail({ all: [{ id: "1" }, { id: "2" }] }),
      true,
    ],
    [
      "fields of one and the same element",
      { detail: { all: { id: ["1"], on: [true] } } },
      detail({ all: [{ id: "1" }, { id: "2", on: true }] }),
      false,
    ],
    ["prefix", { detail: { at: [{ prefix: "2026-" }] } }, detail({ at: "2026-01-05" }), true],
    ["prefix of any case", { source: [{ prefix: { "equals-ignore-case": "AWS." } }] }, detail({}), true],
    ["suffix", { detail: { file: [{ suffix: ".png" }] } }, detail({ file: "a.jpg" }), false],
    [
      "suffix of any case",
      { detail: { file: [{ suffix: { "equals-ignore-case": ".PNG" } }] } },
      detail({ file: "a.png" }),
      true,
    ],
    ["equals, whatever the case", { source: [{ "equals-ignore-case": "AWS.ec2" }] }, detail({}), true],
    [
      "wildcard",
      { detail: { path: [{ wildcard: "dir/*/end.*" }] } },
      detail({ path: "dir/x/y/end.txt" }),
      true,
    ],
    ["wildcard's dot is a dot", { detail: { path: [{ wildcard: "a.b*" }] } }, detail({ path: "aXb" }), false],
    [
      "anything but a text",
      { detail: { state: [{ "anything-but": "up" }] } },
      detail({ state: "down" }),
      true,
    ],
    [
      "anything but a list",
      { detail: { state: [{ "anything-but": ["up", "down"] }] } },
      detail({ state: "down" }),
      false,
    ],
    ["anything but a number", { detail: { n: [{ "anything-but": 1 }] } }, detail({ n: 2 }), true],
    ["anything but needs the field", { detail: { state: [{ "anything-but": "up" }] } }, detail({}), false],
    [
      "anything but a prefix",
      { detail: { state: [{ "anything-but": { prefix: "init" } }] } },
      detail({ state: "initial" }),
      false,
    ],
    [
      "anything but suffixes",
      { detail: { f: [{ "anything-but": { suffix: [".a", ".b"] } }] } },
      detail({ f: "x.b" }),
      false,
    ],
    [
      "anything but whatever the case",
      { detail: { s: [{ "anything-but": { "equals-ignore-case": ["UP"] } }] } },
      detail({ s: "up" }),
      false,
    ],
    ["numeric range", { detail: { n: [{ numeric: [">", 0, "<=", 5] }] } }, detail({ n: 5 }), true],
    ["numeric bound", { detail: { n: [{ numeric: [">", 5] }] } }, detail({ n: 5 }), false],
    ["numeric equality", { detail: { n: [{ numeric: ["=", 301.8] }] } }, detail({ n: 301.8 }), true],
    ["numeric on a text", { detail: { n: [{ numeric: ["=", 3] }] } }, detail({ n: "3" }), false],
    ["exists", { detail: { state: [{ exists: true }] } }, detail({ state: null }), true],
    ["exists on leaves only", { detail: { state: [{ exists: true }] } }, detail({ state: { a: 1 } }), false],
    ["does not exist", { detail: { state: [{ exists: false }] } }, detail({}), true],
    ["does not exist below what is absent", { detail: { a: { b: [{ exists: false }] } } }, detail({}), true],
    ["does exist", { detail: { state: [{ exists: false }] } }, detail({ state: "up" }), false],
    [
      "a value or an operator",
      { detail: { state: ["up", { prefix: "down" }] } },
      detail({ state: "downward" }),
      true,
    ],
    ["$or", { source: ["aws.ec2"], detail: { $or: [{ a: [1] }, { b: [2] }] } }, detail({ b: 2 }), true],
    ["$or, none of them", { detail: { $or: [{ a: [1] }, { b: [2] }] } }, detail({ a: 2 }), false],
    ["a name that every object has", { detail: { constructor: [{ exists: true }] } }, detail({}), false],
  ])("%s", (_name, pattern, event, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });

  it.each([
    [
      "an operator that does not exist",
      { a: [{ sufix: "x" }] },
      "a: expected one operator of prefix, suffix",
    ],
    ["an operator that is not modelled", { a: [{ cidr: "10.0.0.0/24" }] }, "a: expected one operator of"],
    ["two operators in one", { a: [{ prefix: "x", suffix: "y" }] }, "a: expected one operator of"],
    [
      "a value outside of a list",
      { detail: { a: "x" } },
      "detail.a: expected an object of fields, or a list",
    ],
    ["an empty list", { a: [] }, "a: expected at least one value"],
    ["no field", {}, "as a whole: expected at least one field"],
    ["a list in a list", { a: [["x"]] }, "a: expected a string, number, boolean or null"],
    ["half a range", { a: [{ numeric: [">"] }] }, "a.numeric: expected one or two comparisons"],
    ["an unknown comparison", { a: [{ numeric: ["!=", 1] }] }, "a.numeric: expected one or two comparisons"],
    ["exists by text", { a: [{ exists: "true" }] }, "a.exists: expected true or false"],
    [
      "anything but what exists",
      { a: [{ "anything-but": { exists: true } }] },
      "a.anything-but: expected values",
    ],
    ["one alternative", { $or: [{ a: [1] }] }, "$or: expected a list of two patterns"],
  ])("is refused with %s", (_name, pattern, message) => {
    expect(() => compilePattern(pattern)).toThrow(`event pattern, ${message}`);
  });
});
