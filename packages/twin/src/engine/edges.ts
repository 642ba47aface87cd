/**
 * The edges of a state machine that are walked only in certain cases: each Catch, each Retry, and each rule and Default
 * of a Choice. Runs tell which they walked, so that what no run has ever walked is known by name.
 */
import { type AslDefinition, type AslState, allStates } from "./asl.ts";

const edgeKinds = ["Catch", "Retry", "Choice"] as const;
export type EdgeKind = (typeof edgeKinds)[number];

export interface Edge {
  readonly kind: EdgeKind;
  /** `Charge: Catch Declined → GiveBack`, `Charge: Retry`, `Stocked: Choice sold out → GiveBack` */
  readonly name: string;
}

interface Target {
  readonly Next: string;
}
type Catcher = Target & { readonly ErrorEquals: readonly string[] };
type Rule = Target & Readonly<Record<string, unknown>>;

const catchersOf = ({ Catch = [] }: AslState) => Catch as readonly Catcher[];
const retriersOf = ({ Retry = [] }: AslState) => Retry as readonly unknown[];
const rulesOf = ({ Type, Choices = [] }: AslState) => (Type === "Choice" ? (Choices as readonly Rule[]) : []);

/** In the order of the states, and of what each state has; those within a Map come after its own. */
export function edgesOf(definition: Pick<AslDefinition, "States">): Edge[] {
  return allStates(definition).flatMap(([name, state]): Edge[] => [
    ...retriersOf(state).map((_, nth) => ({ kind: "Retry" as const, name: retryEdge(name, nth) })),
    ...catchersOf(state).map((catcher) => ({ kind: "Catch" as const, name: catchEdge(name, catcher) })),
    ...rulesOf(state).map((rule, nth) => ({ kind: "Choice" as const, name: ruleEdge(name, rule, nth) })),
    ...(typeof state.Default === "string"
      ? [{ kind: "Choice" as const, name: defaultEdge(name, state.Default) }]
      : []),
  ]);
}

const retryEdge = (state: string, nth: number) => `${state}: Retry${nth === 0 ? "" : ` ${nth + 1}`}`;
const catchEdge = (state: string, { ErrorEquals, Next }: Catcher) =>
  `${state}: Catch ${ErrorEquals.join(", ")} → ${Next}`;
const ruleEdge = (state: string, rule: Rule, nth: number) =>
  `${state}: Choice ${rule.StringEquals ?? `rule ${nth + 1}`} → ${rule.Next}`;
const defaultEdge = (state: string, next: string) => `${state}: Choice Default → ${next}`;

/** The edge of a retry that was made. */
export function retried(state: string, definition: AslState, retrier: unknown): string {
  return retryEdge(state, retriersOf(definition).indexOf(retrier));
}

/** The edge of an error that was caught. */
export const caught = (state: string, catcher: unknown): string => catchEdge(state, catcher as Catcher);

/** The edge by which a Choice led from a document to the next state. */
export function chosen(state: string, definition: AslState, passage: { document: unknown; next: string }) {
  const rules = rulesOf(definition);
  const there = rules.filter(({ Next }) => Next === passage.next);
  const alone = there.length + (definition.Default === passage.next ? 1 : 0) === 1;
  const rule = alone ? there[0] : there.find((each) => holds(each, passage.document));
  return rule === undefined ? defaultEdge(state, passage.next) : ruleEdge(state, rule, rules.indexOf(rule));
}

/** States of a Choice to which two edges lead, with rules of which this file cannot tell whether they hold. */
export function undecidable(definition: AslState): string[] {
  const rules = rulesOf(definition);
  const targets = [...rules.map(({ Next }) => Next), definition.Default];
  const twice = rules.filter(
    (rule) =>
      targets.indexOf(rule.Next) !== targets.lastIndexOf(rule.Next) && comparisonIn(rule) === undefined,
  );
  return [...new Set(twice.map(({ Next }) => Next))];
}

/** Comparisons that can be made anew here. */
const comparisons: Readonly<Record<string, (found: unknown, value: unknown) => boolean>> = {
  StringEquals: (found, value) => found === value,
  BooleanEquals: (found, value) => found === value,
  NumericEquals: (found, value) => found === value,
  IsPresent: (found, value) => (found !== undefined) === value,
};

interface Comparison {
  readonly path: string;
  readonly operator: string;
  readonly value: unknown;
}

/** What a rule compares with what, where that can be made anew. */
function comparisonIn({ Variable: path, Next: _, ...rest }: Rule): Comparison | undefined {
  const [only, ...more] = Object.entries(rest).filter(([key]) => key !== "Comment");
  if (only === undefined || more.length > 0 || !(only[0] in comparisons)) return undefined;
  const [operator, value] = only;
  return typeof path === "string" && /^\$(\.\w+)+$/.test(path) ? { path, operator, value } : undefined;
}

function holds(rule: Rule, document: unknown): boolean {
  const compared = comparisonIn(rule);
  if (compared === undefined) return false;
  const found = compared.path
    .split(".")
    .slice(1)
    .reduce((at, key) => (at as Readonly<Record<string, unknown>> | null | undefined)?.[key], document);
  return comparisons[compared.operator]?.(found, compared.value) ?? false;
}
