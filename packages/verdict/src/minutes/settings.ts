/** By what a table of minutes is judged: settings that all have a default, checked as a person may have written them. */
import type { KpiSettings } from "../shapes/registry.ts";
import { BadMinutes, foundText, type Mistake } from "./mistakes.ts";

export const kpiKinds = ["availability", "latency-threshold", "custom", "latency-mean", "guardrail"] as const;

/** A KPI and the columns that it is read from, each `stable_…` and `candidate_…`. */
export interface MinutesKpi {
  /**
   * `availability`, `latency-threshold` and `custom` count bad events out of requests, and differ in the sentence's verb;
   * `latency-mean` compares latency summed over requests; `guardrail` holds a value against a ceiling.
   */
  readonly kind: (typeof kpiKinds)[number];
  /** Default: errors, slow, bad or latency, by the kind; a guardrail must have one. */
  readonly name?: string;
  /** Columns of the bad events (default `bad`), the summed latency (`latency_sum`) or the value (the guardrail's name). */
  readonly columns?: string;
  /** Columns of the requests; default `requests`. */
  readonly requests?: string;
  /** A ratio candidate/stable of up to 1 + tolerance is acceptable; default: that of all KPIs. */
  readonly tolerance?: number;
  readonly safetyTolerance?: number;
  /** Share of alpha, relative to the other KPIs' weights; default 1. */
  readonly weight?: number;
  /** Of a guardrail: its value, broken when exceeded in `breaching` of the newest `outOf` minutes (defaults 3 and 5). */
  readonly ceiling?: number;
  readonly breaching?: number;
  readonly outOf?: number;
}

export interface MinutesSettings {
  /** Chance that a healthy candidate ever fails by evidence; default 0.01. */
  readonly alpha?: number;
  /** Chance that a bad candidate passes as proved safe; default 0.01. */
  readonly beta?: number;
  /** Of every KPI that names none; default 0. */
  readonly tolerance?: number;
  /** Safe means: surely less than 1 + this times as bad as stable; default 1 for counts, 0.5 for mean latency. */
  readonly safetyTolerance?: number;
  /** The candidate must have served so many in its stage before it can pass; default 100. */
  readonly minimumRequests?: number;
  /** Length of the table's rows; default 60. */
  readonly intervalSeconds?: number;
  /** How long a stage is judged before it ends undecided; default: until the table's last row. */
  readonly bakeMinutes?: number;
  /** So long after a stage began only what is far worse counts, since caches are cold; default 0. */
  readonly settleMinutes?: number;
  /** The candidate's share of the traffic in each stage, percent; default: one stage, of a share that is not known. */
  readonly shares?: readonly number[];
  /** Where known, what so few instances may differ by for good is tolerated. */
  readonly candidateInstances?: number;
  readonly stableInstances?: number;
  /** Default: by errors where there are columns `…_bad`, by mean latency where there are columns `…_latency_sum`. */
  readonly kpis?: readonly MinutesKpi[];
}

/** Settings with the defaults of all that has one. */
export type CheckedSettings = MinutesSettings & Readonly<typeof defaults>;

const defaults = {
  alpha: 0.01,
  beta: 0.01,
  tolerance: 0,
  minimumRequests: 100,
  intervalSeconds: 60,
  settleMinutes: 0,
};

interface Rule {
  readonly expected: string;
  readonly holds: (value: number) => boolean;
}

const chance: Rule = { expected: "a number between 0 and 1", holds: (value) => value > 0 && value < 1 };
const positive: Rule = { expected: "a number above 0", holds: (value) => value > 0 };
const notNegative: Rule = { expected: "a number of 0 or more", holds: (value) => value >= 0 };
const count: Rule = {
  expected: "a whole number of 1 or more",
  holds: (value) => Number.isInteger(value) && value >= 1,
};

const rules: Readonly<Record<string, Rule>> = {
  alpha: chance,
  beta: chance,
  tolerance: notNegative,
  safetyTolerance: positive,
  minimumRequests: count,
  intervalSeconds: count,
  bakeMinutes: positive,
  settleMinutes: notNegative,
  candidateInstances: count,
  stableInstances: count,
};
const kpiRules: Readonly<Record<string, Rule>> = {
  tolerance: notNegative,
  safetyTolerance: positive,
  weight: positive,
  ceiling: positive,
  breaching: count,
  outOf: count,
};
const names = ["name", "columns", "requests"];
/** What a guardrail alone has. */
const ofCeilings = ["ceiling", "breaching", "outOf"];
const ofEvidence = ["tolerance", "safetyTolerance", "weight", "requests"];

type Document = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Document =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Settings out of anything, such as a file's.
 * @throws BadMinutes with every mistake
 */
export function checkedSettings(document: unknown): CheckedSettings {
  const mistakes = mistakesIn(document);
  if (mistakes.length > 0) throw new BadMinutes(mistakes);
  return { ...defaults, ...(document as MinutesSettings) };
}

