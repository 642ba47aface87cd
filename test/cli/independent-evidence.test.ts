/** A verifier that shares no code with ours says the same of a chain: test/cli/verify_evidence.py, where Python has `cryptography`. */
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { changed, raised, scalesByPolicy, sweepOf } from "./audited-account.ts";
import { keepEvidence } from "./kept-evidence.ts";
import { servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";

const serve = servedEach();
const folder = mkdtempSync(join(tmpdir(), "independent-"));
const [keyFile, file] = [join(folder, "key.pem"), join(folder, "chat.jsonl")];
const run = promisify(execFile);

function hasCryptography(): boolean {
  try {
    execFileSync("python3", ["-c", "import cryptography"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

interface Verified {
  readonly last: number;
  readonly wrong: Record<string, string>;
  /** Of auto scaling. */
  readonly days: Record<string, string>;
}

async function independently(): Promise<Verified> {
  const script = new URL("verify_evidence.py", import.meta.url).pathname;
  const { stdout } = await run("python3", [script, file, keyFile]).catch(
    (error: { stdout: string }) => error,
  );
  return JSON.parse(stdout);
}

test.skipIf(!hasCryptography()).each(["ECC_NIST_EDWARDS25519", "ECC_NIST_P256"] as const)(
  "by Python's cryptography, of a key of %s: whole it passes, and what was tampered with is named",
  async (spec) => {
    const account = await serve();
    const id = rehearsedDeployment.evidence?.keyId.split("/").at(-1) ?? "";
    const key = account.world.state.keys.get(id);
    if (key !== undefined) account.world.state.keys.set(id, { ...key, spec });
    await keepEvidence(account, 12);
    writeFileSync(keyFile, (await say("evidence", "key")).out);
    await say("evidence", "export", "chat-assistant", "--output", file);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");

    expect(await independently()).toEqual({ last: 12, wrong: {}, days: {} });
    // Lines 1 and 2 are heads: what is edited is number 4, what is gone 7 and 12.
    const edited = lines.map((line, nth) => (nth === 5 ? line.replace("raise-4", "raise-9") : line));
    writeFileSync(file, edited.filter((_, nth) => nth !== 8 && nth !== 13).join("\n"));

    expect(await independently()).toEqual({
      last: 12,
      wrong: { 4: "changed", 7: "missing", 12: "missing" },
      days: {},
    });
    expect((await say("evidence", "verify", file, "--key", keyFile)).out).toMatch(
      /number 4: .*not what was signed[\s\S]*number 7: missing[\s\S]*number 12: cut off/,
    );
  },
);

test.skipIf(!hasCryptography()).each(["ECC_NIST_EDWARDS25519", "ECC_NIST_P256"] as const)(
  "what auto scaling did, day by day, of a key of %s: the same",
  async (spec) => {
    const account = await serve();
    const id = rehearsedDeployment.evidence?.keyId.split("/").at(-1) ?? "";
    const key = account.world.state.keys.get(id);
    if (key !== undefined) account.world.state.keys.set(id, { ...key, spec });
    await changed(account, [raised(12)]);
    for (let nth = 0; nth < 6; nth++) {
      scalesByPolicy(account, 13 + nth);
      account.wait(24 * 60);
    }
    await sweepOf(account);
    writeFileSync(keyFile, (await say("evidence", "key")).out);
    await say("evidence", "export", "chat-assistant", "--output", file);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(lines.filter((line) => line.includes("days/"))).toHaveLength(7);
    expect(await independently()).toEqual({ last: 1, wrong: {}, days: {} });

    const edited = lines
      .filter((line) => !/2026-11-2[58]\.json/.test(line))
      .map((line) => (line.includes("2026-11-24.json") ? line.replace("keep-70", "keep-71") : line));
    writeFileSync(file, edited.join("\n"));

    expect((await independently()).days).toEqual({
      "2026-11-24": "changed",
      "2026-11-25": "missing",
      "2026-11-28": "missing",
    });
    expect((await say("evidence", "verify", file, "--key", keyFile)).out.replaceAll(/\s+/g, " ")).toMatch(
      /day 2026-11-24: what lies there is not what was signed .*day 2026-11-25: missing .*day 2026-11-28: cut off/,
    );
  },
);
