/** Results of benches that are kept: what was printed, by which command, at which commit, and for which files it holds. */
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { changedBetween, type Digests, measuredFiles } from "./measured.ts";

export interface Kept {
  /** As a document names it. */
  readonly command: string;
  readonly commit: string;
  /** Whether files that it measures differed from the commit's. */
  readonly withChanges: boolean;
  readonly day: string;
  readonly minutes: number | null;
  readonly node: string | null;
  /** What it came to, with digests: none of it is changed by hand. */
  readonly results: Digests;
  readonly measured: Digests;
}

export interface Standing {
  readonly name: string;
  readonly kept: Kept;
  /** Files that it measured and that are not as they were. */
  readonly changed: readonly string[];
  /** Of its results, those that are not as they were kept. */
  readonly altered: readonly string[];
}

const folder = "bench/kept";
const ofVerdict = (...names: readonly string[]) => names.map((name) => `packages/verdict/bench/${name}`);
/** Files that a bench writes itself: its results, and nothing that it measures. */
const written: Readonly<Record<string, readonly string[]>> = {
  "explore:all": ["docs/EXPLORATIONS.md"],
  "bench:rules": ofVerdict("rules.json"),
  "bench:verdict": ofVerdict(
    ...["results.json", "results.svg", "zoo.json", "instances.json", "latency.json", "rivals.json"],
  ),
};
export const writtenBy = (script: string): readonly string[] => written[script] ?? [];
export const pathOf = (name: string, ending: "json" | "txt"): string => `${folder}/${name}.${ending}`;

/** The file with which a command of package.json begins. */
export function entryOf(root: string, script: string): string {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const entry = /^node (\S+\.ts)/.exec(scripts[script] ?? "")?.[1];
  if (entry === undefined) throw new Error(`expected one of ${benchesIn(root).join(", ")}, found ${script}`);
  return entry;
}

/** The commands whose figures documents may name, but this one. */
export function benchesIn(root: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  return Object.keys(scripts).filter(
    (name) => name === "explore:all" || (name.startsWith("bench:") && name !== "bench:kept"),
  );
}

/** What a command measures. */
export async function measuredBy(root: string, command: string): Promise<Digests> {
  const script = scriptOf(command);
  const all = await measuredFiles(root, entryOf(root, script));
  return Object.fromEntries(Object.entries(all).filter(([path]) => !writtenBy(script).includes(path)));
}

/** `npm run bench:load -- --seeds 3` is a run of bench:load. */
const scriptOf = (command: string): string => command.split(" ")[2] ?? "";

/** Of text without the marks that documents have. */
export function digestsOf(
  root: string,
  paths: readonly string[],
  unmarked: (text: string) => string,
): Digests {
  const digest = (path: string) =>
    createHash("sha256")
      .update(unmarked(readFileSync(join(root, path), "utf8")))
      .digest("hex")
      .slice(0, 12);
  const there = paths.filter((path) => existsSync(join(root, path)));
  return Object.fromEntries(there.map((path) => [path, digest(path)]));
}

export const write = (root: string, name: string, kept: Kept): void =>
  writeFileSync(join(root, pathOf(name, "json")), `${JSON.stringify(kept, null, 2)}\n`);

export async function standings(root: string, unmarked: (text: string) => string): Promise<Standing[]> {
  const names = globSync(`${folder}/*.json`, { cwd: root }).map((path) => basename(path, ".json"));
  return Promise.all(
    names.sort().map(async (name): Promise<Standing> => {
      const kept = JSON.parse(readFileSync(join(root, pathOf(name, "json")), "utf8")) as Kept;
      const results = Object.keys(kept.results);
      const now = await measuredBy(root, kept.command);
      return {
        name,
        kept,
        changed: changedBetween(kept.measured, now),
        altered: changedBetween(kept.results, digestsOf(root, results, unmarked)),
      };
    }),
  );
}
