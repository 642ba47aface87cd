/** What stands where a file was named, said in words; and what is read all the same. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isThere, readInput } from "../../src/cli/files.ts";
import { say } from "./spoken.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-"));
const at = (name: string) => join(folder, name);

/** What a person is told of a path, without the temporary folder. */
function told(path: string): string {
  try {
    return `read: ${readInput(path, "the plan")}`;
  } catch (error) {
    return (error as Error).message.replaceAll(`${folder}/`, "");
  }
}

test("what is no regular file is named for what it is, and never waited for", () => {
  writeFileSync(at("ok.yml"), "a: 1\n");
  symlinkSync(at("two"), at("one"));
  symlinkSync(at("one"), at("two"));
  execFileSync("mkfifo", [at("pipe")]);
  const expected = "expected a file with the plan, found";

  expect(told(at("ok.yml"))).toBe("read: a: 1\n");
  expect(told(at("one"))).toBe(`one: ${expected} symbolic links that lead back to themselves`);
  expect(told(at("ok.yml/x"))).toBe(
    `ok.yml/x: ${expected} a path that goes through a file as if it were a folder`,
  );
  expect(told(at("pipe"))).toBe(`pipe: ${expected} a pipe or a device: give - to read standard input`);
  expect(told("/dev/null")).toBe(`/dev/null: ${expected} a pipe or a device: give - to read standard input`);
  expect(told(folder)).toBe(`${folder}: ${expected} a folder`);
  expect(told("https://example.com/plan.yml")).toBe(
    `https://example.com/plan.yml: ${expected} a URL: fetch it, or pipe it in with -`,
  );
  expect(told(at("a".repeat(5000)))).toMatch(/found a name longer than file systems allow$/);
});

test("a bare word that cannot even be looked at is told as a mistake, not as a failure of the command", async () => {
  const word = "a".repeat(5000);
  symlinkSync(at("self"), at("self"));

  for (const words of [
    ["plan", word],
    ["rehearse", word],
    ["rehearse", "--world", word],
  ]) {
    const { code, err } = await say(...words);
    expect(code).toBe(64);
    expect(err).toMatch(/found a name longer than file systems allow\nOne mistake; nothing was run\.\n$/);
  }
  expect(isThere(at("self"))).toBe(true);
});

test("a neighbour is only named where it is near", () => {
  writeFileSync(at("only-.yml"), "");

  expect(told(at("nope.yml"))).toBe("nope.yml: expected a file with the plan, found nothing there");
  expect(told(at("onli.yml"))).toMatch(/did you mean only-\.yml\?$/);
});

test("standard input is read as -, and from where a shell puts it", () => {
  const slipway = (path: string) =>
    spawnSync(process.execPath, ["src/cli/slipway.ts", "plan", path], {
      input: "model: 3\n",
      encoding: "utf8",
    });

  for (const path of ["-", "/dev/stdin"])
    expect(slipway(path).stderr).toContain(`✖ ${path}:1: model: expected text, found 3`);
});

test("what steers a terminal never reaches it from a name, a key or an argument", async () => {
  const red = "\u001b[31m";
  writeFileSync(at(`${red}red.yml`), `${red}: 1\n`);

  for (const words of [
    ["plan", at(`${red}red.yml`)],
    ["plan", `${red}x`],
    [red],
    ["rehearse", "--world", `${red}w`],
  ]) {
    const { err } = await say(...words);
    expect(err).toContain("\\u001b[31m");
    expect(err).not.toContain("\u001b");
  }
});
