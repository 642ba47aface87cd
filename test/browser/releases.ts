/** The releases whose pages are opened: the sample as it ends in each way, and training capacity. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { artefacts } from "./checks/opened.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const plan = "plans/chat-assistant.yml";

export interface Release {
  readonly name: string;
  readonly words: readonly string[];
  readonly exitCode: number;
  /** Whatever it has pictures of. */
  readonly charts: readonly string[];
}

const capacity = ["share", "stable-capacity", "candidate-capacity"];
const judged = [
  "errors",
  "latency",
  "evidence-errors",
  "evidence-latency",
  "ceiling-latency-ceiling",
  "ceiling-error-ceiling",
];

export const releases: readonly Release[] = [
  { name: "promoted", words: [plan, "--world", "healthy"], exitCode: 0, charts: [...capacity, ...judged] },
  {
    name: "rolled-back",
    words: [plan, "--world", "late-fault"],
    exitCode: 2,
    charts: [...capacity, ...judged],
  },
  {
    name: "refused",
    words: [plan, "--world", "no-quota"],
    exitCode: 4,
    charts: ["share", "candidate-capacity"],
  },
  {
    name: "training",
    words: [plan, "--event", "events/scheduled-milestone.json", "--world", "retraining"],
    exitCode: 0,
    charts: ["pool"],
  },
  {
    name: "compared",
    words: [plan, "--world", "no-quota", "--compare", "late-fault"],
    exitCode: 2,
    charts: ["share-0", "candidate-capacity-0", "share-1", "candidate-capacity-1", "errors-1"],
  },
];

/** Rehearses it by the command; the URL of its page. */
export function pageOf({ name, words, exitCode }: Release): string {
  mkdirSync(artefacts, { recursive: true });
  const path = join(artefacts, `${name}.html`);
  const { status, stderr } = spawnSync(
    process.execPath,
    ["src/cli/slipway.ts", "rehearse", ...words, "--quiet", "--report", path],
    { cwd: root, encoding: "utf8" },
  );
  if (status !== exitCode) throw new Error(`${name} ended with ${status}, expected ${exitCode}: ${stderr}`);
  return pathToFileURL(path).href;
}
