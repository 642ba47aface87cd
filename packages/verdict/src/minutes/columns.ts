/** Which columns of a table which KPI is read from, by the names in its first row. */
import type { Row } from "./csv.ts";
import { BadMinutes, type Mistake } from "./mistakes.ts";
import type { CheckedSettings, MinutesKpi } from "./settings.ts";

export type Side = "stable" | "candidate";
export const sides = ["stable", "candidate"] as const;

/** Of one side of a KPI, the names of the columns: of what is compared, and of the requests that it is among. */
export interface KpiColumns {
  readonly amount: string;
  /** A guardrail's value is not among anything. */
  readonly requests?: string;
}

export interface Columns {
  /** Places by name. */
  readonly places: ReadonlyMap<string, number>;
  readonly kpis: readonly MinutesKpi[];
  /** Names of columns that are not read. */
  readonly unused: readonly string[];
}

const amounts = {
  availability: "bad",
  "latency-threshold": "bad",
  custom: "bad",
  "latency-mean": "latency_sum",
} as const;

export function columnsOf(kpi: MinutesKpi, side: Side): KpiColumns {
  if (kpi.kind === "guardrail") return { amount: `${side}_${kpi.columns ?? kpi.name}`.toLowerCase() };
  return {
    amount: `${side}_${kpi.columns ?? amounts[kpi.kind]}`.toLowerCase(),
    requests: `${side}_${kpi.requests ?? "requests"}`.toLowerCase(),
  };
}

/**
 * Upper and lower case are alike in names.
 * @throws BadMinutes where a column is missing or there twice, or nothing can be judged
 */
export function readHeader(header: Row, settings: CheckedSettings): Columns {
  const found = header.map(({ text }) => text.toLowerCase());
  const places = new Map(found.map((name, place) => [name, place]));
  const kpis = settings.kpis ?? kpisIn(found);
  const needed = ["time", ...(isStaged(settings) ? ["stage"] : []), ...kpis.flatMap(namesOf)];
  const missing = [...new Set(needed)].filter((name) => !places.has(name));
  const mistakes: Mistake[] = [
    ...header
      .filter((_, place) => found.indexOf(found[place] ?? "") < place)
      .map(({ text, line, column }) => ({
        line,
        column,
        where: text === "" ? "the header" : text,
        expected: "a name that no column before has",
        found: text === "" ? "a column without one" : "it again",
      })),
    ...missing.map((name) => ({
      line: header[0]?.line ?? 1,
      where: "the header",
      expected: `a column ${name}`,
      found: listOf(found),
    })),
    ...(kpis.length === 0 ? [nothingToJudge(found)] : []),
  ];
  if (mistakes.length > 0) throw new BadMinutes(mistakes);
  return { places, kpis, unused: found.filter((name) => name !== "" && !needed.includes(name)) };
}

/** Where there are several stages, a column says which one a row is of. */
export const isStaged = ({ shares }: CheckedSettings): boolean => (shares?.length ?? 1) > 1;

function namesOf(kpi: MinutesKpi): string[] {
  return sides.flatMap((side) => {
    const { amount, requests } = columnsOf(kpi, side);
    return requests === undefined ? [amount] : [requests, amount];
  });
}

/** One side's column is enough to look for the other's. */
function kpisIn(found: readonly string[]): MinutesKpi[] {
  const usual: readonly MinutesKpi[] = [{ kind: "availability" }, { kind: "latency-mean" }];
  return usual.filter((kpi) => sides.some((side) => found.includes(columnsOf(kpi, side).amount)));
}

const nothingToJudge = (found: readonly string[]): Mistake => ({
  line: 1,
  where: "the header",
  expected:
    "columns stable_bad and candidate_bad, stable_latency_sum and candidate_latency_sum, or kpis in the settings",
  found: listOf(found),
});

const listOf = (found: readonly string[]): string => {
  const all = found.filter((name) => name !== "");
  if (all.length === 1 && /[;\t]/.test(all[0] ?? "")) return `${all[0]}: commas separate columns`;
  return all.length > 20 ? `${all.slice(0, 20).join(", ")} …` : all.join(", ");
};
