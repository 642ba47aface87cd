/** What happened, minute by minute, on the account's own endpoint: the table behind a run's summary and its charts. */
import type { ForAccount } from "./account-seed.ts";
import type { Beginning, Clock } from "./clock.ts";
import type { Sample } from "./metric-state.ts";
import type { Minute, MinuteEnd, VariantMinute } from "./minutes.ts";
import type { VisibleState } from "./state.ts";
import { sharePercent } from "./ticks.ts";

/** How the account's own endpoint stands now. */
export function minuteEnd(world: Clock & VisibleState & ForAccount): MinuteEnd {
  const endpoint = world.state.endpoints.get(world.account.endpoint.name);
  const instances: Record<string, { instances: number; ready: number }> = {};
  let trafficPercent = 0;
  for (const variant of endpoint?.variants ?? []) {
    const ready = variant.instances.filter((instance) => instance.warmMs <= world.nowMs).length;
    instances[variant.name] = { instances: variant.instances.length + variant.leaving.length, ready };
    if (endpoint !== undefined && !world.state.stableModels.has(variant.modelName))
      trafficPercent += sharePercent(endpoint, variant);
  }
  // An update runs the new fleet beside the old one, and after the switch the old one until it is gone.
  const { incoming = [], outgoing = [] } = endpoint?.update ?? {};
  for (const { name, instances: fleet } of [...incoming, ...outgoing]) {
    const { instances: before, ready } = instances[name] ?? { instances: 0, ready: 0 };
    instances[name] = { instances: before + fleet.length, ready };
  }
  return { trafficPercent, instances };
}

export function timeline(world: Beginning & VisibleState & ForAccount, ends: readonly MinuteEnd[]): Minute[] {
  const { name } = world.account.endpoint;
  const all = [...world.state.metrics.series.values()].filter((series) => series.endpoint === name);
  const samples = all.map((series) => ({
    variant: series.variant,
    byMinute: Map.groupBy(series.samples, (sample) => minuteOf(world, sample)),
  }));
  return ends.map((end, minute) => ({
    minute,
    trafficPercent: end.trafficPercent,
    variants: Object.fromEntries(
      Object.entries(end.instances).map(([variant, counts]) => {
        const own = samples.find((each) => each.variant === variant)?.byMinute.get(minute) ?? [];
        return [variant, { ...counts, ...totals(own) }];
      }),
    ),
  }));
}

const minuteOf = (world: Beginning, sample: Sample): number =>
  Math.floor((sample.atMs - world.firstTickMs) / 60_000);

function totals(samples: readonly Sample[]): Omit<VariantMinute, "instances" | "ready"> {
  let requests = 0;
  let errors = 0;
  let answered = 0;
  let latencySumMs = 0;
  let usersLate: number | undefined;
  for (const sample of samples) {
    requests += sample.requests;
    errors += sample.errors5xx;
    answered += sample.answered;
    latencySumMs += sample.latencySumMs;
    if (sample.late !== undefined) usersLate = (usersLate ?? 0) + sample.late;
  }
  return {
    requests,
    errors,
    unanswered: requests - answered,
    latencyMs: answered === 0 ? 0 : Math.round((latencySumMs / answered) * 10) / 10,
    ...(usersLate !== undefined && { usersLate }),
  };
}
