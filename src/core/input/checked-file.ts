/** Reads what a person wrote out of the text of a file: the checked value, or every mistake in it with its line. */
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLParseError,
  type YAMLWarning,
} from "yaml";
import type * as z from "zod";
import { type Mistake, type PathStep, pathText } from "./bad-input.ts";
import { type Located, mistakesOf } from "./bad-input-schema.ts";
import { tooDeep } from "./text.ts";

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** `file` is only named in mistakes; the caller has read it. YAML 1.2 with merge keys; JSON is a part of it. */
export function checkText<T>(schema: z.ZodType<T>, text: string, file: string): Checked<T> {
  const source = read(text);
  if (source.mistakes.length > 0)
    return { ok: false, mistakes: source.mistakes.map((each) => ({ ...each, file })) };
  const parsed = schema.safeParse(source.value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const mistakes = mistakesOf(parsed.error, schema, source.value).map((each) => ({
    ...each.mistake,
    file,
    ...lineFor(source, each),
  }));
  return { ok: false, mistakes: mistakes.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

/** Mistakes that are told by their path alone, with the lines that the text has them in, as far as it does. */
export function withLines(mistakes: readonly Mistake[], text: string): Mistake[] {
  const { doc, lines } = parse(text);
  return mistakes.map((mistake) => {
    const path = mistake.where.match(/[^.[\]]+/g)?.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    const parent = doc.getIn(path?.slice(0, -1) ?? [], true);
    const key = isMap(parent)
      ? parent.items.find((pair) => String(pair.key) === path?.at(-1))?.key
      : undefined;
    return { ...mistake, ...lineOf(lines, key ?? doc.getIn(path ?? [], true)) };
  });
}

type Doc = ReturnType<typeof parseDocument<ParsedNode>>;
interface Source {
  readonly doc: Doc;
  readonly lines: LineCounter;
  readonly mistakes: readonly Mistake[];
  readonly value: unknown;
}

function parse(text: string): Pick<Source, "doc" | "lines"> {
  const lines = new LineCounter();
  const options = { lineCounter: lines, prettyErrors: false, stringKeys: true, merge: true } as const;
  return { doc: parseDocument<ParsedNode>(text, options), lines };
}

function read(written: string): Source {
  /** A lone carriage return ends a line in YAML (1.2.2 § 5.4), which the parser does not know. */
  const text = written.replaceAll(/\r\n?/g, "\n");
  const deep = tooDeep(text);
  const { doc, lines } = parse(deep === undefined ? text : "");
  if (deep !== undefined) return { doc, lines, mistakes: [deep], value: undefined };
  const mistakes = [
    ...causes([...doc.errors, ...doc.warnings]).map((fault) => textMistake(fault, doc, lines)),
    ...strayAliases(doc, lines),
  ];
  if (mistakes.length > 0) return { doc, lines, mistakes, value: undefined };
  try {
    return { doc, lines, mistakes, value: doc.toJS() };
  } catch (error) {
    return { doc, lines, mistakes: [notBuilt(error)], value: undefined };
  }
}

/** Faults that mislead the parser about nothing else. */
const alone = new Set(["DUPLICATE_KEY", "TAG_RESOLVE_FAILED"]);

/** Of the faults in the syntax the first one only, and what came before it: those that follow are mostly its echo. */
function causes<T extends YAMLParseError | YAMLWarning>(faults: readonly T[]): T[] {
  const inOrder = faults.toSorted((a, b) => a.pos[0] - b.pos[0]);
  const first = inOrder.findIndex(({ code }) => !alone.has(code));
  return first === -1 ? inOrder : inOrder.slice(0, first + 1);
}

function strayAliases(doc: Doc, lines: LineCounter): Mistake[] {
  const mistakes: Mistake[] = [];
  visit(doc, (_, node) => {
    if (!isAlias(node) || node.resolve(doc) !== undefined) return;
    const expected = `an anchor &${node.source} before its alias`;
    mistakes.push({ where: `*${node.source}`, expected, found: "none", ...lineOf(lines, node) });
  });
  return mistakes;
}

/** What only shows when the values are put together: merges, and aliases of aliases. */
function notBuilt(error: unknown): Mistake {
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith("Excessive alias count"))
    return { where: "the text", expected: "aliases within reason", found: "aliases that multiply beyond it" };
  if (message.startsWith("Merge sources"))
    return { where: "<<", expected: "an alias of a map, or a list of such", found: "something else" };
  return { where: "the text", expected: "YAML", found: oneSentence(message) };
}

function textMistake(fault: YAMLParseError | YAMLWarning, doc: Doc, lines: LineCounter): Mistake {
  const [position] = fault.pos;
  const { line } = lines.linePos(position);
  if (fault.code === "DUPLICATE_KEY")
    return { where: pathText(pathAt(doc, position)), expected: "each key once", found: "it again", line };
  if (fault.code === "MULTIPLE_DOCS")
    return { where: "the text", expected: "one document", found: "another", line };
  const told = plainly[fault.code] ?? { expected: "YAML", found: oneSentence(fault.message) };
  return { where: "the text", ...told, line };
}

/** The commonest slips in words of their author's, not of a parser's. */
const plainly: Readonly<Record<string, Pick<Mistake, "expected" | "found">>> = {
  TAB_AS_INDENT: { expected: "spaces as indentation", found: "a tab" },
  BLOCK_AS_IMPLICIT_KEY: {
    expected: "keys that belong together in one column, and quotes around a value with a colon in it",
    found: "something else here or on the next line",
  },
  MULTILINE_IMPLICIT_KEY: {
    expected: 'a key, a colon and a space before its value, as in "key: value"',
    found: "a line without",
  },
};

const oneSentence = (message: string) => `a fault (${message.split("\n")[0]?.replace(/[.:]$/, "") ?? ""})`;

/** The path of the key that starts at a position in the text. */
function pathAt(doc: Doc, position: number): PathStep[] {
  let found: PathStep[] = [];
  visit(doc, {
    Pair(_, pair, ancestors) {
      const start = isScalar(pair.key) ? pair.key.range?.[0] : undefined;
      if (start !== position) return undefined;
      found = [...ancestors, pair].flatMap((node, i, all) => stepOf(node, all[i + 1]));
      return visit.BREAK;
    },
  });
  return found;
}

/** What a node adds to the path: a pair its key, a list the index of the child that the path goes through. */
function stepOf(node: unknown, child: unknown): PathStep[] {
  if (isPair(node)) return [String(node.key)];
  return isSeq(node) ? [node.items.indexOf(child)] : [];
}

/** The line of the value; of the key where the key is the mistake; of the nearest parent where nothing is there. */
function lineFor({ doc, lines }: Source, { path, unknownKey }: Located): { line: number } | undefined {
  const parent = doc.getIn(path.slice(0, -1), true);
  if (
    unknownKey &&
    typeof parent === "object" &&
    parent !== null &&
    "items" in parent &&
    Array.isArray(parent.items)
  ) {
    const pair: unknown = parent.items.find((item) => isPair(item) && String(item.key) === path.at(-1));
    if (isPair<ParsedNode, unknown>(pair)) return lineOf(lines, pair.key);
  }
  for (let length = path.length; length > 0; length--) {
    const found = lineOf(lines, doc.getIn(path.slice(0, length), true));
    if (found !== undefined) return found;
  }
  return undefined;
}

function lineOf(lines: LineCounter, node: unknown): { line: number } | undefined {
  if (typeof node !== "object" || node === null || !("range" in node) || !Array.isArray(node.range))
    return undefined;
  return { line: lines.linePos(Number(node.range[0])).line };
}
