/** `slipway explore`: a release with every fault at every point of it, and what became of its promises. */
import { availableParallelism } from "node:os";
import type { Fault } from "#twin/engine";
import { type Exploration, NothingRun, type WorkerPoolSignals } from "#twin/explorer";
import type { ExplorationFacts } from "../core/facts/exploration-facts.ts";
import { type ExplorationOptions, explore as exploreAll, replay } from "../rehearsal/explore/exploration.ts";
import { explorationFacts } from "../rehearsal/explore/facts.ts";
import { releasedFirst } from "../rehearsal/release/released.ts";
import { openWorkerPool, type ReleaseWorkerPool } from "../rehearsal/release/thread.ts";
import { explorationPage } from "../report/exploration.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { rehearsalThread } from "./code-files.ts";
import { brokenInvariantCode, interruptedCode } from "./exit-codes.ts";
import { faultsOf } from "./faults.ts";
import { answerOf, besideOf, readEvent, readPlan, readWorld, seedRule, startOf, turnsOf } from "./inputs.ts";
import { openJournal } from "./journal.ts";
import { barOn, noBar } from "./progress/bar.ts";
import type { Terminal } from "./terminal.ts";

const sampleRule = { min: 1, max: 1_000_000, whole: true, default: 1 };
const pairsRule = { min: 1, max: 1_000_000, whole: true, default: 0 };
/** More threads than this are not worth their memory. */
const mostThreads = 8;

/**
 * Resolves to 0, or to the code of a broken invariant, or of an interrupt where one came: what was run until then is told.
 * Throws BadUsage and BadInput before anything is run.
 */
export async function explore(line: CommandLine, { out, err }: Terminal): Promise<number> {
  const [path] = line.positionals;
  const plan = readPlan(path);
  const world = readWorld(line.values.world ?? "healthy", line.values.traffic);
  const seed = numberOf(line, "seed", seedRule);
  const faults = faultsOf(line);
  const request = {
    plan,
    world: world.spec,
    event: readEvent(line.values.event, plan, world.spec),
    seed,
    ...turnsOf(line),
    ...startOf(line),
    ...besideOf(line, plan, world.spec),
    ...answerOf(line),
  };
  const asked = { request, seed, ...sampleOf(line), ...onlyOf(line) };
  const { resume } = line.values;
  const journal = resume === undefined ? {} : { journal: openJournal(resume, request) };
  const bar = line.switches.has("quiet") ? noBar : barOn(err);
  const startedMs = performance.now();
  const interrupt = interruptible();
  const exploration = await withCrew(interrupt, ({ rehearse }) =>
    run({ ...asked, ...journal, rehearse, onProgress: bar.tell, signal: interrupt.off }, faults),
  )
    .catch(unlessNothingRun)
    .finally(() => {
      bar.end();
      interrupt.end();
    });
  if (exploration === undefined) {
    err.write("interrupted before the release without faults had ended: nothing was found\n");
    return interruptedCode;
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const command = [
    "slipway explore",
    path ?? "",
    given(line, "event"),
    `--world ${line.values.world ?? "healthy"} --seed ${seed}`,
    ...(["traffic", "start", "turns", "beside", "beside-after", "answer"] as const).map((name) =>
      given(line, name),
    ),
  ];
  const facts = explorationFacts({
    model: plan.model,
    world: world.name,
    endpoint: releasedFirst(request).endpoint.name,
    seed,
    exploration,
    interrupted: interrupt.off.aborted,
    runsPerSecond: (exploration.findings.length + 1) / seconds,
    replayOf: (some) => [...command, ...some.map((each) => `--fault '${each}'`)].filter(Boolean).join(" "),
  });
  write(facts, line, out);
  if (facts.violations.length > 0) return brokenInvariantCode;
  return facts.interrupted ? interruptedCode : 0;
}

/** An option as it was given, or nothing. */
const given = ({ values }: CommandLine, name: string): string =>
  values[name] === undefined ? "" : `--${name} ${values[name]}`;

/** The kinds that are asked for by name; all of them where none is. */
function onlyOf({ switches }: CommandLine): Pick<ExplorationOptions, "only"> {
  const only = (["passing", "lasting", "hands"] as const).filter((kind) => switches.has(kind));
  return only.length === 0 ? {} : { only: new Set(only) };
}

function sampleOf(line: CommandLine): Pick<ExplorationOptions, "sample" | "pairs" | "triples"> {
  const pairs = numberOf(line, "pairs", pairsRule);
  const triples = numberOf(line, "triples", pairsRule);
  return line.values.sample === undefined
    ? { pairs, triples }
    : { pairs, triples, sample: numberOf(line, "sample", sampleRule) };
}

/** The first Ctrl-C begins no more runs; the second drops those under way as well; a third ends the command. */
function interruptible(): Required<WorkerPoolSignals> & { end(): void } {
  const [off, home] = [new AbortController(), new AbortController()];
  const abort = () => {
    if (off.signal.aborted) {
      home.abort();
      process.off("SIGINT", abort);
    }
    off.abort();
  };
  process.on("SIGINT", abort);
  return { off: off.signal, home: home.signal, end: () => void process.off("SIGINT", abort) };
}

function unlessNothingRun(error: unknown): undefined {
  if (!(error instanceof NothingRun)) throw error;
}

const run = (options: ExplorationOptions, faults: readonly Fault[]): Promise<Exploration> =>
  faults.length === 0 ? exploreAll(options) : replay(options, faults);

async function withCrew<T>(
  signals: WorkerPoolSignals,
  work: (crew: ReleaseWorkerPool) => Promise<T>,
): Promise<T> {
  const crew = openWorkerPool(rehearsalThread, Math.min(mostThreads, availableParallelism()), signals);
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
