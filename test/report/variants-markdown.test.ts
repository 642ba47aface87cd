/** Rehearsals as Markdown: a row for each, and nothing that a name or a reason says is read as Markdown. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RehearsalFacts } from "../../src/core/facts/rehearsal-facts.ts";
import { code, plain } from "../../src/report/markdown.ts";
import { variantsMarkdown } from "../../src/report/variants-markdown.ts";
import { holds } from "../property.ts";

const facts = (changes: Partial<RehearsalFacts> = {}): RehearsalFacts =>
  ({
    outcome: "promoted",
    reason: "no evidence of harm",
    violations: [],
    virtualSeconds: 5689.8,
    costUsd: 21.69,
    lockedMinutes: 8.12,
    budget: { usdPerRelease: 120, maxLockedMinutes: 15 },
    candidateFailedRequests: 1234,
    ...changes,
  }) as RehearsalFacts;
const heading = { title: "chat in 3 worlds, seed 1", column: "world" };

test("verdict, cost, locked minutes and invariants of each world, and why where it was not promoted", () => {
  const violations = [{ atSeconds: 1, invariant: "way-back", what: "stable was shrunk" }];
  const lines = variantsMarkdown(
    [
      { name: "healthy", facts: facts() },
      {
        name: "no-quota",
        facts: facts({ outcome: "refused", reason: "the quota is 4", costUsd: null, lockedMinutes: 0 }),
      },
      { name: "odd", facts: facts({ violations: violations as never }) },
    ],
    heading,
  ).split("\n");

  expect(lines.slice(0, 3)).toEqual([
    "### chat in 3 worlds, seed 1",
    "",
    "2 promoted, 1 refused. **Invariants were broken 1 time.**",
  ]);
  expect(lines.slice(4, 9)).toEqual([
    "| world | verdict | takes | raised | locked minutes | failed requests | invariants |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    "| `healthy` | ✅ promoted | 1 h 35 min | \\$21.69 | 8.1 of 15 | 1,234 | held |",
    "| `no-quota` | 🚫 refused | 1 h 35 min | not known | 0 of 15 | 1,234 | held |",
    "| `odd` | ✅ promoted | 1 h 35 min | \\$21.69 | 8.1 of 15 | 1,234 | **1 violation** |",
  ]);
  expect(lines).toContain("- `no-quota`: the quota is 4");
  expect(lines).toContain("- `odd`: **way-back**: stable was shrunk");
});

test("whatever a text has in it, it stays in its line and its cell, and is no mark, link, mention or HTML", () => {
  const texts = fc.string({ unit: "binary", maxLength: 30 });
  holds(
    fc.property(texts, (text) => {
      expect(plain(text)).toMatch(/^(?:[^\\`*_{}[\]<>()#+!|~@$&\r\n]|\\[^\r\n])*$/u);
      expect(code(text)).toMatch(/^`(?:[^`|\r\n]|\\\|)*`$/u);
    }),
  );
});
