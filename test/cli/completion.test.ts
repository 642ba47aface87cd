/** `slipway completion`: the scripts are asked as their shells ask them; where a shell is not there, by what they say. */
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { worldNames } from "../../src/rehearsal/worlds/load.ts";
import { folderWith } from "./served-account.ts";
import { say } from "./spoken.ts";

const shells = ["bash", "zsh", "fish"] as const;
const isThere = (shell: string) => spawnSync(shell, ["--version"]).error === undefined;
const scriptFor = async (shell: string) => (await say("completion", shell)).out;

test("it is there for three shells, and another one is refused by name", async () => {
  const { code, err } = await say("completion", "tcsh");

  expect(commands.find(({ name }) => name === "completion")?.choices?.()).toEqual(shells);
  for (const shell of shells) expect(await say("completion", shell)).toMatchObject({ code: 0, err: "" });
  expect(code).toBe(64);
  expect(err).toContain('SHELL: expected one of bash, zsh, fish, found "tcsh"');
});

test.each(shells)("%s: every command, option and finite value is in it", async (shell) => {
  const script = await scriptFor(shell);
  const words = new Set(script.split(/[^a-z0-9-]+/));
  const options = commands.flatMap(({ options: all }) => Object.keys(all));
  const missing = [
    ...commands.flatMap(({ name }) => name.split(" ")),
    ...options.map((each) => (shell === "fish" ? each : `--${each}`)),
    ...worldNames(),
    ...shells,
    ...["proceed", "roll-back"],
  ].filter((each) => !words.has(each));

  expect(missing).toEqual([]);
});

for (const shell of shells)
  test.skipIf(!isThere(shell))(`${shell} takes the script`, async () => {
    const script = join(folderWith({ script: await scriptFor(shell) }), "script");

    expect(spawnSync(shell, ["-n", script], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });

const quotes = (text: string) => text.split("'").length - 1;

test.each(shells)("%s: what is quoted ends, so that no text of the help is run", async (shell) => {
  const script = await scriptFor(shell);
  const plain = shell === "fish" ? script.replace(/\\['\\]/g, "") : script.replaceAll("'\\''", "");
  const odd = plain.split("\n").filter((line) => quotes(line) % 2 === 1);

  // In bash a quote that stands alone would be one of a line that goes on; there are none.
  expect(odd).toEqual([]);
});

/** As bash parts a line: at spaces, and at = too. */
function completionsIn(folder: string, script: string, line: readonly string[]): string[] {
  const asking = `
    source ./slipway.bash
    COMP_WORDS=("$@") COMP_CWORD=$(( $# - 1 ))
    _slipway
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  writeFileSync(join(folder, "slipway.bash"), script);
  const told = execFileSync("bash", ["-c", asking, "bash", ...line], { cwd: folder, encoding: "utf8" });
  return told.split("\n").filter((word) => word !== "");
}

describe.skipIf(!isThere("bash"))("bash", () => {
  const folder = folderWith({ "my plan.yml": "", "own.yml": "" });
  const files = ["my plan.yml", "own.yml", "slipway.bash"];
  const single = commands.map(({ name }) => name).filter((name) => !name.includes(" "));

  it.each<readonly [line: readonly string[], words: readonly string[]]>([
    [
      ["slipway", ""],
      [...single, "help", "--help", "--version"],
    ],
    [["slipway", "reh"], ["rehearse"]],
    [
      ["slipway", "plan", ""],
      ["apply", "show", "review", "confirm", "remove", ...files],
    ],
    [["slipway", "plan", "sh"], ["show"]],
    [["slipway", "plan", "apply", "o"], ["own.yml"]],
    [
      ["slipway", "plan", "apply", "-"],
      ["--dry-run", "--stage", "--profile", "--region", "--help"],
    ],
    [["slipway", "plan", "apply", "--stage", ""], []],
    [
      ["slipway", "rehearse", "--world", "la"],
      ["late-fault", "late-finding", "late-growth", "late-quota", "late-spike"],
    ],
    [
      ["slipway", "rehearse", "--world", "=", "la"],
      ["late-fault", "late-finding", "late-growth", "late-quota", "late-spike"],
    ],
    [
      ["slipway", "rehearse", "--world", "="],
      ["all", ...worldNames(), ...files],
    ],
    [["slipway", "explore", "--world", "al"], []],
    [
      ["slipway", "rehearse", "own.yml", "--answer", ""],
      ["proceed", "roll-back"],
    ],
    [["slipway", "rehearse", "--event", "my"], ["my plan.yml"]],
    [["slipway", "rehearse", "--seed", ""], []],
    [["slipway", "completion", ""], [...shells]],
    [["slipway", "completion", "bash", ""], []],
    [["slipway", "help", "pl"], ["plan"]],
    [
      ["slipway", "help", "plan", ""],
      ["apply", "show", "review", "confirm", "remove"],
    ],
    [["slipway", "stop", ""], []],
    [["slipway", "nothing-of-the-kind", ""], []],
  ])("%j is completed by %j", async (line, words) => {
    expect(completionsIn(folder, await scriptFor("bash"), line).sort()).toEqual([...words].sort());
  });

  it.each(commands.map(({ name, options }) => [name, Object.keys(options)] as const))(
    "offers the options of %s",
    async (name, options) => {
      const line = ["slipway", ...name.split(" "), "--"];

      expect(completionsIn(folder, await scriptFor("bash"), line)).toEqual(
        [...options, "help"].map((each) => `--${each}`),
      );
    },
  );
});

describe.skipIf(!isThere("fish"))("fish", () => {
  it.each([
    ["slipway reh", "rehearse"],
    ["slipway plan sh", "show"],
    ["slipway rehearse --world late-fa", "late-fault"],
    ["slipway completion ba", "bash"],
  ])("%s is completed by %s", async (line, word) => {
    const asking = `source ./slipway.fish; complete -C '${line}'`;
    const cwd = folderWith({ "slipway.fish": await scriptFor("fish") });
    const told = execFileSync("fish", ["--no-config", "-c", asking], { cwd, encoding: "utf8" });

    expect(told.split("\n").map((each) => each.split("\t")[0])).toContain(word);
  });
});
