/** Reads the files that a command line names; "-" is standard input. Throws BadInput with what is there instead. */
import { createReadStream, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname } from "node:path";
import { createInterface } from "node:readline";
import { nearest } from "../core/input/bad-input.ts";
import { decoded } from "../core/input/text.ts";
import { BadInput } from "./mistakes.ts";

/** Standard input, and what a shell puts in the place of a file: the writer is there. */
const streams = /^(-|\/dev\/(stdin|fd\/\d+)|\/proc\/self\/fd\/\d+)$/;

/** `what` completes "a file with …". */
export function readInput(path: string, what: string): string {
  const bytes = read(path, `a file with ${what}`);
  const text = decoded(bytes);
  if (!text.ok) throw new BadInput([{ ...text.mistake, file: path }]);
  return text.text;
}

/** The lines of a file, one after the other; `what` completes "a file with …". */
export async function* linesOf(path: string, what: string): AsyncIterable<string> {
  const isStream = streams.test(path);
  const found = isStream ? undefined : whatElse(path);
  if (found !== undefined) throw new BadInput([{ where: path, expected: `a file with ${what}`, ...found }]);
  const input = isStream ? process.stdin : createReadStream(path);
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw new BadInput([{ where: path, expected: `a file with ${what}`, found: whyNot(error) }]);
  }
}

function read(path: string, expected: string): Uint8Array {
  const found = streams.test(path) ? undefined : whatElse(path);
  if (found !== undefined) throw new BadInput([{ where: path, expected, ...found }]);
  try {
    return readFileSync(path === "-" || path === "/dev/stdin" ? 0 : path);
  } catch (error) {
    throw new BadInput([{ where: path, expected, found: whyNot(error) }]);
  }
}

/** What a path leads to, where that is no regular file: a pipe without a writer would be waited for in vain. */
function whatElse(path: string): { found: string; hint?: string } | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) return { found: "a URL: fetch it, or pipe it in with -" };
  try {
    const there = statSync(path);
    if (there.isFile()) return undefined;
    return { found: there.isDirectory() ? "a folder" : "a pipe or a device: give - to read standard input" };
  } catch (error) {
    const hint = isNotThere(error) ? neighbour(path) : undefined;
    return { found: whyNot(error), ...(hint === undefined ? {} : { hint }) };
  }
}

const isNotThere = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";

function whyNot(error: unknown): string {
  const { code = String(error) } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "nothing there",
    EISDIR: "a folder",
    EACCES: "a file that may not be read",
    ENOTDIR: "a path that goes through a file as if it were a folder",
    ELOOP: "symbolic links that lead back to themselves",
    ENAMETOOLONG: "a name longer than file systems allow",
    EAGAIN: "standard input that has nothing to read",
  };
  return reasons[code] ?? `what cannot be read (${code})`;
}

/** A file in the same folder that was probably meant: its name without its ending is near. */
function neighbour(path: string): string | undefined {
  const stem = (name: string) => basename(name, extname(name));
  try {
    const files = readdirSync(dirname(path)).filter((name) => extname(name) === extname(path));
    const near = nearest(stem(path), files.map(stem));
    const name = files.find((file) => stem(file) === near);
    return name === undefined ? undefined : path.slice(0, path.length - basename(path).length) + name;
  } catch {
    return undefined;
  }
}

/** Whether there is anything at a path. What cannot be looked at counts: reading it says what is wrong. */
export function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}
