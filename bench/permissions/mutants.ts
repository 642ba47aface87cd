/** Takes each right of the deployed roles away in turn, and asks again what the runs asked. */

import type { Asked } from "#twin/permissions";
import { rolesWith } from "../../src/rehearsal/permissions/deployed-roles.ts";
import { needed, type OwnedRight, rightName, rightsOf } from "./rights.ts";
import { narrowestRoles, type Played } from "./runs.ts";

export interface Mutants {
  readonly rights: readonly OwnedRight[];
  /** What was denied to the runs, by the name of the right that was taken away. */
  readonly killed: ReadonlyMap<string, readonly Asked[]>;
  /** Rights that no run misses. */
  readonly survivors: readonly OwnedRight[];
}

/** All that the runs asked of the roles, each question once. */
export function questions(runs: readonly Pick<Played, "permissions">[]): Asked[] {
  const all = runs.flatMap(({ permissions }) =>
    permissions.map((one) => [JSON.stringify(one), one] as const),
  );
  return [...new Map(all).values()];
}

/** A right is one of serverless.yml's: missed in either way of `autoScalingChecks`, it is missed. */
export function mutantsOf(asked: readonly Asked[]): Mutants {
  const [open, bound] = (["open", "via-service"] as const).map((autoScalingChecks) =>
    rolesWith({ ...narrowestRoles, autoScalingChecks }),
  );
  if (open === undefined || bound === undefined) throw new Error("expected two ways");
  const killed = new Map([...needed(open, asked), ...needed(bound, asked)]);
  const rights = rightsOf(open);
  return { rights, killed, survivors: rights.filter((right) => !killed.has(rightName(right))) };
}
