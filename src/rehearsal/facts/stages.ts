/** The rollout stages of a run as the endpoint saw them: when each share was in force and how both sides fared. */

import { isCall, type Minute } from "#twin/world";
import type { SideFacts, StageFacts } from "../../core/facts/rehearsal-facts.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { RunRecord } from "../release/run-record.ts";

/** The candidate's share from a moment on. */
interface Share {
  readonly atSeconds: number;
  readonly trafficPercent: number;
}

export function stagesOf(
  plan: Plan,
  record: RunRecord,
  isCandidate: (variant: string) => boolean,
): StageFacts[] {
  const shares = sharesOf(record, plan.endpoint.name, isCandidate);
  const reached = record.stages.flatMap(({ index, trafficPercent, fromSeconds }) => {
    const at = shares.findIndex(
      (share) => share.atSeconds >= fromSeconds && share.trafficPercent === trafficPercent,
    );
    const from = shares[at];
    if (from === undefined) return [];
    const untilSeconds =
      shares[at + 1]?.atSeconds ?? leftBehind(record, plan.endpoint.name, from) ?? record.virtualSeconds;
    return [
      {
        index,
        trafficPercent: from.trafficPercent,
        bakeMinutes: plan.rollout.stages[index]?.bakeMinutes ?? 0,
        fromSeconds: from.atSeconds,
        untilSeconds,
      },
    ];
  });
  // What stable held back is no stage of the plan's: nobody judges it.
  const planned = reached.filter(({ index }) => index < plan.rollout.stages.length);
  return planned.map((stage, i) => ({
    ...stage,
    result: resultOf(stage, reached[i + 1]) ?? (record.outcome === "promoted" ? "passed" : "stopped"),
    candidate: sideOf(record.timeline, stage, isCandidate),
    stable: sideOf(record.timeline, stage, (variant) => !isCandidate(variant)),
  }));
}

/** How a share ended that another came after, be it of the same stage. */
function resultOf(
  { index, trafficPercent }: Pick<StageFacts, "index" | "trafficPercent">,
  next: Pick<StageFacts, "index" | "trafficPercent"> | undefined,
): StageFacts["result"] | undefined {
  if (next === undefined) return undefined;
  if (next.index !== index) return "passed";
  return next.trafficPercent < trafficPercent ? "eased" : "restored";
}

/** Each change of the candidate's share, from the weights as they came into force. */
function sharesOf(
  { changes, before }: RunRecord,
  endpoint: string,
  isCandidate: (variant: string) => boolean,
): Share[] {
  const weights = new Map(
    Object.entries(before.endpoints[endpoint]?.variants ?? {}).map(([name, { weight }]) => [name, weight]),
  );
  const shares: Share[] = [];
  for (const { atSeconds, kind, subject, to } of changes) {
    const [name, variant = ""] = subject.split("/");
    if (kind !== "weight" || name !== endpoint) continue;
    weights.set(variant, to ?? 0);
    if (shares.at(-1)?.atSeconds === atSeconds) shares.pop();
    const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
    const candidate = [...weights].reduce((sum, [each, weight]) => sum + (isCandidate(each) ? weight : 0), 0);
    const trafficPercent = total === 0 ? 0 : Math.round((candidate / total) * 1e6) / 1e4;
    shares.push({ atSeconds, trafficPercent });
  }
  return shares;
}

/** When, after a share came into force, the endpoint was sent on to another configuration. */
function leftBehind({ changes }: RunRecord, endpoint: string, from: Share): number | undefined {
  return changes.find(
    ({ atSeconds, kind, subject, by }) =>
      kind === "status" && subject === endpoint && isCall(by, "UpdateEndpoint") && atSeconds > from.atSeconds,
  )?.atSeconds;
}

/** One side over the whole minutes of a stretch; null where it had no instances then. */
function sideOf(
  timeline: readonly Minute[],
  stretch: { fromSeconds: number; untilSeconds: number },
  isMine: (variant: string) => boolean,
): SideFacts | null {
  const minutes = timeline.filter(
    ({ minute }) => minute * 60 >= stretch.fromSeconds && (minute + 1) * 60 <= stretch.untilSeconds,
  );
  const mine = minutes.flatMap(({ variants }) => Object.entries(variants).filter(([name]) => isMine(name)));
  const last = mine.at(-1);
  if (last === undefined) return null;
  const total = (of: "requests" | "errors") => mine.reduce((sum, [, side]) => sum + side[of], 0);
  const requests = total("requests");
  const latencySumMs = mine.reduce((sum, [, side]) => sum + side.latencyMs * side.requests, 0);
  return {
    variant: last[0],
    instances: last[1].instances,
    ready: last[1].ready,
    requests,
    errors: total("errors"),
    latencyMs: requests === 0 ? 0 : Math.round((latencySumMs / requests) * 10) / 10,
  };
}
