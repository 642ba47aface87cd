/**
 * What came to an endpoint until now, for who asks every few minutes: the days that are over are kept in the table, and only what
 * came since is read each time.
 */
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { LoadDay } from "../core/forecast/forecast.ts";
import { type LoadHistory, wentOn } from "../core/forecast/load-history.ts";
import type { OwnRequests, TrafficFrom } from "../core/release/own-load.ts";
import { type EpochMs, secondsOf } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { endpointPast } from "./endpoint-past.ts";

const partition = "load-past";
const dayMs = 86_400_000;
/** A day's last minutes have been reported by then, by far. */
const settledMs = 900_000;
/** What the next slots go on from, and the same time of the day before: whether what failed was less than usual. */
const recentMs = dayMs + 3_600_000;
/** For how many days what is kept can be gone on from. */
const keptDays = 3;

interface Whose {
  readonly endpoint: string;
  /** Whose releases were on it. */
  readonly model: string;
}

/** Whole days until one begins. */
export interface KeptDays {
  readonly nextDayMs: EpochMs;
  readonly days: readonly LoadDay[];
}

/** Nine weeks by ten minutes, as text: some 60 kB. */
const Kept = z.object({
  model: z.string(),
  nextDayMs: z.number(),
  days: z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(z.array(z.array(z.number().nullable()))),
});

/** Undefined where nothing is kept, or what is of another model, too old, or of another version. */
export async function keptDaysOf(
  { table, environment }: Aws,
  { endpoint, model }: Whose,
  nowMs: EpochMs,
): Promise<KeptDays | undefined> {
  const Key = { pk: partition, sk: endpoint };
  const { Item } = await table.send(new GetCommand({ TableName: environment.table, Key }));
  const { data } = Kept.safeParse(Item);
  const isOurs = data?.model === model && nowMs < data.nextDayMs + keptDays * dayMs;
  return isOurs ? data : undefined;
}

/** Whether no day that is over and reported whole is missing in what is kept. */
export const isNewest = ({ nextDayMs }: KeptDays, nowMs: EpochMs): boolean =>
  nowMs < nextDayMs + dayMs + settledMs;

/** Keeps the days that are over, and have been reported whole. Four digits of a load are more than is known of it. */
export async function keepDays(
  { table, environment }: Aws,
  { endpoint, model }: Whose,
  { history: { days, nextDayMs }, nowMs }: { readonly history: LoadHistory; readonly nowMs: EpochMs },
): Promise<void> {
  const isSettled = nowMs - nextDayMs >= settledMs;
  const kept = isSettled ? days : days.slice(0, -1);
  const untilMs = isSettled ? nextDayMs : nextDayMs - dayMs;
  const text = JSON.stringify(
    kept.map((day) => day.map((load) => (load === null ? null : Number(load.toPrecision(4))))),
  );
  const expiresAt = secondsOf(untilMs + keptDays * dayMs);
  const Item = { pk: partition, sk: endpoint, model, nextDayMs: untilMs, days: text, expiresAt };
  await table.send(new PutCommand({ TableName: environment.table, Item }));
}

interface Since extends Whose {
  /** The variants that have served since, or could have. */
  readonly serving: readonly string[];
  readonly own?: readonly OwnRequests[];
  readonly from?: TrafficFrom;
  readonly nowMs: EpochMs;
}

/** Kept days with what came since, up to this moment. */
export async function loadUntilNow(aws: Aws, kept: KeptDays, since: Since): Promise<LoadHistory> {
  const { serving, from, ...whose } = since;
  const sinceMs = Math.min(kept.nextDayMs, since.nowMs - recentMs);
  const { history } = await endpointPast(
    aws,
    { ...whose, sinceMs },
    { serving, isAll: true, ...(from && { from }) },
  );
  return wentOn(kept, history, since.nowMs);
}
