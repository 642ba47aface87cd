/**
 * Looks at a version that is watched for its quality: reads the days that are due, keeps them by compare-and-set, and tells how the
 * watch has ended, once. Where the plan says so, harm starts the release of what served before.
 */

import { dayOf, daySeconds, qualityPeriodSeconds, seriesOfQuality } from "../core/kpis/quality.ts";
import type { Series } from "../core/kpis/series.ts";
import { executionName } from "../core/release/names.ts";
import type { PastRelease } from "../core/release/past.ts";
import { endOfWatch, type QualityEnd } from "../core/release/quality-end.ts";
import {
  type DaysAsked,
  type DaysRead,
  type Disturbance,
  daysAsked,
  lastDueMs,
  type QualityWatch,
  withDays,
} from "../core/release/quality-watch.ts";
import { revertInput, revertTarget } from "../core/release/reverting.ts";
import { endpointOf } from "../core/release/undoing.ts";
import { secondsOf } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { readSeries } from "./cloudwatch.ts";
import { publish } from "./event-bridge.ts";
import { startMachine } from "./executions.ts";
import { pastReleases } from "./history.ts";
import type { Tools } from "./lambda.ts";
import { readLock } from "./lock-item.ts";
import { readPlan } from "./plans.ts";
import { keepQuality } from "./quality.ts";
import { servingPlatform } from "./serving/platforms.ts";

/** How a watch whose end nobody was told of yet has ended, if it has by this look. */
export async function lookAtQuality(tools: Tools, watch: QualityWatch): Promise<QualityEnd | undefined> {
  const now = watch.end === undefined ? await advanced(tools, watch) : watch;
  if (now.end === undefined) return undefined;
  await tell(tools, now, now.end);
  return now.end;
}

/** With the days that are due by now, and its end where it has one. */
async function advanced({ aws, now }: Tools, watch: QualityWatch): Promise<QualityWatch> {
  const nowMs = now();
  const asked = daysAsked(watch, nowMs);
  if (asked.length === 0 && nowMs < lastDueMs(watch)) return watch;
  // What becomes of a release that is under way says whose its days are.
  if ((await readLock(aws, watch.subject)).holder !== undefined) return watch;
  const since = await releasedSince(aws, watch);
  const promoted = since.find(({ outcome }) => outcome === "promoted");
  const read = await daysRead(aws, watch, asked);
  const next = withDays(watch, { asked, read, disturbed: since.map(disturbanceOf) });
  const end = endOfWatch(next, { nowMs, supersededBy: promoted?.releaseId });
  const ended = end === undefined ? next : { ...next, end };
  return isSame(watch, ended) ? watch : keepQuality(aws, ended);
}

const isSame = (one: QualityWatch, other: QualityWatch): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** Other releases of the endpoint that had some of its traffic since. */
async function releasedSince(aws: Aws, watch: QualityWatch): Promise<PastRelease[]> {
  const { past } = await pastReleases(aws, Date.parse(watch.openedAt));
  return past.filter(
    ({ model, releaseId, version, milestone, outcome, closedAt }) =>
      model === watch.model &&
      releaseId !== watch.releaseId &&
      version !== undefined &&
      milestone === watch.milestone &&
      outcome !== "refused" &&
      closedAt > watch.since,
  );
}

/** From the one that was promoted on, nothing is this version's any more. */
const disturbanceOf = ({ openedAt, closedAt, outcome }: PastRelease): Disturbance => ({
  fromMs: Date.parse(openedAt),
  toMs: outcome === "promoted" ? Number.POSITIVE_INFINITY : Date.parse(closedAt),
});

/** What CloudWatch has of days, which are counted from `since`. */
export async function daysRead(
  aws: Aws,
  { since }: Pick<QualityWatch, "since">,
  asked: readonly DaysAsked[],
): Promise<DaysRead> {
  const startSeconds = secondsOf(Date.parse(since));
  const found = await Promise.all(
    asked.map(async ({ kpi, from, until }) => {
      const { over, under } = seriesOfQuality(kpi);
      const series = await readSeries(aws, [over, under], {
        fromSeconds: startSeconds + from * daySeconds,
        toSeconds: startSeconds + until * daySeconds,
        periodSeconds: qualityPeriodSeconds,
      });
      const nothing: Series = new Map();
      const both = { over: series.get(over) ?? nothing, under: series.get(under) ?? nothing };
      const days = Array.from({ length: until - from }, (_, i) => from + i);
      return [
        kpi.name,
        new Map(days.map((day) => [day, dayOf(kpi, both, startSeconds + day * daySeconds)])),
      ] as const;
    }),
  );
  return new Map(found);
}

/** Delivery is at least once: it is told before that is written down. */
async function tell(tools: Tools, watch: QualityWatch, end: QualityEnd): Promise<void> {
  const { aws, now, count } = tools;
  const isHarm = end.outcome === "harm";
  const followed =
    isHarm && watch.quality.onHarm === "revert" ? await takenBack(tools, watch, end.reason) : undefined;
  const { releaseId: id, subject, model, version, milestone } = watch;
  const reason = followed === undefined ? end.reason : `${end.reason}; ${followed}`;
  if (isHarm) count("QualityHarm");
  await publish(
    tools,
    { id, subject, model, version, milestone },
    { state: "quality", outcome: end.outcome, reason },
  );
  const told = { ...watch, toldAt: new Date(now()).toISOString() };
  await keepQuality(aws, followed === undefined ? told : { ...told, followed });
}

/** Starts the release of what served before, as `slipway revert` does; a sentence of what was started, or why nothing was. */
async function takenBack({ aws }: Tools, watch: QualityWatch, why: string): Promise<string> {
  const { releaseId, model, version, subject } = watch;
  const not = (because: string) => `nothing is taken back: ${because}`;
  const { stack } = aws.environment;
  const name = executionName("revert", { stack, releaseId, nth: "quality" });
  const lock = await readLock(aws, subject);
  const other = lock.holder ?? lock.queue?.[0];
  if (other !== undefined && !other.execution.endsWith(`:${name}`))
    return not(`the release ${other.releaseId} has the endpoint`);
  const serving = await servingPlatform(aws).versionsServed(endpointOf({ subject }) ?? "");
  if (other === undefined && (serving.length !== 1 || serving[0] !== version))
    return not(`version ${serving.join(" and ") || "none that is known"} serves`);
  const plan = await readPlan(aws, model);
  if (plan === undefined) return not("no plan of the model is in force");
  const { past } = await pastReleases(aws, 0);
  const target = revertTarget(past, { model });
  if (typeof target === "string") return not(target);
  const note = `taken back for its quality: ${why}`;
  await startMachine(aws, name, revertInput(plan, target, note));
  return `version ${target.version} is released again by execution ${name}`;
}
