/** The bytes of what a person wrote, as text that a parser may be given: UTF-8, and nested no deeper than a hand would. */
import type { Mistake } from "./bad-input.ts";

export type Decoded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly mistake: Mistake };

/** A byte order mark before UTF-8 is left out. Every other encoding is refused by name, or by the first line that is none. */
export function decoded(bytes: Uint8Array): Decoded {
  if (isUtf16(bytes)) return refused({ found: "UTF-16: save the file as UTF-8" });
  try {
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    const line = firstLineThatIsNone(bytes);
    return refused({ found: "bytes that are none, such as Latin-1 or Windows-1252 leave", line });
  }
}

const refused = (mistake: { found: string; line?: number }): Decoded => ({
  ok: false,
  mistake: { where: "the text", expected: "UTF-8", ...mistake },
});

/** By its mark, or by every second byte of the beginning being zero, as English in UTF-16 is. */
function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const head = [...bytes.subarray(0, 64)];
  const zeros = (parity: number) => head.filter((byte, i) => i % 2 === parity && byte === 0).length;
  const half = Math.floor(head.length / 2);
  return half >= 2 && Math.abs(zeros(0) - zeros(1)) >= 0.7 * half;
}

/** Lines can be decoded one by one: no byte of a longer character is a line feed (RFC 3629 § 3). */
function firstLineThatIsNone(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let start = 0;
  for (let line = 1; start < bytes.length; line++) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed === -1 ? bytes.length : feed;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end + 1;
  }
  return 1;
}

/** Brackets within brackets, and columns before the first letter of a line: more than anybody writes. */
const deepest = 100;
const furthest = 500;

/** What is wrong with a text that is nested deeper than parsers bear, which recurse. */
export function tooDeep(text: string): Mistake | undefined {
  const line = lineTooDeep(text);
  return line === undefined
    ? undefined
    : { where: "the text", expected: `at most ${deepest} levels within each other`, found: "more", line };
}

/** Brackets in quotes count as well: nobody writes so many of them either. */
function lineTooDeep(text: string): number | undefined {
  let depth = 0;
  const line = text.split("\n").findIndex((each) => {
    const { deepest: here, after } = depthsOf(each, depth);
    depth = after;
    return here > deepest || (/^[\s?-]*/.exec(each)?.[0].length ?? 0) > furthest;
  });
  return line === -1 ? undefined : line + 1;
}

/** How deep in brackets a line is at its deepest and at its end. */
function depthsOf(line: string, before: number): { deepest: number; after: number } {
  let after = before;
  let most = before;
  for (const [bracket] of line.matchAll(/[[\]{}]/g)) {
    after += bracket === "[" || bracket === "{" ? 1 : -1;
    most = Math.max(most, after);
  }
  return { deepest: most, after };
}
