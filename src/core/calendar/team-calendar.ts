/**
 * A team's own calendar (iCalendar, RFC 5545) as freezes: its events that are named so, each occurrence a window. A time is that of the
 * zone which it names; where it names none, as whole days do, that of the calendar, or of who asks.
 */
import ICAL from "ical.js";
import { foundText } from "../input/bad-input.ts";
import { instantOf } from "../plan/local-time.ts";
import { isTimeZone } from "../plan/when.ts";
import { type EpochMs, epochMs } from "../units.ts";
import type { TimeSpan } from "./occurrences.ts";

export interface CalendarFreeze {
  /** Of its event; the occurrences of one have it all. */
  readonly uid: string;
  /** ISO 8601, UTC. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

interface Wanted {
  /** In an event's summary or among its categories, in upper case or lower; all events where it is empty. */
  readonly matching: string;
  /** Windows that have a part in it. */
  readonly span: TimeSpan;
  /** Of times without one, where the calendar says nothing. */
  readonly timeZone: string;
}

/** By their beginnings. `mistakes`: what was found in place of a calendar, or of an event of it; then no freeze is taken. */
export type CalendarRead =
  | { readonly ok: true; readonly freezes: readonly CalendarFreeze[] }
  | { readonly ok: false; readonly mistakes: readonly string[] };

export function freezesIn(text: string, { matching, span, timeZone }: Wanted): CalendarRead {
  const calendars = parsed(text);
  if (typeof calendars === "string") return { ok: false, mistakes: [calendars] };
  const word = matching.toLowerCase();
  const freezes: CalendarFreeze[] = [];
  const mistakes: string[] = [];
  for (const calendar of calendars) {
    const named = String(calendar.getFirstPropertyValue("x-wr-timezone") ?? "");
    const zone = isTimeZone(named) ? named : timeZone;
    for (const event of eventsOf(calendar))
      try {
        freezes.push(...windowsOf(event, { word, span, zone }));
      } catch (error) {
        mistakes.push(`the event ${foundText(event.uid)}, which does not read as one (${messageOf(error)})`);
      }
  }
  if (mistakes.length > 0) return { ok: false, mistakes };
  return { ok: true, freezes: freezes.toSorted((one, other) => epochMs(one.from) - epochMs(other.from)) };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What was found in place of calendars. */
function parsed(text: string): ICAL.Component[] | string {
  try {
    if (text.trim() === "") return "nothing";
    const found: unknown[] = ICAL.parse(text);
    // Several in one file come as a list of them.
    const all = typeof found[0] === "string" ? [found] : found;
    const components = all.map((each) => new ICAL.Component(each as string));
    const other = components.find(({ name }) => name !== "vcalendar");
    return other === undefined ? components : `a ${other.name}`;
  } catch (error) {
    return `what does not read as one (${messageOf(error)})`;
  }
}

/** Each with the occurrences of it that were moved or changed by themselves. */
function eventsOf(calendar: ICAL.Component): ICAL.Event[] {
  const all = calendar.getAllSubcomponents("vevent").filter((each) => each.hasProperty("dtstart"));
  const isChanged = (each: ICAL.Component) => each.hasProperty("recurrence-id");
  const uidOf = (each: ICAL.Component) => String(each.getFirstPropertyValue("uid"));
  return all
    .filter((each) => !isChanged(each))
    .map((each) => {
      const exceptions = all.filter((other) => isChanged(other) && uidOf(other) === uidOf(each));
      return new ICAL.Event(each, { exceptions, strictExceptions: true });
    });
}

interface Meant {
  readonly word: string;
  readonly span: TimeSpan;
  /** Of times without one. */
  readonly zone: string;
}

function windowsOf(event: ICAL.Event, { word, span, zone }: Meant): CalendarFreeze[] {
  const found: CalendarFreeze[] = [];
  for (const { item, startDate, endDate } of occurrencesOf(event, { span, zone })) {
    if (!isMeant(item, word)) continue;
    const [from, to] = [msOf(startDate, item, zone), msOf(endDate, item, zone)];
    if (to <= from || from >= span.toMs || to <= span.fromMs) continue;
    const { summary } = item;
    const reason = (summary ?? "").trim().slice(0, 200) || "no reason is given";
    found.push({ uid: event.uid ?? "", from: textOf(from), to: textOf(to), reason });
  }
  return found;
}

type Details = Pick<ReturnType<ICAL.Event["getOccurrenceDetails"]>, "item" | "startDate" | "endDate">;

/** Up to the span's end; an event without one, that comes time and again, has no last. */
function occurrencesOf(event: ICAL.Event, { span, zone }: Pick<Meant, "span" | "zone">): Details[] {
  if (!event.isRecurring()) return [{ item: event, startDate: event.startDate, endDate: event.endDate }];
  const found: Details[] = [];
  const times = event.iterator();
  for (let next = times.next(); next; next = times.next()) {
    if (msOf(next, event, zone) >= span.toMs) break;
    found.push(event.getOccurrenceDetails(next));
  }
  return found;
}

function isMeant({ component, summary }: ICAL.Event, word: string): boolean {
  const textsOf = (name: string) =>
    component.getAllProperties(name).flatMap((each) => each.getValues().map(String));
  if (textsOf("status").some((status) => status.toUpperCase() === "CANCELLED")) return false;
  return [summary ?? "", ...textsOf("categories")].some((text) => text.toLowerCase().includes(word));
}

/** By the zone that its event's beginning names, as long as it is one that is known; by the calendar's own rules for another. */
function msOf(time: ICAL.Time, { component }: ICAL.Event, zone: string): EpochMs {
  const named = String(component.getFirstProperty("dtstart")?.getParameter("tzid") ?? "");
  if (!time.isDate && time.zone === ICAL.Timezone.utcTimezone) return time.toJSDate().getTime();
  if (!time.isDate && named !== "" && !isTimeZone(named)) {
    // What has no rules there would be meant by whatever zone the machine is in.
    if (time.zone === ICAL.Timezone.localTimezone)
      throw new Error(`its time zone ${foundText(named)} is not known`);
    return time.toJSDate().getTime();
  }
  const wall = time.isDate ? `${time.toString().slice(0, 10)}T00:00:00` : time.toString().slice(0, 19);
  return instantOf(wall, time.isDate || named === "" ? zone : named);
}

const textOf = (ms: EpochMs): string => new Date(ms).toISOString().replace(".000Z", "Z");
