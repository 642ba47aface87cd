/** `slipway explore`: a release with every fault at every point of it, and what became of its promises. */
import { availableParallelism } from "node:os";
import type { ExplorationFacts } from "../core/facts/exploration-facts.ts";
import type { Fault } from "../rehearsal/engine/faults.ts";
import { type Crew, openCrew } from "../rehearsal/explore/crew.ts";
import {
  type Exploration,
  type ExplorationOptions,
  explore as exploreAll,
  replay,
} from "../rehearsal/explore/exploration.ts";
import { explorationFacts } from "../rehearsal/explore/facts.ts";
import { explorationPage } from "../report/exploration.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { brokenInvariantCode } from "./exit-codes.ts";
import { faultsOf } from "./faults.ts";
import { readEvent, readPlan, readWorld, seedRule } from "./inputs.ts";
import { rehearsalThread } from "./own-files.ts";
import { barOn, noBar } from "./progress/bar.ts";
import type { Terminal } from "./terminal.ts";

const countRule = { min: 0, max: 1_000_000, whole: true };
/** More threads than this are not worth their memory. */
const mostThreads = 8;

/** Resolves to 0, or to the code of a broken invariant. Throws BadUsage and BadInput before anything is run. */
export async function explore(line: CommandLine, { out, err }: Terminal): Promise<number> {
  const [path] = line.positionals;
  const plan = readPlan(path);
  const world = readWorld(line.values.world ?? "healthy");
  const seed = numberOf(line, "seed", seedRule);
  const faults = faultsOf(line);
  const sample =
    line.values.sample === undefined
      ? {}
      : { sample: numberOf(line, "sample", { ...countRule, default: 0 }) };
  const pairs = numberOf(line, "pairs", { ...countRule, default: 0 });
  const request = { plan, world: world.spec, event: readEvent(line.values.event, plan), seed };
  const bar = line.switches.has("quiet") ? noBar : barOn(err);
  const startedMs = performance.now();
  const exploration = await withCrew((crew) =>
    run({ request, ...sample, pairs, seed, rehearse: crew.rehearse, onProgress: bar.tell }, faults),
  ).finally(bar.end);
  const seconds = (performance.now() - startedMs) / 1000;
  const event = line.values.event === undefined ? "" : `--event ${line.values.event}`;
  const command = [
    "slipway explore",
    path ?? "",
    event,
    `--world ${line.values.world ?? "healthy"} --seed ${seed}`,
  ];
  const facts = explorationFacts({
    ...{ model: plan.model, world: world.name, seed, exploration },
    runsPerSecond: (exploration.findings.length + 1) / seconds,
    replayOf: (some) => [...command, ...some.map((each) => `--fault '${each}'`)].filter(Boolean).join(" "),
  });
  write(facts, line, out);
  return facts.violations.length > 0 ? brokenInvariantCode : 0;
}

const run = (options: ExplorationOptions, faults: readonly Fault[]): Promise<Exploration> =>
  faults.length === 0 ? exploreAll(options) : replay(options, faults);

async function withCrew<T>(work: (crew: Crew) => Promise<T>): Promise<T> {
  const crew = openCrew(rehearsalThread, Math.min(mostThreads, availableParallelism()));
  try {
    return await work(crew);
  } finally {
    await crew.close();
  }
}

function write(facts: ExplorationFacts, line: CommandLine, out: Terminal["out"]): void {
  const page = { width: out.columns, paint: out.paint };
  out.write(
    line.switches.has("json")
      ? `${JSON.stringify(facts, null, 2)}\n`
      : `${explorationPage(facts, page).join("\n")}\n`,
  );
}
