/** The first engine: what `slipway rehearse` runs, in a thread of its own. */
import type { RehearsalRequest } from "../../src/rehearsal/release/request.ts";
import { rehearse } from "../../src/rehearsal/release/thread.ts";
import { changesOf, type Ran } from "./outcome.ts";

const entry = new URL("../../src/rehearsal/release/worker.ts", import.meta.url);

export async function rehearsed(request: RehearsalRequest): Promise<Ran> {
  const states = new Map<string, string[]>();
  const record = await rehearse(request, {
    entry,
    onProgress: (progress) => {
      if (progress.kind === "entered")
        states.set(progress.execution, [...(states.get(progress.execution) ?? []), progress.state]);
    },
  });
  return {
    executions: record.executions.map(({ name, outcome, reason, historyEvents }) => ({
      name,
      outcome,
      reason,
      historyEvents,
      states: states.get(name) ?? [],
    })),
    ...changesOf(record.changes),
    after: record.after,
    awsCalls: record.awsCalls,
    refusals: record.refusals,
  };
}
