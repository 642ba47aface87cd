/** What a stage's bake can show at the traffic to be expected: minutes to find a regression, and to prove safety. */
import { logMixture, logSum, reserveAfter, spendingOf } from "../evidence/spending.ts";
import { type JudgedSettings, shareOfAlpha, type VerdictSettings } from "../settings.ts";
import { shapeOf } from "../shapes/registry.ts";
import type { Expected } from "./expected-test.ts";

export interface Minutes {
  /** No test could take less on average. */
  readonly limit: number;
  /** What this engine should take. Infinity: never. */
  readonly engine: number;
}

export interface ExpectedMinutes {
  /** To find a candidate this many times as bad (or as slow) as stable. */
  readonly regressions: readonly (Minutes & { readonly ratio: number })[];
  /** The least times as bad (or as slow) that is found by the end of the bake, about every other time; null: nothing is. */
  readonly leastRatio: number | null;
  /** To prove a candidate safe that is as good as stable. */
  readonly safety: Minutes;
}

const REGRESSIONS: readonly number[] = [2, 3, 10];

/** Minutes of one KPI in one stage, from the stage's start, were the fault there from then on. */
export function expectedMinutes(
  settings: VerdictSettings,
  kpi: JudgedSettings,
  expected: Expected,
): ExpectedMinutes {
  const tests = shapeOf(kpi).tests(kpi, expected);
  if (tests === null)
    throw new RangeError(`${kpi.name}: expected a KPI that is judged by evidence, found a ceiling`);
  const { stage } = expected;
  const share = shareOfAlpha(settings, kpi);
  const level = settings.alpha * share;
  const spending = spendingOf(settings.stages);
  const staked = Math.log(spending[stage.stage] ?? 0);
  const reserve = Math.log(reserveAfter(stage.stage, spending, 0));
  const interval = settings.intervalSeconds / 60;
  const { settleMinutes: settle = 0 } = stage;
  const found = (ratio: number): Minutes => {
    const { limit, drifts, weights } = tests.harm(ratio, settings.alpha);
    const logE = (minutes: number) =>
      logSum([
        staked +
          logMixture(
            drifts.map((drift) => drift * minutes),
            weights,
          ),
        reserve,
      ]);
    return { limit, engine: settle + firstAbove(logE, -Math.log(level), interval) };
  };
  const regressions = REGRESSIONS.map((ratio) => ({ ratio, ...found(ratio) }));
  const leastRatio = leastOf((ratio) => found(ratio).engine <= stage.bakeMinutes);
  const { limit, drifts, weights } = tests.safety(settings.beta);
  const logSafe = (minutes: number) =>
    logMixture(
      drifts.map((drift) => drift * minutes),
      weights,
    );
  const engine = settle + firstAbove(logSafe, -Math.log(settings.beta), interval);
  return { regressions, leastRatio, safety: { limit, engine } };
}

const mostTimes = 100;

/** The least ratio that something holds for, which holds for all above it; to a hundredth. */
function leastOf(holds: (ratio: number) => boolean): number | null {
  if (!holds(mostTimes)) return null;
  let [below, above] = [1, mostTimes];
  while (above - below > 0.005 * above) {
    const middle = Math.sqrt(below * above);
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return above;
}

const LONGEST_MINUTES = 60 * 24 * 365;

/** The first minute at which growing evidence is at its threshold; evidence is looked at when an interval is over. */
function firstAbove(logE: (minutes: number) => number, threshold: number, interval: number): number {
  if (logE(LONGEST_MINUTES) < threshold) return Number.POSITIVE_INFINITY;
  let [below, above] = [0, LONGEST_MINUTES];
  while (above - below > 1e-3 * above) {
    const middle = (below + above) / 2;
    if (logE(middle) < threshold) below = middle;
    else above = middle;
  }
  return above + interval / 2;
}
