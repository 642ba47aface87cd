/** What is kept of benches holds for the files that it measures, and documents say so. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { marked, pageOf, unmarked } from "../../bench/kept/marks.ts";
import { changedBetween, measuredFiles } from "../../bench/kept/measured.ts";
import {
  digestsOf,
  type Kept,
  measuredBy,
  type Standing,
  standings,
  write,
} from "../../bench/kept/results.ts";

let root = "";
const put = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-kept-"));
  const manifest = { imports: { "#lib": "./lib/index.ts" }, scripts: { "bench:some": "node bench/some.ts" } };
  put("package.json", JSON.stringify(manifest));
  put(
    "bench/some.ts",
    `import { used } from "../src/one.ts";
import type { T } from "../src/types.ts";
import { shown } from "#lib";
const plan: T = "plans/a.yml";
new Worker(new URL("../src/thread.ts", import.meta.url));
console.log(used(plan), shown, (name: string) => \`data/\${name}.csv\`);
`,
  );
  put(
    "src/one.ts",
    `import { idle } from "./idle.ts";\nexport const used = (x: string) => x;\nexport const other = () => idle;\n`,
  );
  put("src/idle.ts", "export const idle = 1;\n");
  put("src/types.ts", "export type T = string;\n");
  put("src/thread.ts", `import { deep } from "./deep.ts";\nconsole.log(deep);\n`);
  put("src/deep.ts", "export const deep = 1;\n");
  put("lib/index.ts", `export { shown } from "./shown.ts";\nexport { hidden } from "./hidden.ts";\n`);
  put("lib/shown.ts", "export const shown = 1;\n");
  put("lib/hidden.ts", "export const hidden = 1;\n");
  put("plans/a.yml", "a: 1\n");
  put("plans/b.yml", "b: 1\n");
  put("data/one.csv", "1\n");
  put("data/note.md", "1\n");
});
afterEach(() => rmSync(root, { recursive: true }));

describe("a bench measures", () => {
  test("what it uses, and the entries of its threads, its plans and its data, but no types and nothing idle", async () => {
    expect(Object.keys(await measuredFiles(root, "bench/some.ts"))).toEqual([
      ...["bench/some.ts", "data/one.csv", "lib/shown.ts", "plans/a.yml"],
      ...["src/deep.ts", "src/one.ts", "src/thread.ts"],
    ]);
  });

  test.each([
    ["src/deep.ts", "export const deep = 2;\n"],
    ["lib/shown.ts", "export const shown = 2;\n"],
    ["plans/a.yml", "a: 2\n"],
    ["data/one.csv", "2\n"],
  ])("another one where %s runs otherwise", async (path, text) => {
    const before = await measuredFiles(root, "bench/some.ts");
    put(path, text);
    expect(changedBetween(before, await measuredFiles(root, "bench/some.ts"))).toEqual([path]);
  });

  test("another one where it takes more files, or fewer", async () => {
    const before = await measuredFiles(root, "bench/some.ts");
    put("src/deep.ts", `import { idle } from "./idle.ts";\nexport const deep = idle;\n`);
    const now = await measuredFiles(root, "bench/some.ts");
    expect(changedBetween(before, now)).toEqual(["src/deep.ts", "src/idle.ts"]);
    expect(changedBetween(now, before)).toEqual(["src/deep.ts", "src/idle.ts"]);
  });

  test.each([
    ["src/deep.ts", "/** Said. */\nexport const deep: number = 1; // Again.\n"],
    ["src/idle.ts", "export const idle = 2;\n"],
    ["src/types.ts", "export type T = string | number;\n"],
    ["plans/b.yml", "b: 2\n"],
  ])("the same where %s only reads otherwise, or is none of it", async (path, text) => {
    const before = await measuredFiles(root, "bench/some.ts");
    put(path, text);
    expect(changedBetween(before, await measuredFiles(root, "bench/some.ts"))).toEqual([]);
  });
});

const command = "npm run bench:some -- --seeds 3";
async function kept(): Promise<void> {
  put("bench/kept/some.txt", "printed\n");
  write(root, "some", {
    ...{ command, commit: "0123abcd", withChanges: false, day: "2026-11-29", minutes: 1, node: "v24" },
    results: digestsOf(root, ["bench/kept/some.txt"], unmarked),
    measured: await measuredBy(root, command),
  });
}

describe("what is kept", () => {
  test("stands as it was, is older than code that changed, and is not what was kept once somebody edits it", async () => {
    await kept();
    expect(await standings(root, unmarked)).toMatchObject([{ name: "some", changed: [], altered: [] }]);
    put("src/deep.ts", "export const deep = 2;\n");
    expect(await standings(root, unmarked)).toMatchObject([{ changed: ["src/deep.ts"], altered: [] }]);
    put("bench/kept/some.txt", "printed better\n");
    expect(await standings(root, unmarked)).toMatchObject([{ altered: ["bench/kept/some.txt"] }]);
    rmSync(join(root, "bench/kept/some.txt"));
    expect(await standings(root, unmarked)).toMatchObject([{ altered: ["bench/kept/some.txt"] }]);
  });

  test("is of a command that there is", async () => {
    await expect(measuredBy(root, "npm run bench:none")).rejects.toThrow(
      "expected one of bench:some, found bench:none",
    );
  });
});

describe("a document", () => {
  const one: Kept = {
    ...{ command, commit: "0123abcd", withChanges: false, day: "2026-11-29", minutes: 1.25, node: "v24" },
    ...{ results: { "bench/kept/some.txt": "1" }, measured: { "a.ts": "1" } },
  };
  const fresh: Standing = { name: "some", kept: one, changed: [], altered: [] };
  const older: Standing = { ...fresh, changed: ["a.ts"] };
  const text =
    "By `npm run\nbench:some -- --seeds 3`, a tenth; `npm run bench:some`: a fifth. `npm run bench:kept` tells.";

  test("says of each command that it cites whether that is kept, by the very options, and of which code", () => {
    expect(marked(text, [fresh])).toBe(
      "By `npm run\nbench:some -- --seeds 3` (kept at 0123abcd), a tenth; `npm run bench:some` (not kept): a fifth. `npm run bench:kept` tells.",
    );
    expect(marked(text, [older])).toContain("--seeds 3` (kept at 0123abcd, older than its code), a tenth");
  });

  test("has one mark, the newest, however often it is written; without marks it is as it was", () => {
    expect(marked(marked(text, [fresh]), [older])).toBe(marked(text, [older]));
    expect(marked(marked(marked(text, [older]), []), [fresh])).toBe(marked(text, [fresh]));
    expect(unmarked(marked(text, [older]))).toBe(text);
  });

  test("lists all results, and what nothing is kept of", () => {
    const page = pageOf([older], ["bench:some", "bench:other"]);
    expect(page).toContain(
      "| `bench:some -- --seeds 3` | 0123abcd | 2026-11-29 | 1.3 | v24 | 1 | older code |",
    );
    expect(page).toContain("Nothing is kept of `bench:other`:");
    expect(pageOf([fresh], [])).toContain("| the code as it is |");
  });
});
