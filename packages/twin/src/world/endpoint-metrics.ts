/**
 * The metrics that SageMaker publishes for a variant, made from what happened to it: names, namespaces, units and
 * per-request values as in the developer guide's "Monitor Amazon SageMaker with Amazon CloudWatch".
 */
import { latencyByInstance, type Observed, samplesOfInstance } from "./by-instance.ts";
import type { LatencyPart } from "./latency.ts";
import { cpuPercent, machineOf } from "./machines.ts";
import type { Sample, Series } from "./metric-state.ts";
import { type Point, type SampleSource, visiblePoints } from "./metrics.ts";
import { ofLatency, ofValues, type Statistics } from "./statistics.ts";

export interface EndpointMetric {
  readonly namespace: string;
  readonly unit: string;
  readonly statistics: (context: Context) => Statistics | undefined;
}

interface Context extends Observed {
  /** Numbers the point for its random draws. */
  readonly nth: number;
}

const invocations = "AWS/SageMaker";
const utilisation = "/aws/sagemaker/Endpoints";

/** SageMaker's own time per request, around the container's; measured by users at a few milliseconds. */
const overheadMs = 8;
const overheadCv = 0.3;

export const endpointMetrics: Readonly<Record<string, EndpointMetric>> = {
  Invocations: {
    namespace: invocations,
    unit: "Count",
    statistics: ({ samples }) => ofValues([[1, requests(samples)]]),
  },
  InvocationsPerInstance: {
    namespace: invocations,
    unit: "Count",
    statistics: ({ samples }) =>
      ofValues(samples.map((each) => [1 / Math.max(1, each.instanceIds.length), each.requests] as const)),
  },
  Invocation4XXErrors: {
    namespace: invocations,
    unit: "Count",
    statistics: ({ samples }) => zeroOrOne(samples, (each) => each.errors4xx),
  },
  Invocation5XXErrors: {
    namespace: invocations,
    unit: "Count",
    statistics: ({ samples }) => zeroOrOne(samples, (each) => each.errors5xx),
  },
  /** Any answer of the container that is not 2XX, socket errors and time-outs included. */
  InvocationModelErrors: {
    namespace: invocations,
    unit: "Count",
    statistics: ({ samples }) => zeroOrOne(samples, (each) => each.errors4xx + each.errors5xx),
  },
  ModelLatency: { namespace: invocations, unit: "Microseconds", statistics: modelLatency },
  OverheadLatency: { namespace: invocations, unit: "Microseconds", statistics: overheadLatency },
  /** Summed over the machine's cores or accelerators: 0 to count × 100 (developer guide). */
  CPUUtilization: {
    namespace: utilisation,
    unit: "Percent",
    statistics: (context) => gauge(context, (load) => cpuPercent(context.series.instanceType, load)),
  },
  GPUUtilization: {
    namespace: utilisation,
    unit: "Percent",
    statistics: (context) => perGpu(context, (load) => 96 * Math.min(1, load)),
  },
  GPUMemoryUtilization: {
    namespace: utilisation,
    unit: "Percent",
    statistics: (context) => perGpu(context, () => 82),
  },
  MemoryUtilization: {
    namespace: utilisation,
    unit: "Percent",
    statistics: (context) => gauge(context, (load) => 48 + 9 * Math.min(1, load)),
  },
};

/** Only machines with accelerators publish these. */
function perGpu(context: Context, percent: (load: number) => number): Statistics | undefined {
  const { gpus } = machineOf(context.series.instanceType);
  return gpus === 0 ? undefined : gauge(context, (load) => gpus * percent(load));
}

const requests = (samples: readonly Sample[]): number =>
  samples.reduce((total, each) => total + each.requests, 0);

/** 0 or 1 per request, so that Average is the rate and Sum the count. */
function zeroOrOne(samples: readonly Sample[], bad: (sample: Sample) => number): Statistics | undefined {
  const errors = samples.reduce((total, each) => total + bad(each), 0);
  return ofValues([
    [0, requests(samples) - errors],
    [1, errors],
  ]);
}

