/** What a person sees of versions whose quality is watched for days after their promotion. */
import { printable } from "../core/input/bad-input.ts";
import { differenceText } from "../core/kpis/quality.ts";
import { type QualityEnd, standingsOf } from "../core/release/quality-end.ts";
import { lastDueMs, type QualityWatch } from "../core/release/quality-watch.ts";

/** A version that is watched, or was. */
export interface QualityStatus {
  readonly releaseId: string;
  readonly model: string;
  readonly version: number;
  /** ISO 8601: when its first day began, and when the last one is known at the latest. */
  readonly since: string;
  readonly until: string;
  readonly kpis: readonly {
    readonly name: string;
    /** Of the days that are watched, how many are known. */
    readonly daysSeen: number;
    /** Days before the release that it is compared with; null where they are too few, or not read yet. */
    readonly historyDays: number | null;
    /** How much worse, in words; null where nothing is known. */
    readonly difference: string | null;
    /** What would be found about every other time, in words. */
    readonly sees: string | null;
    /** Evidence of harm, ln, and what is told from. */
    readonly logE: number;
    readonly logThreshold: number;
  }[];
  /** How it ended; null while it goes on. */
  readonly end: {
    readonly at: string;
    readonly outcome: QualityEnd["outcome"];
    readonly reason: string;
  } | null;
  /** What harm has started, or why it has started nothing. */
  readonly followed: string | null;
}

export function qualityStatus(watch: QualityWatch): QualityStatus {
  const { releaseId, model, version, since, end = null, followed = null } = watch;
  return {
    releaseId,
    model,
    version,
    since,
    until: new Date(lastDueMs(watch)).toISOString(),
    kpis: standingsOf(watch).map(({ kpi, worse, sees, ...standing }) => ({
      name: kpi.name,
      daysSeen: standing.daysSeen,
      historyDays: standing.historyDays ?? null,
      difference: worse === undefined ? null : differenceText(kpi, worse),
      sees: sees === undefined ? null : differenceText(kpi, sees),
      logE: Number(standing.logE.toFixed(3)),
      logThreshold: Number(standing.logThreshold.toFixed(3)),
    })),
    end,
    followed,
  };
}

/** Of a version that is watched still. */
export function watchLines({ releaseId, until, kpis }: QualityStatus): string[] {
  return [
    `${releaseId} is watched for its quality until ${until}`,
    ...kpis.map(({ name, daysSeen, difference, sees, logE, logThreshold }) => {
      const found = sees === null ? "" : `; finds ${sees} about every other time`;
      return difference === null
        ? `  ${name}: nothing is known yet`
        : `  ${name}: ${difference} on ${daysSeen === 1 ? "the day" : `${daysSeen} days`} so far, evidence ${logE.toFixed(1)} of the ${logThreshold.toFixed(1)} nats that harm takes${found}`;
    }),
  ];
}

const ends: Readonly<Record<QualityEnd["outcome"], string>> = {
  kept: "was kept",
  harm: "turned out worse",
  unknown: "is unknown",
  superseded: "was not watched to its end",
};

/** Of one that was. */
export function endLine({ releaseId, end, followed }: QualityStatus): string {
  if (end === null) return `the quality of ${releaseId} is watched still`;
  const then = followed === null ? "" : `; ${followed}`;
  return `the quality of ${releaseId} ${ends[end.outcome]} (${end.at.slice(0, 10)}): ${printable(`${end.reason}${then}`)}`;
}
