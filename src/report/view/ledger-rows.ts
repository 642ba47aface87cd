/** The ledger, change by change: what was before, what was made of it, and what has become of that. */
import type { Change } from "../../core/release/change.ts";
import type { JsonValue } from "../../core/release/json-value.ts";
import { same } from "../../core/release/json-value.ts";
import { type ReleaseTold, secondsInto } from "./told.ts";

export interface LedgerRow {
  readonly atSeconds: number;
  /** `scaling of endpoint/chat/variant/v6` */
  readonly what: string;
  /** Member by member where both are made of members: only those that differ. */
  readonly before: string;
  readonly after: string;
  readonly became: string;
  /** Why it could not be undone or finished, when that was last tried; empty where nothing refuses it. */
  readonly refused: string;
}

const became: Readonly<Record<Change["state"], string>> = {
  intended: "not made yet",
  applied: "in force",
  undone: "put back",
  kept: "kept",
  drifted: "left to whoever changed it since",
};

export const ledgerRows = (told: Pick<ReleaseTold, "ledger" | "startedAt">): LedgerRow[] =>
  told.ledger.map(({ at, resource, before, after, state, refusal }) => {
    const [one, other] = apart(before, after);
    return {
      atSeconds: secondsInto(told, at),
      what: `${resource.kind} ${resource.name}`,
      before: shown(one),
      after: shown(other),
      became: became[state],
      refused: refusal === undefined ? "" : refusal.by,
    };
  });

type Members = { readonly [key: string]: JsonValue };
const isMembers = (value: JsonValue): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Without the members in which both are the same. */
function apart(before: JsonValue, after: JsonValue): [JsonValue, JsonValue] {
  if (!isMembers(before) || !isMembers(after)) return [before, after];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !same(before[name] ?? null, after[name] ?? null),
  );
  const only = (of: Members) =>
    Object.fromEntries(names.flatMap((name) => (name in of ? [[name, of[name] ?? null]] : [])));
  return [only(before), only(after)];
}

const mostLetters = 160;

/** Plain text: `min 4, max 16`; what is long is cut, since `--json` has all of it. */
function shown(value: JsonValue): string {
  if (value === null) return "–";
  const text = isMembers(value)
    ? Object.entries(value)
        .map(([name, each]) => `${name} ${typeof each === "object" ? JSON.stringify(each) : String(each)}`)
        .join(", ")
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value);
  return text.length <= mostLetters ? text : `${text.slice(0, mostLetters - 1)}…`;
}
