/** When steps of the release read metrics, and which of them CloudWatch refused to answer. */

import type { StateEntry } from "#twin/engine";
import type { JsonValue } from "../../core/release/json-value.ts";
import { isRecord } from "./attribute-values.ts";
import { same } from "./equality.ts";
import type { AttemptedCall, ObservedCall } from "./observation.ts";

export interface MetricReads {
  /** When a step that ended well last read any, epoch milliseconds: what a step that fails has read is lost. */
  lastReadMs(): number | undefined;
  /** Whether an invocation has asked for metrics and was given none: who never asked is not excused. */
  wasRefused(invocation: string): boolean;
  /** Before a fault may keep the call from its service. */
  onCalled(called: AttemptedCall): void;
  onCall(seen: ObservedCall): void;
  onEntry(entry: StateEntry): void;
}

export function createMetricReads(): MetricReads {
  const asked = new Set<string>();
  const read = new Map<string, number>();
  /** The invocation that called last, and the document, by execution. */
  const latest = new Map<string, string>();
  const documents = new Map<string, JsonValue>();
  let lastMs: number | undefined;
  return {
    lastReadMs: () => lastMs,
    wasRefused: (invocation) => asked.has(invocation) && !read.has(invocation),
    onCalled({ call, frame }) {
      if (isMetrics(call)) asked.add(frame.invocation);
    },
    onCall({ call, frame, tookEffect }) {
      if (frame === undefined) return;
      latest.set(frame.execution, frame.invocation);
      if (isMetrics(call) && tookEffect) read.set(frame.invocation, call.at);
    },
    onEntry({ execution, document }) {
      const now = exceptFailure(document);
      const endedWell = !same(now, documents.get(execution) ?? null);
      documents.set(execution, now);
      const readMs = read.get(latest.get(execution) ?? "");
      if (endedWell && readMs !== undefined) lastMs = Math.max(lastMs ?? 0, readMs);
    },
  };
}

const isMetrics = ({ operation }: AttemptedCall["call"]): boolean => operation === "GetMetricData";

/** What a step that failed leaves as it was. */
function exceptFailure(document: unknown): JsonValue {
  if (!isRecord(document)) return null;
  const { failure, ...rest } = document;
  return rest as JsonValue;
}
