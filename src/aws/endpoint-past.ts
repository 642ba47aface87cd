/**
 * What came to an endpoint in the past, by CloudWatch: each variant's requests are a series of its own, and end with it.
 * CloudWatch keeps minutes for 15 days and five minutes for 63 (user guide, "Metrics retention"), whatever becomes of the
 * variant; only which names there were it forgets, two weeks after the last point (ListMetrics, API reference).
 */
import { paginateListMetrics } from "@aws-sdk/client-cloudwatch";
import { SlipwayError } from "../core/errors.ts";
import { historyOf, type LoadHistory } from "../core/forecast/load-history.ts";
import {
  addedUp,
  type CountedRow,
  demandOf,
  type Overwhelmed,
  rowSeconds,
  sinceUsers,
  type VariantCounts,
} from "../core/forecast/load-past.ts";
import type { MetricQuery } from "../core/kpis/series.ts";
import { isWithOwn, type OwnRequests, type TrafficFrom } from "../core/release/own-load.ts";
import type { PastRelease } from "../core/release/past.ts";
import {
  type RecordedRelease,
  type ServedVariant,
  servedVariants,
  trafficSince,
} from "../core/release/served-variants.ts";
import { type EpochMs, msOf, secondsOf } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { readSeries, type Span } from "./cloudwatch.ts";
import { pastReleases } from "./history.ts";
import { readRelease } from "./releases.ts";
import { servingPlatform } from "./serving/platforms.ts";

export interface EndpointPast {
  readonly history: LoadHistory;
  /** That had requests or could have had, by name. */
  readonly variants: readonly string[];
  readonly overwhelmed: Overwhelmed;
}

interface Whose {
  readonly endpoint: string;
  /** Whose releases were on it. */
  readonly model: string;
  readonly nowMs: EpochMs;
  /** When requests came that were no users': what came then is not known. */
  readonly own?: readonly OwnRequests[] | undefined;
  /** Absent: as far back as CloudWatch has it by five minutes. */
  readonly sinceMs?: EpochMs;
}

const daySeconds = 86_400;
/** A release that had begun before what is read may have ended in it; chosen. */
const longestReleaseDays = 30;

/** For who has little time: what serves is known, and of others the history's word has to do, without records or lists. */
interface Quick {
  readonly serving: readonly string[];
  /** Whether what else has reported of late is listed: the history does not name what its first release found. */
  readonly lists?: boolean;
  /** Whether nothing else has served in the time that is asked for, and nobody is asked for more names. */
  readonly isAll?: boolean;
  /** From when on what a variant was sent is traffic; absent: as the history has it of releases that are over. */
  readonly from?: TrafficFrom;
  /** Asked before each call. @throws where it is to go no further */
  isInTime?(): void;
}

interface Variants {
  readonly served: readonly ServedVariant[];
  readonly from: TrafficFrom;
}

/** What came, of all that served it. @throws NotFound where there is no such endpoint */
export async function endpointPast(aws: Aws, whose: Whose, quick?: Quick): Promise<EndpointPast> {
  const { served, from } =
    quick === undefined ? await variantsOf(aws, whose) : await variantsInHistory(aws, whose, quick);
  const rows: CountedRow[] = [];
  for (const span of spansUntil(whose)) {
    quick?.isInTime?.();
    const there = served.filter(
      ({ fromMs, untilMs }) => fromMs < msOf(span.toSeconds) && untilMs >= msOf(span.fromSeconds),
    );
    const names = there.map(({ variant }) => variant);
    rows.push(...addedUp(await countsOf(aws, { ...whose, names, span, from }), span.periodSeconds));
  }
  const demand = demandOf(
    rows.filter(({ atMs }) => !isWithOwn(whose.own ?? [], secondsOf(atMs), rowSeconds)),
  );
  return {
    history: historyOf(demand.rows, rowSeconds * 1000),
    variants: served.map(({ variant }) => variant).sort(),
    overwhelmed: demand.overwhelmed,
  };
}

/** Minutes for as long as they are kept, and before that five; the oldest are left to be forgotten meanwhile. */
function spansUntil({ nowMs, sinceMs }: Whose): Span[] {
  const now = secondsOf(nowMs);
  const daysAgo = (days: number) => Math.ceil((now - days * daySeconds) / rowSeconds + 1) * rowSeconds;
  const [oldest, minutes, last] = [daysAgo(63), daysAgo(15), Math.floor(now / 60) * 60];
  const since =
    sinceMs === undefined
      ? oldest
      : Math.max(oldest, Math.floor(secondsOf(sinceMs) / rowSeconds) * rowSeconds);
  return [
    { fromSeconds: since, toSeconds: minutes, periodSeconds: rowSeconds },
    { fromSeconds: Math.max(since, minutes), toSeconds: last, periodSeconds: 60 },
  ].filter(({ fromSeconds, toSeconds }) => fromSeconds < toSeconds);
}

