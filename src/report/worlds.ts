/** A plan's release in every world that ships, a line each, and why it did not go through where it did not. */
import type { RehearsalFacts } from "../core/facts/rehearsal-facts.ts";
import { printable } from "../core/input/bad-input.ts";
import { outcomeMark } from "./summary/headline.ts";
import { apart, margin, type Page } from "./summary/page.ts";
import { count, duration, usd } from "./text/figures.ts";
import { pairs, table, wrap } from "./text/layout.ts";

/** In lines; all are rehearsals of one plan and one seed. `command` is what shows one of them whole, but for its world. */
export function worldsPage(all: readonly RehearsalFacts[], command: string, page: Page): string[] {
  return apart([head(all, page), outcomes(all, page), reasons(all, page), closing(command, page)]);
}

function head([first, ...more]: readonly RehearsalFacts[], { paint }: Page): string[] {
  if (first === undefined) return [];
  const worlds = `${more.length + 1} worlds, seed ${first.seed}`;
  return [`${margin}${paint.bold(printable(first.model))} in ${worlds}`];
}

function outcomes(all: readonly RehearsalFacts[], { width, paint }: Page): string[] {
  const columns = [
    { head: "world" },
    { head: "outcome" },
    { head: "takes", align: "right" },
    { head: "raised", align: "right" },
    { head: "failed", align: "right" },
    { head: "violations", align: "right" },
  ] as const;
  const rows = all.map((facts) => [
    facts.world.name,
    `${outcomeMark(facts.outcome, paint)} ${facts.outcome}`,
    duration(facts.virtualSeconds),
    facts.costUsd === null ? "not known" : usd(facts.costUsd),
    facts.candidateFailedRequests === 0 ? "·" : count(facts.candidateFailedRequests),
    facts.violations.length === 0 ? "·" : paint.red(count(facts.violations.length)),
  ]);
  return [
    ...table(columns, rows, { width: width - margin.length, head: paint.dim }),
    ...wrap("failed: requests that a healthy candidate would have served", width - margin.length).map(
      paint.dim,
    ),
  ].map((line) => margin + line);
}

/** Of what was promoted there is nothing to explain, unless a promise was broken. */
function reasons(all: readonly RehearsalFacts[], { width }: Page): string[] {
  const told = all.filter(({ outcome, violations }) => outcome !== "promoted" || violations.length > 0);
  return pairs(
    told.map(({ world, reason, violations }) => {
      const [first] = violations;
      return [world.name, printable(first === undefined ? reason : `${first.invariant}: ${first.what}`)];
    }),
    width,
  );
}

const closing = (command: string, { width, paint }: Page): string[] =>
  wrap(`${command} --world NAME shows one of them whole.`, width - margin.length).map(
    (line) => margin + paint.dim(line),
  );
