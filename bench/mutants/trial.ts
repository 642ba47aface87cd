/** What one mutant goes through: the tests of its area, the shipped worlds, a sample of explorations. The first that sees it ends it. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { areas, testsOf } from "./areas.ts";
import type { Copy } from "./copy.ts";
import { type Mutant, mutated } from "./mutant.ts";

/** What a mutant goes through, in this order; the nearest tests are quick, the others are many. */
export const stages = ["nearest tests", "worlds", "tests", "explorations"] as const;
export type Stage = (typeof stages)[number];

export interface Verdict {
  readonly outcome: "killed" | "survived";
  readonly by?: "tests" | "worlds" | "explorations";
  /** The test, or the world, and what it said. */
  readonly where?: string;
  /** How far a mutant that survives has come. */
  readonly passed?: Stage;
}

/** What rehearsals come to without a mutant, as `[name, came]`. */
export interface Expected {
  readonly worlds: readonly (readonly [string, string])[];
  readonly explorations: readonly (readonly [string, string])[];
}

/** A mutant that has not ended by then never will; several times what the unchanged code takes on a busy machine. */
const mostSeconds = { near: 240, far: 600, worlds: 300, explorations: 600 };

const resultsFile = "mutant-results.json";
const expectedFile = "mutant-expected.json";

export async function expectedOf(copy: Copy): Promise<Expected> {
  return { worlds: await rehearsed(copy, "worlds"), explorations: await rehearsed(copy, "explorations") };
}

/** Tries a mutant in a copy up to a stage, and leaves the copy as it was. */
export async function tried(
  mutant: Mutant,
  copy: Copy,
  { expected, until }: { expected: Expected; until: Stage },
): Promise<Verdict> {
  const text = copy.read(mutant.path);
  copy.write(mutant.path, mutated(text, mutant));
  try {
    const area = areas.find(({ name }) => name === mutant.area);
    if (area === undefined) throw new Error(`there is no area ${mutant.area}`);
    const { near, far } = testsOf(area, mutant.path, copy.directory);
    const seenBy: Readonly<Record<Stage, () => Promise<Verdict | undefined>>> = {
      "nearest tests": () => byTests(copy, near, mostSeconds.near),
      worlds: () => byRehearsals(copy, "worlds", expected),
      tests: () => byTests(copy, far, mostSeconds.far),
      explorations: () => byRehearsals(copy, "explorations", expected),
    };
    for (const stage of stages.slice(0, stages.indexOf(until) + 1)) {
      const seen = await seenBy[stage]();
      if (seen !== undefined) return seen;
    }
    return { outcome: "survived", passed: until };
  } finally {
    copy.write(mutant.path, text);
  }
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

async function byTests(copy: Copy, tests: readonly string[], most: number): Promise<Verdict | undefined> {
  if (tests.length === 0) return undefined;
  const results = join(copy.directory, resultsFile);
  rmSync(results, { force: true });
  const options = [
    "--config=bench/mutants/vitest.config.ts",
    "--root=.",
    "--bail=1",
    "--maxWorkers=1",
    "--testTimeout=120000",
    "--reporter=json",
    `--outputFile=${resultsFile}`,
  ];
  const { code } = await copy.run(["node_modules/vitest/vitest.mjs", "run", ...options, ...tests], most);
  if (code === 0) return undefined;
  const killed = { outcome: "killed", by: "tests" } as const;
  if (code === null) return { ...killed, where: `no end within ${most} s: ${tests.join(" ")}` };
  return { ...killed, where: failureIn(JSON.parse(readFileSync(results, "utf8")) as Report, copy) };
}

/** A file that was broken off because another failed has failed too, without a test that did. */
function failureIn({ testResults }: Report, { directory }: Copy): string {
  const files = testResults.map((file) => ({
    ...file,
    failed: file.assertionResults.find((one) => one.status === "failed"),
  }));
  const found =
    files.find(({ failed }) => failed !== undefined) ?? files.find(({ status }) => status === "failed");
  if (found === undefined) throw new Error("the tests failed, and none of them did: are there any?");
  const { name, failed, message } = found;
  const why = (failed?.failureMessages?.[0] ?? message).split("\n")[0]?.slice(0, 160) ?? "";
  return `${relative(directory, name)} > ${failed?.fullName ?? "(loading)"}: ${why}`;
}

async function byRehearsals(
  copy: Copy,
  kind: "worlds" | "explorations",
  expected: Expected,
): Promise<Verdict | undefined> {
  writeFileSync(join(copy.directory, expectedFile), JSON.stringify(expected[kind]));
  const came = await rehearsed(copy, kind, expectedFile);
  const should = new Map(expected[kind]);
  const other = came.find(([name, as]) => should.get(name) !== as);
  if (other !== undefined)
    return {
      outcome: "killed",
      by: kind,
      where: `${other[0]}: ${other[1].slice(0, 200)}, not ${should.get(other[0])}`,
    };
  if (came.length === expected[kind].length) return undefined;
  return {
    outcome: "killed",
    by: kind,
    where: `no end, or none that could be told: ${expected[kind][came.length]?.[0]}`,
  };
}

async function rehearsed(
  copy: Copy,
  kind: "worlds" | "explorations",
  against?: string,
): Promise<[string, string][]> {
  const args = ["bench/mutants/rehearsals.ts", kind, ...(against === undefined ? [] : [against])];
  const { out } = await copy.run(args, mostSeconds[kind]);
  return out
    .split("\n")
    .filter((line) => line.startsWith("["))
    .map((line) => JSON.parse(line) as [string, string]);
}
