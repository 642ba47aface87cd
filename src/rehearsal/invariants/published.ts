/** What CloudWatch showed at a moment, read from the world itself and not from what a step asked for. */
import {
  evaluate,
  type MetricName,
  type MetricReader,
  type Sample,
  type Statistic,
  type WorldView,
} from "#twin/world";

export interface MetricWindow {
  /** Epoch milliseconds, start inclusive, end exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly periodSeconds: number;
  /** The moment at which the reader looked. */
  readonly asOfMs: number;
}

/** A metric's values by the start of their period, epoch milliseconds. */
export function publishedValues(
  world: MetricReader,
  metric: MetricName & { readonly statistic: Statistic },
  window: MetricWindow,
): Map<number, number> {
  const points = world.readMetric(metric, window);
  return new Map(
    points.flatMap(({ atMs, statistics }) => {
      const value = evaluate(statistics, metric.statistic);
      return value === undefined ? [] : [[atMs, value] as const];
    }),
  );
}

export function endpointMetric(
  endpoint: string,
  variant: string,
  name: string,
  namespace = "AWS/SageMaker",
): MetricName {
  return { namespace, name, dimensions: { EndpointName: endpoint, VariantName: variant } };
}

const minuteMs = 60_000;
/** A load is the highest minute of so many: long enough to see past CloudWatch's lag and a quiet minute. */
const loadMinutes = 10;

/** Requests of a variant's sample that somebody sent to it by its name, to probe or to test it: they are no traffic. */
const sentByName = ({ requests, traced = requests }: Sample): number => requests - traced;

/** The highest of the last ten minutes of traffic that CloudWatch showed, all variants together, requests per second. */
export function publishedLoad(world: WorldView, endpoint: string, asOfMs: number): number {
  const toMs = Math.floor(asOfMs / minuteMs) * minuteMs;
  const window = { fromMs: toMs - loadMinutes * minuteMs, toMs, periodSeconds: 60, asOfMs };
  const perMinute = new Map<number, number>();
  for (const { name } of world.state.endpoints.get(endpoint)?.variants ?? []) {
    const samples = world.state.metrics.series.get(`${endpoint}/${name}`)?.samples ?? [];
    const byName = new Map<number, number>();
    for (const sample of samples.filter(({ traced }) => traced !== undefined)) {
      const minute = Math.floor(sample.atMs / minuteMs) * minuteMs;
      byName.set(minute, (byName.get(minute) ?? 0) + sentByName(sample));
    }
    for (const [atMs, sum] of publishedValues(world, invocations(endpoint, name), window))
      perMinute.set(atMs, (perMinute.get(atMs) ?? 0) + Math.max(0, sum - (byName.get(atMs) ?? 0)));
  }
  return Math.max(0, ...perMinute.values()) / 60;
}

const invocations = (endpoint: string, variant: string) => ({
  ...endpointMetric(endpoint, variant, "Invocations"),
  statistic: { kind: "Sum" } as const,
});

/** Requests of a variant in whole minutes from a moment on, as far as CloudWatch showed them. */
export function publishedRequests(
  world: MetricReader,
  of: { readonly endpoint: string; readonly variant: string },
  { fromMs, asOfMs }: { readonly fromMs: number; readonly asOfMs: number },
): number {
  const wholeMs = Math.ceil(fromMs / minuteMs) * minuteMs;
  const window = { fromMs: wholeMs, toMs: asOfMs, periodSeconds: 60, asOfMs };
  const sums = publishedValues(world, invocations(of.endpoint, of.variant), window);
  return [...sums.values()].reduce((total, sum) => total + sum, 0);
}

/** Traffic per second that reached the endpoint in the last minute, whether any metric shows them yet or not. */
export function arrivingLoad(world: WorldView, endpoint: string): number {
  const fromMs = world.nowMs - minuteMs;
  let requests = 0;
  for (const series of world.state.metrics.series.values())
    if (series.endpoint === endpoint)
      for (const sample of series.samples.slice(-7))
        if (sample.atMs >= fromMs) requests += sample.requests - sentByName(sample);
  return requests / 60;
}
