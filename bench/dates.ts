/** Of the dates of a rehearsal how late each was met, as its closings say. */
import type { RunRecord } from "../src/rehearsal/release/run-record.ts";

export type Closings = Pick<RunRecord, "startedAt"> & {
  readonly executions: readonly Pick<
    RunRecord["executions"][number],
    "outcome" | "reason" | "startSeconds"
  >[];
};

/**
 * By how many minutes each that was promoted, or became available, was late; 0 in time. A pool that is kept is primed again
 * before its keep-alive ends, and closes once more each time, still with what it has to say of its date: the first closing of a
 * day is that of its date.
 */
export function minutesLate({ executions, startedAt }: Closings): number[] {
  const there = executions.flatMap(({ outcome, reason, startSeconds }) => {
    if (outcome !== "promoted" && !/warm pool is available/.test(reason)) return [];
    const day = new Date(Date.parse(startedAt) + 1000 * startSeconds).toISOString().slice(0, 10);
    return { day, minutes: Number(/; (\d+) min after it was due/.exec(reason)?.[1] ?? 0) };
  });
  return [...Map.groupBy(there, ({ day }) => day).values()].flatMap(([first]) => first?.minutes ?? []);
}
