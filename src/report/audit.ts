/** What an audit of a subject's changes came to, as a person reads it: each change, then what stands out, is missing or unasked. */
import type { AuditException, Audited, Gap } from "../core/audit/audit.ts";
import type { OwnCall, Reconciled, SeenCall } from "../core/audit/reconciling.ts";
import type { ScaledChange } from "../core/audit/scaled.ts";
import { printable } from "../core/input/bad-input.ts";
import { changesText } from "./audited-changes.ts";
import { changesBeyond, daysGone, daysTold, daysUnknown } from "./audited-days.ts";
import { apart, type Page } from "./summary/page.ts";
import { fold } from "./text/layout.ts";

export function auditPage(audited: Audited, page: Page): string[] {
  const { paint, width } = page;
  const folded = (lines: readonly string[]) => lines.flatMap((line) => fold(line, width));
  const { reconciled, scaling } = audited;
  const bad = (lines: readonly string[]) => folded(lines.map((line) => `✖ ${line}`)).map(paint.red);
  return apart([
    folded([headText(audited)]),
    changesText(audited, page),
    folded(audited.exceptions.map((one) => `! ${exceptionText(one)}`)).map(paint.yellow),
    bad([...audited.gaps.map(gapText), ...(audited.fits ? [] : [misfit(audited)])]),
    ...(scaling === undefined
      ? []
      : [
          folded(daysTold(scaling)),
          folded(daysUnknown(scaling).map((line) => `! ${line}`)).map(paint.yellow),
          bad(daysGone(scaling)),
        ]),
    ...(reconciled === undefined ? [] : [folded(changesBeyond(audited).map(scaledText))]),
    ...(reconciled === undefined ? [] : reconciledParts(reconciled, { folded, bad })),
    folded(audited.unasked.map((line) => `– ${printable(line)}`)).map(paint.dim),
    folded([endText(audited)]),
  ]);
}

export const minute = (moment: string): string => moment.slice(0, 16).replace("T", " ");
export const second = (moment: string): string => moment.slice(0, 19).replace("T", " ");

function headText({ subject, span, head, changes, fromBucket }: Audited): string {
  const upTo =
    head === undefined
      ? "nothing is stored of it"
      : `its head is number ${head.sequence}, of ${minute(head.at)}`;
  const read = fromBucket === 0 ? "" : `; ${fromBucket} read from the bucket`;
  const many = changes.length === 1 ? "1 change" : `${changes.length} changes`;
  return `${printable(subject)}, ${minute(span.from)} to ${minute(span.to)} UTC: ${many}${read}; ${upTo}`;
}

const exceptionText = ({ number, at, text }: AuditException): string =>
  printable(`${number === undefined ? "" : `number ${number}, ${second(at ?? "")}: `}${text}`);

export const gapText = ({ from, to }: Gap): string =>
  from === to ? `number ${from}: missing` : `numbers ${from} to ${to}: missing`;

export function misfit({ head }: Audited): string {
  return head === undefined
    ? "there are changes, and no head that says how far the chain has come"
    : `the head, number ${head.sequence}, is not where the chain ends`;
}

interface Writing {
  readonly folded: (lines: readonly string[]) => string[];
  readonly bad: (lines: readonly string[]) => string[];
}

function reconciledParts(
  { span, told, scaled, outside, untold, unseen }: Reconciled,
  { folded, bad }: Writing,
): string[][] {
  const silent = untold.filter(({ toldBy }) => toldBy === undefined);
  return [
    folded([
      `Held against CloudTrail and auto scaling, ${minute(span.from)} to ${minute(span.to)} UTC: ${told} calls are told by packs`,
    ]),
    folded(scaled.map(scaledText)),
    folded(outside.map(outsideText)),
    folded(untold.filter(({ toldBy }) => toldBy !== undefined).map(otherwiseText)),
    bad([
      ...silent.map(
        (one) => `${callText(one)}: by Slipway's own ${printable(one.by)}, and no pack tells of it`,
      ),
      ...unseen.map(
        (number) => `number ${number}: says that it was made, and CloudTrail knows no such call of Slipway's`,
      ),
    ]),
  ];
}

const callText = ({ at, operation, resources }: SeenCall): string =>
  printable(
    `${second(at)} ${operation} on ${resources.map(({ kind, name }) => `${kind} ${name}`).join(", ")}`,
  );

const outsideText = (one: SeenCall): string => `! ${callText(one)}: outside Slipway, by ${printable(one.by)}`;

function scaledText({ at, resource, policy, cause, description, summary }: ScaledChange): string {
  const why = policy === undefined ? (cause === undefined ? "" : `: ${cause}`) : ` under policy ${policy}`;
  const what = description === undefined ? "" : ` ${description}`;
  const told = summary === undefined ? "" : `, in the summary of ${summary}`;
  return printable(`· ${second(at)} ${resource.kind} ${resource.name}: by auto scaling${why}${told}.${what}`);
}

export const otherRecords = {
  bounds: "a minimum between releases, as slipway history tells",
  sweep: "the sweep took away what a promoted release had left",
  count: "in the time of changes that were only counted",
};

const otherwiseText = (one: OwnCall): string =>
  `· ${callText(one)}: ${one.toldBy === undefined ? "" : otherRecords[one.toldBy]}`;

function endText({ ok, reconciled, exceptions }: Audited): string {
  const outside = reconciled?.outside.length ?? 0;
  const beside = [
    ...(exceptions.length > 0 ? [`${exceptions.length} exceptions`] : []),
    ...(outside > 0 ? [`${outside} changes from outside`] : []),
  ].join(", ");
  const told = beside === "" ? "" : `; ${beside}`;
  const looked = reconciled === undefined ? ", by what Slipway says of itself (--reconcile asks AWS)" : "";
  return ok
    ? `✔ no number is missing${looked}${told}`
    : `✖ not all of it is told, or could be looked at${told}`;
}