function mistakesIn(document: unknown): Mistake[] {
  if (!isMap(document)) return [wrong("the settings", "a map of keys", document)];
  const { kpis, shares, ...numbers } = document;
  return [
    ...strange("", numbers, [...Object.keys(rules), "kpis", "shares"]),
    ...outOfRule("", numbers, rules),
    ...(shares === undefined ? [] : mistakesInShares(shares)),
    ...(kpis === undefined ? [] : mistakesInKpis(kpis)),
  ];
}

const wrong = (where: string, expected: string, found: unknown): Mistake => ({
  where,
  expected,
  found: foundText(found),
});

function strange(path: string, document: Document, known: readonly string[]): Mistake[] {
  return Object.keys(document)
    .filter((key) => !known.includes(key))
    .map((key) => ({ where: `${path}${key}`, expected: `one of ${known.join(", ")}`, found: "another key" }));
}

function outOfRule(path: string, document: Document, all: Readonly<Record<string, Rule>>): Mistake[] {
  return Object.entries(all)
    .filter(([key, { holds }]) => {
      const value = document[key];
      return value !== undefined && !(typeof value === "number" && Number.isFinite(value) && holds(value));
    })
    .map(([key, { expected }]) => wrong(`${path}${key}`, expected, document[key]));
}

function mistakesInShares(shares: unknown): Mistake[] {
  if (!Array.isArray(shares) || shares.length === 0) return [wrong("shares", "a list of percents", shares)];
  return shares
    .map((share: unknown, i) => [share, i] as const)
    .filter(([share]) => !(typeof share === "number" && share > 0 && share <= 100))
    .map(([share, i]) => wrong(`shares[${i}]`, "a percent above 0, up to 100", share));
}

function mistakesInKpis(kpis: unknown): Mistake[] {
  if (!Array.isArray(kpis) || kpis.length === 0) return [wrong("kpis", "a list of one or more", kpis)];
  const mistakes = kpis.flatMap((kpi: unknown, i) => mistakesInKpi(kpi, `kpis[${i}]`));
  if (mistakes.length > 0) return mistakes;
  const known = (kpis as MinutesKpi[]).map(nameOf);
  return known
    .map((name, i) => [name, i] as const)
    .filter(([name, i]) => known.indexOf(name) < i)
    .map(([name, i]) => wrong(`kpis[${i}].name`, "a name that no KPI before has", name));
}

function mistakesInKpi(kpi: unknown, path: string): Mistake[] {
  if (!isMap(kpi)) return [wrong(path, "a map of keys", kpi)];
  const { kind, name } = kpi;
  if (!kpiKinds.some((each) => each === kind))
    return [wrong(`${path}.kind`, `one of ${kpiKinds.join(", ")}`, kind)];
  const isCeiling = kind === "guardrail";
  const known = ["kind", "name", "columns", ...(isCeiling ? ofCeilings : ofEvidence)];
  const texts = names.filter((key) => kpi[key] !== undefined && !/^[\w-]+$/.test(String(kpi[key])));
  const { breaching = 3, outOf = 5 } = kpi;
  const mistakes = [
    ...strange(`${path}.`, kpi, known),
    ...outOfRule(`${path}.`, kpi, kpiRules),
    ...texts.map((key) => wrong(`${path}.${key}`, "letters, digits, _ and -", kpi[key])),
    ...(isCeiling && name === undefined ? [wrong(`${path}.name`, "a name", undefined)] : []),
    ...(isCeiling && kpi.ceiling === undefined
      ? [wrong(`${path}.ceiling`, "a number above 0", undefined)]
      : []),
  ];
  if (mistakes.length === 0 && isCeiling && Number(breaching) > Number(outOf))
    return [wrong(`${path}.breaching`, `at most outOf, ${String(outOf)}`, breaching)];
  return mistakes;
}

const usualNames = {
  availability: "errors",
  "latency-threshold": "slow",
  custom: "bad",
  "latency-mean": "latency",
  guardrail: "",
} as const;

export const nameOf = ({ kind, name }: MinutesKpi): string => name ?? usualNames[kind];

/** The KPI as the verdict takes it. */
export function kpiSettings(kpi: MinutesKpi, settings: CheckedSettings): KpiSettings {
  const name = nameOf(kpi);
  if (kpi.kind === "guardrail") {
    const { ceiling = 0, breaching = 3, outOf = 5 } = kpi;
    return { shape: "value", name, ceiling, breaching, outOf };
  }
  const { weight = 1, tolerance = settings.tolerance, safetyTolerance = settings.safetyTolerance } = kpi;
  const safety = safetyTolerance === undefined ? {} : { safetyTolerance };
  return { ...shapes[kpi.kind], name, weight, tolerance, ...safety };
}

/** Slow answers follow what instances carry; failures do not. */
const shapes = {
  availability: { shape: "count", verb: "fails" },
  "latency-threshold": { shape: "count", verb: "is slow", followsLoad: true },
  custom: { shape: "count" },
  "latency-mean": { shape: "mean" },
} as const;
