/**
 * How long `slipway audit` takes for ten thousand packs, and how many calls it makes: by the command itself, in a process of its own,
 * against the twin on a port, whose table has their lines: as installed from the package, and from the sources of a clone. `npm run bench:audit [-- PACKS]`.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { keepLines } from "../src/aws/evidence-index.ts";
import { writeLock } from "../src/aws/lock-item.ts";
import type { Pack } from "../src/core/evidence/pack.ts";
import { serveAccount, twinEnvironment } from "../test/cli/served-account.ts";
import { packOf } from "../test/core/evidence/chain.ts";

const count = Number(process.argv[2] ?? 10_000);
const subject = "endpoint/chat-assistant";
/** The first begins with what earlier commands have left. */
const times = 6;
const beginMs = Date.UTC(2026, 6, 1);
const minute = 60_000;
/** Chosen: a release stores its packs in some ten finishings. */
const together = 3;

/** A release's pack, twelve minutes after the one before: ten thousand are a quarter. */
function pack(nth: number): Pack {
  const at = new Date(beginMs + nth * 12 * minute).toISOString();
  const release = {
    id: `chat-assistant-v${Math.ceil(nth / 20)}-production`,
    execution: `arn:aws:states:eu-west-1:123456789012:execution:slipway-prod-release:${nth}`,
    fence: nth,
    model: "chat-assistant",
    version: Math.ceil(nth / 20),
    milestone: "production",
    trigger: "registry",
  };
  const grounds = {
    gates: { since: at, sha256: "ab".repeat(32), answers: { encryption: "pass" as const } },
    answers: [
      { stage: 1, answer: "proceed" as const, at, seen: "cd".repeat(32), by: "person-1", side: "model" },
    ],
  };
  return { ...packOf(subject, nth), since: at, at, release, grounds } as Pack;
}

const account = await serveAccount();
const entries = Array.from({ length: count }, (_, nth) => ({ sequence: nth + 1, pack: pack(nth + 1) }));
for (let start = 0; start < count; start += together)
  await keepLines(account.aws, subject, entries.slice(start, start + together));
const head = { sequence: count, hash: "ef".repeat(32), at: "2026-10-01T00:00:00.000Z", envelope: "{}" };
await writeLock(account.aws, subject, {
  UpdateExpression: "SET evidence = :evidence, fence = :fence",
  ExpressionAttributeValues: { ":evidence": { next: count + 1, claimed: {}, head }, ":fence": 1 },
});
const words = ["--endpoint", "chat-assistant", "--from", "2026-06-30", "--to", "2027-06-30", "--json"];
const tell =
  'process.on("exit",()=>{const {user,system}=process.cpuUsage();process.stderr.write("cpu "+(user+system)/1e6+"\\n")})';
const preload = `--import=data:text/javascript,${encodeURIComponent(tell)}`;

interface Timed {
  readonly line: string;
  readonly seconds: number;
}

async function timed(command: string): Promise<Timed> {
  const before = account.calls.length;
  const began = performance.now();
  const child = spawn(process.execPath, [preload, command, "audit", ...words], {
    env: { ...process.env, ...twinEnvironment(account.url) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  let err = "";
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString();
  });
  const [code] = await once(child, "close");
  const seconds = (performance.now() - began) / 1000;
  const cpu = Number(/cpu ([\d.]+)/.exec(err)?.[1]);
  const asked = account.calls.slice(before).map(({ operation }) => operation);
  const queries = asked.filter((operation) => operation === "Query").length;
  const { changes, gaps, fits } = JSON.parse(text) as { changes: unknown[]; gaps: unknown[]; fits: boolean };
  const line = `${changes.length} told, ${gaps.length} gaps, the head ${fits ? "fits" : "does not fit"}; ${seconds.toFixed(1)} s, of which ${cpu.toFixed(1)} s at work, ${queries} queries among ${asked.length} calls, exit code ${code}`;
  return { line, seconds };
}

execFileSync(process.execPath, [fileURLToPath(new URL("../scripts/build.ts", import.meta.url))]);
const forms = { "as installed": "../dist/slipway.js", "in a clone": "../src/cli/slipway.ts" };
for (const [form, path] of Object.entries(forms)) {
  const command = fileURLToPath(new URL(path, import.meta.url));
  const runs: Timed[] = [];
  for (let nth = 0; nth < times; nth += 1) runs.push(await timed(command));
  // The middle one of those that follow the first, which finds nothing kept from an earlier command.
  const middle = runs.slice(1).toSorted((one, other) => one.seconds - other.seconds)[(times - 1) >> 1];
  process.stdout.write(`${form}: ${count} packs: ${middle?.line}\n`);
  process.stdout.write(
    `  all ${times} runs: ${runs.map(({ seconds }) => seconds.toFixed(1)).join(", ")} s\n`,
  );
}
await account.close();
