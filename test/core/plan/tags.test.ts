/** A plan's own tags: as AWS takes them, and apart from Slipway's own; and what a release's things carry. */
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { parsePlan } from "../../../src/core/plan/file.ts";
import { Tags, tagsOf } from "../../../src/core/plan/tags.ts";
import { plan } from "../example.ts";

const saidOf = (tags: Record<string, string>): string[] => {
  const parsed = parsePlan(stringify({ ...plan, tags }), "plan.yml");
  return parsed.ok
    ? []
    : parsed.mistakes.map(({ expected, found }) => `expected ${expected}, found ${found}`);
};

test.each([
  [{ "cost-centre": "4711" }],
  [{ Größe: "S/M@x y+z=1:2_3.4-5", empty: "" }],
  [{ ["k".repeat(128)]: "v".repeat(256) }],
  [Object.fromEntries(Array.from({ length: 48 }, (_, nth) => [`k${nth}`, "v"]))],
])("%j are tags", (tags) => {
  expect(saidOf(tags)).toEqual([]);
});

describe("a plan is told of", () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ["a key of AWS's own", { "AWS:x": "1" }, /does not begin with aws:.*found "AWS:x"/],
    ["a value of AWS's own", { x: "aws:1" }, /value that does not begin with aws:.*found "aws:1"/],
    ["a key of ours", { "slipway:release": "1" }, /Slipway's own.*found "slipway:release"/],
    ["a character that no tag has", { "a;b": "1" }, /of 1 to 128 letters.*found "a;b"/],
    ["a value with one", { a: "1\n2" }, /at most 256 letters/],
    ["a key that is too long", { ["k".repeat(129)]: "" }, /of 1 to 128/],
    ["a value that is too long", { k: "v".repeat(257) }, /at most 256/],
    ["no key", { "": "v" }, /of 1 to 128/],
    ["too many", Object.fromEntries(Array.from({ length: 49 }, (_, n) => [`k${n}`, ""])), /at most 48 tags/],
  ])("%s, once", (_, tags, message) => {
    expect(Tags.safeParse(tags).success).toBe(false);
    expect(saidOf(tags)).toEqual([expect.stringMatching(message)]);
  });
});

test("what a release creates carries the release, its plan, and the plan's own", () => {
  const release = { id: "chat-assistant-v7-production", model: "chat-assistant" };
  const own = [
    { Key: "slipway:release", Value: release.id },
    { Key: "slipway:plan", Value: "chat-assistant" },
  ];
  expect(tagsOf(release, {})).toEqual(own);
  expect(tagsOf(release, { tags: { team: "search" } })).toEqual([...own, { Key: "team", Value: "search" }]);
});
