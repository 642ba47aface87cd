/** Freezes of a team's calendar: whole days, zones, recurrences and what of them was moved, in whatever zone the machine is. */

import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { freezesIn } from "../../../src/core/calendar/team-calendar.ts";
import { holds } from "../../property.ts";

afterEach(() => void vi.unstubAllEnvs());

const calendarOf = (...lines: readonly string[]): string =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", ...lines, "END:VCALENDAR", ""].join("\r\n");
const eventOf = (...lines: readonly string[]): string[] => [
  "BEGIN:VEVENT",
  "UID:one",
  ...lines,
  "END:VEVENT",
];
const span = { fromMs: Date.parse("2026-11-30T00:00:00Z"), toMs: Date.parse("2027-11-30T00:00:00Z") };
function read(text: string, more: Partial<Parameters<typeof freezesIn>[1]> = {}) {
  const found = freezesIn(text, { matching: "freeze", span, timeZone: "UTC", ...more });
  return !found.ok ? found.mistakes : found.freezes.map(({ from, to, reason }) => `${from} ${to} ${reason}`);
}

describe.each(["UTC", "America/Los_Angeles", "Asia/Kathmandu"])("where the machine is in %s", (zone) => {
  test("a time is that of its zone, in winter and in summer", () => {
    vi.stubEnv("TZ", zone);
    const at = (day: string, uid: string) => [
      "BEGIN:VEVENT",
      `UID:${uid}`,
      `DTSTART;TZID=Europe/Amsterdam:${day}T180000`,
      `DTEND;TZID=Europe/Amsterdam:${day}T200000`,
      "SUMMARY:Change freeze",
      "END:VEVENT",
    ];

    expect(read(calendarOf(...at("20261223", "a"), ...at("20270701", "b")))).toEqual([
      "2026-12-23T17:00:00Z 2026-12-23T19:00:00Z Change freeze",
      "2027-07-01T16:00:00Z 2027-07-01T18:00:00Z Change freeze",
    ]);
  });

  test("whole days are the calendar's, or of the zone that is asked for; the last is left out", () => {
    vi.stubEnv("TZ", zone);
    const days = eventOf(
      "DTSTART;VALUE=DATE:20261224",
      "DTEND;VALUE=DATE:20261227",
      "SUMMARY:Holiday freeze",
    );

    expect(read(calendarOf("X-WR-TIMEZONE:America/New_York", ...days))).toEqual([
      "2026-12-24T05:00:00Z 2026-12-27T05:00:00Z Holiday freeze",
    ]);
    expect(read(calendarOf(...days), { timeZone: "Europe/Amsterdam" })).toEqual([
      "2026-12-23T23:00:00Z 2026-12-26T23:00:00Z Holiday freeze",
    ]);
  });

  test("a zone that the calendar alone knows goes by the calendar's own rules", () => {
    vi.stubEnv("TZ", zone);
    const rules = [
      ...["BEGIN:VTIMEZONE", "TZID:W. Europe Standard Time", "BEGIN:STANDARD", "DTSTART:16011028T030000"],
      ...[
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
      ],
      ...["BEGIN:DAYLIGHT", "DTSTART:16010325T020000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"],
      ...["TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "END:DAYLIGHT", "END:VTIMEZONE"],
    ];
    const event = eventOf(
      "DTSTART;TZID=W. Europe Standard Time:20270701T180000",
      "DTEND;TZID=W. Europe Standard Time:20270701T200000",
      "SUMMARY:freeze",
    );

    expect(read(calendarOf(...rules, ...event))).toEqual([
      "2027-07-01T16:00:00Z 2027-07-01T18:00:00Z freeze",
    ]);
  });
});

test("what comes again is a window each time; one that is left out, moved or called off is told so", () => {
  const weekly = eventOf(
    "DTSTART;TZID=Europe/Amsterdam:20261204T160000",
    "DURATION:PT2H",
    "RRULE:FREQ=WEEKLY;COUNT=5",
    "EXDATE;TZID=Europe/Amsterdam:20261211T160000",
    "SUMMARY:Friday FREEZE",
  );
  const moved = eventOf(
    "RECURRENCE-ID;TZID=Europe/Amsterdam:20261218T160000",
    "DTSTART;TZID=Europe/Amsterdam:20261217T100000",
    "DTEND;TZID=Europe/Amsterdam:20261217T110000",
    "SUMMARY:Thursday freeze",
  );
  const off = eventOf(
    "RECURRENCE-ID;TZID=Europe/Amsterdam:20261225T160000",
    "DTSTART;TZID=Europe/Amsterdam:20261225T160000",
    "DTEND;TZID=Europe/Amsterdam:20261225T180000",
    "STATUS:CANCELLED",
    "SUMMARY:Friday freeze",
  );

  expect(read(calendarOf(...weekly, ...moved, ...off))).toEqual([
    "2026-12-04T15:00:00Z 2026-12-04T17:00:00Z Friday FREEZE",
    "2026-12-17T09:00:00Z 2026-12-17T10:00:00Z Thursday freeze",
    "2027-01-01T15:00:00Z 2027-01-01T17:00:00Z Friday FREEZE",
  ]);
});

test("what comes for ever ends with the time that is asked for", () => {
  const daily = eventOf("DTSTART:20200101T000000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY", "SUMMARY:freeze");

  expect(read(calendarOf(...daily))).toHaveLength(365);
});

test("others are left alone, unless they are asked for, by summary or by category", () => {
  const text = calendarOf(
    ...eventOf("DTSTART:20261201T000000Z", "DURATION:PT1H", "SUMMARY:Lunch"),
    ...eventOf("DTSTART:20261202T000000Z", "DURATION:PT1H", "SUMMARY:Peak", "CATEGORIES:Change Freeze,Ops"),
    ...eventOf("DTSTART:20261203T000000Z", "DURATION:PT1H"),
    ...eventOf("DTSTART:20251203T000000Z", "DURATION:PT1H", "SUMMARY:freeze of last year"),
  );

  expect(read(text)).toEqual(["2026-12-02T00:00:00Z 2026-12-02T01:00:00Z Peak"]);
  expect(read(text, { matching: "" })).toEqual([
    "2026-12-01T00:00:00Z 2026-12-01T01:00:00Z Lunch",
    "2026-12-02T00:00:00Z 2026-12-02T01:00:00Z Peak",
    "2026-12-03T00:00:00Z 2026-12-03T01:00:00Z no reason is given",
  ]);
});

test.each([
  ["no calendar", /what does not read as one/],
  ["BEGIN:VCARD\r\nEND:VCARD\r\n", /^a vcard$/],
  ["", /^nothing$/],
  [
    calendarOf(...eventOf("SUMMARY:freeze", "DTSTART;TZID=Mars/Olympus:20261201T000000", "DURATION:PT1H")),
    /^the event "one", .*its time zone "Mars\/Olympus" is not known/,
  ],
  [calendarOf(...eventOf("DTSTART:nonsense")), /^the event "one", which does not read as one/],
])("%j is none, and why is told", (text, mistake) => {
  expect(read(text)).toEqual([expect.stringMatching(mistake)]);
});

test("whatever is read, it is told, and never thrown", () => {
  const line = fc.constantFrom(
    ...[
      "BEGIN:VEVENT",
      "END:VEVENT",
      "DTSTART:20261201T000000Z",
      "DTSTART;VALUE=DATE:20261201",
      "DTSTART:nonsense",
    ],
    ...[
      "DTEND:20261231T000000Z",
      "RRULE:FREQ=DAILY;COUNT=3",
      "RRULE:FREQ=NEVER",
      "SUMMARY:freeze",
      "DURATION:PT1H",
    ],
    ...[
      "RECURRENCE-ID:20261201T000000Z",
      "EXDATE:20261201T000000Z",
      "DTSTART;TZID=Mars/Olympus:20261201T000000",
    ],
  );
  holds(
    fc.property(fc.array(line, { maxLength: 9 }), (lines) => {
      const told =
        /^(\S+Z \S+Z .+|.*what does not read as one \(.+\)|the event .+, which does not read as one \(.+\)|a \w+)$/s;
      const found = read(calendarOf(...lines));
      expect(found).toEqual(found.map(() => expect.stringMatching(told)));
    }),
    { numRuns: 1000 },
  );
});
