/** An audit as one page for whoever has to say that changes were in order: auditors, and who answers for security. It asks for nothing, and has no script. */
import type { AuditException, Audited } from "../../core/audit/audit.ts";
import { printable } from "../../core/input/bad-input.ts";
import { minute, second } from "../audit.ts";
import { count, counted } from "../text/figures.ts";
import type { Highlight } from "../view/highlights.ts";
import { outsidePart, scalingPart } from "./audit-beside.ts";
import { changesPart, numberLink } from "./audit-changes.ts";
import { auditChecks, checkList, missingCount } from "./audit-checks.ts";
import { words } from "./audit-words.ts";
import { cards } from "./cards.ts";
import { documentOf, section } from "./document.ts";
import { escaped, joined } from "./markup.ts";
import { tableOf, text } from "./table.ts";

/** `origin`: of which deployment, and when it was looked. */
export const auditDocument = (audited: Audited, origin: string): string =>
  documentOf({
    title: `Audit of ${printable(audited.subject)}: ${audited.ok ? "complete" : "incomplete"}`,
    content: [
      header(audited, origin),
      section("whole", "What was looked at, and whether it is whole", checkList(auditChecks(audited))),
      section("exceptions", "Out of the ordinary", exceptionsPart(audited.exceptions)),
      section("changes", "Every change", changesPart(audited)),
      section("scaling", "What auto scaling changed by itself", scalingPart(audited)),
      section("outside", "What happened without a pack", outsidePart(audited)),
      section("not-shown", "What this page does not show", notShown(audited)),
    ],
    charts: [],
  });

function header(audited: Audited, origin: string): string {
  const { subject, span, ok } = audited;
  const failing = auditChecks(audited).filter((check) => check.ok === false);
  const amiss = failing.length === 0 ? "Something could not be looked at: the last part says what." : "";
  const whole =
    audited.reconciled === undefined
      ? "By what Slipway says of itself; nothing here was held against AWS."
      : "Held against what CloudTrail and auto scaling know of it.";
  return joined([
    "<header>",
    `<p class="subject">Audit of ${escaped(printable(subject))}, ${minute(span.from)} to ${minute(span.to)} UTC</p>`,
    `<h1>${headline(audited)}</h1>`,
    `<p><span class="badge ${ok ? "good" : "bad"}"><span aria-hidden="true">${ok ? "✔" : "✖"}</span> ${ok ? "complete" : "incomplete"}</span></p>`,
    `<p class="reason">${escaped(printable(ok ? whole : [...failing.map((check) => check.text), amiss].join(" ").trim()))}</p>`,
    `<p class="origin">${words(origin)}</p>`,
    cards(figuresOf(audited)),
    "</header>",
  ]);
}

function headline({ ok, changes }: Audited): string {
  if (!ok) return "Not all of it is told, or could be looked at.";
  return changes.length === 0
    ? "There was no change in this time."
    : "Every change is told, and none is missing.";
}

function figuresOf(audited: Audited): Highlight[] {
  const { changes, exceptions, head, fits, scaling, reconciled } = audited;
  const [first, last] = [changes[0], changes.at(-1)];
  const releases = new Set(changes.flatMap(({ release }) => (release === undefined ? [] : [release.id])));
  const missing = missingCount(audited);
  const isLacking = scaling !== undefined && (scaling.gone.length > 0 || scaling.unread > 0);
  const figure = (what: string, value: number, more: Partial<Highlight> = {}): Highlight => ({
    what,
    figure: count(value),
    note: "",
    isBeyond: false,
    ...more,
  });
  return [
    figure("Changes", changes.length, {
      note: first === undefined || last === undefined ? "" : `numbers ${first.number} to ${last.number}`,
    }),
    figure("Releases", releases.size),
    figure("Missing numbers", missing, { isBeyond: missing > 0 }),
    {
      what: "Signed head",
      figure: head === undefined ? "none" : `number ${head.sequence}`,
      note:
        head === undefined
          ? ""
          : `of ${minute(head.at)} UTC${fits ? ", which fits" : ", which does not fit"}`,
      isBeyond: !fits,
    },
    figure("Out of the ordinary", exceptions.length),
    ...(scaling === undefined
      ? []
      : [
          figure("By auto scaling", scaling.counts.changes, {
            note: `in ${counted(scaling.days, "signed day")}${isLacking ? ", and not all are there" : ""}`,
            isBeyond: isLacking,
          }),
        ]),
    ...(reconciled === undefined
      ? []
      : beside(reconciled).map(([what, value, isBeyond]) => figure(what, value, { isBeyond }))),
  ];
}

function beside({
  outside,
  untold,
  unseen,
}: NonNullable<Audited["reconciled"]>): [what: string, value: number, isBeyond: boolean][] {
  const silent = untold.filter(({ toldBy }) => toldBy === undefined).length;
  return [
    ["From outside", outside.length, false],
    ["Calls without a pack", silent, silent > 0],
    ["Packs without a call", unseen.length, unseen.length > 0],
  ];
}

const kinds: Readonly<Record<AuditException["what"], string>> = {
  "end-unknown": "end not known",
  untold: "only counted",
  waived: "gate waived",
  glass: "break-glass",
  remainder: "not put back",
  waiting: "waits to be signed",
};

/** Chosen: more are folded. */
const mostExceptions = 40;

function exceptionsPart(exceptions: readonly AuditException[]): string {
  if (exceptions.length === 0)
    return "<p>Nothing: no gate was waived, nobody was let past one, and the end of each change is known.</p>";
  const table = tableOf({
    caption: "Out of the ordinary",
    heads: ["number", "moment, UTC", "what", "in words"],
    rows: exceptions.map(({ number, at, what, text: said }) => [
      { html: number === undefined ? "–" : numberLink(number), isNumber: true },
      { html: at === undefined ? "now" : second(at), isNumber: true },
      text(kinds[what]),
      { html: words(said), isLong: true },
    ]),
  });
  return exceptions.length <= mostExceptions
    ? table
    : `<details><summary>${counted(exceptions.length, "exception")}</summary>${table}</details>`;
}

/** What was not asked, what is elsewhere, and what nobody could tell by this. */
function notShown({ subject, changes, unasked, reconciled, scaling, erased }: Audited): string {
  const cut = changes.filter((line) => line.cut !== undefined).length;
  const many = Object.keys(erased).length;
  const [kind, name] = subject.split("/");
  const asked = kind === "endpoint" ? name : subject;
  const said = [
    ...unasked.map((one) => `${one}.`),
    ...(reconciled === undefined
      ? [
          "Whether anything else happened: slipway audit --reconcile holds all of it against CloudTrail and auto scaling.",
        ]
      : []),
    ...(scaling === undefined ? ["What auto scaling did on past days: no day is told of yet."] : []),
    `Whether each pack is as it was signed: slipway evidence verify ${asked} says so, by the key. This page is made of the table's lines, and proves nothing by itself.`,
    "Why: reasons that people gave, what a gate found and who has waived it are in the plan and in the release's journal (slipway report RELEASE).",
    ...(cut === 0
      ? []
      : [
          `All of ${counted(cut, "change")} that had more to say than the table keeps: the pack has it (slipway evidence export ${asked}).`,
        ]),
    ...(many === 0
      ? []
      : [
          `The names of ${counted(many, "person", "people")} whom an erasing took out of the directory: what is known is when that was.`,
        ]),
    "Changes of other endpoints, pools and resources: each has a chain of its own.",
    "Whether any law or standard is complied with.",
  ];
  return `<ul>${said.map((each) => `<li>${words(each)}</li>`).join("")}</ul>`;
}
