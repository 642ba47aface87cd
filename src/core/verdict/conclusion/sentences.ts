/** Verdicts in words: one sentence each, that a person understands without knowing the statistics. */
import type { Combined } from "../combination/combination.ts";
import { patienceSeconds } from "../evidence/guardrail.ts";
import { type GuardrailKpi, type KpiSettings, safetyToleranceOf, type VerdictSettings } from "../settings.ts";
import type { Tally, VerdictState } from "../state.ts";
import { comparisonOf } from "./standing.ts";

/** "errors: candidate fails 3.1× as often as stable, 412 of 9,031 against 97 of 6,550; the chance of …" */
export function harmSentence(state: VerdictState, settings: VerdictSettings, combined: Combined): string {
  const each = combined.culprits.map((name) =>
    comparison(state, settings, { name, part: "where-harm-shows" }),
  );
  return `${each.join("; ")}; the chance of such evidence from a healthy model is below ${oneIn(Math.max(combined.logPlain, combined.logThreshold))}`;
}

export function ceilingSentence(
  settings: VerdictSettings,
  broken: { readonly alone: readonly string[]; readonly aloneUnseen: readonly string[] },
): string {
  const minutes = (intervals: number) => number((intervals * settings.intervalSeconds) / 60);
  const alone = guardrails(settings, broken.alone).map(
    (kpi) =>
      `${kpi.name}: candidate was above ${number(kpi.ceiling)} in ${minutes(kpi.breaching)} of ${minutes(kpi.outOf)} minutes while stable was not`,
  );
  const unseen = guardrails(settings, broken.aloneUnseen).map(
    (kpi) =>
      `${kpi.name}: candidate was above ${number(kpi.ceiling)} for ${patienceMinutes} minutes in which stable was not seen, or carried too little to say`,
  );
  return `${[...alone, ...unseen].join("; ")} (a threshold, with no error guarantee)`;
}

const patienceMinutes = patienceSeconds / 60;

export function heldSentence(
  settings: VerdictSettings,
  broken: { readonly shared: readonly string[]; readonly unseen: readonly string[] },
): string {
  const shared = guardrails(settings, broken.shared).map(
    (kpi) => `${kpi.name}: both are above ${number(kpi.ceiling)}`,
  );
  const unseen = guardrails(settings, broken.unseen).map(
    (kpi) =>
      `${kpi.name}: candidate is above ${number(kpi.ceiling)}, and stable is not seen, or carries too little to say`,
  );
  const why =
    unseen.length === 0
      ? "since going back would not help"
      : `for ${patienceMinutes} minutes of this at most`;
  return `${[...shared, ...unseen].join("; ")}; the stage is held, ${why}`;
}

/** Of a host that has all the evidence of harm. */
export function hostSentence(
  state: VerdictState,
  settings: VerdictSettings,
  found: {
    readonly host: string;
    readonly kpis: readonly string[];
    readonly minutes: number;
    readonly lasts: boolean;
  },
): string {
  const each = found.kpis.map((name) => comparison(state, settings, { name, part: "where-harm-shows" }));
  const lasts = found.lasts
    ? `, for ${found.minutes} minutes (host)`
    : `; it has ${found.minutes} minutes in all to be well again`;
  return `${each.join("; ")}; without instance ${found.host} nothing would be shown${lasts}`;
}

/** Of a bake with all traffic that ended; `clear` are its guardrails. */
export function aloneSentence(clear: readonly string[]): string {
  const alone = "all traffic is the candidate's, no stable traffic is left to compare with";
  return clear.length === 0
    ? `${alone}, and there is no guardrail`
    : `${alone}; every guardrail is clear (thresholds, with no error guarantee)`;
}

/** Of KPIs that the sides could not be compared by. */
export const apartSentence = (names: readonly string[]): string =>
  `${names.join(", ")}: not compared, since each of the candidate's instances carries far more than stable's`;

export function missingSentence(found: {
  readonly settings: VerdictSettings;
  readonly blind: readonly string[];
  readonly requests: { readonly candidate: number };
  readonly bakeEnded: boolean;
}): string {
  const { settings, blind, requests, bakeEnded } = found;
  const when = bakeEnded ? "the bake ended" : "so far";
  if (blind.length > 0)
    return `${blind.join(", ")}: no data of this stage to judge the candidate by, ${when}`;
  return `the candidate served ${number(requests.candidate)} requests in this stage, ${number(settings.minimumRequests)} are needed, ${when}`;
}

