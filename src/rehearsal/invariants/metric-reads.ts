/** When steps of the release were told metrics, and to which of them CloudWatch refused to tell any. */
import type { Plain } from "../../core/release/change.ts";
import type { StateEntry } from "../engine/execution-hooks.ts";
import { isRecord } from "./attribute-values.ts";
import { same } from "./equality.ts";
import type { Seen, SeenFrame } from "./observation.ts";

export interface MetricReads {
  /** When a step was last told any that ended well, epoch milliseconds: what a step that fails was told is lost. */
  lastToldMs(): number | undefined;
  /**
   * Whether the invocation that makes this call asked and was not told, by a call that is about to be noted. One that
   * was kept from its service is not seen here, but leaves a gap among its invocation's calls: who never asked is not excused.
   */
  wasRefused(frame: SeenFrame): boolean;
  onCall(seen: Seen): void;
  onEntry(entry: StateEntry): void;
}

export function createMetricReads(): MetricReads {
  const reached = new Map<string, number>();
  const told = new Map<string, number>();
  /** The invocation that called last, and the document, by execution. */
  const latest = new Map<string, string>();
  const documents = new Map<string, Plain>();
  let lastMs: number | undefined;
  return {
    lastToldMs: () => lastMs,
    wasRefused: ({ invocation, ordinal }) =>
      !told.has(invocation) && (reached.get(invocation) ?? 0) < ordinal - 1,
    onCall({ call, frame, tookEffect }) {
      if (frame === undefined) return;
      const { invocation, execution } = frame;
      latest.set(execution, invocation);
      const isMetrics = call.operation === "GetMetricData";
      if (isMetrics && tookEffect) told.set(invocation, call.at);
      if (tookEffect || !isMetrics) reached.set(invocation, (reached.get(invocation) ?? 0) + 1);
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

/** What a step that failed leaves as it was. */
function exceptFailure(document: unknown): Plain {
  if (!isRecord(document)) return null;
  const { failure, ...rest } = document;
  return rest as Plain;
}
