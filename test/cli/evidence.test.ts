/** `slipway evidence` against an account on a port: verified there, and from what was exported of it. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { keepEvidence, subject } from "./kept-evidence.ts";
import { servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";

const serve = servedEach();
const folder = mkdtempSync(join(tmpdir(), "evidence-"));
const [keyFile, exported] = [join(folder, "key.pem"), join(folder, "chat.jsonl")];

async function kept(length = 40) {
  const account = await serve();
  await keepEvidence(account, length);
  return account;
}
const bucket = rehearsedDeployment.evidence?.bucket ?? "";
const pathOf = (number: number) =>
  `${bucket}/packs/${encodeURIComponent(subject)}/${String(number).padStart(10, "0")}.json`;

test("a chain that is whole is verified in the account, by its own key and by one that was kept, and nothing is changed", async () => {
  const account = await kept();
  writeFileSync(keyFile, (await say("evidence", "key")).out);
  const before = account.writes().length;

  for (const more of [[], ["--key", keyFile]]) {
    const { code, out } = await say("evidence", "verify", "chat-assistant", ...more);
    expect(out.replaceAll(/\s+/g, " ")).toContain(
      "✔ endpoint/chat-assistant: 40 of 40 as they were signed, up to number 40 by the head of 2026-01-06T00:00:00.000Z",
    );
    expect(code).toBe(0);
  }
  expect(account.writes()).toHaveLength(before);
});

test("what is missing, swapped and cut off is told by its numbers, and exits with 1", async () => {
  const { world } = await kept();
  const { objects } = world.state;
  const [fifth, sixth] = [objects.get(pathOf(5)) ?? "", objects.get(pathOf(6)) ?? ""];
  objects.set(pathOf(5), sixth);
  objects.set(pathOf(6), fifth);
  for (const number of [9, 10, 39, 40]) objects.delete(pathOf(number));

  const { code, out } = await say("evidence", "verify", "chat-assistant");
  const json = JSON.parse((await say("evidence", "verify", "chat-assistant", "--json")).out);

  expect(code).toBe(1);
  expect(out).toContain("✖ number 5: what lies there was signed as number 6 of endpoint/chat-assistant\n");
  expect(out).toContain("✖ numbers 9 to 10: missing\n");
  expect(out).toContain("✖ numbers 39 to 40: cut off at the end\n");
  expect(json).toMatchObject({ ok: false, entries: 36, intact: 34, head: { sequence: 40 } });
});

test("what was exported is verified elsewhere, by a key that was kept", async () => {
  await kept();
  writeFileSync(keyFile, (await say("evidence", "key")).out);
  expect((await say("evidence", "export", "chat-assistant", "--output", exported)).code).toBe(0);
  const verify = (...more: string[]) => say("evidence", "verify", exported, "--key", keyFile, ...more);

  expect((await verify()).code).toBe(0);
  expect((await verify("--at-least", "41")).out).toContain("✖ number 41: cut off at the end\n");
  const lines = readFileSync(exported, "utf8").trimEnd().split("\n");
  expect(lines).toHaveLength(42);
  // Lines 1 and 2 are heads.
  writeFileSync(exported, lines.filter((_, nth) => nth !== 4).join("\n"));
  expect((await verify()).out).toContain("✖ number 3: missing\n");
  writeFileSync(exported, lines.slice(2).join("\n"));
  expect((await verify()).out).toContain("✖ no head");
});

test("a chain that verifies is exported for auditors' tools, the same of the account and of a file; another is not", async () => {
  await kept(5);
  writeFileSync(keyFile, (await say("evidence", "key")).out);
  await say("evidence", "export", "chat-assistant", "--output", exported);
  const ofAccount = await say("evidence", "oscal", "chat-assistant");
  const ofFile = await say("evidence", "oscal", exported, "--key", keyFile);

  expect(ofAccount.code).toBe(0);
  expect(ofFile.out).toBe(ofAccount.out);
  const { results } = JSON.parse(ofFile.out)["assessment-results"];
  expect(results[0].observations.map(({ title }: { title: string }) => title)).toEqual(
    [1, 2, 3, 4, 5].map((number) => `Number ${number}`),
  );
  const lines = readFileSync(exported, "utf8").trimEnd().split("\n");
  writeFileSync(exported, lines.filter((_, nth) => nth !== 4).join("\n"));
  const broken = await say("evidence", "oscal", exported, "--key", keyFile);
  expect(broken).toMatchObject({ code: 1, out: "" });
  expect(broken.err).toContain("✖ number 3: missing\n");
});

test.each([
  [["verify", "chat.jsonl"], "--key: expected the file with the public key"],
  [["verify", "chat", "--at-least", "none"], "--at-least: expected a number from 1, found none"],
  [["verify", "package.json", "--key", "package.json"], "package.json: expected a public key in PEM"],
] as const)("%s is told what is expected", async (words, message) => {
  const { code, err } = await say("evidence", ...words);

  expect(err.replaceAll(/\s+/g, " ")).toContain(message);
  expect(code).toBe(64);
});

test("a file that is no export is named by its line, and one that is not there by its name", async () => {
  await kept(2);
  writeFileSync(keyFile, (await say("evidence", "key")).out);
  writeFileSync(exported, '{"key":"packs/a/0000000001.json","text":"{}"}\n{"key":"other","text":""}\n');

  const { code, err } = await say("evidence", "verify", exported, "--key", keyFile);
  expect(code).toBe(64);
  expect(err).toContain(`${exported}:2: expected a line of`);
  expect((await say("evidence", "verify", "nothing.jsonl", "--key", keyFile)).code).toBe(64);
});
