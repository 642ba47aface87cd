/** The trace of a release that has closed, as the collector is sent it that its plan names. It decides nothing. */
import { createHash } from "node:crypto";
import { Telemetry } from "../core/plan/telemetry.ts";
import type { ReleaseRecord } from "../core/release/record.ts";
import type { OtlpTraceRequest } from "../core/release/trace/otlp.ts";
import { type ClosedRelease, isClosed } from "../core/release/trace/spans.ts";
import { traceIdOf, traceOf } from "../core/release/trace/trace.ts";
import type { Aws } from "./clients.ts";
import { journalOf } from "./journal.ts";
import type { Tools } from "./lambda.ts";

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** What a release's trace says, by what the table keeps of it; undefined where the release is not over. */
export function traceKept(
  { environment: deployment }: Aws,
  record: ReleaseRecord,
  journal: ClosedRelease["journal"],
): { readonly traceId: string; readonly request: OtlpTraceRequest } | undefined {
  if (!isClosed(record)) return undefined;
  const closed = { record, journal, deployment };
  return { traceId: traceIdOf(closed, digest), request: traceOf(closed, digest) };
}

/**
 * Sends a release's trace where its plan says so, once. What cannot be read, or is not taken, is logged and left: the release
 * is over by now, and `slipway report --otlp` has the same at any time.
 */
export async function sendTrace({ aws, log }: Tools, record: ReleaseRecord | undefined): Promise<void> {
  const url = collectorOf(record);
  if (record === undefined || url === undefined) return;
  const releaseId = record.release.id;
  try {
    const { entries } = await journalOf(aws, releaseId);
    const trace = traceKept(aws, record, entries);
    if (trace === undefined) return;
    const { traceId, request } = trace;
    const status = await aws.post(url, JSON.stringify(request));
    // 200 says that all or some was taken (OTLP specification, OTLP/HTTP response); others of its kind are in use, too.
    if (status >= 200 && status < 300)
      log.info("the trace of a release was sent", { releaseId, traceId, url });
    else log.warn("the trace of a release was not taken", { releaseId, traceId, url, status });
  } catch (error) {
    log.warn("the trace of a release could not be sent", {
      releaseId,
      url,
      error: error instanceof Error ? error : String(error),
    });
  }
}

/** Where the plan that a release follows has traces sent. */
function collectorOf(record: ReleaseRecord | undefined): string | undefined {
  const { telemetry } = (record?.plan ?? {}) as { readonly telemetry?: unknown };
  return Telemetry.safeParse(telemetry).data?.otlp;
}
