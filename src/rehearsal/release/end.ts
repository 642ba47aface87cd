/** How an execution of a release ended, in the words of its outcomes. */
import type { End, ExecutionRecord } from "#twin/engine";

/** A success tells by its output, a failure by its error name, `RolledBack` and the like. */
export function endOf(record: ExecutionRecord): End {
  switch (record.status) {
    case "SUCCEEDED": {
      const output = JSON.parse(record.output ?? "null") as { outcome?: unknown; reason?: unknown } | null;
      return { outcome: String(output?.outcome ?? "succeeded"), reason: String(output?.reason ?? "") };
    }
    case "FAILED":
      return { outcome: kebab(record.error ?? "Failed"), reason: record.cause ?? "" };
    case "ABORTED":
      return { outcome: "aborted", reason: record.cause ?? "the execution was stopped" };
    case "TIMED_OUT":
      return { outcome: "timed-out", reason: "the state machine's time-out" };
    case "RUNNING":
      return { outcome: "hung", reason: "the execution is still running" };
  }
}

/** RolledBack → rolled-back */
const kebab = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
