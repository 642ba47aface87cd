/** Holds a subject's evidence against what CloudTrail and Application Auto Scaling know; whom it may not ask, it says. */
import { auditedOperations } from "../core/audit/aims.ts";
import { withSummaries } from "../core/audit/days.ts";
import type { AuditLine } from "../core/audit/line.ts";
import { reachOf } from "../core/audit/reach.ts";
import { type AuditSpan, type OtherRecord, type Reconciled, reconciled } from "../core/audit/reconciling.ts";
import type { ScalingActivity } from "../core/audit/scaled.ts";
import { waitingLines } from "../core/audit/waiting.ts";
import { scalingOf } from "../core/release/resources.ts";
import type { EpochMs } from "../core/units.ts";
import { auditOf } from "./auditing.ts";
import type { Aws } from "./clients.ts";
import { callsInTrail, type TrailSource } from "./cloud-trail.ts";
import type { EvidenceStore } from "./evidence-store.ts";
import { allKept } from "./kept.ts";
import { readLock } from "./lock-item.ts";
import { scalingActivities } from "./scaling-activities.ts";
import { boundsSince } from "./watched-bounds.ts";

export interface ReconciliationAsked {
  readonly subject: string;
  readonly span: AuditSpan;
  readonly nowMs: EpochMs;
}

/** What is known of auto scaling by the summaries of its days. */
export interface SummedUp {
  readonly days: ReadonlySet<string>;
  readonly activities: readonly ScalingActivity[];
}

export interface ReconciliationFound {
  /** Absent where nothing of the span can be. */
  readonly reconciled?: Reconciled;
  readonly unasked: readonly string[];
  /** Whether whoever asked was refused something that there is to know. */
  readonly isRefused: boolean;
}

/** A line that begins before a span may tell of a call in it. */
const beforeMs = 600_000;

export async function reconciliation(
  {
    aws,
    store,
    trail,
    summaries,
  }: { aws: Aws; store: Pick<EvidenceStore, "get">; trail: TrailSource; summaries: SummedUp },
  { subject, span: asked, nowMs }: ReconciliationAsked,
): Promise<ReconciliationFound> {
  const { span, beyond } = reachOf(asked, nowMs, summaries.days);
  if (span === undefined) return { unasked: beyond, isRefused: false };
  const now = new Date(nowMs).toISOString();
  const from = new Date(Date.parse(span.from) - beforeMs).toISOString();
  const found = await callsInTrail(trail, { operations: auditedOperations, span });
  const refusals = [...new Set(found.unasked.map(({ why }) => why))];
  const unasked = [
    ...beyond,
    ...refusals.map((why) => {
      const of = found.unasked.filter((one) => one.why === why).map(({ operation }) => operation);
      return `CloudTrail could not be asked for ${of.join(", ")}: ${why}`;
    }),
    ...(found.unread > 0 ? [`${found.unread} calls of CloudTrail's do not say what they were about`] : []),
  ];
  const activities = await activitiesOf(aws, subject, span.from);
  if ("why" in activities) unasked.push(`auto scaling could not be asked what it did: ${activities.why}`);
  // What was set and swept, and what waits, is read after what happened: it tells of all of that by then.
  const others = await othersOf(aws, subject, from);
  const { changes } = await auditOf(aws, store, { subject, span: { from, to: now } });
  const lines: AuditLine[] = [...changes, ...waitingLines(await readLock(aws, subject), now)];
  const { stack, region } = aws.environment;
  const whole = reconciled({
    subject,
    span,
    lines,
    others,
    calls: found.calls,
    stack: { stack, region },
    activities: withSummaries("why" in activities ? [] : activities.found, summaries.activities),
  });
  // Where some calls are not known, a pack without one says nothing.
  const isPartial = found.unasked.length > 0 || found.unread > 0;
  if (isPartial) unasked.push("whether each pack has its call cannot be told");
  return {
    reconciled: isPartial ? { ...whole, unseen: [] } : whole,
    unasked,
    isRefused: found.unasked.length > 0 || "why" in activities,
  };
}

type Activities = { readonly found: readonly ScalingActivity[] } | { readonly why: string };

async function activitiesOf(aws: Aws, subject: string, from: string): Promise<Activities> {
  const [kind, endpoint] = subject.split("/");
  if (kind !== "endpoint" || endpoint === undefined) return { found: [] };
  try {
    return { found: await scalingActivities(aws, endpoint, from) };
  } catch (error) {
    const { name, message } = error as Error;
    return { why: `${name}: ${message}` };
  }
}

/** What Slipway changes outside of releases, and tells in the table alone. */
async function othersOf(aws: Aws, subject: string, from: string): Promise<OtherRecord[]> {
  const [, endpoint] = subject.split("/");
  const bounds = (await boundsSince(aws, from))
    .filter((one) => one.endpoint === endpoint)
    .map(({ endpoint: of, variant, at }) => ({
      resource: scalingOf(of, variant),
      by: "bounds" as const,
      at,
    }));
  const { kept } = await allKept(aws);
  const swept = kept.flatMap(({ things }) =>
    things
      .filter(({ state }) => state === "deleted" || state === "deleting")
      .map(({ resource, at }) => ({ resource, by: "sweep" as const, ...(at !== undefined && { at }) })),
  );
  return [...bounds, ...swept];
}
