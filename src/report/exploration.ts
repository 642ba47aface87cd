/** The page of an exploration: how many runs came to what, by fault, and everything that went wrong. */
import type { ExplorationFacts, ExploredRun } from "../core/facts/exploration-facts.ts";
import { apart, type Page } from "./summary/page.ts";
import { count, counted } from "./text/figures.ts";
import { table, wrap } from "./text/layout.ts";

/** Violations and misses beyond these are counted; the document has them all. */
const mostShown = 12;

/** In lines. */
export function explorationPage(facts: ExplorationFacts, page: Page): string[] {
  return apart([
    headline(facts, page),
    outcomesByFault(facts, page),
    edgesWalked(facts, page),
    listed("broken promise", facts.violations, page, (run) =>
      run.hand === undefined ? `${run.what}: ${run.detail}` : `${run.what}: ${run.detail} (${run.hand})`,
    ),
    listed("miss", facts.misses, page, (run) => `${run.outcome}: ${run.reason}`),
  ]);
}

function headline(
  { runs, violations, runsPerSecond, reference, interrupted, ...facts }: ExplorationFacts,
  page: Page,
): string[] {
  const { paint } = page;
  const mark = violations.length === 0 ? paint.green("✔") : paint.red("✖");
  const sound = interrupted ? "no promise broken so far" : "no promise broken";
  const broken = violations.length === 0 ? sound : counted(violations.length, "violation");
  return [
    `${mark} ${paint.bold(`${counted(runs, "run")}${interrupted ? " until it was interrupted" : ""}, ${broken}`)}`,
    ...wrap(
      `${facts.model} in the world ${facts.world}, seed ${facts.seed}; ${runsPerSecond.toFixed(1)} runs per second`,
      page.width - 2,
    ).map((line) => paint.dim(`  ${line}`)),
    ...wrap(`Without faults: ${reference.outcome}, ${reference.reason}`, page.width - 2).map(
      (line) => `  ${line}`,
    ),
  ];
}

function outcomesByFault({ byFault, outcomes }: ExplorationFacts, { paint, width }: Page): string[] {
  const names = Object.keys(outcomes);
  const columns = [
    { head: "fault" },
    { head: "runs", align: "right" as const },
    ...names.map((head) => ({ head, align: "right" as const })),
    { head: "violations", align: "right" as const },
  ];
  const rows = Object.entries(byFault).map(([kinds, { runs, outcomes: came, violations }]) => [
    kinds,
    count(runs),
    ...names.map((name) => (came[name] === undefined ? "·" : count(came[name]))),
    violations === 0 ? "·" : paint.red(count(violations)),
  ]);
  return table(columns, rows, { width: width - 2, head: paint.dim }).map((line) => `  ${line}`);
}

/** Kind by kind, and by name what no run walked. */
function edgesWalked({ edges }: ExplorationFacts, { paint, width }: Page): string[] {
  const columns = [
    { head: "edges" },
    { head: "walked", align: "right" as const },
    { head: "of", align: "right" as const },
  ];
  const kinds = [...Map.groupBy(edges, ({ kind }) => kind)];
  const rows = kinds.map(([kind, some]) => [
    kind,
    count(some.filter(({ runs }) => runs > 0).length),
    count(some.length),
  ]);
  const missing = edges.filter(({ runs }) => runs === 0);
  return [
    ...table(columns, rows, { width: width - 2, head: paint.dim }).map((line) => `  ${line}`),
    ...(missing.length === 0 ? [] : [paint.dim("  not walked")]),
    ...missing.flatMap(({ name }) => wrap(name, width - 4).map((line) => `    ${line}`)),
  ];
}

function listed<T extends ExploredRun>(
  name: string,
  runs: readonly T[],
  { paint, width }: Page,
  say: (run: T) => string,
): string[] {
  if (runs.length === 0) return [];
  const shown = runs
    .slice(0, mostShown)
    .flatMap((run) => [
      ...wrap(say(run), width - 4).map((line, i) =>
        i === 0 ? `  ${paint.red("✖")} ${line}` : `    ${line}`,
      ),
      paint.dim(`    ${run.replay}`),
    ]);
  const more = runs.length - mostShown;
  const title = counted(runs.length, name, name === "miss" ? "misses" : `${name}s`);
  return [
    paint.bold(`  ${title}`),
    ...shown,
    ...(more > 0 ? [`  … and ${more} more; --json has them all`] : []),
  ];
}
