/** Stage by stage: when it was in force, how both sides fared in its whole intervals, and what the verdict said of it. */
import type { Side } from "../../core/kpis/kinds/kind.ts";
import { judgedKpis } from "../../core/plan/requirements.ts";
import type { KpiSeen, LookEntry } from "../../core/release/journal.ts";
import { looksIn } from "./evidence-charts.ts";
import { type ReleaseTold, secondsInto } from "./told.ts";

export interface StageSide {
  readonly warm: number | null;
  readonly provisioned: number | null;
  readonly requests: number;
  readonly errors: number;
  readonly latencyMs: number | null;
}

export interface StageRow {
  readonly trafficPercent: number;
  readonly fromSeconds: number;
  readonly untilSeconds: number;
  /** As planned; absent where the plan has no such stage, or nobody knows the plan. */
  readonly bakeMinutes?: number;
  readonly sides: Readonly<Record<Side, StageSide | null>>;
  /** The last word of the verdict in this stage; absent where it was never judged. */
  readonly decision?: string;
  readonly sentence?: string;
  /** As they stood then. */
  readonly kpis: readonly KpiReading[];
}

export interface KpiReading {
  readonly name: string;
  readonly standing: string;
  /** Of harm, and of safety, in nats, against what each takes; absent for ceilings. */
  readonly harm?: readonly [number, number];
  readonly safety?: readonly [number, number];
  /** What is judged, in the plan's word. */
  readonly kind: string;
}

/** From one shift to the next, to the way back, or to the end. */
export function stageRows(told: ReleaseTold): StageRow[] {
  const news = told.journal.flatMap((entry) => (entry.kind === "news" ? [entry] : []));
  const turns = news.filter(({ state }) => ["shifted", "rolling-back", "promoted", "closed"].includes(state));
  return turns.flatMap((entry, nth): StageRow[] => {
    if (entry.state !== "shifted" || entry.trafficPercent === undefined) return [];
    // What stable held back is no stage: nobody judges it.
    const planned = told.plan?.rollout.stages[entry.stage ?? -1];
    if (told.plan !== undefined && planned === undefined) return [];
    const fromSeconds = secondsInto(told, entry.at);
    const next = turns[nth + 1];
    const untilSeconds = next === undefined ? told.seconds : secondsInto(told, next.at);
    const look = looksIn(told).findLast(({ at, stage }) => {
      const seconds = secondsInto(told, at);
      return stage === entry.stage && seconds >= fromSeconds && seconds <= untilSeconds;
    });
    return [
      {
        trafficPercent: entry.trafficPercent,
        fromSeconds,
        untilSeconds,
        ...(planned !== undefined && { bakeMinutes: planned.bakeMinutes }),
        sides: {
          stable: sideIn(told, "stable", { fromSeconds, untilSeconds }),
          candidate: sideIn(told, "candidate", { fromSeconds, untilSeconds }),
        },
        ...(look !== undefined && { decision: look.decision, sentence: look.reason }),
        kpis: look === undefined ? [] : readingsOf(told, look),
      },
    ];
  });
}

function readingsOf({ plan }: ReleaseTold, { kpis }: LookEntry): KpiReading[] {
  const kinds = new Map((plan === undefined ? [] : judgedKpis(plan)).map(({ name, kind }) => [name, kind]));
  return kpis.map((kpi) => ({
    name: kpi.name,
    standing: kpi.standing,
    kind: kinds.get(kpi.name) ?? "",
    ...evidenceIn(kpi),
  }));
}

function evidenceIn({
  logE,
  logThreshold,
  logSafe,
  logSafeThreshold,
}: KpiSeen): Pick<KpiReading, "harm" | "safety"> {
  return {
    ...(logE !== undefined && logThreshold !== undefined && { harm: [logE, logThreshold] as const }),
    ...(logSafe !== undefined &&
      logSafeThreshold !== undefined && { safety: [logSafe, logSafeThreshold] as const }),
  };
}

/** One side over the whole intervals of a stretch; null where it was not there. */
function sideIn(
  { intervals }: ReleaseTold,
  side: Side,
  { fromSeconds, untilSeconds }: Pick<StageRow, "fromSeconds" | "untilSeconds">,
): StageSide | null {
  const own = intervals
    .filter(({ atSeconds, seconds }) => atSeconds >= fromSeconds && atSeconds + seconds <= untilSeconds)
    .flatMap(({ sides: both }) => both[side] ?? []);
  const last = own.at(-1);
  if (last === undefined) return null;
  const requests = own.reduce((sum, each) => sum + (each.requests ?? 0), 0);
  const answered = own.filter(({ latencyMs }) => latencyMs !== null);
  const weights = answered.reduce((sum, each) => sum + (each.requests ?? 0), 0);
  const latencySumMs = answered.reduce((sum, each) => sum + (each.latencyMs ?? 0) * (each.requests ?? 0), 0);
  return {
    warm: last.warm,
    provisioned: last.provisioned,
    requests,
    errors: own.reduce((sum, each) => sum + (each.errors ?? 0), 0),
    latencyMs: weights === 0 ? null : latencySumMs / weights,
  };
}
