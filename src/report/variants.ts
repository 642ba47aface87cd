/** Several rehearsals side by side, a line each, and why one did not go through where it did not. */
import type { RehearsalFacts } from "../core/facts/rehearsal-facts.ts";
import { printable } from "../core/input/bad-input.ts";
import { outcomeMark } from "./summary/headline.ts";
import { apart, margin, type Page } from "./summary/page.ts";
import { count, duration, usd } from "./text/figures.ts";
import { pairs, table, wrap } from "./text/layout.ts";

interface Named {
  readonly name: string;
  readonly facts: RehearsalFacts;
}

export interface Heading {
  readonly title: string;
  /** What the names are of. */
  readonly column: string;
  /** A sentence below; may be empty. */
  readonly closing: string;
}

/** In lines. */
export function variantsPage(
  all: readonly Named[],
  { title, column, closing }: Heading,
  page: Page,
): string[] {
  const { width, paint } = page;
  return apart([
    [margin + paint.bold(printable(title))],
    outcomes(all, column, page),
    reasons(all, page),
    closing === "" ? [] : wrap(closing, width - margin.length).map((line) => margin + paint.dim(line)),
  ]);
}

function outcomes(all: readonly Named[], column: string, { width, paint }: Page): string[] {
  const columns = [
    { head: column },
    { head: "outcome" },
    { head: "takes", align: "right" },
    { head: "raised", align: "right" },
    { head: "failed", align: "right" },
    { head: "violations", align: "right" },
  ] as const;
  const rows = all.map(({ name, facts }) => [
    printable(name),
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
function reasons(all: readonly Named[], { width }: Page): string[] {
  const told = all.filter(
    ({ facts: { outcome, violations } }) => outcome !== "promoted" || violations.length > 0,
  );
  return pairs(
    told.map(({ name, facts: { reason, violations } }) => {
      const [first] = violations;
      return [printable(name), printable(first === undefined ? reason : `${first.invariant}: ${first.what}`)];
    }),
    width,
  );
}
