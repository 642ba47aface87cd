/** Where and why a text is no JSON (RFC 8259), in words: what JSON.parse says differs between versions of Node. */
import { foundText, type Mistake } from "./bad-input.ts";

const token =
  /[{}[\],:]|"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/uy;
const space = /[ \t\n\r]*/y;

interface Token {
  readonly text: string;
  readonly at: number;
}

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
