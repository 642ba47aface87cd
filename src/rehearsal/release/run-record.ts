/** What the rehearsal of a release leaves on paper: a run's record, and what only a release has. */

import {
  type Assembly,
  type Ended,
  type ExecutionRecord,
  firstExecution,
  howItEnded,
  type RunRecord as RunRecordOfAny,
  recordOf as runRecordOf,
} from "#twin/engine";
import type { Asked } from "#twin/permissions";
import type { AlarmFacts } from "../../core/facts/rehearsal-facts.ts";
import { type BesideRecord, executionsByPlan } from "./beside.ts";
import { endOf } from "./end.ts";
import type { RehearsalParts, RehearsalRequest } from "./request.ts";
import { type DocumentStage, stagesOf } from "./stage-facts.ts";

/** `outcome` and `reason` are those of the last execution in which the release went on. */
export interface RunRecord extends RunRecordOfAny {
  readonly stages: readonly DocumentStage[];
  /** The state document of the first execution as its last state was entered. */
  readonly document: unknown;
  /** What was asked of the roles, each question once, when the request asked for it. */
  readonly permissions?: readonly Asked[];
  /** Of these, what no policy allowed. */
  readonly denied?: readonly Asked[];
  /** The deployment's alarms that would have rung. */
  readonly alarms: readonly AlarmFacts[];
  /** What became of the releases of other plans in the same stack, whose executions are not among `executions`. */
  readonly beside?: readonly BesideRecord[];
}

/** The first execution, and those in which its release went on, one after the other. */
function lineOf(records: readonly ExecutionRecord[]): ExecutionRecord[] {
  const line: ExecutionRecord[] = [];
  for (let name: unknown = firstExecution; name !== undefined; ) {
    const found = records.find((record) => record.name === name);
    if (found === undefined) break;
    line.push(found);
    const output = JSON.parse(found.output ?? "null") as { outcome?: unknown; to?: unknown } | null;
    name = output?.outcome === "handed-over" ? output.to : undefined;
  }
  return line;
}

/** Writes the record of a run that is over; the world stands at its end. */
export function recordOf(
  request: RehearsalRequest,
  parts: RehearsalParts,
): (assembly: Assembly, ended: Ended) => RunRecord {
  return (assembly, ended) => {
    const { startMs, engine, entries, gate } = assembly;
    const records = engine.executions.list().toReversed();
    const line = lineOf(records);
    const acted = new Set(line.map(({ name }) => name));
    const { calls } = engine.functions;
    const endMs = engine.clock.nowMs();
    const record = runRecordOf(assembly, ended);
    const inputs = new Map(records.map(({ name, input }) => [name, input]));
    const { own, others } = executionsByPlan(request, record.executions, (name) =>
      JSON.parse(inputs.get(name) ?? "null"),
    );
    return {
      ...record,
      executions: own,
      ...(others.length > 0 && { beside: others }),
      ...howItEnded(ended.end, line.at(-1), endOf),
      stages: stagesOf(entries, acted, startMs),
      document: entries.findLast((entry) => acted.has(entry.execution))?.document,
      ...(request.listPermissions === true && {
        permissions: gate?.asked() ?? [],
        denied: gate?.denied() ?? [],
      }),
      alarms: parts.alarmsOf?.({ startMs, endMs, calls, executions: records }) ?? [],
    };
  };
}
