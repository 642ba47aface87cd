/** What each instance had of a variant's minutes: dealt out evenly at random, once for each minute. */
import { failingPart } from "./hosts.ts";
import type { InstancePart } from "./latency.ts";
import type { Sample, Series } from "./metric-state.ts";
import type { Point } from "./metrics.ts";
import { takersOf } from "./metrics.ts";
import type { Chance } from "./random.ts";
import type { Specified } from "./settled.ts";

export interface Observed {
  readonly world: Specified & Chance;
  readonly series: Series;
  readonly samples: readonly Sample[];
  /** Whose the samples are; absent: the variant's. */
  readonly instanceId?: string | undefined;
}

/** Enhanced metrics carry an InstanceId: the variant's counts, dealt out evenly at random among the instances that had them. */
export function samplesOfInstance(
  world: Specified & Chance,
  series: Series,
  of: { point: Point; instanceId: string },
): Sample[] {
  const own: Sample[] = [];
  for (const sample of of.point.samples) {
    const index = sample.enhanced ? sample.instanceIds.indexOf(of.instanceId) : -1;
    const hand = index === -1 ? undefined : dealt(world, series, sample)[index];
    if (hand !== undefined) own.push(hand);
  }
  return own;
}

function dealt(world: Specified & Chance, series: Series, sample: Sample): Sample[] {
  const known = deals.get(sample);
  if (known !== undefined) return known;
  const random = world.streams(`instances/${series.endpoint}/${series.variant}`, sample.atMs / 1000);
  const unanswered = sample.requests - sample.answered;
  const failed = sample.errors5xx - unanswered;
  const refused = sample.errors4xx;
  const counts = { ok: sample.answered - refused - failed, failed, refused, unanswered };
  const takers = takersOf(world, sample);
  const hands = sample.instanceIds.map((id): Sample => {
    const deal = (kind: keyof typeof counts) => {
      const among = kind === "unanswered" ? takers.unanswered : takers.answered;
      const place = among.indexOf(id);
      if (place === -1) return 0;
      const own = random.binomial(
        counts[kind],
        kind === "failed" ? failingPart(sample, among.slice(place)) : 1 / (among.length - place),
      );
      counts[kind] -= own;
      return own;
    };
    const ok = deal("ok");
    const failed = deal("failed");
    const refused = deal("refused");
    const lost = deal("unanswered");
    const answered = ok + failed + refused;
    return {
      ...sample,
      instanceIds: [id],
      requests: answered + lost,
      answered,
      errors5xx: failed + lost,
      errors4xx: refused,
      latencySumMs: sample.answered === 0 ? 0 : (sample.latencySumMs * answered) / sample.answered,
    };
  });
  deals.set(sample, hands);
  return hands;
}

const deals = new WeakMap<Sample, Sample[]>();

/** Each instance's slow requests are its own, and the variant's are all of theirs. */
export function latencyByInstance({ world, series, samples, instanceId }: Observed): InstancePart[] {
  const own =
    instanceId === undefined
      ? samples.flatMap((each) => (each.enhanced ? dealt(world, series, each) : [each]))
      : samples;
  return own.map(({ atMs, answered, latencyMs, enhanced, instanceIds: [id = ""] }) => ({
    count: answered,
    mean: latencyMs * 1000,
    z: world.streams(`slow/${series.endpoint}/${series.variant}/${enhanced ? id : ""}`, atMs / 1000).normal(),
  }));
}
