/**
 * What was measured before, by the same sources: a run that was interrupted goes on where it was left. A file each for
 * what the sources were, a line for each measurement.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";

export interface Journal {
  readonly known: (task: object) => unknown;
  readonly keep: (task: object, result: unknown) => void;
}

/** Keeps nothing. */
export const noJournal: Journal = { known: () => undefined, keep: () => {} };

const root = fileURLToPath(new URL("..", import.meta.url));
const sumOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

export function openJournal(folder = `${root}.bench`): Journal {
  const sources = globSync(["src/**/*.ts", "bench/**/*.ts"], { cwd: root });
  const sums = sources.toSorted().map((path) => sumOf(readFileSync(`${root}${path}`, "utf8")));
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `verdict-${sumOf(sums.join())}.journal`);
  const known = new Map(wholeLinesOf(path).map((line) => line.split(" ") as [task: string, result: string]));
  return {
    known: (task) => {
      const found = known.get(keyOf(task));
      return found === undefined ? undefined : deserialize(Buffer.from(found, "base64"));
    },
    keep: (task, result) => appendFileSync(path, `${keyOf(task)} ${serialize(result).toString("base64")}\n`),
  };
}

/** Without the one in which a run ended, which is taken out of the file. */
function wholeLinesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole !== text) writeFileSync(path, whole);
  return whole.split("\n").slice(0, -1);
}

const keyOf = (task: object): string => sumOf(JSON.stringify(task));
