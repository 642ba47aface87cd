/** When steps of the release were told metrics, and to which of them CloudWatch refused to tell any. */
import type { Plain } from "../../core/release/plain.ts";
import type { StateEntry } from "../engine/execution-hooks.ts";
import { isRecord } from "./attribute-values.ts";
import { same } from "./equality.ts";
import type { Called, Seen } from "./observation.ts";

export interface MetricReads {
  /** When a step was last told any that ended well, epoch milliseconds: what a step that fails was told is lost. */
  lastToldMs(): number | undefined;
  /** Whether an invocation has asked for metrics and was told none: who never asked is not excused. */
  wasRefused(invocation: string): boolean;
  /** Before a fault may keep the call from its service. */
  onCalled(called: Called): void;
  onCall(seen: Seen): void;
  onEntry(entry: StateEntry): void;
}

export function createMetricReads(): MetricReads {
  const asked = new Set<string>();
  const told = new Map<string, number>();
  /** The invocation that called last, and the document, by execution. */
  const latest = new Map<string, string>();
  const documents = new Map<string, Plain>();
  let lastMs: number | undefined;
  return {
    lastToldMs: () => lastMs,
    wasRefused: (invocation) => asked.has(invocation) && !told.has(invocation),
    onCalled({ call, invocation }) {
      if (isMetrics(call)) asked.add(invocation);
    },
    onCall({ call, frame, tookEffect }) {
      if (frame === undefined) return;
      latest.set(frame.execution, frame.invocation);
      if (isMetrics(call) && tookEffect) told.set(frame.invocation, call.at);
    },
    onEntry({ execution, document }) {
      const now = exceptFailure(document);
      const endedWell = !same(now, documents.get(execution) ?? null);
      documents.set(execution, now);
      const toldMs = told.get(latest.get(execution) ?? "");
      if (endedWell && toldMs !== undefined) lastMs = Math.max(lastMs ?? 0, toldMs);
    },
  };
}

const isMetrics = ({ operation }: Called["call"]): boolean => operation === "GetMetricData";

/** What a step that failed leaves as it was. */
function exceptFailure(document: unknown): Plain {
  if (!isRecord(document)) return null;
  const { failure, ...rest } = document;
  return rest as Plain;
}
