/**
 * What is mutated, how many mutants of it are drawn, and which tests are its own. Tests that import a file, or import
 * what does so for tests, come first, those of its name before all.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";

export interface Area {
  readonly name: string;
  readonly files: readonly string[];
  readonly language: "TypeScript" | "writes" | "flow" | "roles";
  readonly drawn: number;
  /** Globs of tests beside those that import the file. */
  readonly tests: readonly string[];
}

/** Tests in which whole releases run, faults and all. */
const whole = [
  ...["test/rehearsal/release.test.ts", "test/rehearsal/orders.test.ts", "test/rehearsal/longest.test.ts"],
  ...["test/rehearsal/explore/found.test.ts", "test/rehearsal/explore/remainders.test.ts"],
  ...["test/rehearsal/explore/concurrency.test.ts", "test/rehearsal/two-stacks.test.ts"],
];

export const areas: readonly Area[] = [
  {
    name: "functions",
    files: ["functions/[!i]*.ts"],
    language: "TypeScript",
    drawn: 46,
    tests: ["test/functions/*.test.ts", ...whole],
  },
  {
    name: "core/release",
    files: ["src/core/release/*.ts"],
    language: "TypeScript",
    drawn: 34,
    tests: ["test/core/release/*.test.ts", "test/functions/*.test.ts", ...whole],
  },
  {
    name: "core/capacity",
    files: ["src/core/capacity/*.ts"],
    language: "TypeScript",
    drawn: 20,
    tests: ["test/core/capacity/*.test.ts", "test/functions/*.test.ts"],
  },
  {
    name: "core/kpis",
    files: ["src/core/kpis/*.ts"],
    language: "TypeScript",
    drawn: 14,
    tests: [
      "test/core/kpis/*.test.ts",
      "test/functions/check-kpis.test.ts",
      "test/functions/plan-capacity.test.ts",
    ],
  },
  {
    name: "aws",
    files: ["src/aws/*.ts"],
    language: "TypeScript",
    drawn: 44,
    tests: [
      "test/cli/{binding,orders,locks,plan-apply,refusals}.test.ts",
      "test/aws/*.test.ts",
      "test/functions/*.test.ts",
      ...whole,
    ],
  },
  {
    name: "conditional writes",
    files: ["src/aws/*.ts"],
    language: "writes",
    drawn: 12,
    tests: ["test/aws/*.test.ts", "test/functions/*.test.ts", ...whole],
  },
  {
    name: "flow",
    files: ["statemachines/release.asl.json"],
    language: "flow",
    drawn: 28,
    tests: ["test/functions/contract.test.ts", "test/documents/machine.test.ts", ...whole],
  },
  {
    name: "roles",
    files: ["src/rehearsal/permissions/roles.json"],
    language: "roles",
    drawn: 16,
    tests: ["test/deployment/permissions.test.ts"],
  },
];

/** Types, names and fixed texts only: nothing in them can be changed that runs. */
const nothingToChange = ["src/aws/plain.ts"];

export const filesOf = ({ files }: Area, root: string): string[] =>
  globSync([...files], { cwd: root })
    .filter((path) => !nothingToChange.includes(path))
    .sort();

/** The area's tests for a file: nearest first, and the others. */
export function testsOf({ tests }: Area, path: string, root: string): { near: string[]; far: string[] } {
  const importers = importersOf(path, root);
  const all = globSync([...tests], { cwd: root });
  const name = basename(path, ".ts");
  const near = [...new Set(importers)].sort((a, b) => rank(a, name) - rank(b, name) || (a < b ? -1 : 1));
  return { near, far: all.filter((test) => !near.includes(test)).sort() };
}

const rank = (test: string, name: string): number => (basename(test) === `${name}.test.ts` ? 0 : 1);

/** Tests that import a file themselves, of the rooms in which it is one of few. */
function importersOf(path: string, root: string): string[] {
  const folders = "test/{aws,cli,core,functions,documents,deployment,rehearsal/explore}/**/*.test.ts";
  return globSync([folders, "test/rehearsal/*.test.ts"], { cwd: root }).filter((test) =>
    importsOf(test, root).includes(path),
  );
}

function importsOf(test: string, root: string): string[] {
  const text = readFileSync(join(root, test), "utf8");
  return [...text.matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)]
    .map(([, to = ""]) => relative(root, resolve(root, dirname(test), to)))
    .filter((to) => existsSync(join(root, to)));
}
