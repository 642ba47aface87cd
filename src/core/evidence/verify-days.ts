/**
 * Whether the days of which auto scaling's doings are told are whole, and which are not as they were signed: as of a chain of packs, by
 * days in place of numbers. The last one is known by its own signed statement, which is kept in the table too.
 */
import * as z from "zod";
import { dayAfter, dayBefore, daysFrom, endOf } from "./days.ts";
import { Envelope, statementType } from "./envelope.ts";
import { type DayChain, DayStatement } from "./scaling-day.ts";
import { besideIn, open, type Trust, written } from "./verify-entry.ts";

type Spoiled = "changed" | "other-key";
type Signed = DayChain & { readonly hash: string };

/** An object by the day that its name gives it; `torn`: its statement is signed, its summary is none of that. */
export type SeenDay = { readonly at: string } & (
  | ({ readonly state: "intact" | "torn" } & Signed)
  | { readonly state: Spoiled }
);

/** What says how far the days had come. */
export type SeenLast = { readonly name: string } & (
  | ({ readonly state: "intact" } & Signed)
  | { readonly state: Spoiled }
);

export type DayFinding =
  /** Not what was signed for any day: edited, cut, or made up. */
  | { readonly what: "changed" | "other-key"; readonly day: string }
  /** Signed, but for another day or subject. */
  | { readonly what: "misplaced"; readonly day: string; readonly holds: Pick<DayChain, "subject" | "day"> }
  /** Nothing of what was signed for these days is there; both ends. */
  | { readonly what: "missing" | "cut-off"; readonly from: string; readonly to: string }
  /** Signed by the key for this day, and not what the next one, or the last one's statement, says was there. */
  | { readonly what: "replaced"; readonly day: string; readonly by: string }
  | { readonly what: "last"; readonly name: string; readonly why: Spoiled | "other-subject" };

export interface DaysVerdict {
  readonly ok: boolean;
  /** Days that were looked at, and those of them that are what was signed for their day. */
  readonly days: number;
  readonly intact: number;
  /** Absent where none is intact. */
  readonly first?: string;
  readonly last?: string;
  readonly findings: readonly DayFinding[];
}

/** A summary of a later version is verified too: what is in it is not asked. */
const Stored = z.strictObject({ envelope: Envelope, summary: z.record(z.string(), z.unknown()) });

export function seeDay(at: string, text: string, trust: Trust): SeenDay {
  const stored = Stored.safeParse(written(text));
  if (!stored.success) return { at, state: "changed" };
  const { envelope } = stored.data;
  const seen = statementOf(envelope, trust);
  if ("state" in seen) return { at, state: seen.state };
  const isItsOwn = seen.summary === trust.sha256(besideIn(text, envelope, "summary"));
  return { at, state: isItsOwn ? "intact" : "torn", ...seen.signed };
}

export function seeLast(name: string, text: string, trust: Trust): SeenLast {
  const envelope = Envelope.safeParse(written(text));
  if (!envelope.success) return { name, state: "changed" };
  const seen = statementOf(envelope.data, trust);
  return "state" in seen ? { name, state: seen.state } : { name, state: "intact", ...seen.signed };
}

function statementOf(
  envelope: Envelope,
  trust: Trust,
): { readonly signed: Signed; readonly summary: string } | { readonly state: Spoiled } {
  const opened = open(envelope, statementType, trust);
  if ("state" in opened) return opened;
  const statement = DayStatement.safeParse(written(opened.payload));
  if (!statement.success) return { state: "changed" };
  const { subject, predicate } = statement.data;
  return {
    signed: { ...predicate.chain, hash: trust.sha256(opened.payload) },
    summary: subject[0]?.digest.sha256 ?? "",
  };
}

export interface DaysSeen {
  readonly subject: string;
  readonly days: readonly SeenDay[];
  readonly lasts: readonly SeenLast[];
}

type SignedDay = Extract<SeenDay, { state: "intact" | "torn" }>;
const isSignedDay = (one: SeenDay): one is SignedDay => one.state === "intact" || one.state === "torn";

