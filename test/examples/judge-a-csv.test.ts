/** The example that judges somebody else's table, run by source as its README says. */
import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { parse } from "yaml";
import { runCommand } from "../../src/cli/command.ts";
import { streamOn } from "../../src/cli/terminal.ts";

const folder = "examples/judge-a-csv";
const readme = readFileSync(`${folder}/README.md`, "utf8");

test("it prints what its README shows", async () => {
  const said: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line: string) => void said.push(line));
  const [, , ...words] = process.argv;
  process.argv.splice(2, words.length, `${folder}/minutes.csv`);
  const path = `../../${folder}/judge.js`;
  await import(path);
  log.mockRestore();
  process.argv.splice(2, 1, ...words);

  expect(readme).toContain(`\`\`\`text\n${said.join("\n")}\n\`\`\``);
});

async function slipway(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: "", err: "" };
  const device = (name: "out" | "err") => ({
    isTTY: false,
    columns: 0,
    rows: 0,
    hasColors: () => false,
    write: (text: string) => {
      said[name] += text;
    },
  });
  const terminal = { out: streamOn(device("out"), {}), err: streamOn(device("err"), {}) };
  return { code: await runCommand(["judge", ...words], terminal), ...said };
}

test("slipway's command says the same, with settings in YAML or JSON", async () => {
  const settings = `${folder}/settings.json`;
  const { code, out } = await slipway(`${folder}/minutes.csv`, "--settings", settings, "--json");

  expect(code).toBe(2);
  expect(JSON.parse(out)).toMatchObject({ conclusion: "fail", kpis: ["errors"], stage: 0 });
});

test("what is wrong is told with file, line and column, and exits with 64", async () => {
  const wrong = "test/data/judge-settings.yml";
  const settings = await slipway(`${folder}/minutes.csv`, "--settings", wrong);
  const table = await slipway(wrong);
  const none = await slipway();

  expect([settings.code, table.code, none.code]).toEqual([64, 64, 64]);
  expect(settings.err).toContain(`✖ ${wrong}:3: kpis[0].kind: expected one of availability`);
  expect(table.err).toContain(`✖ ${wrong}:1: the header: expected a column time`);
  expect(none.err).toContain("expected TABLE, a file with minutes, found nothing");
});

test("the jobs and hooks beside it are YAML, and use options that there are", () => {
  const files = ["argo-rollouts.yml", "flagger.yml"].map((name) => readFileSync(`${folder}/${name}`, "utf8"));
  const options = files.flatMap((text) => [...text.matchAll(/ --([a-z-]+)/g)].map(([, name]) => name));

  for (const text of files) expect(parse(text)).toHaveProperty("spec");
  expect([...new Set(options)].sort()).toEqual(["bake-minutes", "exit-zero"]);
});
