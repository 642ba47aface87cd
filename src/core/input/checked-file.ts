/** Reads what a person wrote out of the text of a file: the checked value, or every mistake in it with its line. */
import {
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
import { type Mistake, pathText, type Step } from "./bad-input.ts";
import { type Located, mistakesOf } from "./bad-input-schema.ts";

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** `file` is only named in mistakes; the caller has read it. YAML 1.2, of which JSON is a part. */
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

type Doc = ReturnType<typeof parseDocument<ParsedNode>>;
interface Source {
  readonly doc: Doc;
  readonly lines: LineCounter;
  readonly mistakes: readonly Mistake[];
  readonly value: unknown;
}

function read(text: string): Source {
  const lines = new LineCounter();
  const doc = parseDocument<ParsedNode>(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const faults = [...doc.errors, ...doc.warnings];
  const mistakes = faults.map((fault) => textMistake(fault, doc, lines));
  if (mistakes.length > 0) return { doc, lines, mistakes, value: undefined };
  try {
    return { doc, lines, mistakes, value: doc.toJS() };
  } catch (error) {
    /** Aliases that point nowhere or multiply beyond reason. */
    const found = error instanceof Error ? oneSentence(error.message) : String(error);
    return { doc, lines, mistakes: [{ where: "the text", expected: "YAML", found }], value: undefined };
  }
}

function textMistake(fault: YAMLParseError | YAMLWarning, doc: Doc, lines: LineCounter): Mistake {
  const [position] = fault.pos;
  const { line } = lines.linePos(position);
  if (fault.code === "DUPLICATE_KEY")
    return { where: pathText(pathAt(doc, position)), expected: "each key once", found: "it again", line };
  if (fault.code === "MULTIPLE_DOCS")
    return { where: "the text", expected: "one document", found: "another", line };
  return { where: "the text", expected: "YAML", found: oneSentence(fault.message), line };
}

const oneSentence = (message: string) => `a fault (${message.split("\n")[0]?.replace(/[.:]$/, "") ?? ""})`;

/** The path of the key that starts at a position in the text. */
function pathAt(doc: Doc, position: number): Step[] {
  let found: Step[] = [];
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
function stepOf(node: unknown, child: unknown): Step[] {
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
