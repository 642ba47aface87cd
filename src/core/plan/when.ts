/** When a milestone is due: a date, a cron expression, or the approval of a model version; and what is no time at all. */
import * as z from "zod";
import { foundText, nearest } from "../input/bad-input.ts";
import { tell } from "../input/bad-input-schema.ts";

/** Listing them takes a millisecond, and a plan is read at every step. */
let zones: readonly string[] | undefined;
function knownZones(): readonly string[] {
  zones ??= ["UTC", ...Intl.supportedValuesOf("timeZone")];
  return zones;
}

/** An IANA name, also a second one. */
export const isTimeZone = (zone: string): boolean => knownZones().includes(zone) || isAlias(zone);

export const timeZone = z
  .string()
  .default("UTC")
  .superRefine((zone, ctx) => {
    if (isTimeZone(zone)) return;
    const hint = nearest(zone, knownZones());
    const told = { expected: 'an IANA time zone such as "Europe/Amsterdam"', found: foundText(zone) };
    tell(ctx, [], hint === undefined ? told : { ...told, hint: JSON.stringify(hint) });
  })
  .describe("IANA time zone in which the time is meant, daylight saving included.");

/** A second name of a zone, such as Asia/Calcutta; offsets such as "+02:00" are none, and IANA names are capitalised. */
function isAlias(zone: string): boolean {
  if (!/^[A-Z]/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone.includes("/");
  } catch {
    return false;
  }
}

export interface CronField {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
  /** The field's own forms beside numbers, lists, ranges and steps. */
  readonly special?: RegExp;
}

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
export const days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] as const;

