/** What a person reads of evidence that was verified: a line for each thing that is not as it was signed, and one for all of it. */
import type { EvidenceFinding, EvidenceVerdict } from "../core/evidence/verify.ts";
import type { DayFinding, DaysVerdict } from "../core/evidence/verify-days.ts";
import { printable } from "../core/input/bad-input.ts";

const range = (from: number, to: number): string =>
  from === to ? `number ${from}` : `numbers ${from} to ${to}`;

export function findingText(finding: EvidenceFinding): string {
  switch (finding.what) {
    case "changed":
      return `number ${finding.number}: what lies there is not what was signed`;
    case "other-key":
      return `number ${finding.number}: signed by another key`;
    case "misplaced": {
      const { subject, sequence } = finding.holds;
      return `number ${finding.number}: what lies there was signed as number ${sequence} of ${printable(subject)}`;
    }
    case "doubled":
      return `number ${finding.number}: lies there more than once, as ${finding.at.join(", ")}`;
    case "missing":
      return `${range(finding.from, finding.to)}: missing`;
    case "cut-off":
      return `${range(finding.from, finding.to)}: cut off at the end`;
    case "replaced":
      return `number ${finding.number}: signed by the key, and not what ${named(finding.by)} says was there`;
    case "head":
      return `${printable(finding.name)}: ${reasons[finding.why]}`;
    case "no-head":
      return "no head: how far the chain had come is not known, nor whether its end is missing";
    case "behind":
      return `no head says that the chain had come to number ${finding.number}`;
  }
}

const named = (by: string): string => (/^\d+$/.test(by) ? `number ${by}` : printable(by));

const reasons = {
  changed: "not what was signed",
  "other-key": "signed by another key",
  "other-subject": "another subject's",
};

export function verdictText({
  subject,
  entries,
  intact,
  head,
  beyondHead,
  bySignatureAlone,
}: EvidenceVerdict): string {
  const upTo = head === undefined ? "" : `, up to number ${head.sequence} by the head of ${head.at}`;
  const beyond = beyondHead === 0 ? "" : `; ${beyondHead} more that no head speaks of yet`;
  const alone =
    bySignatureAlone.length === 0 ? "" : `; ${bySignatureAlone.length} rest on their signatures alone`;
  return `${printable(subject)}: ${intact} of ${entries} as they were signed${upTo}${beyond}${alone}`;
}

const days = (from: string, to: string): string => (from === to ? `day ${from}` : `days ${from} to ${to}`);

export function dayFindingText(finding: DayFinding): string {
  const of = "what auto scaling did,";
  switch (finding.what) {
    case "changed":
      return `${of} day ${finding.day}: what lies there is not what was signed`;
    case "other-key":
      return `${of} day ${finding.day}: signed by another key`;
    case "misplaced": {
      const { subject, day } = finding.holds;
      return `${of} day ${finding.day}: what lies there was signed as day ${day} of ${printable(subject)}`;
    }
    case "missing":
      return `${of} ${days(finding.from, finding.to)}: missing`;
    case "cut-off":
      return `${of} ${days(finding.from, finding.to)}: cut off at the end`;
    case "replaced":
      return `${of} day ${finding.day}: signed by the key, and not what ${printable(finding.by)} says was there`;
    case "last":
      return `${printable(finding.name)}: ${reasons[finding.why]}`;
  }
}

export function daysText({ days: all, intact, first, last }: DaysVerdict): string {
  const span = first === undefined || last === undefined ? "" : `, ${first} to ${last}`;
  return `what auto scaling did: ${intact} of ${all} days as they were signed${span}`;
}