async function countsOf(
  aws: Aws,
  {
    endpoint,
    names,
    span,
    from,
  }: {
    readonly endpoint: string;
    readonly names: readonly string[];
    readonly span: Span;
    readonly from: TrafficFrom;
  },
): Promise<VariantCounts[]> {
  const { measures, dimensionsOf } = servingPlatform(aws).metrics;
  const asked = names.map((variant) => {
    const dimensions = dimensionsOf(endpoint, variant);
    return {
      requests: { ...measures.requests, statistic: "Sum", dimensions },
      failed: { ...measures["server-errors"], statistic: "Sum", dimensions },
      alive: { ...measures.cpu, statistic: "SampleCount", dimensions },
    } satisfies Record<keyof VariantCounts, MetricQuery>;
  });
  const read = await readSeries<MetricQuery>(
    aws,
    asked.flatMap(({ requests, failed, alive }) => [requests, failed, alive]),
    span,
  );
  const of = (query: MetricQuery) => read.get(query) ?? new Map();
  return asked.map(({ requests, failed, alive }, nth) =>
    sinceUsers(
      { requests: of(requests), failed: of(failed), alive: of(alive) },
      from[names[nth] ?? ""] ?? Number.NEGATIVE_INFINITY,
    ),
  );
}

/** The releases of a model that may have served in the time that is read. */
async function releasesOf(aws: Aws, { model, nowMs }: Whose): Promise<PastRelease[]> {
  const sinceMs = nowMs - (63 + longestReleaseDays) * daySeconds * 1000;
  const { past } = await pastReleases(aws, sinceMs);
  return past.filter((one) => one.model === model);
}

async function variantsInHistory(
  aws: Aws,
  whose: Whose,
  { serving, lists = false, isAll = false, from }: Quick,
): Promise<Variants> {
  const { endpoint } = whose;
  const past = isAll && from !== undefined ? [] : await releasesOf(aws, whose);
  const releases = past.map((one) => ({ past: one, record: undefined }));
  const served = servedVariants(isAll ? [] : releases, { endpoint, serving });
  return {
    served: lists ? await withReporting(aws, whose, served) : served,
    from: from ?? trafficSince(releases, endpoint),
  };
}

/** Those of releases by their records, what serves now, and whatever else has reported of late. */
async function variantsOf(aws: Aws, whose: Whose): Promise<Variants> {
  const { endpoint } = whose;
  const { variants } = await servingPlatform(aws).look(endpoint);
  const releases = await recorded(aws, await releasesOf(aws, whose));
  const serving = variants.map(({ name }) => name);
  const served = await withReporting(aws, whose, servedVariants(releases, { endpoint, serving }));
  return { served, from: trafficSince(releases, endpoint) };
}

async function withReporting(
  aws: Aws,
  { endpoint, nowMs }: Whose,
  served: readonly ServedVariant[],
): Promise<ServedVariant[]> {
  const known = new Set(served.map(({ variant }) => variant));
  const others = (await variantsReporting(aws, endpoint)).filter((name) => !known.has(name));
  return [
    ...served,
    ...others.map((variant) => ({ variant, fromMs: Number.NEGATIVE_INFINITY, untilMs: nowMs })),
  ];
}

/** Chosen: how many records are read at one time. */
const atOnce = 20;

async function recorded(aws: Aws, past: readonly PastRelease[]): Promise<RecordedRelease[]> {
  const releases: RecordedRelease[] = [];
  for (let from = 0; from < past.length; from += atOnce)
    releases.push(
      ...(await Promise.all(
        past.slice(from, from + atOnce).map(async (one) => ({ past: one, record: await recordOf(aws, one) })),
      )),
    );
  return releases;
}

/** Undefined where it is gone, or of a version of Slipway that this one cannot read. */
async function recordOf(aws: Aws, { releaseId }: PastRelease): Promise<RecordedRelease["record"]> {
  try {
    return await readRelease(aws, releaseId);
  } catch (error) {
    if (error instanceof SlipwayError && error.name === "BadState") return undefined;
    throw error;
  }
}

async function variantsReporting(aws: Aws, endpoint: string): Promise<string[]> {
  const { measures, dimensionsOf, variant } = servingPlatform(aws).metrics;
  const { namespace: Namespace, metric: MetricName } = measures.requests;
  const Dimensions = Object.entries(dimensionsOf(endpoint, "")).map(([Name, Value]) =>
    Name === variant ? { Name } : { Name, Value },
  );
  const names = new Set<string>();
  const asked = { Namespace, MetricName, Dimensions };
  for await (const { Metrics = [] } of paginateListMetrics({ client: aws.cloudwatch }, asked))
    for (const { Dimensions: own = [] } of Metrics)
      for (const { Name, Value } of own) if (Name === variant && Value !== undefined) names.add(Value);
  return [...names];
}
