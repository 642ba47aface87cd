/** What comes of what a person orders of a purchase: to ask for it, to agree to it as a second person, or to end it. */
import { foundText } from "../input/bad-input.ts";
import { sideOfPerson, sidesOf, sidesText, type Team } from "../plan/team.ts";
import { nameOf, type Person } from "../release/person.ts";
import { type EpochMs, epochMs } from "../units.ts";
import { type Purchase, type PurchaseEntry, type Purpose, purchaseSaid } from "./purchase.ts";

type Asked = Purchase["asked"];

type PurchaseAction =
  /** Nothing is changed. */
  | { readonly do: "refuse"; readonly why: string }
  /** The same was said before. */
  | { readonly do: "nothing" }
  | { readonly do: "record"; readonly entry: PurchaseEntry };

/** Who says something, of what, and when. */
export interface PurchaseOrdered extends Purpose {
  readonly by: Person;
  readonly pseudonym?: string | undefined;
  readonly reason: string;
  readonly nowMs: EpochMs;
  /** What stands of the milestone. */
  readonly purchase: Purchase | undefined;
  /** Who answers for what, by the plan in force. */
  readonly team: Team | undefined;
}

/** Chosen: offerings go soon. */
const mostHours = 72;
const usualHours = 24;

interface Asking extends PurchaseOrdered {
  readonly wanted: Pick<Asked, "offering" | "search" | "covers" | "maxUsd">;
  /** Absent: for a day. */
  readonly until: string | undefined;
}

export function nextForAsking(asking: Asking): PurchaseAction {
  const { by, nowMs, purchase, team, wanted } = asking;
  const until = asking.until ?? textOf(nowMs + usualHours * 3_600_000);
  const why = sharedText(by) ?? (team === undefined ? noTeam : undefined) ?? wrongTime(until, nowMs);
  if (why !== undefined) return refuse(asking, why);
  if (purchase === undefined) {
    const at = textOf(nowMs);
    const entry = { ...saidBy(asking, at), said: "asked" as const, ...wanted, until: textOf(epochMs(until)) };
    return { do: "record", entry };
  }
  const { asked } = purchase;
  const isSame =
    asked.by.person === by.person &&
    asked.offering.id === wanted.offering.id &&
    asked.maxUsd === wanted.maxUsd;
  if (isSame) return { do: "nothing" };
  return refuse(
    asking,
    `expected nothing asked for so far, found: ${purchaseSaid(purchase)} (--reject ends it; --agree agrees to it)`,
  );
}

const noTeam =
  "expected a plan in force with a team: an owner of capacity has to agree (team.capacity.owners)";

function wrongTime(until: string, nowMs: EpochMs): string | undefined {
  const left = epochMs(until) - nowMs;
  return left > 0 && left <= mostHours * 3_600_000
    ? undefined
    : `--until: expected a time to come within ${mostHours} hours, found ${foundText(until)}`;
}

interface Agreeing extends PurchaseOrdered {
  /** The digest of what stands, and of what they were shown. */
  readonly digest: string | undefined;
  readonly seen: string;
}

/** Of one that was agreed to already: nothing is to be written down, and to buy it goes on. */
export function nextForAgreeing(agreeing: Agreeing): PurchaseAction {
  const { purchase, by, seen } = agreeing;
  if (purchase === undefined)
    return refuse(
      agreeing,
      "expected something asked for (--offering and --max-usd ask for it), found nothing",
    );
  const why = sharedText(by) ?? notSecond(agreeing, purchase);
  if (why !== undefined) return refuse(agreeing, why);
  if (purchase.agreed !== undefined) return { do: "nothing" };
  return { do: "record", entry: { ...saidBy(agreeing, purchase.asked.askedAt), said: "agreed", seen } };
}

function notSecond({ by, team, seen, digest }: Agreeing, { asked }: Purchase): string | undefined {
  if (asked.by.person === by.person)
    return `expected a second person, found ${nameOf(by)}, who has asked for it`;
  const sides = sidesOf(team, ["capacity"]);
  if (sideOfPerson(sides, by.person) === undefined)
    return `expected an owner of ${sidesText(sides)}, found ${nameOf(by)}`;
  return seen === digest ? undefined : "what is asked for has changed since it was shown; look at it again";
}

/** Everybody may end it, as long as no call may have gone out of which nobody knows what came of it. */
export function nextForEnding(ending: PurchaseOrdered): PurchaseAction {
  const { purchase } = ending;
  if (purchase === undefined) return refuse(ending, "expected something asked for, found nothing");
  if (purchase.open !== undefined)
    return refuse(
      ending,
      `expected no call that may have gone out, found one of ${purchase.open.at}: --agree says what came of it`,
    );
  return { do: "record", entry: { ...saidBy(ending, purchase.asked.askedAt), said: "ended" } };
}

const sharedText = ({ isNamed, arn }: Person): string | undefined =>
  isNamed
    ? undefined
    : `expected somebody whom AWS knows by name, found ${arn}, which several share (docs/OPERATIONS.md, "Who it was")`;

function saidBy({ model, milestone, by, pseudonym, reason, nowMs }: PurchaseOrdered, askedAt: string) {
  const at = textOf(nowMs);
  return { model, milestone, askedAt, by, at, reason, ...(pseudonym !== undefined && { pseudonym }) };
}

const refuse = ({ model, milestone }: Purpose, why: string): PurchaseAction => ({
  do: "refuse",
  why: why.startsWith("--") ? why : `${milestone} of ${model}: ${why}`,
});

const textOf = (ms: EpochMs): string => new Date(ms).toISOString();
