/** What releases have taught of quantities, each of its own: models' loading, throughput, what load did, and prices. */
import { weightAt } from "../learning/forgetting.ts";
import type { SeenSpan } from "../learning/log-normal.ts";
import { type Posterior, posteriorOf } from "../learning/posterior.ts";
import { learntOf, type QuantityBelief, type QuantitySeen } from "../learning/quantity.ts";
import { type EpochMs, epochMs } from "../units.ts";
import type { PastRelease } from "./past.ts";
import type { Retrospective } from "./retrospective.ts";

/** What is learnt, and in which unit; each is by instance type, but for what is by model. */
export const lessonUnits = {
  provisioning: "seconds",
  "model load": "seconds",
  throughput: "requests per second of an instance",
  utilisation: "of full load, at which latency breaks",
  "traffic uplift": "times the load before",
  "forecast error": "times the forecast",
  "KPI noise": "log-sd of a minute beyond what its requests explain",
  "KPI noise that lasts": "times that of a minute, over many",
  "host spread": "log-sd among instances",
  price: "times the price before",
} as const;

export interface QuantityLesson {
  readonly what: keyof typeof lessonUnits;
  /** Empty where it is of all models. */
  readonly model: string;
  /** An instance type, or a type of release. */
  readonly of: string;
  readonly unit: string;
  /** As the plan of the newest of these releases has it, where it says so. */
  readonly planned?: number;
  /** Of provisioning: the slowest of so many that start together is what is foretold. */
  readonly together?: number;
  /** When what was seen before was found to say nothing any more, ISO 8601. */
  readonly changedAt?: string;
  readonly posterior: Posterior;
}

export const lesson = (what: QuantityLesson["what"], model: string, of: string) => ({
  what,
  model,
  of,
  unit: lessonUnits[what],
});

export interface Observed extends Omit<SeenSpan, "instances" | "weight"> {
  readonly of: string;
  readonly planned?: number;
}

/** Of a model's releases, what each says by what it is of; the newest says what the plan has. */
export function seenIn(
  past: readonly PastRelease[],
  nowMs: EpochMs,
  observe: (of: PastRelease, back: Retrospective) => readonly Observed[],
): Map<string, { readonly seen: QuantitySeen[]; readonly planned?: number | undefined }> {
  const all = past
    .toSorted((one, other) => (one.closedAt < other.closedAt ? -1 : 1))
    .flatMap((one) =>
      one.retrospective === undefined
        ? []
        : observe(one, one.retrospective).map((each) => ({ ...each, at: one.closedAt })),
    );
  const grouped = Map.groupBy(all, ({ of }) => of);
  return new Map(
    [...grouped].map(([of, some]) => [
      of,
      {
        planned: some.at(-1)?.planned,
        seen: some.map(({ moreThan, atMost, at }) => ({
          instances: 1,
          moreThan,
          atMost,
          at,
          weight: weightAt(epochMs(at), nowMs),
        })),
      },
    ]),
  );
}

/** Of a figure that was measured: so much of it more or less. */
export const exactly = (value: number, within = 0.01): Pick<SeenSpan, "moreThan" | "atMost"> => ({
  moreThan: value * (1 - within),
  atMost: value * (1 + within),
});

export const toldOf = ({ belief, seen, changedAt }: QuantityBelief) => ({
  ...(changedAt !== undefined && { changedAt }),
  posterior: posteriorOf(belief, seen),
});

export const ofModel = (past: readonly PastRelease[], model: string) =>
  past.filter((one) => one.model === model);

/** The standard normal's 95th percentile. */
const z95 = 1.6449;

export function modelLoadLessons(
  model: string,
  past: readonly PastRelease[],
  nowMs: EpochMs,
): QuantityLesson[] {
  return [...modelLoadsIn(model, past, nowMs)].map(([of, { seen, planned = 300 }]) => ({
    ...lesson("model load", model, of),
    planned,
    ...toldOf(learntOf(modelLoadPrior(planned), seen)),
  }));
}

/** By instance type. */
const modelLoadsIn = (model: string, past: readonly PastRelease[], nowMs: EpochMs) =>
  seenIn(ofModel(past, model), nowMs, (_, { modelLoad, throughput, instances }) => {
    const of = instances?.instanceType ?? throughput?.seen[0]?.instanceType;
    if (modelLoad === undefined || of === undefined) return [];
    const { plannedSeconds: planned, moreThan, atMost = Number.POSITIVE_INFINITY } = modelLoad;
    return [{ of, planned, moreThan, atMost }];
  });

/** Of one model's releases and one type; `planned` as the plan has it now. */
interface OfType {
  readonly model: string;
  readonly instanceType: string;
  readonly planned: number;
  readonly past: readonly PastRelease[];
  readonly nowMs: EpochMs;
}

