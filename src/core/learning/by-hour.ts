/**
 * How often something goes well in each hour of the day, of which little is known of most: an hour is like all of them together, more
 * or less, and how much is learnt as well. Each hour's chance is Beta(ps, (1 − p)s), of one p that is all hours' own and one s that is
 * how alike they are; both are unknown, and all is exact on a grid of them. An hour with two trials is nearly as all are.
 */
import { anglesOf, type ChancePosterior, countsOf, type Trial, toldOf } from "./chance.ts";

export interface HourTrial extends Trial {
  /** 0 to 23. */
  readonly hour: number;
}

export interface HourChance {
  /** 0 to 23. */
  readonly hour: number;
  readonly chance: ChancePosterior;
  /** How sure it is that less goes well in this hour than in all, 0 to 1. */
  readonly lower: number;
}

/** How often what was asked for of a pool of capacity came. */
export interface RaisesLesson {
  readonly of: string;
  readonly by: "endpoint" | "training";
  readonly chance: ChancePosterior;
  /** Of hours of the day, UTC, in which anything was asked for: each is like all of the pool's, unless it shows otherwise. */
  readonly hours: readonly HourChance[];
}

const steps = 180;
/** Chosen: each as likely beforehand, from hours that may be like anything to hours that differ by nothing anybody would see. */
const alike = [4, 8, 16, 32, 64, 128, 256];

const angles = anglesOf(steps);
const logSin = angles.map((phi) => Math.log(Math.sin(phi)));
const logCos = angles.map((phi) => Math.log(Math.cos(phi)));
/** Of all hours: coarser, since each of them is a hypothesis. */
const places = angles.map((_, nth) => nth).filter((nth) => nth % 3 === 1);

/** The hours in which anything was tried, in order. */
export function chancesByHour(trials: readonly HourTrial[]): HourChance[] {
  const hours = [...Map.groupBy(trials, ({ hour }) => hour)].sort(([one], [other]) => one - other);
  const counts = hours.map(([, some]) => countsOf(some));
  const all = places.flatMap((place) => alike.map((strength) => hypothesis(place, strength, counts)));
  const most = Math.max(...all.map(({ logWeight }) => logWeight));
  const total = all.reduce((sum, { logWeight }) => sum + Math.exp(logWeight - most), 0);
  const likely = all
    .map(({ logWeight, ...rest }) => ({ ...rest, weight: Math.exp(logWeight - most) / total }))
    .filter(({ weight }) => weight > negligible);
  return hours.map(([hour, some], nth) => {
    const density = angles.map((_, at) =>
      likely.reduce((sum, { weight, byHour }) => sum + weight * (byHour[nth]?.[at] ?? 0), 0),
    );
    const lower = likely.reduce((sum, one) => sum + one.weight * shareBelow(one.byHour[nth], one.place), 0);
    return { hour, chance: toldOf(some, angles, density), lower };
  });
}

const negligible = 1e-9;

const shareBelow = (density: readonly number[] = [], place: number): number =>
  density.slice(0, place).reduce((sum, each) => sum + each, 0) + (density[place] ?? 0) / 2;

/** That all hours' chance is at a place and they are so alike: how likely that makes what was seen, and each hour's own chance by it. */
function hypothesis(place: number, strength: number, counts: readonly { n: number; good: number }[]) {
  const chance = Math.sin(angles[place] ?? 0) ** 2;
  const prior = densityOf(2 * chance * strength - 1, 2 * (1 - chance) * strength - 1).density;
  let logWeight = 0;
  const byHour = counts.map(({ n, good }) => {
    const { density, logScale } = densityOf(2 * good, 2 * (n - good), prior);
    logWeight += logScale;
    return density;
  });
  return { place, byHour, logWeight };
}

const flat = angles.map(() => 1);

/** sin^a φ cos^b φ over what is believed before, as shares that sum up to one, and the logarithm of what they were divided by. */
function densityOf(a: number, b: number, before: readonly number[] = flat) {
  const logs = angles.map((_, nth) => a * (logSin[nth] ?? 0) + b * (logCos[nth] ?? 0));
  const most = Math.max(...logs);
  const raw = logs.map((each, nth) => (before[nth] ?? 0) * Math.exp(each - most));
  const sum = raw.reduce((all, each) => all + each, 0);
  // What no angle explains, all explain as badly.
  if (sum === 0) return { density: before, logScale: Number.NEGATIVE_INFINITY };
  return { density: raw.map((each) => each / sum), logScale: most + Math.log(sum) };
}

/** Chosen: nobody is told of an hour for less, nor for one that failed once. */
const sureFrom = 0.95;
const fewestFailed = 2;

/** Whether it is shown that less goes well in an hour than in all. */
export const isWorse = ({ chance: { n, good }, lower }: HourChance): boolean =>
  lower >= sureFrom && n - good >= fewestFailed - 0.5;
