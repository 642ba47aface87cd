/** An account whose releases and weeks speak for another plan than the one that is written, and what git makes of a difference. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, vi } from "vitest";
import { keepPast } from "../../src/aws/history.ts";
import { startMs } from "../aws/account.ts";
import { accountWithPast } from "./past-account.ts";
import { folderWith, type ServedAccount } from "./served-account.ts";

const accounts: ServedAccount[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  for (const account of accounts.splice(0)) await account.close();
});

const sample = readFileSync("plans/chat-assistant.yml", "utf8");
/** Its load comes to forty: the plan is ready for five times as much. */
export const written = `# Ours, by hand.\n${sample.replace("peakRequestsPerSecond: 60", "peakRequestsPerSecond: 200 # a guess").replace("  instances: 8", "  instances: 24").replace("usdPerRelease: 120", "usdPerRelease: 300")}`;

export async function account(): Promise<{ readonly folder: string; readonly file: string }> {
  const opened = await accountWithPast({ days: 9 });
  accounts.push(opened);
  for (const daysAgo of [9, 6, 3]) {
    const at = new Date(startMs - daysAgo * 86_400_000).toISOString();
    await keepPast(opened.aws, {
      ...{ releaseId: `v${daysAgo}`, model: "chat-assistant", milestone: "production", attempt: 1 },
      ...{ openedAt: at, closedAt: at, outcome: "promoted", reason: "", left: 0 },
      retrospective: {
        schema: 1,
        throughput: {
          planned: 12,
          seen: [{ instanceType: "ml.g5.xlarge", moreThan: 11.4, atMost: 12.6, by: "load-test" }],
        },
      },
    });
  }
  const folder = folderWith({ "plan.yml": written });
  return { folder, file: join(folder, "plan.yml") };
}

export const taken = (folder: string, diff: string): string => {
  execFileSync("git", ["apply", "-p1", "-"], {
    cwd: folder,
    input: diff,
  });
  return readFileSync(join(folder, "plan.yml"), "utf8");
};
