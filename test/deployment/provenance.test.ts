/** What a template says it was made of: of a repository, and of a folder that is none. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";

// The framework loads its plugins as plain JavaScript.
const plugin: string = "../../scripts/provenance.js";
const { provenance } = (await import(plugin)) as {
  provenance: (folder: string, bundles: Readonly<Record<string, string>>) => Record<string, unknown>;
};

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "provenance-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64");

test("of a repository: its commit, and whether something was not committed", () => {
  const folder = folderWith({ "package-lock.json": "{}", "a.zip": "one" });
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...words], {
      cwd: folder,
      encoding: "utf8",
    });
  git("init", "--quiet");
  git("add", ".");
  git("-c", "core.hooksPath=/dev/null", "commit", "--quiet", "-m", "first");
  const bundles = { checkGates: join(folder, "a.zip") };

  const commit = git("rev-parse", "HEAD").trim();
  const made = { LockSha256: sha256("{}"), CodeSha256: { checkGates: sha256("one") } };
  expect(provenance(folder, bundles)).toEqual({ Commit: commit, Uncommitted: false, ...made });

  writeFileSync(join(folder, "b.txt"), "of nobody");
  expect(provenance(folder, bundles)).toMatchObject({ Commit: commit, Uncommitted: true });
});

test("of a folder that is no repository nothing is said of a commit", () => {
  const folder = folderWith({ "package-lock.json": "{}", "a.zip": "one" });

  expect(provenance(folder, { checkGates: join(folder, "a.zip") })).toEqual({
    LockSha256: sha256("{}"),
    CodeSha256: { checkGates: sha256("one") },
  });
});
