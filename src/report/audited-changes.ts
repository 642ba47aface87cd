/** The changes of an audit as a person reads them: by release, and by who had asked; each with what of its thing became another. */
import type { Audited } from "../core/audit/audit.ts";
import type { AuditLine } from "../core/audit/line.ts";
import { printable } from "../core/input/bad-input.ts";
import { type JsonValue, same } from "../core/release/json-value.ts";
import {
  answerText,
  glassText,
  type KnownPeople,
  orderText,
  purchaseText,
  takenBackText,
} from "./audited-people.ts";
import type { Page } from "./summary/page.ts";
import { fold } from "./text/layout.ts";

/** A paragraph for each run of changes that one release made on the same grounds. */
export function changesText({ changes, people, erased }: Audited, { width, paint }: Page): string[] {
  const [numbers, whats] = [changes.map(({ number }) => String(number)), changes.map(({ what }) => what)];
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(({ length }) => length));
  const [numberWidth, whatWidth] = [widest(numbers), widest(whats)];
  let last: string | undefined;
  return changes.flatMap((line) => {
    const head = headOf(line, { people, erased });
    const heads = head === last ? [] : [...(last === undefined ? [] : [""]), ...fold(head, width)];
    last = head;
    const begin = `${String(line.number).padStart(numberWidth)}  ${second(line.at)}  ${line.what.padEnd(whatWidth)}`;
    const indent = " ".repeat(numberWidth + 2);
    const thing = fold(`${indent}${thingText(line)}`, width);
    const first = `${begin}  ${thingText(line)}`;
    return [
      ...heads,
      ...(first.length <= width ? [first] : [begin, ...thing]),
      ...fold(`${indent}${changeTexts(line).join("; ")}`, width).map(paint.dim),
    ];
  });
}

const second = (moment: string): string => moment.slice(0, 19).replace("T", " ");

function headOf(line: AuditLine, known: KnownPeople): string {
  const { release, order, because, by, cut = [], glass = [], purchase } = line;
  if (purchase !== undefined) return printable(purchaseText(purchase, known));
  const of =
    release === undefined
      ? `between releases${because === undefined ? "" : `, by ${because}`}`
      : [release.id, ...(release.trigger === undefined ? [] : [`started by ${release.trigger}`])].join(", ");
  const asked = cut.includes("order") ? "ordered, as the pack says" : order && orderText(order, known);
  const back = by && takenBackText(by, known);
  const answered = cut.includes("answers")
    ? "answered, as the packs say"
    : (line.answers ?? []).map((one) => answerText(one, known)).join("; ");
  return printable(
    [of, asked, back, answered, ...glass.map((one) => glassText(one, known))]
      .filter((part) => part !== undefined && part !== "")
      .join("; "),
  );
}

export const thingText = ({ what, resource, count, purchase }: AuditLine): string =>
  what === "glass-broken"
    ? "two people's word"
    : purchase !== undefined
      ? printable(`training-plan ${purchase.trainingPlan}`)
      : resource === undefined
        ? `${count ?? "some"} changes`
        : printable(`${resource.kind} ${resource.name}`);

/** A text for each member that became another, or one of why there is none. */
export function changeTexts({ what, before, after, cut = [], purchase }: AuditLine): string[] {
  if (what === "glass-broken") return ["nothing is changed by it"];
  if (purchase !== undefined)
    return [printable(`${purchase.of}: ${purchase.fee.toFixed(2)} ${purchase.currency} up front`)];
  if (cut.includes("before") || cut.includes("after")) return ["from what to what is in the pack"];
  if (before === undefined && after === undefined) return ["no more was kept"];
  const told = differing("", before ?? null, after ?? null);
  return told.length === 0 ? ["as it was"] : told.map(printable);
}

/** Member by member, as far as both have members. */
function differing(path: string, before: JsonValue, after: JsonValue): string[] {
  if (same(before, after)) return [];
  if (!hasMembers(before) || !hasMembers(after))
    return [`${path === "" ? "" : `${path}: `}${valueText(before)} → ${valueText(after)}`];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) =>
    differing(path === "" ? name : `${path}.${name}`, before[name] ?? null, after[name] ?? null),
  );
}

const hasMembers = (value: JsonValue): value is { readonly [key: string]: JsonValue } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Chosen: a longer value is told by how it begins. */
const longestValue = 60;

function valueText(value: JsonValue): string {
  if (value === null) return "none";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > longestValue ? `${text.slice(0, longestValue - 1)}…` : text;
}
