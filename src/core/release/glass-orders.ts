/** What comes of what a person orders of a glass: to ask that it be broken, to agree to that, or to end it. */
import type { GateName } from "../gates/names.ts";
import { foundText } from "../input/bad-input.ts";
import { type EpochMs, epochMs } from "../units.ts";
import { type Glass, type GlassEntry, glassSaid, isBroken, mostHours, passable } from "./break-glass.ts";
import { nameOf, type Person } from "./person.ts";

export type GlassAction =
  /** Nothing is changed. */
  | { readonly do: "refuse"; readonly why: string }
  /** The same was said before. */
  | { readonly do: "nothing"; readonly glass: Glass }
  | { readonly do: "record"; readonly entry: GlassEntry };

/** Who says something, of what, and when. */
export interface GlassOrdered {
  /** Without the number of a try. */
  readonly releaseId: string;
  readonly by: Person;
  readonly pseudonym?: string | undefined;
  readonly reason: string;
  readonly nowMs: EpochMs;
  /** What stands of the release. */
  readonly glass: Glass | undefined;
}

interface Asking extends GlassOrdered {
  readonly passes: readonly string[];
  readonly until: string;
  /** The gates that the plan asks for. */
  readonly gates: readonly GateName[];
}

export function nextForAsking(asking: Asking): GlassAction {
  const { releaseId, by, glass, nowMs } = asking;
  const why = sharedText(by) ?? wrongTime(asking) ?? wrongNames(asking);
  if (why !== undefined) return refuse(releaseId, why);
  const passes = passable.filter((name) => asking.passes.includes(name));
  const until = textOf(epochMs(asking.until));
  if (glass === undefined) {
    const entry = { ...saidBy(asking, textOf(nowMs)), said: "asked" as const, passes, until };
    return { do: "record", entry };
  }
  const { asked } = glass;
  const isSame =
    asked.by.person === by.person && asked.until === until && asked.passes.join() === passes.join();
  if (isSame) return { do: "nothing", glass };
  return refuse(
    releaseId,
    `expected nothing asked for so far, found: ${glassSaid(glass)} (--reject ends it; without --pass a second person agrees)`,
  );
}

function wrongTime({ until, nowMs }: Asking): string | undefined {
  const left = epochMs(until) - nowMs;
  return left > 0 && left <= mostHours * 3_600_000
    ? undefined
    : `--until: expected a time to come within ${mostHours} hours, found ${foundText(until)}`;
}

/** A line for each that is none. */
function wrongNames({ passes, gates }: Asking): string | undefined {
  const some = [...gates.filter((gate) => (passable as readonly string[]).includes(gate)), "freezes"];
  const wrong = passes.filter((name) => !some.includes(name)).map((name) => whyNotPassed(name, some));
  if (passes.length === 0) wrong.push(`--pass: expected some of ${some.join(", ")}, found nothing`);
  return wrong.length === 0 ? undefined : wrong.join("\n");
}

function whyNotPassed(name: string, some: readonly string[]): string {
  const isAsked = (passable as readonly string[]).includes(name);
  const why = isAsked
    ? "the plan does not ask for that gate"
    : "nobody lets a release past anything else: not its quota, budget, way back or verdict";
  return `--pass: expected some of ${some.join(", ")}, found ${foundText(name)}; ${why}`;
}

interface Agreeing extends GlassOrdered {
  /** The digest of what stands, and of what they were shown. */
  readonly digest: string | undefined;
  readonly seen: string;
  /** Who made the version, by the registry; undefined where it does not say. */
  readonly author: Person | undefined;
}

export function nextForAgreeing(agreeing: Agreeing): GlassAction {
  const { releaseId, by, glass, seen } = agreeing;
  if (glass === undefined)
    return refuse(releaseId, "expected something asked for (--pass and --until ask for it), found nothing");
  if (isBroken(glass)) return { do: "nothing", glass };
  const why = sharedText(by) ?? notSecond(agreeing, glass);
  if (why !== undefined) return refuse(releaseId, why);
  return { do: "record", entry: { ...saidBy(agreeing, glass.asked.askedAt), said: "agreed", seen } };
}

function notSecond({ by, author, seen, digest }: Agreeing, { asked }: Glass): string | undefined {
  if (asked.by.person === by.person)
    return `expected a second person, found ${nameOf(by)}, who has asked for it`;
  if (author === undefined)
    return "expected somebody else than who made the version, which the registry does not say (CreatedBy)";
  if (author.person === by.person)
    return `expected somebody else than who made the version, found ${nameOf(by)} (${author.arn})`;
  return seen === digest ? undefined : "what is asked for has changed since it was shown; look at it again";
}

/** Everybody may end it. */
export function nextForEnding(ending: GlassOrdered): GlassAction {
  const { releaseId, glass } = ending;
  if (glass === undefined)
    return refuse(releaseId, "expected something asked for or in force, found nothing");
  return { do: "record", entry: { ...saidBy(ending, glass.asked.askedAt), said: "ended" } };
}

const sharedText = ({ isNamed, arn }: Person): string | undefined =>
  isNamed
    ? undefined
    : `expected somebody whom AWS knows by name, found ${arn}, which several share (docs/OPERATIONS.md, "Who it was")`;

function saidBy({ releaseId, by, pseudonym, reason, nowMs }: GlassOrdered, askedAt: string) {
  return {
    releaseId,
    askedAt,
    by,
    at: textOf(nowMs),
    reason,
    ...(pseudonym !== undefined && { pseudonym }),
  };
}

const refuse = (releaseId: string, why: string): GlassAction => ({
  do: "refuse",
  why: why
    .split("\n")
    .map((line) => (line.startsWith("--") ? line : `${releaseId}: ${line}`))
    .join("\n"),
});

const textOf = (ms: EpochMs): string => new Date(ms).toISOString();
