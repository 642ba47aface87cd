/** What a release's journal tells of the load: on both sides together, and of what the candidate carried. */
import { isGuardrail } from "../kpis/kinds/guardrail.ts";
import type { Plan } from "../plan/plan.ts";
import { judgedKpis } from "../plan/requirements.ts";
import type { IntervalSeen, JournalEntry, LookEntry, SideSeen } from "./journal.ts";

export interface LoadTold {
  /** The interval's start, epoch seconds. */
  readonly at: number;
  /** Of both sides. */
  readonly requestsPerSecond: number;
  /** What each warm instance of the candidate carried, where the 99th percentile of its latency was seen to be within the plan's. */
  readonly carriedPerInstance?: number;
}

/** Interval by interval, oldest first; of one that was read twice, as it was read last. */
export function loadTold(
  journal: readonly JournalEntry[],
  plan: Pick<Plan, "kpis" | "requirements">,
): LoadTold[] {
  const latencies = new Set(
    judgedKpis(plan).flatMap((kpi) => (isGuardrail(kpi) && kpi.of === "latency-p99-ms" ? [kpi.name] : [])),
  );
  const told = new Map<number, LoadTold>();
  for (const look of journal.filter((entry) => entry.kind === "look"))
    for (const [at, some] of Map.groupBy(look.intervals, (interval) => interval.at)) {
      const load = loadIn(some, { look, latencies, limitMs: plan.requirements.latencyMsP99 });
      if (load !== undefined) told.set(at, load);
    }
  return [...told.values()].toSorted((one, other) => one.at - other.at);
}

interface Told {
  readonly look: LookEntry;
  /** The names of the KPIs that are a 99th percentile of latency. */
  readonly latencies: ReadonlySet<string>;
  readonly limitMs: number;
}

function loadIn(some: readonly IntervalSeen[], { look, latencies, limitMs }: Told): LoadTold | undefined {
  const [{ at, seconds } = { at: 0, seconds: 0 }] = some;
  if (seconds <= 0) return undefined;
  const requests = (side: "candidate" | "stable") =>
    Math.max(0, ...some.map((interval) => requestsIn(interval[side])));
  const [candidate, stable] = [requests("candidate"), requests("stable")];
  const seen = some.flatMap(({ kpi, candidate: side }) =>
    latencies.has(kpi) && side !== null && "value" in side ? [side.value] : [],
  );
  const fleet = look.fleets.candidate;
  const instances = fleet?.warm ?? fleet?.provisioned ?? 0;
  const isWithin = seen.length > 0 && Math.max(...seen) <= limitMs;
  return {
    at,
    requestsPerSecond: (candidate + stable) / seconds,
    ...(isWithin && instances > 0 && { carriedPerInstance: candidate / seconds / instances }),
  };
}

function requestsIn(seen: SideSeen | null): number {
  if (seen === null || "value" in seen) return 0;
  return "requests" in seen ? seen.requests : seen.count;
}
