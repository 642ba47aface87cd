/**
 * What a release's verdict went by of noise, as it closes: how far a KPI of stable's strays from minute to minute beyond what its
 * requests explain, how much of that lasts, and how far instances differ for good. What was assumed for want of a past is left out.
 */
import * as z from "zod";
import { bell, evenly } from "../learning/log-normal.ts";
import { VerdictMemory } from "./verdict-memory.ts";

const amount = z.number().min(0);
/** More than the one, and at most the other. */
const Between = z.object({ moreThan: amount, atMost: amount });
type Between = z.infer<typeof Between>;

export const NoiseSeen = z.object({
  kpi: z.string(),
  of: z.enum(["counts", "means"]),
  /** Intervals of stable's past that it was measured by. */
  intervals: z.int().min(0),
  /** Of a minute of one fleet, the standard deviation of the logarithm. */
  logSd: Between,
  /** How many times as much it is over many minutes: 1 where neighbours share nothing. Absent where there is no noise to last. */
  persistence: amount.optional(),
  /** Of one instance's rate among all, the same. */
  hostLogSd: Between.optional(),
});
export type NoiseSeen = z.infer<typeof NoiseSeen>;

type Memory = z.infer<typeof VerdictMemory>["kpis"][string];
/** Those that are judged by noise: a ceiling is not. */
type Noisy = Extract<Memory, { readonly noise: unknown }>;
type OfMeans = Extract<Noisy, { readonly noise: { readonly minuteVariance: number } }>;
type OfCounts = Exclude<Noisy, OfMeans>;

const isOfMeans = (state: Noisy): state is OfMeans => "minuteVariance" in state.noise;

/** Chosen: so many KPIs of a release are kept. */
const most = 12;

/** `judgement`: that section of a document, whoever wrote it. */
export function noiseSeen(judgement: unknown): NoiseSeen[] {
  const { data } = z.looseObject({ state: VerdictMemory }).safeParse(judgement);
  const kpis = Object.entries(data?.state.kpis ?? {});
  return kpis
    .flatMap(([kpi, state]): NoiseSeen[] => {
      if (!("noise" in state) || state.noise.source === "assumed") return [];
      return [{ kpi, ...(isOfMeans(state) ? ofMeans(state) : ofCounts(state)) }];
    })
    .slice(0, most);
}

type Seen = Omit<NoiseSeen, "kpi">;

/** So many standard errors either side are what noise may be. */
const errors = 2;

/** Excess is that of equal halves, in units of counting's variance. */
function ofCounts({ noise, hostLogSd }: OfCounts): Seen {
  const { excess, longRun, phi, meanBad, intervals } = noise;
  // Of Pearson's χ² over its degrees of freedom.
  const off = errors * phi * Math.sqrt(2 / Math.max(1, intervals));
  const logSd = (of: number) => digits(ofEachHalf(Math.max(0, of) / Math.max(meanBad, 1e-9)));
  return {
    of: "counts",
    intervals,
    logSd: { moreThan: logSd(excess - off), atMost: logSd(excess + off) },
    ...(excess > off && { persistence: digits(Math.max(1, longRun / excess)) }),
    ...(hostLogSd !== undefined && { hostLogSd: betweenHosts(hostLogSd, meanBad * intervals) }),
  };
}

const points = evenly(-4, 4, 41);
const weights = points.map(bell);

/**
 * Where the logarithms of two halves' rates stray by so much each, and d is half their difference, one half has (1 + tanh d)/2 of the
 * bad events, and there are cosh d as many: excess over bad events is the mean of tanh² d, by those.
 */
function seenOfHalves(logSd: number): number {
  let [sum, all] = [0, 0];
  for (const [nth, z] of points.entries()) {
    const d = (logSd * z) / Math.SQRT2;
    const weight = (weights[nth] ?? 0) * Math.cosh(d);
    sum += weight * Math.tanh(d) ** 2;
    all += weight;
  }
  return sum / all;
}

/** The other way round; more than any KPI strays is not told apart. */
function ofEachHalf(seen: number): number {
  let [low, high] = [0, 3];
  while (high - low > 1e-5) {
    const middle = (low + high) / 2;
    if (seenOfHalves(middle) < seen) low = middle;
    else high = middle;
  }
  return seen <= 0 ? 0 : high;
}

/** Chosen: of a fleet so many instances are read at most. */
const mostHosts = 8;

/**
 * The verdict takes hosts' spread at the upper quartile of what so few can tell, of four at least; what may lie below it is half of it.
 * Where none was seen it is no more than counting hides.
 */
const betweenHosts = (hostLogSd: number, bad: number): Between =>
  hostLogSd > 0
    ? { moreThan: digits(hostLogSd / 2), atMost: digits(hostLogSd) }
    : { moreThan: 0, atMost: digits(1 / Math.sqrt(Math.max(1, bad / mostHosts))) };

/**
 * What minutes share; what changes from one to the next is taken for the requests' own spread. A variance of so many intervals, of which
 * neighbours are alike, is known by as much as of fewer that are not.
 */
function ofMeans({ noise: { intervals, minuteVariance, autocorrelation } }: OfMeans): Seen {
  const persistence = (1 + autocorrelation) / (1 - autocorrelation);
  const off = Math.min(0.9, errors * Math.sqrt((2 * persistence) / Math.max(1, intervals)));
  const isSeen = minuteVariance > leastVariance;
  return {
    of: "means",
    intervals,
    logSd: {
      moreThan: isSeen ? digits(Math.sqrt(minuteVariance * (1 - off))) : 0,
      atMost: digits(Math.sqrt(Math.max(leastVariance, minuteVariance * (1 + off)))),
    },
    ...(isSeen && { persistence: digits(persistence) }),
  };
}

/** Chosen: of a mean that strays by less than a hundredth nobody would notice. */
const leastVariance = 1e-4;

const digits = (value: number): number => Number(value.toPrecision(3));
