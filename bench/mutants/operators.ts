/**
 * Operators on TypeScript: what each changes, found in the syntax tree that the bundler under the tests parses. Texts for
 * people, types and imports are left alone; a change that no compiler would accept is one all the same.
 */
import { parseAst } from "vitest/node";
import type { Edit } from "./mutant.ts";

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

type Operator = (node: Node, text: (node: Node) => string) => readonly (readonly [Node, string])[];

const asNode = (value: unknown): Node => value as Node;
const isString = (node: Node): boolean =>
  node.type === "TemplateLiteral" || (node.type === "Literal" && typeof node.value === "string");

const swaps: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  boundary: { "<": "<=", "<=": "<", ">": ">=", ">=": ">" },
  comparison: { "<": ">=", "<=": ">", ">": "<=", ">=": "<", "===": "!==", "!==": "===" },
  arithmetic: { "+": "-", "-": "+", "*": "/", "/": "*", "%": "*" },
};
const methods: ReadonlyMap<string, string> = new Map([
  ...([
    ["min", "max"],
    ["max", "min"],
    ["floor", "ceil"],
    ["ceil", "floor"],
    ["round", "floor"],
  ] as const),
  ...([
    ["some", "every"],
    ["every", "some"],
    ["find", "findLast"],
    ["findLast", "find"],
  ] as const),
]);

const swapped =
  (name: string): Operator =>
  (node, text) => {
    if (node.type !== "BinaryExpression") return [];
    const [left, right] = [asNode(node.left), asNode(node.right)];
    const by = swaps[name]?.[node.operator as string];
    if (by === undefined || (node.operator === "+" && (isString(left) || isString(right)))) return [];
    const sign = { ...node, start: left.end, end: right.start };
    return [[sign, text(sign).replace(node.operator as string, by)]];
  };

export const operators: Readonly<Record<string, Operator>> = {
  boundary: swapped("boundary"),
  comparison: swapped("comparison"),
  arithmetic: swapped("arithmetic"),

  /** `a * b` becomes `a`, and so do `a - b` and `a / b`. */
  "operand-dropped": (node, text) =>
    node.type === "BinaryExpression" && /^[-*/]$/.test(node.operator as string)
      ? [[node, `(${text(asNode(node.left))})`]]
      : [],

  /** Of `a && b`, `a || b` and `a ?? b` one side. */
  "clause-dropped": (node, text) =>
    node.type === "LogicalExpression"
      ? [node.left, node.right].map((side) => [node, `(${text(asNode(side))})`] as const)
      : [],

  "condition-negated": (node, text) =>
    node.type === "IfStatement" || node.type === "ConditionalExpression"
      ? [[asNode(node.test), `!(${text(asNode(node.test))})`]]
      : [],

  /** An `if` without `else` goes. */
  "branch-dropped": (node) => (node.type === "IfStatement" && node.alternate === null ? [[node, ";"]] : []),

  /** A statement that only calls something goes: `ledger.begin()` among them. */
  "call-dropped": (node, text) =>
    node.type === "ExpressionStatement" && /^(await |void )?(?!tools\.log)[\w.#]+\(/.test(text(node))
      ? [[node, ";"]]
      : [],

  "number-changed": (node) => {
    if (node.type !== "Literal" || typeof node.value !== "number") return [];
    const { value } = node;
    return value === 0 ? [[node, "1"]] : ["0", String(value * 10)].map((by) => [node, by] as const);
  },

  "boolean-flipped": (node) =>
    node.type === "Literal" && typeof node.value === "boolean" ? [[node, String(!node.value)]] : [],

  "method-swapped": (node, text) => {
    if (node.type !== "CallExpression" || asNode(node.callee).type !== "MemberExpression") return [];
    const property = asNode(asNode(node.callee).property);
    const by = methods.get(text(property));
    return by === undefined ? [] : [[property, by]];
  },

  /** `.filter(…)` keeps everything. */
  "filter-dropped": (node, text) => {
    const callee = node.type === "CallExpression" ? asNode(node.callee) : undefined;
    if (callee?.type !== "MemberExpression" || text(asNode(callee.property)) !== "filter") return [];
    return [[node, text(asNode(callee.object))]];
  },

  /** A property that is given by an expression goes; of a schema it is a type's, which the compiler holds. */
  "property-dropped": (node, text) =>
    node.type === "ObjectExpression"
      ? (node.properties as Node[])
          .filter((one) => one.type === "Property" && one.shorthand === false && one.method === false)
          .filter((one) => !/^(z|\w+Schema)\b/.test(text(asNode(one.value))))
          .filter(
            (one) => !/^(Literal|TemplateLiteral|ArrowFunctionExpression)$/.test(asNode(one.value).type),
          )
          .map((one) => [one, `...{}`] as const)
      : [],
};

/** Operators on what keeps writes apart. */
export const writeOperators: Readonly<Record<string, Operator>> = {
  "fence-dropped": (node, text) =>
    node.type === "ExpressionStatement" && text(node).startsWith("await ledger.begin(") ? [[node, ";"]] : [],

  /** Of a condition of DynamoDB's one clause always holds; one that went would leave its values unused, which is refused. */
  "clause-of-a-write-met": (node, text) => {
    if (node.type !== "Property" || text(asNode(node.key)) !== "ConditionExpression") return [];
    const value = asNode(node.value);
    if (!isString(value)) return [];
    const quoted = text(value);
    const [quote, clauses] = [quoted.charAt(0), quoted.slice(1, -1).split(" AND ")];
    return clauses.map((clause, nth) => {
      const met = `(${clause} OR attribute_exists(pk) OR attribute_not_exists(pk))`;
      return [value, `${quote}${clauses.toSpliced(nth, 1, met).join(" AND ")}${quote}`] as const;
    });
  },
};

/** Where nothing that runs is said. */
const skipped = /^(TS|Import|ExportAll)/;
/** What is thrown, logged or described is a text for people; schemas are held by their generated files. */
const told =
  /^(tools\.log\.\w+|log\.\w+|badState|badInput|drifted|lockLost|stopped|superseded|[\w.]*describe)$/;

export function editsOf(text: string, some = operators): Edit[] {
  const textOf = ({ start, end }: Node) => text.slice(start, end);
  const editsAt = (node: Node): Edit[] =>
    Object.entries(some).flatMap(([operator, of]) =>
      of(node, textOf).map(([{ start, end }, by]) => ({ operator, start, end, text: by })),
    );
  const isTold = (node: Node) => node.type === "CallExpression" && told.test(textOf(asNode(node.callee)));
  const under = (node: Node): Edit[] =>
    skipped.test(node.type) || isTold(node) ? [] : [...editsAt(node), ...childrenOf(node).flatMap(under)];
  return under(parseAst(text, { lang: "ts" }) as unknown as Node);
}

const childrenOf = (node: Node): Node[] =>
  Object.values(node)
    .flat()
    .filter((child): child is Node => typeof (child as Node | null)?.type === "string");
