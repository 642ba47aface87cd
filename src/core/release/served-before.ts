/** Which version serves as a release begins: what a model goes back to where none was promoted before. */
import * as z from "zod";
import type { Plan } from "../plan/plan.ts";
import { type DeploymentLocation, packageArnOf } from "./version-gate.ts";

/** Of a version that the plan's registry does not have, which nobody can release again, it is not known. */
export const ServedBefore = z.union([z.object({ version: z.int() }), z.object({ unknown: z.string() })]);
export type ServedBefore = z.infer<typeof ServedBefore>;

/** By what the model that serves was made of: the ARN of a version, undefined where it was made of none. */
export function servedBefore(
  location: DeploymentLocation,
  plan: Plan,
  madeOf: string | undefined,
): ServedBefore {
  if (madeOf === undefined) return { unknown: "its model was made of no version of the registry" };
  const version = Number(madeOf.match(/\/(\d+)$/)?.[1]);
  return packageArnOf(location, plan, { version }) === madeOf
    ? { version }
    : { unknown: `its model was made of ${madeOf}, which is not of the plan's registry` };
}

/** What the record of a release says of it: undefined where that is of before it was kept, and of a pool. */
export const servedBeforeIn = (planning: unknown): ServedBefore | undefined =>
  z.object({ servedBefore: ServedBefore }).safeParse(planning).data?.servedBefore;
