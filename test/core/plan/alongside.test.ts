/** What a plan lists beside its endpoint: how it is named, how much of it each stage needs, and what is wrong with a list. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { formatMistake } from "../../../src/core/input/bad-input.ts";
import { type Entry, leasedOf, minimumsOf } from "../../../src/core/plan/alongside/alongside.ts";
import { leasableOf } from "../../../src/core/plan/alongside/kinds.ts";
import { parsePlan } from "../../../src/core/plan/file.ts";

const sample = readFileSync(new URL("../../../plans/chat-assistant.yml", import.meta.url), "utf8");

function parsed(alongside: readonly unknown[]) {
  return parsePlan(`${sample}\n${stringify({ alongside })}`, "plan.yml");
}

function entryOf(entry: unknown): Entry {
  const found = parsed([entry]);
  const first = found.ok ? found.plan.alongside?.[0] : undefined;
  if (first === undefined) throw new Error(JSON.stringify(found));
  return first;
}

function mistakesIn(...alongside: readonly unknown[]): string[] {
  const found = parsed(alongside);
  return found.ok ? [] : found.mistakes.map(formatMistake);
}

const ecs = { cluster: "prod", service: "tokenizer" };
const stages = [5, 25, 50, 95].map((trafficPercent) => ({ trafficPercent }));
const found = { capacity: 3, min: 2 };

describe("how much of it there is to be", () => {
  test("a minimum holds at every stage", () => {
    expect(minimumsOf(entryOf({ ecs, minimum: 6 }), stages, found)).toEqual([6, 6, 6, 6]);
  });

  test("a multiple is of its capacity, or of its MinCapacity, rounded up", () => {
    expect(minimumsOf(entryOf({ ecs, multiple: 1.5 }), stages, found)).toEqual([5, 5, 5, 5]);
    expect(minimumsOf(entryOf({ ecs, multiple: 1.5, of: "minimum" }), stages, found)).toEqual([3, 3, 3, 3]);
  });

  test("stages begin at the first share of at least theirs, and it never becomes less", () => {
    const entry = entryOf({
      ecs,
      stages: [
        { trafficPercent: 20, minimum: 8 },
        { trafficPercent: 50, multiple: 2 },
      ],
    });
    expect(minimumsOf(entry, stages, found)).toEqual([0, 8, 8, 8]);
  });

  test("what is three times three is nine, though floating point has more", () => {
    expect(minimumsOf(entryOf({ ecs, multiple: 1.1 }), stages, { capacity: 10, min: 1 })[0]).toBe(11);
  });
});

test("a service is known by Application Auto Scaling's resource id", () => {
  const { kind, name } = leasedOf(entryOf({ ecs, minimum: 1 }));
  expect({ kind, name }).toEqual({ kind: "ecs-service", name: "service/prod/tokenizer" });
  expect(leasableOf(kind).scopeOf(name)).toEqual({
    namespace: "ecs",
    resourceId: "service/prod/tokenizer",
    dimension: "ecs:service:DesiredCount",
  });
});

test("a function is known by its alias or version", () => {
  const { kind, name } = leasedOf(entryOf({ lambda: { function: "rank", alias: "live" }, minimum: 1 }));
  expect({ kind, name }).toEqual({ kind: "lambda-concurrency", name: "function:rank:live" });
  expect(leasableOf(kind).scopeOf(name)).toEqual({
    namespace: "lambda",
    resourceId: "function:rank:live",
    dimension: "lambda:function:ProvisionedConcurrency",
  });
});

test("a table's reads and writes are two things", () => {
  const { kind, name } = leasedOf(
    entryOf({ dynamodb: { table: "chat.sessions", throughput: "write" }, minimum: 1 }),
  );
  expect({ kind, name }).toEqual({
    kind: "dynamodb-throughput",
    name: "table/chat.sessions/WriteCapacityUnits",
  });
  expect(leasableOf(kind).scopeOf(name)).toEqual({
    namespace: "dynamodb",
    resourceId: "table/chat.sessions",
    dimension: "dynamodb:table:WriteCapacityUnits",
  });
});

describe("one message for each mistake", () => {
  test.each([
    [{ minimum: 3 }, /alongside\[0\].*expected (one of )?ecs.*, found none of them/],
    [{ ecs }, /alongside\[0\].*expected one of minimum, multiple, stages, found none of them/],
    [{ ecs, minimum: 3, multiple: 2 }, /expected one of minimum, multiple, stages, found minimum, multiple/],
    [{ ecs, minimum: 3, of: "minimum" }, /of.*expected no such key without a multiple/],
    [{ ecs, minimum: 0 }, /minimum/],
    [{ ecs: { ...ecs, service: "a/b" }, minimum: 1 }, /letters, digits, underscores and hyphens/],
    [
      { lambda: { function: "rank", alias: "$LATEST" }, minimum: 1 },
      /alias: expected an alias or the number of a version: \$LATEST has no provisioned concurrency, found "\$LATEST"/,
    ],
    [{ lambda: { function: "rank" }, minimum: 1 }, /lambda.alias: expected .*, found nothing/],
    [
      { ecs, lambda: { function: "rank", alias: "live" }, minimum: 1 },
      /expected one of ecs, lambda.*, found ecs, lambda/,
    ],
    [{ ecs, stages: [{ trafficPercent: 5 }] }, /stages\[0\].*expected one of minimum, multiple/],
  ])("%j", (entry, message) => {
    const mistakes = mistakesIn(entry);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatch(message);
  });

  test("what is named twice", () => {
    const entry = { ecs, minimum: 3 };
    expect(mistakesIn(entry, entry)).toEqual([expect.stringMatching(/service\/prod\/tokenizer once/)]);
  });
});
