/**
 * A folder for each run of the tests, removed after it: what tests and the processes that they start put into the system's folder
 * for passing things goes there, and so does what Node keeps of code that it has compiled, for the next thread of the same run.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export default function setup(): void {
  const folder = mkdtempSync(join(tmpdir(), "slipway-tests-"));
  // Workers are started with the environment as it is then.
  process.env.TMPDIR = folder;
  process.env.NODE_COMPILE_CACHE = join(folder, "compiled");
  // Once the workers are gone: what they have compiled they write as they end.
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
}
