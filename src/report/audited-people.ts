/** Who had asked for a change and who had said yes to it, as a person reads it: by name, as far as the directory of people has it. */
import type { Audited } from "../core/audit/audit.ts";
import type { AuditLine } from "../core/audit/line.ts";

/** Who is who, and when whom the directory does not have any more was erased from it. */
export type KnownPeople = Pick<Audited, "people" | "erased">;

export function orderText(
  { kind, by, release }: NonNullable<AuditLine["order"]>,
  known: KnownPeople,
): string {
  const who = by === undefined ? release : whoOf(by, known);
  return who === undefined ? `ordered: ${kind}` : `ordered: ${kind} by ${who}`;
}

/** Of a minimum between releases. */
export const takenBackText = (by: string, known: KnownPeople): string =>
  `ordered: take it back by ${whoOf(by, known)}`;

export function glassText(
  { passes, until, by }: NonNullable<AuditLine["glass"]>[number],
  known: KnownPeople,
): string {
  const who = by.map((one) => whoOf(one, known)).join(" and ");
  return `let past ${passes.join(", ")} until ${until} by ${who || "people whom the directory could not be told"}`;
}

export function purchaseText(
  { model, milestone, by }: NonNullable<AuditLine["purchase"]>,
  known: KnownPeople,
): string {
  const [asked, agreed] = by.map((one) => whoOf(one, known));
  const who =
    agreed === undefined
      ? "by two people, not both of whom the directory could be told"
      : `asked for by ${asked}, agreed to by ${agreed}`;
  return `${milestone} of ${model}, ${who}`;
}

/** Whom the directory does not have is who they are in the packs, with when they were erased; or nobody has written them down. */
function whoOf(by: string, { people, erased }: KnownPeople): string {
  const [arn, at] = [people[by], erased[by]];
  if (arn !== undefined) return arn;
  return at === undefined ? `${by} (not in the directory)` : `${by} (erased on ${at.slice(0, 10)})`;
}

/** An answer with whose it was. */
export function answerText(
  { stage, answer, by, side }: NonNullable<AuditLine["answers"]>[number],
  known: KnownPeople,
): string {
  const whose = side === undefined ? "" : ` for ${side}`;
  const who = by === undefined ? "somebody whom the directory could not be told" : whoOf(by, known);
  return `stage ${stage}: ${answer} by ${who}${whose}`;
}
