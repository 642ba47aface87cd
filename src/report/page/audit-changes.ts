/**
 * An audit's changes on its page: by release, and in it by what they rest on; who had asked, who had said yes, gates, and what became what.
 * What is folded costs a browser nothing, so that ten thousand changes open.
 */
import type { Audited } from "../../core/audit/audit.ts";
import type { AuditLine } from "../../core/audit/line.ts";
import type { Pack } from "../../core/evidence/pack.ts";
import { printable } from "../../core/input/bad-input.ts";
import { minute, second } from "../audit.ts";
import { changeTexts, thingText } from "../audited-changes.ts";
import {
  answerText,
  glassText,
  type KnownPeople,
  orderText,
  purchaseText,
  takenBackText,
} from "../audited-people.ts";
import { counted } from "../text/figures.ts";
import { words } from "./audit-words.ts";
import { escaped, joined } from "./markup.ts";
import { tableOf, text } from "./table.ts";

/** Chosen: so many changes are shown unfolded. */
const mostUnfolded = 40;
/** Chosen: more groups than these are folded by their months. */
const mostGroups = 40;
/** Chosen: a table that a browser lays out at once. */
const mostRows = 200;

/** Where a number of the chain is on the page. */
export const numberLink = (number: number): string => `<a href="#n${number}">${number}</a>`;

export function changesPart(audited: Audited): string {
  const { changes } = audited;
  if (changes.length === 0) return "<p>None in this time.</p>";
  const groups = groupsOf(changes);
  const isOpen = changes.length <= mostUnfolded;
  const shown = groups.map((group) => ({ group, html: groupPart(group, audited, isOpen) }));
  const body =
    groups.length <= mostGroups
      ? shown.map(({ html }) => html)
      : [...Map.groupBy(shown, ({ group }) => monthOf(group))].map(
          ([month, some]) =>
            `<details class="month"><summary>${month}: ${monthText(
              some.map(({ group }) => group),
              audited,
            )}</summary>${joined(some.map(({ html }) => html))}</details>`,
        );
  return joined([legend(changes), `<div class="changes">${joined(body)}</div>`]);
}

interface Group {
  /** Whose changes these are. */
  readonly of: string;
  readonly lines: readonly AuditLine[];
}

/** Runs of changes of one release, or between releases; no longer than a table may be. */
function groupsOf(changes: readonly AuditLine[]): Group[] {
  const groups: { of: string; lines: AuditLine[] }[] = [];
  for (const line of changes) {
    const group = groups.at(-1);
    const of = ownerOf(line);
    if (group !== undefined && group.of === of && group.lines.length < mostRows) group.lines.push(line);
    else groups.push({ of, lines: [line] });
  }
  return groups;
}

function ownerOf({ release, purchase, count }: AuditLine): string {
  if (release !== undefined) return release.id;
  if (purchase !== undefined) return `training plan ${purchase.trainingPlan}`;
  return count === undefined ? "between releases" : "only counted";
}

const monthOf = ({ lines }: Group): string => lines[0]?.at.slice(0, 7) ?? "";

function monthText(groups: readonly Group[], audited: Audited): string {
  const releases = new Set(groups.flatMap(({ lines }) => lines.map(({ release }) => release?.id)));
  releases.delete(undefined);
  const lines = groups.flatMap((group) => group.lines);
  return [
    counted(lines.length, "change"),
    ...(releases.size === 0 ? [] : [counted(releases.size, "release")]),
    ...exceptional(lines, audited),
  ].join(", ");
}

function exceptional(lines: readonly AuditLine[], { exceptions }: Audited): string[] {
  const numbers = new Set(lines.map(({ number }) => number));
  const many = exceptions.filter(({ number }) => number !== undefined && numbers.has(number)).length;
  return many === 0 ? [] : [`! ${counted(many, "exception")}`];
}

function groupPart({ of, lines }: Group, audited: Audited, isOpen: boolean): string {
  const [first, last] = [lines[0], lines.at(-1)];
  if (first === undefined || last === undefined) return "";
  const range = first === last ? `number ${first.number}` : `numbers ${first.number} to ${last.number}`;
  const said = [range, minute(first.at), counted(lines.length, "change"), ...exceptional(lines, audited)];
  return `<details class="group"${isOpen ? " open" : ""}><summary><code>${escaped(printable(of))}</code> <span class="said">${escaped(said.join(", "))}</span></summary>${facts(startedBy(lines))}${partsOf(lines, audited)}</details>`;
}

type Fact = readonly [what: string, ...said: string[]];

function facts(all: readonly Fact[]): string {
  if (all.length === 0) return "";
  const items = all.map(
    ([what, ...said]) => `<dt>${escaped(what)}</dt>${said.map((each) => `<dd>${words(each)}</dd>`).join("")}`,
  );
  return `<dl class="facts">${items.join("")}</dl>`;
}

