/** What a release that was started ahead of its milestone's date makes of that date. */
import { type EpochMs, epochMs } from "../units.ts";

interface Due {
  /** ISO 8601; absent where nothing is waited for. */
  readonly dueAt?: string | undefined;
}

/** How long it is until then, minutes; 0 where it is over, or there is no date. */
export const minutesUntilDue = ({ dueAt }: Due, nowMs: EpochMs): number =>
  dueAt === undefined ? 0 : Math.max(0, (epochMs(dueAt) - nowMs) / 60_000);

/** By how many minutes it came after its date; `there` is when its capacity was, or its promotion, ISO 8601. */
export function minutesLate({ dueAt }: Due, there: string | undefined): number | undefined {
  if (dueAt === undefined || there === undefined) return undefined;
  return Math.max(0, Math.ceil((epochMs(there) - epochMs(dueAt)) / 60_000));
}