export function verifyDays({ subject, days, lasts }: DaysSeen): DaysVerdict {
  const signed = days.filter(isSignedDay);
  const isHome = (one: SignedDay) => one.subject === subject && one.at === one.day;
  const own = new Map(signed.filter(isHome).map((one) => [one.at, one]));
  const known = lasts.flatMap((one) => (one.state === "intact" && one.subject === subject ? [one] : []));
  const replaced = replacedIn(own, known);
  const faulty = new Set(replaced.map(({ day }) => day));
  const intact = [...own.values()].filter(({ state, at }) => state === "intact" && !faulty.has(at));
  const told = [...own.values(), ...known].map(({ first, day }) => ({ first, day }));
  const findings: DayFinding[] = [
    ...days.flatMap(({ at, state }) =>
      state === "intact" ? [] : [{ what: state === "torn" ? "changed" : state, day: at } as const],
    ),
    ...signed.flatMap((one) =>
      one.state === "torn" || isHome(one)
        ? []
        : [{ what: "misplaced", day: one.at, holds: { subject: one.subject, day: one.day } } as const],
    ),
    ...gaps(subject, days, told),
    ...replaced,
    ...lasts.flatMap((one): DayFinding[] => {
      if (one.state !== "intact") return [{ what: "last", name: one.name, why: one.state }];
      return one.subject === subject ? [] : [{ what: "last", name: one.name, why: "other-subject" }];
    }),
  ];
  return {
    ok: findings.length === 0,
    days: days.length,
    intact: intact.length,
    ...(told.length > 0 && { first: earliest(told.map(({ first }) => first)) }),
    ...(told.length > 0 && { last: latest(told.map(({ day }) => day)) }),
    findings,
  };
}

const earliest = (days: readonly string[]): string => days.toSorted()[0] ?? "";
const latest = (days: readonly string[]): string => days.toSorted().at(-1) ?? "";

/** Chosen: evidence expires after ten years. */
const mostBeyondMs = 3_660 * 86_400_000;

/** Days of which nothing is there: neither at their place, nor elsewhere, nor in another shape. */
function gaps(
  subject: string,
  days: readonly SeenDay[],
  told: readonly Pick<DayChain, "first" | "day">[],
): DayFinding[] {
  const spoiled = days.filter(({ state }) => state !== "intact").map(({ at }) => at);
  const held = days.flatMap((one) => (one.state === "intact" && one.subject === subject ? [one.day] : []));
  const known = new Set([...spoiled, ...held]);
  const places = new Set(days.map(({ at }) => at));
  if (told.length === 0) return [];
  const [from, last] = [earliest(told.map(({ first }) => first)), latest(told.map(({ day }) => day))];
  // Anybody may put something under a day that never comes.
  const isNear = (day: string) => endOf(day) - endOf(last) < mostBeyondMs;
  const upTo = latest([last, ...spoiled.filter(isNear)]);
  const ranges: { from: string; to: string }[] = [];
  for (const day of daysFrom(from, upTo)) {
    if (known.has(day)) continue;
    const open = ranges.at(-1);
    if (open !== undefined && dayAfter(open.to) === day) open.to = day;
    else ranges.push({ from: day, to: day });
  }
  return ranges.map((range) => ({
    what: range.to === upTo && !places.has(upTo) ? "cut-off" : "missing",
    ...range,
  }));
}

/** From the end backwards: whoever is contradicted has no say about the day before. */
function replacedIn(own: ReadonlyMap<string, Signed>, lasts: readonly (Signed & { name: string })[]) {
  const said = new Map<string, { hash: string; by: string }[]>();
  const say = (day: string, one: { hash: string; by: string }) =>
    said.set(day, [...(said.get(day) ?? []), one]);
  for (const { day, hash, name } of lasts) say(day, { hash, by: name });
  const begin = lasts[0]?.first ?? earliest([...own.values()].map(({ first }) => first));
  const replaced: { what: "replaced"; day: string; by: string }[] = [];
  for (const one of [...own.values()].toSorted((a, b) => (a.day < b.day ? 1 : -1))) {
    const { day, first, hash, previous } = one;
    const other = said.get(day)?.find((each) => each.hash !== hash)?.by;
    const isBegun = first === begin && (day === first) === (previous === null);
    const by = other ?? (isBegun ? undefined : "the first day");
    if (by !== undefined) replaced.push({ what: "replaced", day, by });
    else if (previous !== null) say(dayBefore(day), { hash: previous, by: day });
  }
  return replaced.toReversed();
}
