/**
 * The alarms of serverless.yml that a rehearsal can tell of, as they stand there (a test holds the two together), and
 * which of them rang. Sums over whole periods, as CloudWatch aligns them; every one of the newest must break the threshold.
 */
import type { AlarmFacts } from "../core/facts/rehearsal-facts.ts";
import type { RunOver } from "./release/request.ts";

interface Point {
  readonly atMs: number;
  readonly value: number;
}

export interface DeployedAlarm {
  readonly name: string;
  readonly metric: string;
  readonly periodSeconds: number;
  readonly periods: number;
  readonly rings: { readonly above: number } | { readonly below: number };
}

/** Ends of an execution at which nothing is left to do; the template's filter of failed executions leaves them out. */
export const ordinaryEnds = ["RolledBack", "Refused", "Superseded", "Stopped", "BadInput"];

export const deployedAlarms: readonly DeployedAlarm[] = [
  { name: "SweepPausedAlarm", metric: "Invocations", periodSeconds: 600, periods: 3, rings: { below: 1 } },
  { name: "SweepDeniedAlarm", metric: "Errors", periodSeconds: 600, periods: 1, rings: { above: 0 } },
  { name: "SweepFailedAlarm", metric: "SweepFailed", periodSeconds: 600, periods: 1, rings: { above: 0 } },
  { name: "RemainderAlarm", metric: "RemainderStands", periodSeconds: 600, periods: 1, rings: { above: 0 } },
  { name: "OrphanFoundAlarm", metric: "OrphanFound", periodSeconds: 600, periods: 1, rings: { above: 0 } },
  { name: "LeaseOverdueAlarm", metric: "LeaseOverdue", periodSeconds: 600, periods: 1, rings: { above: 0 } },
  {
    name: "EvidenceWaitingAlarm",
    metric: "EvidenceWaiting",
    periodSeconds: 600,
    periods: 3,
    rings: { above: 0 },
  },
  { name: "GlassBrokenAlarm", metric: "GlassBroken", periodSeconds: 600, periods: 1, rings: { above: 0 } },
  { name: "RoleTooWideAlarm", metric: "RoleTooWide", periodSeconds: 600, periods: 1, rings: { above: 0 } },
  {
    name: "AdjustmentHarmAlarm",
    metric: "AdjustmentHarm",
    periodSeconds: 600,
    periods: 1,
    rings: { above: 0 },
  },
  { name: "QualityHarmAlarm", metric: "QualityHarm", periodSeconds: 600, periods: 1, rings: { above: 0 } },
  {
    name: "SpikeNotTakenAlarm",
    metric: "SpikeNotTaken",
    periodSeconds: 600,
    periods: 1,
    rings: { above: 0 },
  },
  {
    name: "ExecutionsFailedAlarm",
    metric: "FailedExecutions",
    periodSeconds: 300,
    periods: 1,
    rings: { above: 0 },
  },
  {
    name: "ExecutionsTimedOutAlarm",
    metric: "ExecutionsTimedOut",
    periodSeconds: 300,
    periods: 1,
    rings: { above: 0 },
  },
];

/** The alarms that rang, in the order of serverless.yml. */
export function alarmsOf(run: RunOver): AlarmFacts[] {
  const metrics = metricsOf(run);
  return deployedAlarms.flatMap((alarm) => {
    const rung = ringsOf(alarm, metrics[alarm.metric] ?? [], run);
    const [first] = rung;
    if (first === undefined) return [];
    const last = Math.floor(run.endMs / (alarm.periodSeconds * 1000)) * alarm.periodSeconds * 1000;
    return [{ name: alarm.name, atSeconds: (first - run.startMs) / 1000, ringing: rung.at(-1) === last }];
  });
}

/** Ends of periods at which the alarm rings, epoch milliseconds; what was before the run is not known. */
function ringsOf(alarm: DeployedAlarm, points: readonly Point[], { startMs, endMs }: RunOver): number[] {
  const periodMs = alarm.periodSeconds * 1000;
  const begin = Math.ceil(startMs / periodMs) * periodMs;
  const rung: number[] = [];
  let breaking = 0;
  for (let from = begin; from + periodMs <= endMs; from += periodMs) {
    const sum = points.reduce(
      (all, { atMs, value }) => all + (atMs >= from && atMs < from + periodMs ? value : 0),
      0,
    );
    const broken = "above" in alarm.rings ? sum > alarm.rings.above : sum < alarm.rings.below;
    breaking = broken ? breaking + 1 : 0;
    if (breaking >= alarm.periods) rung.push(from + periodMs);
  }
  return rung;
}

function metricsOf({ calls, executions }: RunOver): Readonly<Record<string, readonly Point[]>> {
  const sweeps = calls.filter(({ name }) => name === "ReapLeases");
  const counted = (
    member: "failed" | "standing" | "orphans" | "overdue" | "waiting" | "tooWide" | "harmed" | "notTaken",
    of = sweeps,
  ) =>
    of.map(({ atMs, answer }) => ({
      atMs,
      value: (answer as Partial<Record<string, number>> | undefined)?.[member] ?? 0,
    }));
  const ended = (which: (one: RunOver["executions"][number]) => boolean) =>
    executions.flatMap((one) =>
      one.stopMs !== undefined && which(one) ? [{ atMs: one.stopMs, value: 1 }] : [],
    );
  return {
    Invocations: sweeps.map(({ atMs }) => ({ atMs, value: 1 })),
    Errors: sweeps.map(({ atMs, failed }) => ({ atMs, value: failed ? 1 : 0 })),
    SweepFailed: counted("failed"),
    RemainderStands: counted("standing"),
    OrphanFound: counted("orphans"),
    LeaseOverdue: counted("overdue"),
    EvidenceWaiting: counted("waiting"),
    RoleTooWide: counted("tooWide"),
    AdjustmentHarm: counted(
      "harmed",
      calls.filter(({ name }) => name === "WatchLoad"),
    ),
    QualityHarm: counted(
      "harmed",
      calls.filter(({ name }) => name === "WatchQuality"),
    ),
    SpikeNotTaken: counted(
      "notTaken",
      calls.filter(({ name }) => name === "RehearseSpike"),
    ),
    FailedExecutions: ended(
      ({ status, error }) => status === "FAILED" && !ordinaryEnds.includes(error ?? ""),
    ),
    ExecutionsTimedOut: ended(({ status }) => status === "TIMED_OUT"),
  };
}