/** How long a model loads on an instance type. */
export const modelLoadOf = ({ model, instanceType, planned, past, nowMs }: OfType): QuantityBelief =>
  learntOf(modelLoadPrior(planned), modelLoadsIn(model, past, nowMs).get(instanceType)?.seen ?? []);

/** What an instance of a type serves. */
export const throughputOf = ({ model, instanceType, planned, past, nowMs }: OfType): QuantityBelief =>
  learntOf(throughputPrior(planned), throughputIn(model, past, nowMs).get(instanceType)?.seen ?? []);

/** Chosen: a plan's figure is about right, or off by a factor of two either way. */
const modelLoadPrior = (plannedSeconds: number) => ({
  centre: Math.max(1, plannedSeconds) / Math.exp(z95 * 0.3),
  deviation: 0.7,
  spread: 0.3,
  spreadDeviation: 0.4,
});

export function throughputLessons(
  model: string,
  past: readonly PastRelease[],
  nowMs: EpochMs,
): QuantityLesson[] {
  return [...throughputIn(model, past, nowMs)].map(([of, { seen, planned = 1 }]) => ({
    ...lesson("throughput", model, of),
    planned,
    ...toldOf(learntOf(throughputPrior(planned), seen)),
  }));
}

/** By instance type. */
const throughputIn = (model: string, past: readonly PastRelease[], nowMs: EpochMs) =>
  seenIn(ofModel(past, model), nowMs, (_, { throughput }) => {
    if (throughput === undefined) return [];
    const { planned, seen } = throughput;
    return [...Map.groupBy(seen, ({ instanceType }) => instanceType)].map(([of, some]) => ({
      of,
      planned,
      ...together(some),
    }));
  });

/** All that one release says: what contradicts a bound of the traffic's is the test's. */
function together(
  some: readonly { readonly moreThan: number; readonly atMost?: number | undefined }[],
): Pick<SeenSpan, "moreThan" | "atMost"> {
  const atMost = Math.min(...some.map((one) => one.atMost ?? Number.POSITIVE_INFINITY));
  const moreThan = Math.max(...some.map((one) => one.moreThan).filter((each) => each < atMost), 0);
  return { moreThan, atMost };
}

/** Chosen: a plan's figure may be half or twice as much as an instance serves, and models differ by a tenth. */
const throughputPrior = (planned: number) => ({
  centre: planned,
  deviation: 0.35,
  spread: 0.1,
  spreadDeviation: 0.4,
});

export function upliftLessons(model: string, past: readonly PastRelease[], nowMs: EpochMs): QuantityLesson[] {
  const all = seenIn(ofModel(past, model), nowMs, ({ releaseType = "of no type", outcome }, { load }) =>
    outcome !== "promoted" || load?.last === undefined || load.before <= 0 || load.last <= 0
      ? []
      : [{ of: releaseType, ...exactly(load.last / load.before) }],
  );
  // Chosen: a release changes nothing of the load until it is seen to; the time of day does by a fifth.
  const prior = { centre: 1, deviation: 0.1, spread: 0.2, spreadDeviation: 0.4 };
  return [...all].map(([of, { seen }]) => ({
    ...lesson("traffic uplift", model, of),
    ...toldOf(learntOf(prior, seen)),
  }));
}

export function forecastLessons(
  model: string,
  past: readonly PastRelease[],
  nowMs: EpochMs,
): QuantityLesson[] {
  const all = seenIn(ofModel(past, model), nowMs, (_, { load }) => {
    const { forecast, highest = 0 } = load ?? {};
    if (forecast === undefined || forecast.requestsPerSecond <= 0 || highest <= 0) return [];
    return [{ of: `${forecast.percent} %`, ...exactly(highest / forecast.requestsPerSecond) }];
  });
  // Chosen: most loads are well below what they are to stay below.
  const prior = { centre: 0.8, deviation: 0.3, spread: 0.2, spreadDeviation: 0.4 };
  return [...all].map(([of, { seen }]) => ({
    ...lesson("forecast error", model, of),
    ...toldOf(learntOf(prior, seen)),
  }));
}

export function priceLessons(past: readonly PastRelease[], nowMs: EpochMs): QuantityLesson[] {
  const before = new Map<string, number>();
  const all = seenIn(past, nowMs, (_, { usdPerHour = {} }) =>
    Object.entries(usdPerHour).flatMap(([of, usd]) => {
      const last = before.get(of);
      before.set(of, usd);
      return last === undefined || last <= 0 || usd <= 0 ? [] : [{ of, ...exactly(usd / last, 0.001) }];
    }),
  );
  // Chosen: a list's price stays as it is until it is seen to change.
  const prior = { centre: 1, deviation: 0.05, spread: 0.02, spreadDeviation: 0.8 };
  return [...all].map(([of, { seen }]) => ({ ...lesson("price", "", of), ...toldOf(learntOf(prior, seen)) }));
}
