/** A digest as it is read: by mail and on a terminal, whole; in a chat, what somebody has to do or decide. */
import { minuteOf } from "../calendar/calendar-texts.ts";
import { printable } from "../input/bad-input.ts";
import { sidesText } from "../plan/team.ts";
import { epochMs } from "../units.ts";
import type { ComingMilestone, HeldCapacity, WeeklyDigest } from "./digest.ts";
import { atStage } from "./news.ts";
import { notificationOf } from "./notice-texts.ts";

/** Chosen: what a message in a chat has room for beside its title, and how many of its commands anybody reads. */
const mostChatLines = 12;
const mostCommands = 5;

/** `2 milestones to come, 1 to be confirmed, $16.40 to come for what is held or under way` */
export function digestTitle({ coming, conflicts, held }: WeeklyDigest): string {
  const unconfirmed = coming.filter(({ confirm }) => confirm !== undefined).length;
  const parts = [
    coming.length === 0 ? "no milestone comes" : `${some(coming.length, "milestone")} to come`,
    ...(unconfirmed === 0 ? [] : [`${unconfirmed} to be confirmed`]),
    ...(conflicts.length === 0 ? [] : [`${some(conflicts.length, "conflict")}`]),
    ...(held.length === 0 ? [] : [`${usd(sumOf(held))} to come for what is held or under way`]),
  ];
  return parts.join(", ");
}

/** The whole of it, in lines of a plain text. */
export function digestLines(digest: WeeklyDigest): string[] {
  const { stack, at, until, coming, conflicts, held, unseen } = digest;
  return [
    `${stack}, ${minuteOf(epochMs(at))} UTC, looking ahead to ${minuteOf(epochMs(until)).slice(0, 10)}: ${digestTitle(digest)}.`,
    ...section(
      "To come",
      coming.flatMap((one) => comingLines(one, stack)),
    ),
    ...section("In each other's way", conflicts.map(item)),
    ...section("Held or under way now", held.map(heldText).map(item)),
    ...section(`This month${monthName(digest)}`, monthTexts(digest).map(item)),
    ...section("Not looked at", unseen.map(item)),
  ].map(printable);
}

export const digestMail = (digest: WeeklyDigest): string => `${digestLines(digest).join("\n")}\n`;

/** Those of a stack are in one thread; `id` is the same for one that comes twice. */
export function digestNotification(digest: WeeklyDigest, id: string) {
  const { stack, coming, conflicts } = digest;
  const waiting = coming.filter(({ confirm }) => confirm !== undefined);
  const all = [
    ...coming.map(comingText),
    ...conflicts.map((text) => `In the way: ${text}`),
    ...beyondTexts(digest),
  ];
  const more = all.length - mostChatLines;
  const shown = more > 0 ? [...all.slice(0, mostChatLines), `and ${more} more`] : all;
  return notificationOf({
    id,
    threadId: `digest-${stack}`,
    eventType: "digest",
    title: `The next days of ${stack}: ${digestTitle(digest)}`,
    lines: shown.map(item),
    next: [
      { to: "See all of it", command: `slipway digest ${atStage(stack)}` },
      ...waiting.slice(0, mostCommands).map((one) => ({
        to: `Confirm ${one.kind} of ${one.model}`,
        command: confirmCommand(one, stack),
      })),
    ],
    keywords: [...new Set(coming.map(({ model }) => model))].slice(0, mostChatLines),
    relatedResources: [],
    additionalContext: { stack },
  });
}

function section(head: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", head, ...lines];
}

const item = (text: string): string => `- ${text}`;

function comingText({ model, kind, dueAt, isTentative, raises, costUsd, confirm }: ComingMilestone): string {
  const due = minuteOf(epochMs(dueAt));
  const when = isTentative ? `about ${due.slice(0, 10)}, by its cadence` : due;
  const what = raises === "" ? "raises nothing" : `raises ${raises}`;
  const price = costUsd === null ? "at a price that is not known" : usd(costUsd);
  const asks =
    confirm === undefined
      ? ""
      : `; to be confirmed until ${minuteOf(epochMs(confirm.until))} by ${sidesText(confirm.missing)}`;
  return `${when}: ${model}, ${kind}, ${what}, ${price}${asks}`;
}

const comingLines = (one: ComingMilestone, stack: string): string[] => [
  item(comingText(one)),
  ...(one.confirm === undefined ? [] : [`    ${confirmCommand(one, stack)}`]),
];

const confirmCommand = ({ model, kind }: ComingMilestone, stack: string): string =>
  `slipway plan confirm ${model} --milestone ${kind} ${atStage(stack)}`;

function heldText({ releaseId, state, until, raisedUsd, toComeUsd }: HeldCapacity): string {
  const how = state === "held" ? `is held until ${until ?? "it is given back"}` : "is under way";
  const spent = raisedUsd === null ? "at a price that is not known" : `${usd(raisedUsd)} so far`;
  return `${releaseId} ${how}: ${spent}, ${usd(toComeUsd)} to come`;
}

const monthName = ({ month }: WeeklyDigest): string => (month === undefined ? "" : ` (${month.month})`);

function monthTexts(digest: WeeklyDigest): string[] {
  if (digest.month === undefined) return [];
  const { releases, raisedUsd, toComeUsd, unknown } = digest.month.total;
  const lacks = unknown === 0 ? "" : `; of ${unknown} it is not known`;
  return [
    `${some(releases, "release")}: ${usd(raisedUsd)} raised, ${usd(toComeUsd)} to come${lacks}`,
    ...beyondTexts(digest),
  ];
}

const beyondTexts = ({ month }: WeeklyDigest): string[] =>
  (month?.plans ?? [])
    .filter(({ isBeyond }) => isBeyond)
    .map(
      ({ model, raisedUsd, toComeUsd, budgetUsd }) =>
        `${model} is beyond its budget: ${usd(raisedUsd + toComeUsd)} of ${usd(budgetUsd ?? 0)}`,
    );

const sumOf = (held: readonly HeldCapacity[]): number =>
  held.reduce((sum, { toComeUsd }) => sum + toComeUsd, 0);
const some = (many: number, one: string): string => `${many} ${one}${many === 1 ? "" : "s"}`;
const usd = (amount: number): string => `$${amount.toFixed(2)}`;
