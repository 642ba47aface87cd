/**
 * Spinnaker's Kayenta, its default judge (NetflixACAJudge): each metric is Pass, High, Low or Nodata by a
 * Mann-Whitney test, and the share of passes is the score. After spinnaker/kayenta (Netflix, Apache-2.0).
 */
import { commonLanguageEffect, mean, meanRatio } from "./effect-size.ts";
import { ascending, normalQuantile, shiftInterval, standardisedRankSum } from "./mann-whitney.ts";

export type Classification = "Pass" | "High" | "Low" | "Nodata" | "NodataFailMetric";

export interface Series {
  readonly experiment: readonly number[];
  readonly control: readonly number[];
}

export interface ClassifierSettings {
  /** Part of the estimated shift that the confidence interval must clear. */
  readonly tolerance: number;
  readonly confidence: number;
  readonly direction: "increase" | "decrease" | "either";
  readonly nan: "remove" | "replace";
  readonly critical: boolean;
  /** Effect at or below the first makes Low, at or above the second makes High. */
  readonly effectSizes: readonly [number, number];
  readonly criticalSizes: readonly [number, number];
  readonly effect: "meanRatio" | "cles";
}

export const JUDGE_SETTINGS: ClassifierSettings = {
  tolerance: 0.25,
  confidence: 0.98,
  direction: "increase",
  nan: "remove",
  critical: false,
  effectSizes: [1, 1],
  criticalSizes: [1, 1],
  effect: "meanRatio",
};

export interface Classified {
  readonly classification: Classification;
  readonly critical: boolean;
  readonly deviation: number;
  readonly reason?: string;
}

/** Judges one metric; series hold no NaN. */
export function classify(series: Series, settings: ClassifierSettings = JUDGE_SETTINGS): Classified {
  const { experiment, control } = series;
  const pass = { classification: "Pass", critical: false, deviation: 1 } as const;
  if (experiment.length === 0 || control.length === 0)
    return settings.nan === "replace"
      ? pass
      : { ...pass, classification: "Nodata", critical: settings.critical, reason: "missing data" };
  if (sameValues(experiment, control)) return { ...pass, reason: "the data are identical" };
  return compare(series, settings);
}

function compare(series: Series, settings: ClassifierSettings): Classified {
  const { direction, effectSizes, criticalSizes, tolerance } = settings;
  const blurred = withoutOneValueOnly(series);
  const { lower, upper, estimate } = shiftInterval(blurred.experiment, blurred.control, settings.confidence);
  const bound = tolerance * Math.abs(estimate);
  const deviation = effectOf(series, settings);
  // A ratio to nothing is no number: then the test alone decides.
  const reaches = (size: number) => Number.isNaN(deviation) || deviation >= size;
  const fallsTo = (size: number) => Number.isNaN(deviation) || deviation <= size;
  const label = (classification: "High" | "Low", critical: boolean): Classified => ({
    classification,
    critical: settings.critical && critical,
    deviation,
    reason: `classified as ${classification}`,
  });
  if (direction !== "decrease" && lower > bound && reaches(effectSizes[1]))
    return label("High", reaches(criticalSizes[1]));
  if (direction !== "increase" && upper < -bound && fallsTo(effectSizes[0]))
    return label("Low", fallsTo(criticalSizes[0]));
  return { classification: "Pass", critical: false, deviation };
}

/** False where classify surely gives no High; one evaluation in place of three roots. */
export function mayBeHigh({ experiment, control }: Series, confidence = JUDGE_SETTINGS.confidence): boolean {
  if (experiment.length === 0 || control.length === 0) return false;
  const z = standardisedRankSum({ x: ascending(experiment), y: ascending(control) }, 0);
  return z > -normalQuantile((1 - confidence) / 2);
}

/** The mean inequality classifier: no test, the means are compared. */
export function classifyByMeans({ experiment, control }: Series): Classification {
  if (experiment.length === 0 || control.length === 0) return "Nodata";
  const [above, below] = [mean(experiment), mean(control)];
  return above > below ? "High" : above < below ? "Low" : "Pass";
}

export interface ScoredMetric {
  readonly classification: Classification;
  readonly critical: boolean;
  readonly groups: readonly string[];
}

/**
 * The weighted sum of the groups' shares of passes, 0 to 100; 0 after a critical failure. Groups with data but
 * without a weight share what the others leave.
 */
export function score(
  metrics: readonly ScoredMetric[],
  groupWeights: Readonly<Record<string, number>>,
): number {
  if (metrics.some(({ critical, classification }) => critical && classification !== "Pass")) return 0;
  const shares = new Map<string, number>();
  for (const group of new Set(metrics.flatMap((metric) => metric.groups))) {
    const share = passShare(metrics.filter((metric) => metric.groups.includes(group)));
    if (share !== null) shares.set(group, share);
  }
  const weighted = Object.values(groupWeights).reduce((sum, weight) => sum + weight, 0);
  const unweighted = [...shares.keys()].filter((group) => groupWeights[group] === undefined).length;
  return [...shares].reduce(
    (sum, [group, share]) => sum + share * (groupWeights[group] ?? (100 - weighted) / unweighted),
    0,
  );
}

/** Pass / (Pass + High + Low + NodataFailMetric); null where all is Nodata. */
function passShare(metrics: readonly ScoredMetric[]): number | null {
  const judged = metrics.filter(({ classification }) => classification !== "Nodata");
  if (judged.length === 0) return null;
  return judged.filter(({ classification }) => classification === "Pass").length / judged.length;
}

function effectOf(series: Series, settings: ClassifierSettings): number {
  const { control, experiment } = series;
  return settings.effect === "cles"
    ? commonLanguageEffect(control, experiment)
    : meanRatio(control, experiment);
}

function sameValues(experiment: readonly number[], control: readonly number[]): boolean {
  if (new Set([...experiment, ...control]).size === 1) return true;
  if (experiment.length !== control.length) return false;
  const [a, b] = [ascending(experiment), ascending(control)];
  return a.every((value, i) => value === b[i]);
}

/** Kayenta blurs two constant series by Gaussian noise of this part of their value; here by fixed normal scores. */
const BLUR = 1e-5;

function withoutOneValueOnly(series: Series): Series {
  const { experiment, control } = series;
  if (new Set(experiment).size > 1 || new Set(control).size > 1) return series;
  const blur = (values: readonly number[]) =>
    values.map((value, i) => value * (1 + BLUR * normalQuantile((i + 0.5) / values.length)));
  return { experiment: blur(experiment), control: blur(control) };
}