/** As the first of them says that does: two people's word has no more of a release than its name. */
function startedBy(lines: readonly AuditLine[]): Fact[] {
  const { because, model } = lines[0] ?? {};
  const { trigger, claimed } = lines.find(({ release }) => release?.trigger !== undefined)?.release ?? {};
  const said = [
    ...(claimed?.commit === undefined ? [] : [`commit ${claimed.commit}`]),
    ...(claimed?.run === undefined ? [] : [`run ${claimed.run}`]),
  ];
  return [
    ...(trigger === undefined ? [] : [["Started by", trigger] as const]),
    ...(said.length === 0
      ? []
      : [["Its caller said", `${said.join(", ")} (nobody has looked into that)`] as const]),
    ...(because === undefined
      ? []
      : [["Because of", model === undefined ? because : `${because}, for ${model}`] as const]),
  ];
}

/** Each run of changes that rest on the same. */
function partsOf(lines: readonly AuditLine[], known: KnownPeople): string {
  const parts: { grounds: readonly Fact[]; lines: AuditLine[] }[] = [];
  for (const line of lines) {
    const grounds = groundsOf(line, known);
    const part = parts.at(-1);
    if (part !== undefined && JSON.stringify(part.grounds) === JSON.stringify(grounds)) part.lines.push(line);
    else parts.push({ grounds, lines: [line] });
  }
  return parts.map((part) => `${facts(part.grounds)}${changeTable(part.lines)}`).join("");
}

const inPack = "told by the pack alone: the table had no room for it";
const none = "none that these rest on";

function groundsOf(line: AuditLine, known: KnownPeople): Fact[] {
  const { release, order, by, answers = [], cut = [], glass = [], purchase } = line;
  if (purchase !== undefined) return [["By the word of", purchaseText(purchase, known)]];
  const asked = [
    ...(cut.includes("order") ? [inPack] : []),
    ...(order === undefined ? [] : [`${orderText(order, known)}, ${second(order.at)}`]),
    ...(by === undefined ? [] : [takenBackText(by, known)]),
  ];
  const broken = cut.includes("glass") ? [inPack] : glass.map((one) => glassText(one, known));
  const said = cut.includes("answers")
    ? [inPack]
    : answers.map((one) => `${answerText(one, known)}, ${second(one.at)}`);
  const isRelease = release !== undefined && line.what !== "glass-broken";
  return [
    ...(asked.length === 0 ? [] : [["Asked for", ...asked] as const]),
    ...(isRelease ? [["Approved", ...(said.length === 0 ? [none] : said)] as const] : []),
    ...(isRelease ? [["Gates", ...gatesSaid(line)] as const] : []),
    ...(broken.length === 0 ? [] : [["Break-glass", ...broken] as const]),
  ];
}

function gatesSaid({ gates, cut = [] }: AuditLine): string[] {
  if (cut.includes("gates")) return [inPack];
  if (gates === undefined) return [none];
  const said = Object.entries(gates.said).map(([answer, many]) => `${many} ${answer}`);
  const waived = Object.entries(gates.waivedUntil ?? {});
  return [said.join(", "), ...waived.map(([gate, until]) => `${gate} is waived until ${until}`)];
}

const changeTable = (lines: readonly AuditLine[]): string =>
  tableOf({
    caption:
      lines.length === 1
        ? `Change ${lines[0]?.number}`
        : `Changes ${lines[0]?.number} to ${lines.at(-1)?.number}`,
    heads: ["number", "moment, UTC", "what", "of", "before → after"],
    rows: lines.map((line) => [
      { html: `<span id="n${line.number}">${line.number}</span>`, isNumber: true },
      { html: second(line.at), isNumber: true },
      text(printable(line.what)),
      { html: `<code>${escaped(thingText(line))}</code>`, isLong: true },
      {
        html: changeTexts(line)
          .map((each) => `<code>${escaped(each)}</code>`)
          .join("<br>"),
        isLong: true,
      },
    ]),
  });

const meanings: Readonly<Record<Pack["what"], string>> = {
  made: "a change that a release made",
  "put-back": "what a release had changed, as it was before",
  begun: "its calls may have gone out, and what became of them nobody can tell",
  adjusted: "a minimum that was set between releases",
  "adjustment-begun": "the same, and nobody has seen it take effect",
  "glass-broken": "two people let a release past gates or freezes; nothing is changed by that",
  "purchase-agreed": "two people agreed to buy a training plan, which is about to be bought",
  bought: "that training plan is bought",
  untold: "changes of which no more was kept than how many",
};

/** What the words of these changes say. */
function legend(changes: readonly AuditLine[]): string {
  const used = new Set(changes.map(({ what }) => what));
  return facts(Object.entries(meanings).filter(([what]) => used.has(what)));
}
