/**
 * What a role of IAM allows beyond what is shipped of it: every action on every resource that an Allow names has to be within one of
 * the shipped statements, under the same conditions or more. What a Deny takes away, and what the role lacks, is nobody's matter here.
 */

/** A statement of a policy document, as IAM has it: one or several of each. */
interface RoleStatement {
  readonly Effect?: unknown;
  readonly Action?: unknown;
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/** A role as IAM tells of it; documents are as they were parsed. */
export interface SeenRole {
  /** Who may assume it. */
  readonly trust: unknown;
  /** Inline policies by their names. */
  readonly inline: Readonly<Record<string, unknown>>;
  /** ARNs of managed policies. */
  readonly attached: readonly string[];
}

/** A role as it is shipped. */
export interface ShippedRole {
  readonly name: string;
  readonly trust: readonly RoleStatement[];
  readonly statements: readonly RoleStatement[];
}

/** One action on one resource, or of one principal, and by which conditions. */
interface Right {
  readonly action: string;
  readonly on: string;
  readonly conditions: ReadonlyMap<string, readonly string[]>;
}

/** In words, one for each right that is too many; none where nothing is. */
export function beyondShipped(seen: SeenRole, shipped: ShippedRole): string[] {
  const trusted = shipped.trust.flatMap((statement) => rightsIn(statement, "Principal").rights);
  const allowed = shipped.statements.flatMap((statement) => rightsIn(statement, "Resource").rights);
  return [
    ...seen.attached.map((arn) => `managed policy ${arn} is attached`),
    ...Object.entries(seen.inline).flatMap(([name, document]) =>
      beyondIn(document, "Resource", allowed).map((what) => `policy ${name} allows ${what}`),
    ),
    ...beyondIn(seen.trust, "Principal", trusted).map((what) => `its trust policy allows ${what}`),
  ];
}

type Scope = "Resource" | "Principal";

function beyondIn(document: unknown, scope: Scope, shipped: readonly Right[]): string[] {
  const statements = listOf((document as { Statement?: unknown } | null)?.Statement);
  return statements.flatMap((statement) => {
    const { rights, odd } = rightsIn(statement as RoleStatement, scope);
    const beyond = rights.filter((right) => !shipped.some((one) => isWithin(right, one)));
    return [...odd, ...beyond.map(textOf)];
  });
}

/** What an Allow allows, and in words what of it is said by exclusion, which nothing is shipped by. */
function rightsIn(statement: RoleStatement, scope: Scope): { rights: Right[]; odd: string[] } {
  if (statement.Effect === "Deny") return { rights: [], odd: [] };
  const odd = ["NotAction", `Not${scope}`]
    .filter((member) => member in statement)
    .map((member) => `all but ${member} ${JSON.stringify(statement[member as keyof RoleStatement])}`);
  const conditions = conditionsIn(statement.Condition);
  const all = scope === "Resource" ? textsOf(statement.Resource) : principalsIn(statement.Principal);
  const rights = textsOf(statement.Action).flatMap((action) => all.map((on) => ({ action, on, conditions })));
  return { rights, odd };
}

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : [value].flat();
const textsOf = (value: unknown): string[] => listOf(value).map(String);

/** `"*"`, or by kind: `{"Service": ["lambda.amazonaws.com"]}`. */
function principalsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return textsOf(value);
  return Object.entries(value).flatMap(([kind, names]) => textsOf(names).map((name) => `${kind} ${name}`));
}

/** By operator and key. "Context key names are not case-sensitive" (IAM user guide, Condition). */
function conditionsIn(value: unknown): ReadonlyMap<string, readonly string[]> {
  const operators = Object.entries((value ?? {}) as Record<string, Record<string, unknown>>);
  return new Map(
    operators.flatMap(([operator, keys]) =>
      Object.entries(keys).map(
        ([key, values]) => [`${operator} ${key.toLowerCase()}`, textsOf(values)] as const,
      ),
    ),
  );
}

function isWithin(right: Right, shipped: Right): boolean {
  return (
    covers(shipped.action.toLowerCase(), right.action.toLowerCase()) &&
    covers(shipped.on, right.on) &&
    [...shipped.conditions].every(([what, values]) => isAsNarrow(what, right.conditions.get(what), values))
  );
}

/** Of values that one has to be among, fewer are narrower; of those that none may be among, more are. */
function isAsNarrow(what: string, own: readonly string[] | undefined, shipped: readonly string[]): boolean {
  if (own === undefined || own.length === 0) return false;
  if (/^(\w+:)?\w*not/i.test(what)) return shipped.every((value) => own.includes(value));
  const isLike = /^(\w+:)?\w*like/i.test(what);
  return own.every((value) => shipped.some((one) => (isLike ? covers(one, value) : one === value)));
}

const patterns = new Map<string, RegExp>();

/**
 * Whether all that a pattern of IAM's matches is matched by a shipped one. A wildcard is within a wildcard alone, and so is a policy
 * variable, which stands for any text.
 */
function covers(shipped: string, pattern: string): boolean {
  const known = patterns.get(shipped) ?? patternOf(shipped);
  patterns.set(shipped, known);
  return known.test(pattern);
}

/** Stands in a shipped pattern for what CloudFormation draws at the end of a name. */
export const drawn = `\${drawn}`;

function patternOf(shipped: string): RegExp {
  const parts = shipped.split(/(\$\{drawn\}|\*+|\?)/).map((part) => {
    if (part === drawn) return "[A-Za-z0-9]+";
    if (part.startsWith("*")) return "[^]*";
    if (part === "?") return "[^*$]";
    return part.replace(/[$^.+(){}|[\]\\/-]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}

function textOf({ action, on, conditions }: Right): string {
  const under = [...conditions].map(([what, values]) => `${what} ${values.join(", ")}`);
  return `${action} on ${on}${under.length === 0 ? "" : ` where ${under.join(" and ")}`}`;
}
