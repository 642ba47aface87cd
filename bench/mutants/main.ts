/**
 * `npm run mutate`: how many wrong versions of the code, the flow and the roles nobody notices.
 *
 *   npm run mutate -- [--seed N] [--sample N] [--only TEXT] [--again] [--changed] [--until STAGE]
 *                     [--minutes N] [--copies N] [--list] [--json]
 *
 * `--only` takes mutants whose id has that in it, drawn or not; `--again` tries those that survived once more;
 * `--until "nearest tests"` (or worlds, tests, explorations) goes no further: what survives is tried further by a later run;
 * `--changed` tries those again whose file has changed elsewhere: an id says only what is around the mutant's place;
 * `--minutes` begins none after that long, and 0 prints what is known. Results are kept beside this file, and a run goes on where the last was left.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { areas } from "./areas.ts";
import { type Copy, copyOf, endAll, sumOf } from "./copy.ts";
import { childrensSeconds } from "./cpu.ts";
import { drawn, mutantsOf } from "./draw.ts";
import { equivalentMutants, keep, keptResults, type Result } from "./kept.ts";
import { hashOf, type Mutant } from "./mutant.ts";
import { figuresOf, tableOf } from "./table.ts";
import { type Expected, expectedOf, type Stage, stages, tried } from "./trial.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    sample: { type: "string" },
    only: { type: "string" },
    changed: { type: "boolean", default: false },
    again: { type: "boolean", default: false },
    until: { type: "string", default: "explorations" },
    copies: { type: "string", default: "2" },
    minutes: { type: "string", default: "600" },
    list: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const until = stageOf(values.until);
const clock = childrensSeconds();
const startedMs = performance.now();

function stageOf(asked: string): Stage {
  const stage = stages.find((one) => one === asked);
  if (stage === undefined) throw new Error(`--until: expected one of ${stages.join(", ")}, found ${asked}`);
  return stage;
}

function asked(): Mutant[] {
  const { only, sample } = values;
  const all = only === undefined ? drawn(seed, root) : areas.flatMap((area) => mutantsOf(area, root));
  const some = all.filter(({ id }) => only === undefined || id.includes(only));
  const ranked = some.toSorted((a, b) => (hashOf(values.seed, a.id) < hashOf(values.seed, b.id) ? -1 : 1));
  return sample === undefined ? some : ranked.slice(0, Number(sample));
}

const texts = copyOf(root);
const sumAt = (path: string): string => hashOf(texts.read(path));
const mutants = asked();
const kept = keptResults();
const reasons = equivalentMutants();
const resultOf = ({ id, path }: Mutant): Result | undefined => {
  const result = kept.get(id);
  return values.changed && result?.sum !== sumAt(path) ? undefined : result;
};
const due = mutants.filter((mutant) => {
  const result = resultOf(mutant);
  if (result?.outcome !== "survived") return result === undefined;
  if (reasons[result.id] !== undefined) return false;
  return values.again || stages.indexOf(result.passed ?? until) < stages.indexOf(until);
});

if (values.list) for (const { id, line, was, is } of mutants) console.log(`${id} ${line}: ${was} → ${is}`);
else await run();
const results = mutants.flatMap((mutant) => resultOf(mutant) ?? []);
if (values.json)
  console.log(JSON.stringify({ seed, mutants: mutants.length, ...figuresOf(results), results }));
else if (!values.list) console.log(tableOf(results, mutants.length));
texts.remove();

async function run(): Promise<void> {
  if (due.length === 0 || Number(values.minutes) === 0) return;
  process.once("SIGINT", () => {
    endAll();
    process.exit(130);
  });
  const nothing: Expected = { worlds: [], explorations: [] };
  const expected = until === stages[0] ? nothing : await expectedIn(texts);
  let next = 0;
  const lane = async (copy: Copy) => {
    for (let nth = next++; nth < due.length; nth = next++) {
      const mutant = due[nth];
      if (mutant === undefined || (performance.now() - startedMs) / 60_000 > Number(values.minutes)) break;
      const result = await timed(mutant, copy, expected);
      keep(result);
      kept.set(result.id, result);
      console.error(
        `${nth + 1}/${due.length} ${result.outcome} ${result.by ?? ""} ${result.seconds} s ${result.id}:${result.line} ${result.where ?? `${result.was} → ${result.is}`}`,
      );
    }
    copy.remove();
  };
  await Promise.all(Array.from({ length: Number(values.copies) }, () => lane(copyOf(root))));
}

async function timed(mutant: Mutant, copy: Copy, expected: Expected): Promise<Result> {
  const { id, area, line, was, is, path } = mutant;
  const verdict = await tried(mutant, copy, { expected, until });
  const seconds = clock.sinceLast();
  return { id, area, line, was, is, sum: sumAt(path), ...verdict, seconds };
}

/** What the unchanged code comes to; the same as long as it is unchanged. */
async function expectedIn(copy: Copy): Promise<Expected> {
  const file = join(tmpdir(), `slipway-mutants-expected-${sumOf(root)}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Expected;
  const expected = await expectedOf(copy);
  writeFileSync(file, JSON.stringify(expected));
  return expected;
}
