/** What a plan means by having quality watched: for how long, and how much worse a version must be to be found. */
import { shiftSeen } from "#verdict";
import type { Plan } from "../plan/plan.ts";
import { type Quality, thresholdsOf } from "../plan/quality.ts";

export interface QualityOutlook {
  /** How many days since its promotion a version is watched; each counts once it is known. */
  readonly qualityDays: number;
  readonly onHarm: Quality["onHarm"];
  readonly kpis: readonly {
    readonly name: string;
    /** How late all of a moment is published, hours. */
    readonly delayHours: number;
    /** The least shift found about every other time, in standard deviations of a day, beyond what is tolerated; after eight quiet weeks. */
    readonly seesDeviations: number;
  }[];
}

/** Chosen: what eight weeks show whose days hardly depend on the day before. */
const quiet = { spread: 1, persistence: 0.2, days: 56 };

/** Undefined where the plan has none watched. */
export function qualityOutlook({ quality }: Plan): QualityOutlook | undefined {
  if (quality === undefined) return undefined;
  const { qualityDays, onHarm, kpis } = quality;
  const thresholds = thresholdsOf(quality);
  return {
    qualityDays,
    onHarm,
    kpis: kpis.map(({ name, delayHours }) => {
      const logThreshold = thresholds.get(name) ?? Number.POSITIVE_INFINITY;
      const sees = shiftSeen(quiet, { days: qualityDays, logThreshold });
      return { name, delayHours, seesDeviations: Number(sees.toFixed(2)) };
    }),
  };
}
