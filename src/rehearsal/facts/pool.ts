/** What became of a training pool: how long it was there of the time for which it was held, and what ended that. */
import type { PoolFacts } from "../../core/facts/rehearsal-facts.ts";
import type { RunRecord } from "../release/run-record.ts";

/** A job has ended, or its pool has: there is none until another pool is said to be there, be it at the same moment. */
const over: ReadonlySet<unknown> = new Set(["Completed", "Failed", "Stopped", "pool Terminated"]);

/** The execution that has ended a lease; undefined where none has. */
export const endOfLease = ({ executions }: Pick<RunRecord, "executions">) =>
  executions.slice(1).findLast(({ outcome, name }) => outcome === "done" && !name.startsWith("keep-"));

/** Undefined where no pool came to be there. `ownNames` is what the names of the stack's own jobs begin with. */
export function poolOf(
  { changes, executions, virtualSeconds }: Pick<RunRecord, "changes" | "executions" | "virtualSeconds">,
  ownNames: string,
): PoolFacts | undefined {
  const jobs = changes.filter(({ kind }) => kind === "training");
  const first = jobs.find(({ to }) => to === "pool Available");
  if (first === undefined) return undefined;
  const fromSeconds = first.atSeconds;
  const end = endOfLease({ executions });
  const untilSeconds = end?.startSeconds ?? virtualSeconds;
  let thereSeconds = 0;
  let sinceSeconds: number | undefined;
  for (const { atSeconds, to } of jobs) {
    if (atSeconds > untilSeconds) break;
    if (to === "pool Available") sinceSeconds ??= atSeconds;
    if (!over.has(to) || sinceSeconds === undefined) continue;
    thereSeconds += atSeconds - sinceSeconds;
    sinceSeconds = undefined;
  }
  thereSeconds += Math.max(0, untilSeconds - (sinceSeconds ?? untilSeconds));
  const started = jobs.filter(({ to }) => to === "InProgress");
  const own = started.filter(({ subject }) => subject.startsWith(ownNames));
  return {
    fromSeconds,
    untilSeconds,
    thereSeconds: Math.round(thereSeconds * 1000) / 1000,
    primings: own.length,
    jobs: started.length - own.length,
    endedBy: end?.reason ?? null,
  };
}
