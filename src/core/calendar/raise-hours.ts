/** Milestones that ask for capacity in an hour of the day in which less of it has come: said where that is shown, and never otherwise. */
import { isWorse, type RaisesLesson } from "../learning/by-hour.ts";
import type { KnownLaunch } from "../learning/launch.ts";
import type { Plan } from "../plan/plan.ts";
import type { EpochMs } from "../units.ts";
import { type Occurrence, occurrencesOf } from "./occurrences.ts";

interface KnownOfRaises {
  readonly raises: readonly RaisesLesson[];
  readonly launches: readonly KnownLaunch[];
  readonly nowMs: EpochMs;
}

/** Chosen: dates that are further away are moved anyhow. */
const aheadMs = 90 * 86_400_000;

/** One sentence for each milestone, pool and hour. */
export function raiseHourWarnings(plan: Plan, { raises, launches, nowMs }: KnownOfRaises): string[] {
  const coming = occurrencesOf(plan, { fromMs: nowMs, toMs: nowMs + aheadMs }, { launches });
  const said = coming
    .filter(({ fromMs }) => fromMs >= nowMs)
    .flatMap((occurrence) => poolsOf(occurrence).flatMap((pool) => warning(occurrence, pool, raises)));
  return [...new Set(said)];
}

interface Pool extends Pick<RaisesLesson, "of" | "by"> {}

const poolsOf = ({ raised }: Occurrence): Pool[] =>
  raised
    .filter(({ instances }) => instances > 0)
    .map(({ use, instanceType }) => ({
      of: instanceType,
      by: use === "endpoint usage" ? "endpoint" : "training",
    }));

function warning({ kind, fromMs }: Occurrence, { of, by }: Pool, raises: readonly RaisesLesson[]): string[] {
  const pool = raises.find((each) => each.of === of && each.by === by);
  const hour = new Date(fromMs).getUTCHours();
  const found = pool?.hours.find((each) => each.hour === hour);
  if (pool === undefined || found === undefined || !isWorse(found)) return [];
  const { chance } = found;
  const share = (value: number) => Math.round(100 * value);
  const tenth = (value: number) => Math.round(10 * value) / 10;
  return [
    `${kind} asks for ${of} between ${clock(hour)} and ${clock(hour + 1)} UTC, when less of what was asked for has come: ${tenth(chance.good)} of ${tenth(chance.n)} raises that count, and ${tenth(pool.chance.good)} of ${tenth(pool.chance.n)} in all hours; it is ${share(chance.median)} % that come then (${share(chance.low)} to ${share(chance.high)} %), and ${share(pool.chance.median)} % in all`,
  ];
}

const clock = (hour: number): string => `${String(hour % 24).padStart(2, "0")}:00`;
