/** What a person sees of endpoints that serve on capacity that was bought before: until when they do. */
import { trainingPlanName } from "../core/plan/training-plan-name.ts";
import { openOnes, type ReservedServing } from "../core/release/reserved-serving.ts";
import type { EpochMs } from "../core/units.ts";

/** An endpoint on a training plan, as the sweep has seen it last. */
export interface ReservedStatus {
  /** What the release that was promoted there held, such as `endpoint/chat-assistant`. */
  readonly subject: string;
  readonly releaseId: string;
  readonly model: string;
  readonly version: number;
  /** ARN. */
  readonly trainingPlan: string;
  /** ISO 8601, when that ends, and when it was looked at; null where nobody has looked yet. */
  readonly endsAt: string | null;
  readonly seenAt: string | null;
  /** Whether that is over: it answers nobody. */
  readonly hasEnded: boolean;
}

export const reservedStatus = (all: readonly ReservedServing[], nowMs: EpochMs): ReservedStatus[] =>
  openOnes(all).map(({ subject, releaseId, model, version, trainingPlan, seen }) => ({
    subject,
    releaseId,
    model,
    version,
    trainingPlan,
    endsAt: seen?.endsAt ?? null,
    seenAt: seen?.at ?? null,
    hasEnded: seen !== undefined && Date.parse(seen.endsAt) <= nowMs,
  }));

export function reservedLine({
  subject,
  version,
  trainingPlan,
  endsAt,
  seenAt,
  hasEnded,
}: ReservedStatus): string {
  const on = `${subject} serves version ${version} on training plan ${trainingPlanName(trainingPlan)}`;
  if (endsAt === null) return `${on}; until when, the sweep has not looked yet`;
  return hasEnded
    ? `${on}, which ended at ${endsAt}: it answers nobody until a release takes it to other capacity`
    : `${on} until ${endsAt}, as of ${seenAt}; then it answers nobody`;
}
