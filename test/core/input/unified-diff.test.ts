/** Differences as patch takes them, and edits that leave all else as it is written. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { edited } from "../../../src/core/input/edited-text.ts";
import { unifiedDiff } from "../../../src/core/input/unified-diff.ts";
import { parsePlan } from "../../../src/core/plan/file.ts";
import { holds } from "../../property.ts";

const numbered = (count: number) => Array.from({ length: count }, (_, nth) => `line ${nth + 1}`);
const text = (lines: readonly string[]) => `${lines.join("\n")}\n`;

test("nothing differs where nothing does", () => {
  expect(unifiedDiff("a\nb\n", "a\nb\n", "x")).toBe("");
});

test("a changed line has three lines around it, and what is far apart is apart", () => {
  const lines = numbered(30);
  const after = lines.map((line, nth) => (nth === 4 || nth === 24 ? `${line}!` : line));

  expect(unifiedDiff(text(lines), text(after), "plan.yml").split("\n")).toEqual([
    "--- a/plan.yml",
    "+++ b/plan.yml",
    "@@ -2,7 +2,7 @@",
    ...[" line 2", " line 3", " line 4", "-line 5", "+line 5!", " line 6", " line 7", " line 8"],
    "@@ -22,7 +22,7 @@",
    ...[" line 22", " line 23", " line 24", "-line 25", "+line 25!", " line 26", " line 27", " line 28"],
    "",
  ]);
});

test("git takes every difference, and makes of the one text the other, whether its last line ends or not", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", "d: 1", "  e: 2"), { minLength: 1, maxLength: 12 });
  const texts = fc.tuple(lines, fc.constantFrom("\n", "")).map(([all, end]) => `${all.join("\n")}${end}`);
  const folder = mkdtempSync(join(tmpdir(), "slipway-"));
  holds(
    fc.property(texts, texts, (before, after) => {
      const diff = unifiedDiff(before, after, "plan.yml");
      if (diff === "") {
        expect(before).toEqual(after);
        return;
      }
      writeFileSync(join(folder, "plan.yml"), before);
      execFileSync("git", ["apply", "--unidiff-zero", "-"], { cwd: folder, input: diff });

      expect(readFileSync(join(folder, "plan.yml"), "utf8")).toBe(after);
    }),
    { numRuns: 20 },
  );
});

describe("an edited text", () => {
  const sample = readFileSync("plans/chat-assistant.yml", "utf8");

  test("has the new values in the place of the old, in blocks and in braces, and every comment", () => {
    const after = edited(`# ours\n${sample}# the end\n`, [
      { path: ["requirements", "peakRequestsPerSecond"], to: 48.5 },
      { path: ["releaseTypes", "minor", "inference", "requestsPerSecondPerInstance"], to: 13 },
    ]);
    const changed = unifiedDiff(`# ours\n${sample}# the end\n`, after, "x")
      .split("\n")
      .filter((line) => /^[-+] /.test(line));

    expect(changed).toEqual([
      "-  peakRequestsPerSecond: 60",
      "+  peakRequestsPerSecond: 48.5",
      "-    inference: { instanceType: ml.g5.xlarge, requestsPerSecondPerInstance: 12 }",
      "+    inference: { instanceType: ml.g5.xlarge, requestsPerSecondPerInstance: 13 }",
    ]);
  });

  test("has a section that was not there at its end, and says what it should", () => {
    const after = edited(sample, [{ path: ["warmth", "loadSecondsP95"], to: 480 }]);

    expect(after.startsWith(sample)).toBe(true);
    const parsed = parsePlan(after, "x");
    expect(parsed.ok && parsed.plan.warmth.loadSecondsP95).toBe(480);
  });

  test("says what it should where the section is there without the key, and where a value is another's", () => {
    const warm = sample.replace("budget:\n", "warmth: { probesPerInstance: 3 } # few\n\nbudget:\n");
    const added = edited(warm, [{ path: ["warmth", "loadSecondsP95"], to: 480 }]);
    const parsed = parsePlan(added, "x");
    expect(parsed.ok && parsed.plan.warmth).toMatchObject({ probesPerInstance: 3, loadSecondsP95: 480 });
    expect(added).toContain("# few");

    const named = sample
      .replace("peakRequestsPerSecond: 60", "peakRequestsPerSecond: &peak 60")
      .replace("instances: 8\n", "instances: 8\n");
    const other = parsePlan(
      edited(named, [{ path: ["requirements", "peakRequestsPerSecond"], to: 70 }]),
      "x",
    );
    expect(other.ok && other.plan.requirements.peakRequestsPerSecond).toBe(70);
  });

  test("of JSON is JSON", () => {
    expect(JSON.parse(edited('{"a": {"b": 1}, "c": "x"}', [{ path: ["a", "b"], to: 2 }]))).toEqual({
      a: { b: 2 },
      c: "x",
    });
    const added = edited('{"a": {"b": 1}}', [{ path: ["d", "e"], to: { f: "g" } }]);
    expect(JSON.parse(added.replace(/([{ ,])(\w+):/g, '$1"$2":').replace(/: (g)\b/, ': "$1"'))).toEqual({
      a: { b: 1 },
      d: { e: { f: "g" } },
    });
  });
});
