/**
 * Which files a bench measures, and a digest of each. They are those of which anything is left in a bundle of the bench's entry
 * file, and of the entries of threads that this starts; and those that what is left of them names: a plan, a trace, the machine, a
 * folder that is read by name. Code is digested as it runs, without types and comments, so that what only reads differently leaves a
 * figure as it was. Libraries are not among them.
 */
import { createHash } from "node:crypto";
import { existsSync, globSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { build, transform } from "esbuild";

/** Digests by path from the root, in the order of paths. */
export type Digests = Readonly<Record<string, string>>;

export async function measuredFiles(root: string, entry: string): Promise<Digests> {
  const found = new Set<string>([entry]);
  const entries = [entry];
  for (const each of entries) {
    for (const [path, code] of await partsOf(root, each)) {
      found.add(path);
      for (const named of stringsIn(code).flatMap((text) => filesNamed(text, root, path))) {
        if (named.endsWith(".ts") && !found.has(named)) entries.push(named);
        found.add(named);
      }
    }
  }
  const digests = [...found].map(
    async (path): Promise<[string, string]> => [path, await digestOf(root, path)],
  );
  return Object.fromEntries((await Promise.all(digests)).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The files that changed, came, or went between two lists. */
export function changedBetween(before: Digests, now: Digests): string[] {
  const all = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...all].filter((path) => before[path] !== now[path]).sort();
}

async function digestOf(root: string, path: string): Promise<string> {
  const source = readFileSync(join(root, path), "utf8");
  const text = path.endsWith(".ts")
    ? (await transform(source, { loader: "ts", format: "esm", target: "es2024" })).code
    : source;
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** What names that begin with # stand for. */
const namesIn = (root: string): Readonly<Record<string, string>> =>
  (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { imports?: Record<string, string> })
    .imports ?? {};

/** What is left of each file where only that is taken which the entry uses. */
async function partsOf(root: string, entry: string): Promise<Map<string, string>> {
  const names = namesIn(root);
  const { outputFiles } = await build({
    absWorkingDir: resolve(root),
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "es2024",
    logLevel: "error",
    plugins: [
      {
        name: "own files",
        setup: ({ onResolve }) =>
          onResolve({ filter: /^/ }, ({ path, resolveDir, kind }) => {
            if (kind === "entry-point") return { path: resolve(root, path) };
            const own = path.startsWith(".") ? resolve(resolveDir, path) : names[path];
            // No file of ours is imported for what happens as it is loaded.
            return own === undefined
              ? { path, external: true }
              : { path: resolve(root, own), sideEffects: false };
          }),
      },
    ],
  });
  const [text = ""] = outputFiles.map((file) => file.text);
  // Each file's part follows a comment with its path.
  const parts = text
    .split(/^\/\/ (?=\S+\.(?:ts|json)$)/m)
    .slice(1)
    .map((part): [string, string] => [part.slice(0, part.indexOf("\n")), part.slice(part.indexOf("\n"))]);
  return new Map(parts.filter(([, code]) => code.trim() !== ""));
}

/** Strings, and templates with * for what they are filled with. */
function stringsIn(code: string): string[] {
  const quoted = [...code.matchAll(/"((?:[^"\\\n*]|\\.)*)"/g)].map(([, text = ""]) => text);
  const templates = [...code.matchAll(/`((?:[^`\\\n*]|\\.)*)`/g)].map(([, text = ""]) =>
    text.replace(/\$\{[^}]*\}/g, "*"),
  );
  return [...quoted, ...templates];
}

const kinds = /\.(ts|json|ya?ml|csv)$/;

/** Files of the project that a string names, from its own file on or from the root, as paths from there. */
function filesNamed(text: string, root: string, path: string): string[] {
  const folder = dirname(join(root, path));
  if (!(kinds.test(text) || text.endsWith("/")) || /^\/|[\s:]/.test(text)) return [];
  const own = text.includes("*") ? filesLike(text, [folder, root]) : filesAt(text, [folder, root]);
  return own.map((each) => relative(root, each)).filter((each) => !/^\.\.|(^|\/)node_modules\//.test(each));
}

function filesAt(text: string, [folder = "", root = ""]: readonly string[]): string[] {
  const there = [resolve(folder, text), resolve(root, text)].find((path) => existsSync(path));
  if (there === undefined || there === resolve(root)) return [];
  if (!statSync(there).isDirectory()) return kinds.test(there) ? [there] : [];
  return readdirSync(there)
    .filter((name) => kinds.test(name) && !name.endsWith(".ts"))
    .map((name) => join(there, name));
}

/** A template that begins with what it is filled with says nothing of where, but for the root before a folder. */
function filesLike(text: string, folders: readonly string[]): string[] {
  const pattern = text.replace(/^\*(?=\w)/, "");
  if (pattern.startsWith("*") || !pattern.includes("/")) return [];
  return folders.flatMap((from) =>
    globSync(pattern, { cwd: from })
      .filter((name) => kinds.test(name))
      .map((name) => resolve(from, name)),
  );
}
