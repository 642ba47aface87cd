/** What became of an instance group that was raised: what it had, what it was given, and until when. */
import type { NodesFacts } from "../../core/facts/rehearsal-facts.ts";
import type { RunRecord } from "../release/run-record.ts";
import { endOfLease } from "./pool.ts";

/** Undefined where no group was given more nodes. */
export function nodesOf(
  record: Pick<RunRecord, "changes" | "executions" | "virtualSeconds">,
): NodesFacts | undefined {
  const counts = record.changes.filter(({ kind }) => kind === "nodes");
  const raise = counts.find(({ from, to }) => Number(to) > Number(from));
  if (raise === undefined) return undefined;
  const back = counts.find(
    ({ subject, atSeconds, to }) =>
      subject === raise.subject && atSeconds > raise.atSeconds && Number(to) <= Number(raise.from),
  );
  return {
    group: raise.subject,
    before: Number(raise.from),
    raised: Number(raise.to),
    fromSeconds: raise.atSeconds,
    untilSeconds: back?.atSeconds ?? null,
    endedBy: endOfLease(record)?.reason ?? null,
  };
}
