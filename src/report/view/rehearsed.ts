/** A rehearsal, told as a release: the world saw every minute of it. */
import type { MinuteFacts, RehearsalFacts } from "../../core/facts/rehearsal-facts.ts";
import type { Plan } from "../../core/plan/plan.ts";
import type { IntervalTold, ReleaseTold, SideTold } from "./told.ts";

const secondsOfMinute = 60;

/** `plan` is the one that was rehearsed. */
export function toldByRehearsal(facts: RehearsalFacts, plan: Plan): ReleaseTold {
  const { model, version, milestone, outcome, reason, startedAt, virtualSeconds, needs } = facts;
  const { journal, ledger, stages, retrospective } = facts;
  return {
    model,
    version,
    milestone,
    outcome,
    reason,
    startedAt,
    seconds: virtualSeconds,
    plan,
    ...(needs !== undefined && { needs }),
    intervals: facts.timeline.map((minute) => intervalOf(minute, needs?.candidate.variant)),
    journal,
    ledger,
    costUsd: facts.costUsd,
    shares: stages,
    ...(retrospective !== undefined && { retrospective }),
    rehearsed: facts,
  };
}

function intervalOf(
  { minute, trafficPercent, variants }: MinuteFacts,
  candidate: string | undefined,
): IntervalTold {
  const named = Object.entries(variants);
  const own = named.find(([name]) => name === candidate)?.[1];
  const stable = named.filter(([name]) => name !== candidate).map(([, side]) => side);
  return {
    atSeconds: minute * secondsOfMinute,
    seconds: secondsOfMinute,
    trafficPercent,
    sides: {
      ...(stable.length > 0 && { stable: together(stable) }),
      ...(own !== undefined && { candidate: together([own]) }),
    },
  };
}

type Seen = MinuteFacts["variants"][string];

function together(all: readonly Seen[]): SideTold {
  const sum = (of: (side: Seen) => number): number => all.reduce((total, side) => total + of(side), 0);
  const requests = sum((side) => side.requests);
  return {
    desired: null,
    provisioned: sum((side) => side.instances),
    warm: sum((side) => side.ready),
    requests,
    errors: sum((side) => side.errors),
    latencyMs: requests === 0 ? null : sum((side) => side.latencyMs * side.requests) / requests,
  };
}
