/**
 * The calendar of plans as a feed that calendars subscribe to (RFC 5545): instants in UTC, one event an occurrence. What a feed
 * said before goes on in it: an event that changes counts its changes, and one that is off says so until its time is over.
 */
import ical, { ICalCalendarMethod, type ICalEventData, ICalEventStatus } from "ical-generator";
import { raisesText } from "../core/calendar/calendar-texts.ts";
import type { Occurrence } from "../core/calendar/occurrences.ts";
import type { ReservationEnd } from "../core/calendar/reserved-dates.ts";
import { wallTextAt } from "../core/plan/local-time.ts";
import { trainingPlanName } from "../core/plan/training-plan-name.ts";
import type { EpochMs } from "../core/units.ts";
import { servingText } from "./reserved.ts";

/** An event as a feed has it. */
interface FeedEvent {
  readonly uid: string;
  readonly sequence: number;
  readonly isCancelled: boolean;
  /** `20261207T004200Z` */
  readonly start: string;
  readonly end: string;
  readonly summary: string;
  readonly description: string;
}

/** What is in a calendar. */
interface Entries {
  readonly occurrences: readonly Occurrence[];
  readonly ends: readonly ReservationEnd[];
}

/** `before` is the feed as it was written last, if there is one; `stack` tells two deployments' events apart. */
export function feedOf(
  { occurrences, ends }: Entries,
  { stack, nowMs, before }: { stack: string; nowMs: EpochMs; before?: string | undefined },
): string {
  const known = new Map(before === undefined ? [] : eventsIn(before).map((event) => [event.uid, event]));
  const planned = [
    ...occurrences.map((one) => eventOf(one, stack)),
    ...ends.map((one) => eventOfEnd(one, stack)),
  ].map((event) => following(event, known.get(event.uid)));
  const uids = new Set(planned.map(({ uid }) => uid));
  const off = [...known.values()]
    .filter(({ uid, end }) => !uids.has(uid) && momentOf(end) > nowMs)
    .map((event) =>
      event.isCancelled ? event : { ...event, isCancelled: true, sequence: event.sequence + 1 },
    );
  const feed = ical({
    name: `Slipway ${stack}`,
    prodId: { company: "slipway", product: "calendar", language: "EN" },
    method: ICalCalendarMethod.PUBLISH,
    events: [...planned, ...off].map((event) => written(event, nowMs)),
  });
  return feed.toString();
}

const uidOf = ({ id }: Pick<Occurrence, "id">, stack: string): string => `${id}@${stack}`;

function eventOf(one: Occurrence, stack: string): FeedEvent {
  const { model, kind, dueMs, timeZone, fromMs, untilMs, costUsd, isTentative } = one;
  const raises = raisesText(one);
  const due = `${wallTextAt(dueMs, timeZone).slice(0, 16).replace("T", " ")} ${timeZone}`;
  const lines = [
    isTentative ? `Expected about ${due}, by the releases so far; nobody has set a date.` : `Due ${due}.`,
    ...(raises === "" ? [] : [`Raises ${raises} beside what is there.`]),
    ...(costUsd === null ? [] : [`Estimated at $${costUsd.toFixed(2)}.`]),
  ];
  return {
    uid: uidOf(one, stack),
    sequence: 0,
    isCancelled: false,
    start: stampOf(fromMs),
    end: stampOf(untilMs),
    summary: `${model}: ${kind}${isTentative ? " (tentative)" : ""}`,
    description: lines.join("\n"),
  };
}

/** The last hour of capacity that was bought before. */
function eventOfEnd(one: ReservationEnd, stack: string): FeedEvent {
  const serving = servingText(one);
  const lines = [
    serving === ""
      ? "Nothing that Slipway knows of serves on it."
      : `What serves on it answers nobody from then on: ${serving}.`,
    ...(one.models.length === 0 ? [] : [`Named by the plans of ${one.models.join(", ")}.`]),
  ];
  return {
    uid: uidOf(one, stack),
    sequence: 0,
    isCancelled: false,
    start: stampOf(one.endsMs - 3_600_000),
    end: stampOf(one.endsMs),
    summary: `training plan ${trainingPlanName(one.trainingPlan)} ends`,
    description: lines.join("\n"),
  };
}

/** The same event, counted on where it is another than before. */
function following(event: FeedEvent, before: FeedEvent | undefined): FeedEvent {
  if (before === undefined) return event;
  const same = (["start", "end", "summary", "description"] as const).every(
    (key) => event[key] === before[key],
  );
  return { ...event, sequence: same && !before.isCancelled ? before.sequence : before.sequence + 1 };
}

const written = (event: FeedEvent, nowMs: EpochMs): ICalEventData => ({
  id: event.uid,
  sequence: event.sequence,
  stamp: new Date(nowMs),
  start: new Date(momentOf(event.start)),
  end: new Date(momentOf(event.end)),
  summary: event.summary,
  description: event.description,
  status: event.isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
});

const stampOf = (atMs: EpochMs): string =>
  `${new Date(atMs).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;

const momentOf = (stamp: string): EpochMs =>
  Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));

/** What a feed of ours says; of anybody else's, and of what is no feed, nothing. */
function eventsIn(feed: string): FeedEvent[] {
  // A long line goes on in the next one, behind a blank (RFC 5545, 3.1).
  const lines = feed.replace(/\r?\n[ \t]/g, "").split(/\r?\n/);
  const events: FeedEvent[] = [];
  let members: Map<string, string> | undefined;
  for (const line of lines) {
    if (line === "BEGIN:VEVENT") members = new Map();
    else if (line === "END:VEVENT" && members !== undefined) {
      events.push(...eventWith(members));
      members = undefined;
    } else {
      const colon = line.indexOf(":");
      members?.set(line.slice(0, colon).split(";", 1)[0] ?? "", line.slice(colon + 1));
    }
  }
  return events;
}

function eventWith(members: ReadonlyMap<string, string>): FeedEvent[] {
  const of = (name: string) => members.get(name) ?? "";
  const [uid, start, end] = [of("UID"), of("DTSTART"), of("DTEND")];
  if (uid === "" || Number.isNaN(momentOf(start)) || Number.isNaN(momentOf(end))) return [];
  return [
    {
      uid,
      sequence: Number(of("SEQUENCE")) || 0,
      isCancelled: of("STATUS") === "CANCELLED",
      start,
      end,
      summary: unescaped(of("SUMMARY")),
      description: unescaped(of("DESCRIPTION")),
    },
  ];
}

/** RFC 5545, 3.3.11. */
const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, character: string) => (/n/i.test(character) ? "\n" : character));
