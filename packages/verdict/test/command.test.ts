/** The command that judges a table: what it prints, what it exits with, and what it refuses. */
import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { exitCodeOf } from "../src/command/exit-codes.ts";
import { judgeOptions } from "../src/command/options.ts";
import { runJudge } from "../src/command/run.ts";
import { tableOf } from "./minutes/tables.ts";

const header = "stable_requests,stable_bad,candidate_requests,candidate_bad";
const rows = (bad: number, count = 20) => Array.from({ length: count }, () => `3000,12,300,${bad}`);
const judged = (text: string, values: Record<string, string> = {}, document?: unknown) =>
  runJudge({
    table: { file: "minutes.csv", text },
    values,
    json: false,
    ...(document === undefined ? {} : { settings: { file: "settings.json", document } }),
  });

const failing = tableOf(header, rows(8));
const passing = tableOf(header, rows(1, 120));

test.each([
  ["pass", passing, {}, 0],
  ["fail", failing, {}, 2],
  ["inconclusive", tableOf(header, rows(1, 4)), {}, 5],
  ["no-data", tableOf(header, rows(1, 4)), { "minimum-requests": "9000" }, 6],
  ["undecided", tableOf(header, rows(1, 4)), { "bake-minutes": "30" }, 7],
])("%s has an exit code of its own", (conclusion, table, values, exitCode) => {
  const answer = judged(table, values);

  expect(answer).toMatchObject({ ok: true, exitCode });
  expect(answer.ok && answer.output).toContain(` ${conclusion} at 2026-03-01T1`);
});

test("the conclusions that are named exit with 0, and no other", () => {
  expect(judged(failing, { "exit-zero": "fail" })).toMatchObject({ exitCode: 0 });
  expect(judged(passing, { "exit-zero": "fail" })).toMatchObject({ exitCode: 8 });
  expect(judged(passing, { "exit-zero": "pass, undecided" })).toMatchObject({ exitCode: 0 });
  expect(
    new Set(
      (["pass", "fail", "inconclusive", "no-data", "undecided"] as const).map((each) => exitCodeOf(each, [])),
    ).size,
  ).toBe(5);
});

test("noise that is assumed is told, and what was not read", () => {
  const past = Array.from({ length: 30 }, () => "3000,12,,");
  const pages = [
    failing,
    tableOf(header, [...past, ...rows(8)]),
    tableOf(
      `${header},pods`,
      rows(8).map((row) => `${row},2`),
    ),
  ].map((text) => {
    const answer = judged(text);
    return answer.ok ? answer.output : "";
  });

  expect(pages.map((page) => page.includes("The noise of errors is assumed: 0 minutes of stable"))).toEqual([
    true,
    false,
    true,
  ]);
  expect(pages.map((page) => page.includes("Not read: pods."))).toEqual([false, false, true]);
});

test("what the line says wins over the settings", () => {
  const settings = { tolerance: 9, bakeMinutes: 60 };

  expect(judged(failing, {}, settings)).toMatchObject({ exitCode: 7 });
  expect(judged(failing, { tolerance: "0" }, settings)).toMatchObject({ exitCode: 2 });
});

test("every option has its mistake, by its own name", () => {
  const values = Object.fromEntries(
    Object.entries(judgeOptions)
      .filter(([name, option]) => "value" in option && name !== "settings")
      .map(([name]) => [name, "x"]),
  );
  const answer = judged(failing, values);

  expect(answer.ok ? [] : answer.mistakes.map(({ where }) => where).sort()).toEqual(
    Object.keys(values)
      .map((name) => `--${name}`)
      .sort(),
  );
});

test("KPIs are named in one place", () => {
  expect(judged(failing, { kpi: "custom" }, { kpis: [{ kind: "availability" }] })).toEqual({
    ok: false,
    mistakes: [{ where: "--kpi", expected: "KPIs either here or in the settings", found: "them in both" }],
  });
  const one = judged(failing, { kpi: "custom" });
  expect(one.ok && one.output).toContain("bad: candidate goes wrong");
});

test("mistakes say which file they are in", () => {
  expect(judged("time\n1", {}, { alpha: 3 })).toMatchObject({
    mistakes: [{ file: "settings.json", where: "alpha" }],
  });
  expect(judged("time\n1")).toMatchObject({ ok: false, mistakes: [{ file: "minutes.csv", line: 1 }] });
});

async function command(...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const bin = fileURLToPath(new URL("../src/bin.ts", import.meta.url));
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [bin, ...words])) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

test("the package's own command reads a table and JSON settings", async () => {
  const folder = mkdtempSync(join(tmpdir(), "judge-"));
  const [table, settings, wrong] = ["minutes.csv", "settings.json", "wrong.json"].map((name) =>
    join(folder, name),
  );
  writeFileSync(table ?? "", failing);
  writeFileSync(settings ?? "", JSON.stringify({ alpha: 0.001 }));
  writeFileSync(wrong ?? "", "{");

  const found = await command(table ?? "", "--settings", settings ?? "", "--json");
  const refused = await Promise.all([
    command(),
    command(table ?? "", "--alhpa", "1"),
    command(table ?? "", "--settings", wrong ?? ""),
    command(join(folder, "none.csv")),
    command(table ?? "", "--alpha", "2"),
  ]);

  expect(found).toMatchObject({ code: 2, stderr: "" });
  expect(JSON.parse(found.stdout)).toMatchObject({
    conclusion: "fail",
    evidence: { logThreshold: -Math.log(0.001) },
  });
  expect(refused.map(({ code, stdout }) => [code, stdout])).toEqual(refused.map(() => [64, ""]));
  expect(refused.map(({ stderr }) => stderr.split("\n").length)).toEqual(refused.map(() => 2));
  expect((await command("--help")).stdout).toContain("--exit-zero LIST");
});
