/**
 * How long a chain of ten thousand packs takes to be verified from a file, signatures included, and how much memory: by the
 * command itself, in a process of its own. `npm run bench:evidence [-- PACKS]`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { headKey, packKey } from "../src/core/evidence/keys.ts";
import type { Pack } from "../src/core/evidence/pack.ts";
import { chain, headText, packOf, signer } from "../test/core/evidence/chain.ts";

const count = Number(process.argv[2] ?? 10_000);
const subject = "endpoint/chat-assistant";
const command = fileURLToPath(new URL("../src/cli/slipway.ts", import.meta.url));
const by = signer(1);

/** As large as what a raise of an endpoint leaves: both configurations, gates, approvals, some 3 KB. */
function large(nth: number): Pack {
  const variants = Array.from({ length: 2 }, (_, v) => ({
    name: `v${v + 6}`,
    model: `slipway-prod-chat-assistant-v${v + 6}-12345678`,
    instanceType: "ml.g5.2xlarge",
    instances: 8 + (nth % 5),
    weight: v === 0 ? 0.75 : 0.25,
    image: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/chat@sha256:${"ab".repeat(32)}`,
    environment: { MODEL_CACHE: "/opt/ml/cache", WORKERS: "4", TOKENS: "4096" },
  }));
  const { since, at } = packOf(subject, nth);
  return {
    schema: 1,
    what: "made",
    subject,
    since,
    at,
    resource: { kind: "endpoint-config", name: "slipway-prod-chat-assistant-join-12345678" },
    changes: [`raise-${nth}`],
    before: { is: { config: `before-${nth}`, variants } },
    after: { is: { config: `after-${nth}`, variants } },
    release: {
      id: `chat-assistant-v7-production-${nth}`,
      execution: `arn:aws:states:eu-west-1:123456789012:execution:slipway-prod-release:${nth}`,
      fence: nth,
      model: "chat-assistant",
      version: 7,
      milestone: "production",
      plan: "cd".repeat(32),
    },
  };
}

const folder = mkdtempSync(join(tmpdir(), "bench-evidence-"));
const [file, key] = [join(folder, "chain.jsonl"), join(folder, "key.pem")];
try {
  const made = chain(
    subject,
    Array.from({ length: count }, (_, i) => large(i + 1)),
    by,
  );
  const objects = [
    { key: headKey(subject, "2026-01-06"), text: headText(subject, made, count, by) },
    ...[...made.texts].map(([number, text]) => ({ key: packKey(subject, number), text })),
  ];
  writeFileSync(file, objects.map((each) => `${JSON.stringify(each)}\n`).join(""));
  writeFileSync(key, by.pem);
  const tell = 'process.on("exit",()=>process.stderr.write("maxRSS "+process.resourceUsage().maxRSS))';
  const began = performance.now();
  const run = spawnSync(
    process.execPath,
    [
      `--import=data:text/javascript,${encodeURIComponent(tell)}`,
      command,
      "evidence",
      "verify",
      file,
      "--key",
      key,
    ],
    { encoding: "utf8" },
  );
  const seconds = (performance.now() - began) / 1000;
  const megabytes = Number(/maxRSS (\d+)/.exec(run.stderr)?.[1]) / 1024;
  process.stdout.write(run.stdout);
  process.stdout.write(
    `${count} packs, ${(statSync(file).size / 1e6).toFixed(1)} MB in all: ${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB at most, exit code ${run.status}\n`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
