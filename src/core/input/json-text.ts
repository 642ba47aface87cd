/** Where and why a text is no JSON (RFC 8259), in words: what JSON.parse says differs between versions of Node. */
import { foundText, type Mistake, type PathStep, pathText } from "./bad-input.ts";
import type { Checked } from "./checked-file.ts";
import { tooDeep } from "./text.ts";

const token =
  /[{}[\],:]|"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/uy;
const space = /[ \t\n\r]*/y;

interface Token {
  readonly text: string;
  readonly at: number;
}

/** JSON and nothing else: what AWS hands on and what is handed to AWS. `file` is only named in mistakes. */
export function checkJson(text: string, file: string): Checked<unknown> {
  const fault = tooDeep(text) ?? jsonMistake(text);
  const mistakes = fault === undefined ? keysAgain(text) : [fault];
  if (mistakes.length > 0) return { ok: false, mistakes: mistakes.map((each) => ({ ...each, file })) };
  return { ok: true, value: JSON.parse(text) };
}

/** An object, or a list, that is not over yet. */
interface Open {
  /** So far; absent: a list. */
  readonly keys?: Set<string>;
  /** Where its next value belongs. */
  step: PathStep;
}

/** Keys given twice, of which JSON.parse takes the last in silence. Of what is JSON. */
function keysAgain(text: string): Mistake[] {
  const mistakes: Mistake[] = [];
  const open: Open[] = [];
  let before = "";
  for (let here = next(text, 0); here.text !== ""; here = next(text, here.at + here.text.length)) {
    const key =
      open.at(-1)?.keys !== undefined && ["{", ","].includes(before) ? nameOf(here.text) : undefined;
    if (key !== undefined && isGiven(open.at(-1), key)) mistakes.push(again(open, text.slice(0, here.at)));
    enter(here.text, open);
    before = here.text;
  }
  return mistakes;
}

const nameOf = (text: string): string | undefined =>
  text.startsWith('"') ? String(JSON.parse(text)) : undefined;

/** Whether an object has a key already; it has it from now on. */
function isGiven(object: Open | undefined, key: string): boolean {
  if (object?.keys === undefined) return false;
  object.step = key;
  const { size } = object.keys;
  return object.keys.add(key).size === size;
}

function enter(text: string, open: Open[]): void {
  const inside = open.at(-1);
  if (text === "{") open.push({ keys: new Set(), step: "" });
  if (text === "[") open.push({ step: 0 });
  if (text === "}" || text === "]") open.pop();
  if (text === "," && typeof inside?.step === "number") inside.step += 1;
}

const again = (open: readonly Open[], before: string): Mistake => ({
  where: pathText(open.map(({ step }) => step)),
  expected: "each key once",
  found: "it again",
  line: before.split("\n").length,
});

/** Undefined where the text is JSON. */
export function jsonMistake(text: string): Mistake | undefined {
  if (isJson(text)) return undefined;
  const { at, found, expected = "JSON" } = firstFault(text);
  const line = text.slice(0, at).split("\n").length;
  return { where: "the text", expected, found, ...(text.trim() === "" ? {} : { line }) };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

interface Fault {
  readonly at: number;
  readonly found: string;
  readonly expected?: string;
}

/** What may come next: a value, a key, a colon, or what follows a value. */
type Awaited = "value" | "value or end" | "key" | "key or end" | "colon" | "more";

function firstFault(text: string): Fault {
  const open: string[] = [];
  let awaited: Awaited = "value";
  let before: Token = { text: "", at: 0 };
  for (;;) {
    const here = next(text, before.at + before.text.length);
    if (here.text === "") return atNoToken(text, here.at);
    const after = follow(here.text, awaited, open);
    if (after === undefined) return misplaced(here, before);
    awaited = after;
    before = here;
  }
}

function next(text: string, from: number): Token {
  space.lastIndex = from;
  const at = from + (space.exec(text)?.[0].length ?? 0);
  token.lastIndex = at;
  return { text: token.exec(text)?.[0] ?? "", at };
}

/** What may stand in each place; s is a text, and any other value counts as an o. */
const allowed: Readonly<Record<Awaited, string>> = {
  value: "{[so",
  "value or end": "{[so]",
  key: "s",
  "key or end": "s}",
  colon: ":",
  more: ",}]",
};
const pairs: Readonly<Record<string, string>> = { "}": "{", "]": "[" };

/** What is awaited after a token; undefined where it may not stand. `open` is the brackets around it. */
function follow(text: string, awaited: Awaited, open: string[]): Awaited | undefined {
  const kind = text.startsWith('"') ? "s" : /^[{}[\],:]$/.test(text) ? text : "o";
  if (!allowed[awaited].includes(kind)) return undefined;
  if (kind === "s") return awaited.startsWith("key") ? "colon" : "more";
  if (kind === "o") return "more";
  if (kind === ":") return "value";
  return bracketed(kind, open);
}

/** The same for a bracket or a comma, which depend on the brackets around them. */
function bracketed(kind: string, open: string[]): Awaited | undefined {
  if (kind === "{" || kind === "[") {
    open.push(kind);
    return kind === "{" ? "key or end" : "value or end";
  }
  if (kind === ",") return open.length === 0 ? undefined : open.at(-1) === "{" ? "key" : "value";
  return open.pop() === pairs[kind] ? "more" : undefined;
}

function misplaced({ text, at }: Token, before: Token): Fault {
  if (before.text === "," && (text === "}" || text === "]"))
    return { at: before.at, found: `a comma before ${foundText(text)}` };
  return { at, found: `${text.startsWith('"') ? text.slice(0, 40) : foundText(text)} where it cannot stand` };
}

function atNoToken(text: string, at: number): Fault {
  const rest = text.slice(at);
  if (rest === "") return { at, found: text.trim() === "" ? "nothing" : "its end too early" };
  if (rest.startsWith('"')) return { at, found: "a text that does not end, or holds what must be escaped" };
  if (rest.startsWith("'")) return { at, found: "single quotes", expected: 'JSON, with "double quotes"' };
  if (/^(\/\/|\/\*|#)/.test(rest)) return { at, found: "a comment" };
  const word = /^[\p{L}\p{N}_.+-]+/u.exec(rest)?.[0] ?? [...rest][0] ?? "";
  return { at, found: foundText(word) };
}
