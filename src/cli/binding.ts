/** Which deployment a command is for: the options that say so, and the line that shows it before anything is changed. */
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import * as z from "zod";
import { type BindingOptions, type Bound, bind } from "../aws/binding.ts";
import { NotBound } from "../aws/binding-errors.ts";
import { checkText } from "../core/input/checked-file.ts";
import type { CommandLine } from "./arguments.ts";
import { fileName } from "./binding-options.ts";
import { BadInput, BadUsage, CommandFailed } from "./mistakes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

const DeploymentFile = z.strictObject({
  stage: z.string().optional(),
  profile: z.string().optional(),
  region: z.string().optional(),
});

/**
 * Finds the deployment that the command line, the environment or a slipway.yml names, and shows it on standard error.
 * Throws BadUsage, BadInput and CommandFailed; nothing has been changed then.
 */
export async function bound({ values }: CommandLine, { err }: Terminal): Promise<Bound> {
  const { stage, profile, region } = values;
  try {
    const found = await bind({ stage, profile, region }, deploymentFile());
    const { who, endpoint } = found;
    const { environment } = found.aws;
    const where = `stack ${environment.stack} in account ${environment.account}, ${environment.region}, as ${who}`;
    tell(err, err.paint.dim(endpoint === undefined ? where : `${where}, at ${endpoint}`));
    return found;
  } catch (error) {
    if (!(error instanceof NotBound)) throw error;
    throw error.kind === "usage" ? new BadUsage(error.mistakes) : new CommandFailed(error.message);
  }
}

/** What the slipway.yml of the working directory says, or of the nearest folder above it that has one. */
function deploymentFile(): BindingOptions {
  const found = nearestFile(fileName, "a file with stage, profile or region");
  return found === undefined ? {} : read(found.text, found.path);
}

/** A file of the working directory, or of the nearest folder above it that has one; `what` completes "expected …". Throws BadInput. */
export function nearestFile(name: string, what: string): { path: string; text: string } | undefined {
  for (let folder = here(); folder !== undefined; folder = above(folder)) {
    const path = join(folder, name);
    const text = textOf(path, what);
    if (text !== undefined) return { path: relative(process.cwd(), path), text };
  }
  return undefined;
}

/** The working directory; undefined where it has been deleted. */
function here(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

const above = (folder: string): string | undefined =>
  dirname(folder) === folder ? undefined : dirname(folder);

function read(text: string, path: string): BindingOptions {
  const parsed = checkText(DeploymentFile, text, path);
  if (!parsed.ok) throw new BadInput(parsed.mistakes);
  return parsed.value;
}

function textOf(path: string, what: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new BadInput([`${path}: expected ${what}, found ${code}`]);
  }
}
