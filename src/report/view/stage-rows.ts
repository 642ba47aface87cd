/** Stage by stage: when it was in force, how both sides fared in its whole intervals, and what the verdict said of it. */
import type { Side } from "../../core/kpis/kinds/kind.ts";
import { judgedKpis } from "../../core/plan/requirements.ts";
import type { KpiSeen, LookEntry } from "../../core/release/journal.ts";
import { looksIn } from "./evidence-charts.ts";
import { type ReleaseTold, type ShareTold, secondsInto } from "./told.ts";

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
  /** Absent while it is not over. */
  readonly result?: ShareTold["result"];
  /** What the verdict said last in this stage; absent where it was never judged. */
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

export const stageRows = (told: ReleaseTold): StageRow[] => told.shares.map((share) => rowOf(told, share));

function rowOf(told: ReleaseTold, { index, trafficPercent, ...stretch }: ShareTold): StageRow {
  const { fromSeconds, untilSeconds, result } = stretch;
  const planned = told.plan?.rollout.stages[index];
  const look = looksIn(told).findLast(({ at, stage }) => {
    const seconds = secondsInto(told, at);
    return stage === index && seconds >= fromSeconds && seconds <= untilSeconds;
  });
  return {
    trafficPercent,
    fromSeconds,
    untilSeconds,
    ...(planned !== undefined && { bakeMinutes: planned.bakeMinutes }),
    ...(result !== undefined && { result }),
    sides: { stable: sideIn(told, "stable", stretch), candidate: sideIn(told, "candidate", stretch) },
    ...(look !== undefined && { sentence: look.reason }),
    kpis: look === undefined ? [] : readingsOf(told, look),
  };
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
