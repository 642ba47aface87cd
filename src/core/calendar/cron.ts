/**
 * A cron expression that is due a number of minutes before another one, on the same wall clock. Where no expression says
 * that, there is none: the last day of a month has no fixed day before it.
 */
import { cronFields, valuesIn } from "../plan/when.ts";

const minutesOfDay = 24 * 60;
const shortestMonth = 28;
const dayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

interface Days {
  readonly ofMonth: string;
  readonly month: string;
  readonly ofWeek: string;
  readonly year: string;
}

/** `cron` is a valid expression; undefined where it cannot be said. */
export function cronAhead(cron: string, aheadMinutes: number): string | undefined {
  const [minute = "", hour = "", ofMonth = "", month = "", ofWeek = "", year = ""] = fieldsOf(cron);
  if (aheadMinutes === 0) return cron;
  const times = timesOfDay(minute, hour).map((time) => time - aheadMinutes);
  const inDay = new Set(times.map((time) => time - minutesOfDay * Math.floor(time / minutesOfDay)));
  const hours = sorted(new Set([...inDay].map((time) => Math.floor(time / 60))));
  const minutes = sorted(new Set([...inDay].map((time) => time % 60)));
  // An expression means each of its minutes in each of its hours.
  if (hours.length * minutes.length !== inDay.size) return undefined;
  const daysBefore = new Set(times.map((time) => -Math.floor(time / minutesOfDay)));
  const days = daysAhead({ ofMonth, month, ofWeek, year }, daysBefore);
  if (days === undefined) return undefined;
  const said = [listed(minutes, 60), listed(hours, 24), days.ofMonth, days.month, days.ofWeek, days.year];
  return `cron(${said.join(" ")})`;
}

const fieldsOf = (cron: string): string[] => cron.slice("cron(".length, -1).split(" ");

const timesOfDay = (minute: string, hour: string): number[] =>
  valuesIn(cronFields.hours, hour).flatMap((h) =>
    valuesIn(cronFields.minutes, minute).map((m) => 60 * h + m),
  );

/** When in the day an expression is due, minutes after midnight, on whatever days. */
export function dueTimes(cron: string): number[] {
  const [minute = "", hour = ""] = fieldsOf(cron);
  return timesOfDay(minute, hour);
}

/** The days that are so many before those; `before` has more than one where some times fall on another day than others. */
function daysAhead(days: Days, before: ReadonlySet<number>): Days | undefined {
  const { ofMonth, month, ofWeek, year } = days;
  const [by = 0, ...others] = before;
  if (others.length === 0 && by === 0) return days;
  const isWhole = month === "*" && year === "*";
  const isEveryDay = [ofMonth, ofWeek].every((each) => each === "*" || each === "?");
  if (isEveryDay) return isWhole ? days : undefined;
  if (others.length > 0) return undefined;
  if (/[LW#]/.test(ofMonth === "?" ? ofWeek.replace(/[A-Z]{3}/g, "") : ofMonth)) return undefined;
  if (ofMonth === "?") {
    if (!isWhole) return undefined;
    const earlier = valuesIn(cronFields.daysOfWeek, ofWeek).map((day) => (((day - 1 - by) % 7) + 7) % 7);
    return {
      ...days,
      ofWeek: sorted(new Set(earlier))
        .map((day) => dayNames[day])
        .join(","),
    };
  }
  const meant = valuesIn(cronFields.daysOfMonth, ofMonth);
  // A month without a 31st has the days before it all the same.
  if (meant.some((day) => day - by < 1 || day > shortestMonth)) return undefined;
  return { ...days, ofMonth: sorted(new Set(meant.map((day) => day - by))).join(",") };
}

const sorted = (values: ReadonlySet<number>): number[] => [...values].sort((a, b) => a - b);

const listed = (values: readonly number[], all: number): string =>
  values.length === all ? "*" : values.join(",");
