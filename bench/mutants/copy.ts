/** A copy of the repository's files, in which mutants are tried; the packages are the repository's own. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { hashOf } from "./mutant.ts";

export interface Ended {
  /** Null where it had to be ended. */
  readonly code: number | null;
  readonly out: string;
}

export interface Copy {
  readonly directory: string;
  read(path: string): string;
  write(path: string, text: string): void;
  /** Runs node on arguments in the copy, for so long at most. */
  run(args: readonly string[], mostSeconds: number): Promise<Ended>;
  remove(): void;
}

/** What is committed or would be, but for what is gone. */
function ownFiles(root: string): string[] {
  const list = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
    cwd: root,
    encoding: "utf8",
  });
  const gone = execFileSync("git", ["ls-files", "-dz"], { cwd: root, encoding: "utf8" }).split("\0");
  return list.split("\0").filter((path) => path !== "" && !gone.includes(path));
}

/** A sum of all that rehearsals can hang on. */
export function sumOf(root: string): string {
  const files = ownFiles(root).filter((path) => !/^(packages\/\w+\/)?(docs|bench|test)\/|\.md$/.test(path));
  return hashOf(...files.sort().map((path) => `${path}\n${readFileSync(join(root, path), "utf8")}`));
}

export function copyOf(root: string): Copy {
  const directory = mkdtempSync(join(tmpdir(), "slipway-mutants-"));
  for (const path of ownFiles(root)) {
    mkdirSync(join(directory, dirname(path)), { recursive: true });
    cpSync(join(root, path), join(directory, path));
  }
  symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
  return {
    directory,
    read: (path) => readFileSync(join(directory, path), "utf8"),
    write: (path, text) => writeFileSync(join(directory, path), text),
    run: (args, mostSeconds) => run(directory, args, mostSeconds),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

const running = new Set<ChildProcess>();

/** Each run is a group of processes of its own, which ends as a whole. */
const end = ({ pid }: ChildProcess): void => {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
};

/** Ends all that runs in copies. */
export const endAll = (): void => running.forEach(end);

async function run(cwd: string, args: readonly string[], mostSeconds: number): Promise<Ended> {
  const child = spawn(process.execPath, args, { cwd, detached: true, stdio: ["ignore", "pipe", "ignore"] });
  running.add(child);
  let out = "";
  child.stdout.on("data", (some) => (out += some));
  const limit = setTimeout(() => end(child), mostSeconds * 1000);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  clearTimeout(limit);
  end(child);
  running.delete(child);
  return { code, out };
}
