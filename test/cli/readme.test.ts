/** The README keeps up with what there is: commands, worlds, exit codes, and the files it sends readers to. */
import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readme as sampled } from "../../scripts/readme.ts";
import { commands } from "../../src/cli/commands.ts";
import { exitCodeTexts } from "../../src/cli/exit-codes.ts";
import { worldNames } from "../../src/rehearsal/worlds/load.ts";

const readme = readFileSync("README.md", "utf8");

test("it names every command, every world and every exit code", () => {
  const missing = [
    ...commands.map(({ name }) => name).filter((name) => !new RegExp(`\\b${name}\\b`).test(readme)),
    ...worldNames().filter((name) => !readme.includes(`\`${name}\``)),
    ...exitCodeTexts.map(([code]) => code).filter((code) => !new RegExp(`\\b${code} [a-z]`).test(readme)),
  ];

  expect(missing).toEqual([]);
});

test("its sample is what the command prints, to the byte", async () => {
  const { found, expected } = await sampled();

  expect(found, "stale: run `npm run readme`").toBe(expected);
});

test("every file and folder that it names is there", () => {
  const named = [...readme.matchAll(/(?:\]\(|`)((?:docs|src|plans|events|statemachines)\/[\w./-]*)/g)].map(
    ([, path]) => path ?? "",
  );

  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});

test("its links lead somewhere from the package as well", () => {
  const { files } = JSON.parse(readFileSync("package.json", "utf8")) as { files: string[] };
  const always = ["LICENSE", "README.md"];
  const links = [...readme.matchAll(/\]\((?!https:)([^)#]+)/g)].map(([, path]) => path ?? "");
  const packed = (path: string) =>
    always.includes(path) || files.some((each) => path === each || path.startsWith(`${each}/`));

  expect(links.length).toBeGreaterThan(3);
  expect(links.filter((path) => !packed(path))).toEqual([]);
});

test("it says how the tests are run", () => {
  expect(readme).toMatch(/^npm ci\b/m);
  expect(readme).toMatch(/^npm test\b/m);
});

test("its npm scripts are there", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  const used = [...readme.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name]) => name ?? "");

  expect(used.length).toBeGreaterThan(3);
  expect(used.filter((name) => scripts[name] === undefined)).toEqual([]);
});
