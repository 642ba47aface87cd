/**
 * What was promoted on capacity that was bought before: while it serves there, its owners are told that it will end, a week and a day
 * ahead, and as it has ended. AWS announces no such end (SageMaker guide, automating-sagemaker-with-eventbridge, names no event of it).
 */
import * as z from "zod";
import type { OnReservation } from "../calendar/reserved-dates.ts";
import { trainingPlanName } from "../plan/training-plan-name.ts";
import type { EpochMs } from "../units.ts";
import { endpointOf } from "./undoing.ts";

const at = z.iso.datetime();

/** Chosen. */
const hoursAhead = [7 * 24, 24, 0] as const;

const reservedOutcomes = ["left", "superseded"] as const;

export const ReservedServing = z.object({
  releaseId: z.string(),
  model: z.string(),
  version: z.int(),
  /** What the release held, and in which milestone. */
  subject: z.string(),
  milestone: z.string(),
  /** ARN. */
  trainingPlan: z.string(),
  /** The release's close. */
  since: at,
  /** When somebody looked last, and when it ended by that; absent while nobody has. */
  seen: z.object({ at, endsAt: at }).optional(),
  /** What was told last: how many hours ahead at most, of which end. */
  told: z.object({ at, hoursAhead: z.number(), endsAt: at }).optional(),
  /** Why it is looked at no more. */
  end: z.object({ at, outcome: z.enum(reservedOutcomes), reason: z.string() }).optional(),
  /** Grows with each write. */
  written: z.int(),
});
export type ReservedServing = z.infer<typeof ReservedServing>;

const hourMs = 3_600_000;

/** Whether it is to be looked at: once an hour, and as soon as something is to be told by what was seen last. */
export function isToBeSeen(one: ReservedServing, nowMs: EpochMs): boolean {
  if (one.end !== undefined) return false;
  if (one.seen === undefined || nowMs >= Date.parse(one.seen.at) + hourMs) return true;
  return dueNotice(one, nowMs) !== undefined;
}

/** For how many hours ahead people are to be told now; undefined where they know, or it is early. */
export function dueNotice(
  { seen, told }: Pick<ReservedServing, "seen" | "told">,
  nowMs: EpochMs,
): number | undefined {
  if (seen === undefined) return undefined;
  const leftMs = Date.parse(seen.endsAt) - nowMs;
  const due = hoursAhead.findLast((hours) => leftMs <= hours * hourMs);
  // What was told of another end is void: a training plan may be extended.
  const known = told?.endsAt === seen.endsAt ? told.hoursAhead : Number.POSITIVE_INFINITY;
  return due !== undefined && due < known ? due : undefined;
}

/** Of what is kept, that which serves as far as it is known: the newest of each endpoint. */
export function openOnes(all: readonly ReservedServing[]): ReservedServing[] {
  const bySubject = Map.groupBy(all, ({ subject }) => subject);
  return [...bySubject.values()].flatMap((own) => {
    const newest = own.toSorted((one, other) => (one.since < other.since ? 1 : -1))[0];
    return newest === undefined || newest.end !== undefined ? [] : [newest];
  });
}

/** By training plan. */
export function servingOn(all: readonly ReservedServing[]): Map<string, OnReservation[]> {
  const byPlan = Map.groupBy(openOnes(all), ({ trainingPlan }) => trainingPlan);
  return new Map(
    [...byPlan].map(([trainingPlan, own]) => [
      trainingPlan,
      own.map(({ subject, model, version }) => ({
        endpoint: endpointOf({ subject }) ?? subject,
        model,
        version,
      })),
    ]),
  );
}

/** What people are told, in a sentence. */
export function endingText(
  { subject, trainingPlan }: Pick<ReservedServing, "subject" | "trainingPlan">,
  { endsAt, nowMs }: { readonly endsAt: string; readonly nowMs: EpochMs },
): string {
  const on = `${subject} is on training plan ${trainingPlanName(trainingPlan)}`;
  const minute = `${endsAt.slice(0, 16)}Z`;
  return Date.parse(endsAt) <= nowMs
    ? `${on}, which ended at ${minute}: it answers nobody until a release takes it to other capacity`
    : `${on}, which ends at ${minute}: it answers nobody from then on, unless a release has taken it to other capacity by then`;
}
