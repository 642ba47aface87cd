/** The limits that a plan is held against: those of a file, or those in force in a deployment; and what of the plan is beyond them. */
import { limitsInForce } from "../aws/capacity-limits.ts";
import type { Aws } from "../aws/clients.ts";
import type { Mistake } from "../core/input/bad-input.ts";
import { checkText, withLines } from "../core/input/checked-file.ts";
import { type InRegion, limitBreaches } from "../core/outlook/limit-breaches.ts";
import { CapacityLimits } from "../core/plan/capacity-limits.ts";
import type { CommandLine } from "./arguments.ts";
import { nearestFile } from "./binding.ts";
import { readInput } from "./files.ts";
import type { PlanFile } from "./inputs.ts";
import { BadInput, looked } from "./mistakes.ts";

const limitsFileName = "limits.yml";

export interface KnownLimits {
  readonly limits: CapacityLimits;
  /** Where they are from, as a line names it. */
  readonly from: string;
}

/** Those of the file that `--limits` names, or without a stage of the nearest limits.yml, if there is one. Throws BadInput. */
export function limitsBy({ values: { limits: path, stage } }: CommandLine): KnownLimits | undefined {
  if (path !== undefined) return { limits: readLimits(path), from: path };
  if (stage !== undefined) return undefined;
  const found = nearestFile(limitsFileName, "a file with limits");
  return found && { limits: limitsIn(found.text, found.path), from: found.path };
}

/** The limits of a file. Throws BadInput. */
export const readLimits = (path: string): CapacityLimits => limitsIn(readInput(path, "the limits"), path);

/** Throws BadInput. */
export function limitsIn(text: string, path: string): CapacityLimits {
  const parsed = checkText(CapacityLimits, text, path);
  if (!parsed.ok) throw new BadInput(parsed.mistakes);
  return parsed.value;
}

/** Those in force in a deployment. Throws CommandFailed where they cannot be read; `so` says what is so then. */
export async function limitsOf(aws: Aws, so = ""): Promise<KnownLimits | undefined> {
  const found = await looked(`${so}the limits in force could not be read`, () => limitsInForce(aws));
  return (
    found && { limits: found.limits, from: `version ${found.version} in force in ${aws.environment.stack}` }
  );
}

/** What of a plan's file is beyond them, with its lines. */
export function beyond(
  { plan, file, text }: PlanFile,
  known: KnownLimits | undefined,
  { region }: InRegion,
): Mistake[] {
  if (known === undefined) return [];
  const breaches = limitBreaches(plan, known.limits, { region });
  return withLines(breaches, text).map((each) => ({ ...each, file }));
}

/** Throws BadInput where anything is. */
export function checkWithin(file: PlanFile, known: KnownLimits | undefined, placed: InRegion): void {
  const mistakes = beyond(file, known, placed);
  if (mistakes.length > 0) throw new BadInput(mistakes);
}

export const withinText = ({ limits: { owner }, from }: KnownLimits): string =>
  `within the limits of ${owner}: ${from}`;
