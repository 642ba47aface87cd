/** What of an audit is whole and what is not, a sentence each: what its first lines and its first list say. */
import type { Audited } from "../../core/audit/audit.ts";
import { gapText, minute, misfit } from "../audit.ts";
import { daysGone } from "../audited-days.ts";
import { count, counted } from "../text/figures.ts";
import { words } from "./audit-words.ts";

/** `ok`: undefined where nothing can be told. */
export interface AuditCheck {
  readonly ok: boolean | undefined;
  readonly text: string;
  /** What it comes to, one by one. */
  readonly items?: readonly string[];
}

export const auditChecks = (audited: Audited): AuditCheck[] => [
  ...numbers(audited),
  ...head(audited),
  ...daysOf(audited),
  ...reconciledChecks(audited),
];

/** How many numbers neither the table nor the bucket has. */
export const missingCount = ({ gaps }: Audited): number =>
  gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0);

function numbers(audited: Audited): AuditCheck[] {
  const { gaps, changes, unread, fromBucket } = audited;
  const missing = missingCount(audited);
  const [first, last] = [changes[0], changes.at(-1)];
  const between = first === undefined || last === undefined ? "" : ` from ${first.number} to ${last.number}`;
  return [
    missing === 0
      ? { ok: true, text: `No number${between} is missing.` }
      : {
          ok: false,
          text: `${counted(missing, "number is", "numbers are")} missing: neither the table nor the bucket has anything of them.`,
          items: gaps.map(gapText),
        },
    ...(unread === 0
      ? []
      : [
          {
            ok: false,
            text: `${counted(unread, "pack", "packs")} of another version of Slipway could not be read: what they tell is not on this page.`,
          },
        ]),
    ...(fromBucket === 0
      ? []
      : [
          {
            ok: undefined,
            text: `${counted(fromBucket, "change was", "changes were")} read from the bucket, since the table does not have them.`,
          },
        ]),
  ];
}

function head(audited: Audited): AuditCheck[] {
  if (!audited.fits)
    return [{ ok: false, text: `The chain does not fit its signed head: ${misfit(audited)}.` }];
  if (audited.head === undefined)
    return [{ ok: undefined, text: "Nothing is stored of it yet, and no head is signed." }];
  const { sequence, at } = audited.head;
  return [
    {
      ok: true,
      text: `The chain fits its signed head, number ${sequence} of ${minute(at)} UTC.`,
    },
  ];
}

function daysOf({ scaling }: Audited): AuditCheck[] {
  if (scaling === undefined) return [];
  const gone = daysGone(scaling);
  if (gone.length > 0)
    return [{ ok: false, text: "Not every signed day of auto scaling is there.", items: gone }];
  const { told, days } = scaling;
  if (told === undefined) return [];
  return [
    {
      ok: true,
      text: `Each day of auto scaling from ${told.from} to ${told.to} has its signed summary: ${counted(days, "day")}.`,
    },
  ];
}

function reconciledChecks({ reconciled }: Audited): AuditCheck[] {
  if (reconciled === undefined) return [];
  const { told, untold, unseen, span } = reconciled;
  const silent = untold.filter(({ toldBy }) => toldBy === undefined);
  const when = `${minute(span.from)} to ${minute(span.to)} UTC`;
  return [
    silent.length === 0
      ? {
          ok: true,
          text: `Each call of Slipway's own roles that CloudTrail knows, ${when}, is told by a pack or a record: ${count(told)} by packs.`,
        }
      : {
          ok: false,
          text: `${counted(silent.length, "call")} with Slipway's own roles, ${when}, that no pack tells of.`,
        },
    ...(unseen.length === 0
      ? []
      : [
          {
            ok: false,
            text: `${counted(unseen.length, "pack says", "packs say")} that a change was made, and CloudTrail knows no such call.`,
            items: unseen.map((number) => `number ${number}`),
          },
        ]),
  ];
}

const marks = (ok: boolean | undefined): readonly [sign: string, tone: string] =>
  ok === undefined ? ["–", ""] : ok ? ["✔", "good"] : ["✖", "bad"];

/** Chosen: longer lists are folded. */
const mostItems = 12;

export const checkList = (checks: readonly AuditCheck[]): string =>
  `<ul class="checks">${checks.map(checkItem).join("")}</ul>`;

function checkItem({ ok, text, items = [] }: AuditCheck): string {
  const [sign, tone] = marks(ok);
  const list = `<ul>${items.map((item) => `<li>${words(item)}</li>`).join("")}</ul>`;
  const more =
    items.length === 0
      ? ""
      : items.length <= mostItems
        ? list
        : `<details><summary>all ${count(items.length)}</summary>${list}</details>`;
  return `<li><span class="sign ${tone}">${sign}</span> <div>${words(text)}${more}</div></li>`;
}