function modelLatency(context: Context): Statistics | undefined {
  const { samples, world } = context;
  const parts = samples.map((each): LatencyPart => ({ count: each.answered, mean: each.latencyMs * 1000 }));
  const sum = samples.reduce((total, each) => total + each.latencySumMs * 1000, 0);
  const byInstance = () => latencyByInstance(context);
  return ofLatency({
    parts,
    sum,
    cv: world.spec.service.latencyCv,
    luck: luck(context, "latency"),
    byInstance,
  });
}

function overheadLatency(context: Context): Statistics | undefined {
  const count = requests(context.samples);
  const { z, ...extremes } = luck(context, "overhead");
  const sum = count * overheadMs * 1000 * (1 + (overheadCv * z) / Math.sqrt(Math.max(1, count)));
  return ofLatency({
    parts: [{ count, mean: overheadMs * 1000 }],
    sum,
    cv: overheadCv,
    luck: { z, ...extremes },
  });
}

function luck({ world, series, nth }: Context, of: string): { z: number; low: number; high: number } {
  const random = world.streams(`${of}/${series.endpoint}/${series.variant}`, nth);
  return { z: random.normal(), low: random.uniform(), high: random.uniform() };
}

/** Published for every instance in service, whether requests come or not. */
function gauge(
  { world, series, samples, nth }: Context,
  percent: (load: number) => number,
): Statistics | undefined {
  const random = world.streams(`gauge/${series.endpoint}/${series.variant}`, nth);
  return ofValues(
    samples.map(
      (each) =>
        [Math.max(0, percent(each.load) * (1 + 0.04 * random.normal())), each.instanceIds.length] as const,
    ),
  );
}

interface Query {
  readonly series: Series;
  readonly metric: EndpointMetric;
  readonly instanceId?: string;
}

/** What can be seen of a metric in [fromMs, toMs), one entry per published point, oldest first. */
export function readEndpointMetric(
  world: SampleSource,
  query: Query,
  range: { fromMs: number; toMs: number },
): { atMs: number; seconds: number; statistics: Statistics }[] {
  return visiblePoints(world, query.series, range).flatMap((point) => {
    const statistics = statisticsOf(world, query, point);
    return statistics === undefined ? [] : [{ atMs: point.atMs, seconds: point.seconds, statistics }];
  });
}

/** Whether anything of a metric can be seen in [fromMs, toMs). */
export function hasPublished(
  world: SampleSource,
  query: Query,
  range: { fromMs: number; toMs: number },
): boolean {
  return visiblePoints(world, query.series, range).some(
    (point) => statisticsOf(world, query, point) !== undefined,
  );
}

interface Known {
  /** How many samples the point had: a reader's range may cut it in two. */
  readonly samples: number;
  readonly statistics: Statistics | undefined;
}
/** By the first sample of a point, and whose the metric is; a sample is one variant's of one world, and never changes. */
const knownPoints = new WeakMap<Sample, Map<string, Map<EndpointMetric, Known>>>();

/** A point is read again at every look at its metric, and says the same each time. */
function statisticsOf(world: Observed["world"], { series, metric, instanceId }: Query, point: Point) {
  const all = point.samples.length;
  const known = knownOf(point, instanceId);
  const found = known.get(metric);
  if (found?.samples === all) return found.statistics;
  const samples =
    instanceId === undefined ? point.samples : samplesOfInstance(world, series, { point, instanceId });
  const statistics = metric.statistics({
    world,
    series,
    samples,
    nth: Math.floor(point.atMs / 1000),
    instanceId,
  });
  known.set(metric, { samples: all, statistics });
  return statistics;
}

function knownOf({ samples: [first] }: Point, instanceId = ""): Map<EndpointMetric, Known> {
  const ofPoint = (first && knownPoints.get(first)) ?? new Map<string, Map<EndpointMetric, Known>>();
  const known = ofPoint.get(instanceId) ?? new Map<EndpointMetric, Known>();
  if (first !== undefined) knownPoints.set(first, ofPoint.set(instanceId, known));
  return known;
}