/** In their order. Source: EventBridge Scheduler user guide, cron-based schedules. */
export const cronFields = {
  minutes: { name: "minutes", from: 0, to: 59 },
  hours: { name: "hours", from: 0, to: 23 },
  daysOfMonth: { name: "day of month", from: 1, to: 31, special: /^(\?|L|LW|([1-9]|[12]\d|3[01])W)$/ },
  months: { name: "month", from: 1, to: 12, names: months },
  daysOfWeek: {
    name: "day of week",
    from: 1,
    to: 7,
    names: days,
    special: /^(\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$/,
  },
  years: { name: "year", from: 1970, to: 2199 },
} satisfies Record<string, CronField>;
const fields: readonly CronField[] = Object.values(cronFields);

const cron = z
  .string()
  .superRefine((text, ctx) => {
    const wrong = cronMistake(text);
    if (wrong !== undefined) tell(ctx, [], wrong);
  })
  .describe('EventBridge cron expression: "cron(minutes hours day-of-month month day-of-week year)".');

/** What is wrong with a cron expression, or undefined. */
function cronMistake(text: string): { expected: string; found: string } | undefined {
  const parts = /^cron\((.*)\)$/.exec(text)?.[1]?.split(" ");
  if (parts?.length !== fields.length)
    return { expected: 'six fields as in "cron(0 2 ? * MON *)"', found: foundText(text) };
  const wrong = fields.findIndex((field, i) => !accepts(field, parts[i] ?? ""));
  const field = fields[wrong];
  if (field !== undefined)
    return { expected: `${field.name} from ${field.from} to ${field.to}`, found: foundText(parts[wrong]) };
  if ((parts[2] === "?") === (parts[4] === "?"))
    return { expected: 'exactly one "?", either as day of month or as day of week', found: foundText(text) };
  return undefined;
}

function accepts(field: CronField, text: string): boolean {
  if (field.special?.test(text)) return true;
  return text.split(",").every((item) => {
    const [range = "", step, more] = item.split("/");
    if (more !== undefined || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
    if (range === "*") return true;
    const ends = range.split("-").map((end) => numberOf(field, end));
    const [first = Number.NaN, last = first] = ends;
    return ends.length <= 2 && first >= field.from && last <= field.to && first <= last;
  });
}

/** The values that a field's text means, in no order; those of its own forms, such as `L`, are none. */
export function valuesIn(field: CronField, text: string): number[] {
  return text.split(",").flatMap((item) => {
    const [range = "", step] = item.split("/");
    const [from = "", to] = range.split("-");
    const first = range === "*" ? field.from : numberOf(field, from);
    const open = range === "*" || step !== undefined ? field.to : first;
    const last = to === undefined ? open : numberOf(field, to);
    const every = Number(step ?? 1);
    if (Number.isNaN(first) || Number.isNaN(last)) return [];
    return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => first + i * every);
  });
}

function numberOf(field: CronField, text: string): number {
  const position = field.names?.indexOf(text.toUpperCase()) ?? -1;
  if (position >= 0) return position + field.from;
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

const dateAndTime = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?$/;
/** The same without days that no year has: what an editor can tell. */
const day = "(?!(02-3|0[469]-31|11-31))(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])";
const dateOfTheCalendar = dateAndTime.source.replace("\\d\\d-\\d\\dT", `${day}T`);

const at = z
  .string()
  .superRefine((text, ctx) => {
    const expected = whatDateShouldBe(text);
    if (expected !== undefined) tell(ctx, [], { expected, found: foundText(text) });
  })
  .meta({
    description: "Date and time, yyyy-mm-ddThh:mm:ss, in the time zone given beside it.",
    pattern: dateOfTheCalendar,
  });

/** What a text should be to be a local date and time of the calendar; undefined where it is one. */
function whatDateShouldBe(text: string): string | undefined {
  const [local = "", offset] = text.split(/(?<=T.*)(Z|[+-]\d\d:?\d\d)$/i);
  if (offset !== undefined && dateAndTime.test(local))
    return 'a local time: its time zone stands beside it, as "timeZone"';
  if (!dateAndTime.test(text)) return 'a date and time such as "2026-12-01T09:00:00"';
  return isOfTheCalendar(text) ? undefined : "a day that is in the calendar";
}

/** A day that its month does not have rolls over into the next one (ECMA-262, MakeDay), or is no time at all. */
function isOfTheCalendar(local: string): boolean {
  const utc = new Date(`${local}Z`);
  return Number.isFinite(utc.getTime()) && utc.toISOString().startsWith(local.slice(0, 16));
}

/** Whether a text is a local date and time that can be compared with another. */
export const isLocalTime = (text: string): boolean => whatDateShouldBe(text) === undefined;

const start = z
  .enum(["ahead", "on-date"])
  .default("ahead")
  .describe(
    "When it is started: ahead, so that on the date its capacity is there and, of production, the version has all the traffic; or on the date itself.",
  );

/** Chosen: so long a version may be late by default, minutes. */
const usualGraceMinutes = 240;
const graceMinutes = z
  .int()
  .min(0)
  .max(14 * 24 * 60)
  .optional()
  .describe(
    `Of a release: how long after its date it waits for a version that is approved and newer than what serves; then it is refused (default ${usualGraceMinutes}).`,
  );

/** Whether a milestone may come several times on a day. */
export function comesOften(when: When): boolean {
  if (!("cron" in when)) return false;
  const [minute = "", hour = ""] = when.cron.slice("cron(".length, -1).split(" ");
  return valuesIn(cronFields.minutes, minute).length * valuesIn(cronFields.hours, hour).length > 1;
}

/** How long after its date a milestone waits for a version, minutes. */
export const graceOf = (when: When): number =>
  "event" in when ? 0 : (when.graceMinutes ?? usualGraceMinutes);

/** What makes a milestone due. */
export const When = z.union([
  z.strictObject({ at, timeZone, start, graceMinutes }),
  z.strictObject({ cron, timeZone, start, graceMinutes }),
  z.strictObject({
    event: z
      .enum(["model-approved", "staging-passed"])
      .describe("The registry approves a model version; or a version was promoted in staging."),
  }),
]);
export type When = z.infer<typeof When>;
