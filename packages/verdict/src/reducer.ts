/** (state, new observations) → state: the path of an observation into the evidence of its KPI. */
import { settlingAnew } from "./evidence/settling.ts";
import { spendingOf } from "./evidence/spending.ts";
import type { StageMark } from "./kept.ts";
import type { Observation } from "./observations/observation.ts";
import { checkSettings, isJudged, shareOfAlpha, type VerdictSettings } from "./settings.ts";
import { type KpiSettings, type KpiState, type Noise, shapeOf } from "./shapes/registry.ts";
import type { VerdictState } from "./state.ts";

/** What was measured on stable before the release, by KPI name; a KPI left out is judged on stated assumptions. */
export interface Measured {
  readonly noise?: Readonly<Record<string, Noise>>;
  /** Standard deviation of ln(bad rate) among stable's hosts. */
  readonly hostLogSd?: Readonly<Record<string, number>>;
}

/**
 * The state before any stage.
 * @throws RangeError on settings under which no verdict could be right
 */
export function startVerdict(settings: VerdictSettings, measured: Measured = {}): VerdictState {
  checkSettings(settings);
  const kpis = settings.kpis.map((kpi): [string, KpiState] => {
    const noise = measured.noise?.[kpi.name];
    const hostLogSd = measured.hostLogSd?.[kpi.name];
    const own = {
      ...(noise === undefined ? {} : { noise }),
      ...(hostLogSd === undefined ? {} : { hostLogSd }),
    };
    return [kpi.name, shapeOf(kpi).start(kpi, own)];
  });
  return { spending: spendingOf(settings.stages), stages: [], kpis: Object.fromEntries(kpis) };
}

/**
 * A stage begins: its part of alpha is spent, on what its share of the traffic can show. Starting the present stage again changes
 * nothing but when it has settled.
 * @throws RangeError when stages are skipped, taken in another order, or more than the settings said
 */
export function startStage(state: VerdictState, settings: VerdictSettings, mark: StageMark): VerdictState {
  const begun = state.stages.length;
  if (mark.stage === begun - 1) return settledAnew(state, mark);
  if (mark.stage !== begun || begun === state.spending.length)
    throw new RangeError(`stage: expected ${begun} of ${state.spending.length}, found ${mark.stage}`);
  const part = state.spending[begun] ?? 0;
  const kpis = Object.entries(state.kpis).map(([name, own]): [string, KpiState] => {
    const kpi = settings.kpis.find((each) => each.name === name);
    return [name, kpi === undefined ? own : shapeOf(kpi).begin(own, kpi, { mark, part })];
  });
  return { ...state, stages: [...state.stages, mark], kpis: Object.fromEntries(kpis) };
}

function settledAnew(state: VerdictState, mark: StageMark): VerdictState {
  const stages = settlingAnew(state.stages, mark);
  return stages === state.stages ? state : { ...state, stages };
}

/**
 * Adds observations to the evidence. An interval counts once, whenever and however often it arrives; one that began
 * before the release or comes too late, and one without data on a side, adds nothing.
 * @throws RangeError when an observation names no KPI of the settings or has another length than the settings say
 */
export function observe(
  state: VerdictState,
  settings: VerdictSettings,
  observations: readonly Observation[],
): VerdictState {
  const kpis: Record<string, KpiState> = { ...state.kpis };
  for (const { hosts = {}, ...seen } of observations) {
    const kpi = settings.kpis.find(({ name }) => name === seen.kpi);
    const own = kpis[seen.kpi];
    if (kpi === undefined || own === undefined)
      throw new RangeError(`kpi: expected one of the settings', found ${seen.kpi}`);
    if (seen.seconds !== settings.intervalSeconds)
      throw new RangeError(`seconds: expected ${settings.intervalSeconds}, found ${seen.seconds}`);
    const mark = state.stages.findLast(({ at }) => at <= seen.at);
    if (mark === undefined) continue;
    kpis[seen.kpi] = shapeOf(kpi).add(own, kpi, {
      ...seen,
      hosts,
      mark,
      releaseAt: state.stages[0]?.at ?? mark.at,
      newest: state.stages.length - 1,
      spending: state.spending,
      logThreshold: logThresholdOf(settings, kpi),
    });
  }
  return { ...state, kpis };
}

/** Where nothing is staked, nothing suffices. */
const logThresholdOf = (settings: VerdictSettings, kpi: KpiSettings): number =>
  isJudged(kpi) ? -Math.log(settings.alpha * shareOfAlpha(settings, kpi)) : Number.POSITIVE_INFINITY;