export function safeSentence(state: VerdictState, settings: VerdictSettings): string {
  const each = judgedIn(settings).map((kpi) => {
    const tolerance = safetyToleranceOf(kpi, kpi.kind === "latency-mean" ? "mean" : "count");
    return `${comparison(state, settings, { name: kpi.name, part: "stage" })}, surely less than ${decimal(1 + tolerance)}×`;
  });
  return `${each.join("; ")}; the chance of such evidence from a worse model is below ${oneIn(-Math.log(settings.beta))}`;
}

export function openSentence(state: VerdictState, settings: VerdictSettings, combined: Combined): string {
  const names = judgedIn(settings).map(({ name }) => name);
  if (names.length === 0) return "every guardrail is clear so far";
  const each = names.map((name) => comparison(state, settings, { name, part: "stage" }));
  return `${each.join("; ")}; neither harm nor safety is shown yet (evidence ${evidence(combined)})`;
}

export function unprovenSentence(
  state: VerdictState,
  settings: VerdictSettings,
  found: { readonly combined: Combined; readonly unclear: readonly string[] },
): string {
  const each = found.unclear.map((name) => comparison(state, settings, { name, part: "stage" }));
  return `${each.join("; ")}; the bake ended with neither harm nor safety shown (evidence ${evidence(found.combined)})`;
}

function comparison(
  state: VerdictState,
  settings: VerdictSettings,
  what: { readonly name: string; readonly part: "stage" | "where-harm-shows" },
): string {
  const kpi = settings.kpis.find(({ name }) => name === what.name);
  const kpiState = state.kpis[what.name];
  if (kpi === undefined || kpiState === undefined || kpiState.kind === "guardrail") return what.name;
  const sides = comparisonOf(kpiState, what.part);
  return `${what.name}: ${kpi.kind === "latency-mean" ? slower(sides) : worse(kpi, sides)}`;
}

type Sides = ReturnType<typeof comparisonOf>;

function worse(kpi: KpiSettings, { candidate, stable }: Sides): string {
  const verb =
    kpi.kind === "availability" ? "fails" : kpi.kind === "latency-threshold" ? "is slow" : "goes wrong";
  const counts = `${ofAll(candidate)} against ${ofAll(stable)}`;
  if (stable.amount === 0 || stable.requests === 0 || candidate.requests === 0)
    return `candidate ${verb} in ${counts}`;
  const ratio = candidate.amount / candidate.requests / (stable.amount / stable.requests);
  return `candidate ${verb} ${decimal(ratio)}× as often as stable, ${counts}`;
}

function slower({ candidate, stable }: Sides): string {
  if (candidate.requests === 0 || stable.requests === 0) return "candidate and stable cannot be compared";
  const mean = candidate.amount / candidate.requests;
  const usual = stable.amount / stable.requests;
  const means = `${number(mean)} against ${number(usual)} on average`;
  const requests = `over ${number(candidate.requests)} and ${number(stable.requests)} requests`;
  return `candidate takes ${decimal(mean / usual)}× as long as stable, ${means} ${requests}`;
}

function ofAll({ amount, requests }: Tally): string {
  return `${number(amount)} of ${number(requests)}`;
}

function guardrails(settings: VerdictSettings, names: readonly string[]): GuardrailKpi[] {
  return settings.kpis.filter((kpi) => kpi.kind === "guardrail").filter(({ name }) => names.includes(name));
}

function judgedIn(settings: VerdictSettings): Exclude<KpiSettings, GuardrailKpi>[] {
  return settings.kpis.filter((kpi) => kpi.kind !== "guardrail");
}

function evidence({ logE, logThreshold }: Combined): string {
  return `${decimal(logE)} of the ${decimal(logThreshold)} nats that harm takes`;
}

/** "1 in 4,000", rounded down to one digit so that "below" holds; never beyond one in a million. */
function oneIn(logE: number): string {
  const odds = Math.min(1e6, Math.exp(logE));
  const digit = 10 ** Math.floor(Math.log10(odds));
  return `1 in ${number(Math.floor(odds / digit + 1e-9) * digit)}`;
}

function decimal(value: number): string {
  return value >= 100 ? number(value) : value.toFixed(value >= 10 ? 0 : 1);
}

/** Thousands with commas, the same on every machine. */
function number(value: number): string {
  const digits = value < 10 && !Number.isInteger(value) ? value.toFixed(1) : String(Math.round(value));
  return value < 1000 ? digits : digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}
