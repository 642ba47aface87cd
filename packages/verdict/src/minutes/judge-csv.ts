/** Judges a table of minutes as if each had been looked at as it came, which is what the error rates are about. */
import type { Verdict, VerdictName } from "../conclusion/verdict.ts";
import { judge } from "../judge.ts";
import type { StageMark } from "../kept.ts";
import type { Observation } from "../observations/observation.ts";
import { measurePast } from "../past.ts";
import { startStage, startVerdict } from "../reducer.ts";
import type { VerdictSettings } from "../settings.ts";
import type { Sample } from "../shapes/registry.ts";
import type { StablePast } from "../shapes/shape.ts";
import type { VerdictState } from "../state.ts";
import { columnsOf, type Side, sides } from "./columns.ts";
import {
  type CheckedSettings,
  checkedSettings,
  kpiSettings,
  type MinutesKpi,
  type MinutesSettings,
  nameOf,
} from "./settings.ts";
import { type Minute, readTable, type Table } from "./table.ts";

export interface Judgement extends Omit<Verdict, "verdict"> {
  readonly conclusion: VerdictName;
  /** End of the minute whose look it was reached at, ISO 8601. */
  readonly at: string;
  /** From the candidate's first minute to then; 0 where it has none. */
  readonly minutes: number;
  /** Minutes of stable before the candidate's first, from which the noise was measured. */
  readonly pastMinutes: number;
  /** Columns that were not read. */
  readonly unusedColumns: readonly string[];
}

/**
 * Rows before the first that has a stage or a value of the candidate's are stable's past. The first look that finds harm is the
 * conclusion, whatever came later; otherwise it is what the last look says.
 * @throws BadMinutes with every mistake of the settings, or else of the table
 */
export function judgeCsv(text: string, settings: MinutesSettings = {}): Judgement {
  const checked = checkedSettings(settings);
  const table = readTable(text, checked);
  const candidates = namesOf(table, "candidate");
  const begins = table.minutes.findIndex(
    ({ stage, values }) => stage !== null || candidates.some((name) => (values.get(name) ?? null) !== null),
  );
  const first = begins === -1 ? table.minutes.length : begins;
  const past = table.minutes.slice(0, first);
  const { verdict, at } = lastLook(table, checked, { past, release: table.minutes.slice(first) });
  const { verdict: conclusion, ...found } = verdict;
  const start = table.minutes[first]?.at;
  return {
    conclusion,
    ...found,
    at: new Date(at * 1000).toISOString(),
    minutes: start === undefined ? 0 : (at - start) / 60,
    pastMinutes: (past.length * checked.intervalSeconds) / 60,
    unusedColumns: table.columns.unused,
  };
}

const namesOf = ({ columns }: Table, side: Side): string[] =>
  columns.kpis.flatMap((kpi) => Object.values(columnsOf(kpi, side)));

function lastLook(
  { columns: { kpis }, minutes }: Table,
  settings: CheckedSettings,
  { past, release }: { readonly past: readonly Minute[]; readonly release: readonly Minute[] },
): { readonly verdict: Verdict; readonly at: number } {
  const { intervalSeconds } = settings;
  const judged = verdictSettings(kpis, settings);
  const pasts = kpis.map((kpi) => [nameOf(kpi), pastOf(kpi, past, intervalSeconds)] as const);
  const end = (minutes.at(-1)?.at ?? 0) + intervalSeconds;
  let state = startVerdict(judged, measurePast(judged, Object.fromEntries(pasts)));
  let looked = {
    at: end,
    ...judge(state, judged, { at: end, stageEndsAt: bakeEnd(settings, end), observations: [] }),
  };
  for (const minute of release) {
    state = begun(state, judged, { minute, settings });
    const at = minute.at + intervalSeconds;
    const stageAt = state.stages.at(-1)?.at ?? minute.at;
    const stageEndsAt = settings.bakeMinutes === undefined ? end : bakeEnd(settings, stageAt);
    looked = {
      at,
      ...judge(state, judged, {
        at,
        stageEndsAt,
        observations: kpis.map((kpi) => observed(kpi, minute, intervalSeconds)),
      }),
    };
    if (looked.verdict.verdict === "fail") break;
    state = looked.state;
  }
  return looked;
}

const bakeEnd = ({ bakeMinutes }: CheckedSettings, at: number): number => at + 60 * (bakeMinutes ?? 0);

function verdictSettings(kpis: readonly MinutesKpi[], settings: CheckedSettings): VerdictSettings {
  const { alpha, beta, minimumRequests, intervalSeconds, shares } = settings;
  const stages = shares?.length ?? 1;
  return {
    alpha,
    beta,
    minimumRequests,
    intervalSeconds,
    stages,
    kpis: kpis.map((kpi) => kpiSettings(kpi, settings)),
  };
}

/** The state with the minute's stage begun. */
function begun(
  state: VerdictState,
  judged: VerdictSettings,
  { minute, settings }: { readonly minute: Minute; readonly settings: CheckedSettings },
): VerdictState {
  const stage = minute.stage ?? 0;
  if (stage < state.stages.length) return state;
  const { shares, settleMinutes, candidateInstances, stableInstances } = settings;
  const share = shares?.[stage];
  const mark: StageMark = {
    stage,
    at: minute.at,
    settledAt: minute.at + 60 * settleMinutes,
    ...(share === undefined ? {} : { trafficShare: share / 100 }),
    ...(candidateInstances === undefined ? {} : { candidateInstances }),
    ...(stableInstances === undefined ? {} : { stableInstances }),
  };
  return startStage(state, judged, mark);
}

function observed(kpi: MinutesKpi, minute: Minute, seconds: number): Observation {
  const [stable, candidate] = sides.map((side) => sampleOf(kpi, side, minute));
  return { kpi: nameOf(kpi), at: minute.at, seconds, candidate: candidate ?? null, stable: stable ?? null };
}

/** A cell that is empty is missing evidence, never a zero. */
function sampleOf(kpi: MinutesKpi, side: Side, { values }: Minute): Sample | null {
  const columns = columnsOf(kpi, side);
  const amount = values.get(columns.amount) ?? null;
  if (amount === null) return null;
  if (columns.requests === undefined) return { value: amount };
  const requests = values.get(columns.requests) ?? null;
  if (requests === null) return null;
  if (kpi.kind !== "latency-mean") return { requests, bad: amount };
  return requests === 0 ? null : { mean: amount / requests, count: requests };
}

/** Of the fleet as a whole: a table does not tell instances apart. */
function pastOf(kpi: MinutesKpi, minutes: readonly Minute[], seconds: number): StablePast {
  const intervals = minutes.flatMap((minute) => {
    const stable = sampleOf(kpi, "stable", minute);
    return stable === null ? [] : [{ at: minute.at, stable, instances: [] }];
  });
  return { seconds, inHalf: [], intervals };
}
