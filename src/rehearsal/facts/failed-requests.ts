/**
 * How many requests failed because of the candidate. The world knows how good each model is, so its errors are split
 * by cause instead of being compared with a rate that chance moves: a candidate as good as stable is blamed for none.
 */
import { faultAt, type Minute, type VariantMinute, type WorldSpec } from "#twin/world";

export interface FailedRequestsQuestion {
  readonly timeline: readonly Minute[];
  readonly spec: WorldSpec;
  readonly isCandidate: (variant: string) => boolean;
}

/** Requests that came to the candidate while it had a share of traffic, and those of them that failed because of it. */
export function candidateRequests(question: FailedRequestsQuestion): { requests: number; failed: number } {
  const { timeline, spec, isCandidate } = question;
  let requests = 0;
  let failed = 0;
  for (const [i, minute] of timeline.entries()) {
    // The share is the one at the minute's end; a minute in which it fell to 0 still brought requests.
    const sharePercent = Math.max(minute.trafficPercent, timeline[i - 1]?.trafficPercent ?? 0);
    if (sharePercent === 0) continue;
    const sides = Object.entries(minute.variants);
    const stable = sides.filter(([name]) => !isCandidate(name)).map(([, side]) => side);
    for (const [, side] of sides.filter(([name]) => isCandidate(name))) {
      requests += side.requests;
      failed += modelsFault(side, spec, { sharePercent, minute: minute.minute }) + fleetsFault(side, stable);
    }
  }
  return { requests, failed: Math.round(failed) };
}

/** Of the errors that the model answered with, the part above the rate of a healthy model. */
function modelsFault(
  side: VariantMinute,
  { candidate }: WorldSpec,
  { sharePercent, minute }: { sharePercent: number; minute: number },
): number {
  const { onlyAbovePercent } = candidate;
  const { errorFactor } = faultAt(candidate, minute + 1);
  if (errorFactor <= 1 || (onlyAbovePercent > 0 && sharePercent <= onlyAbovePercent)) return 0;
  const mean = candidate.onOneInstance ? 1 + (errorFactor - 1) / Math.max(1, side.ready) : errorFactor;
  return (side.errors - side.unanswered) * (1 - 1 / mean);
}

/** Of the requests that nobody answered, those above the share that stable's fleet left unanswered meanwhile. */
function fleetsFault(side: VariantMinute, stable: readonly VariantMinute[]): number {
  const requests = stable.reduce((sum, each) => sum + each.requests, 0);
  const unanswered = stable.reduce((sum, each) => sum + each.unanswered, 0);
  const expected = requests === 0 ? 0 : (side.requests * unanswered) / requests;
  return Math.max(0, side.unanswered - expected);
}
