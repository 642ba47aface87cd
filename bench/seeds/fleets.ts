/**
 * The same traffic on fleets of other sizes, whose instances differ or do not: how many healthy candidates go back, and how
 * many that fail twice and three times as often.
 */

import { WorldSpec } from "#twin/world";
import type { Plan } from "../../src/core/plan/plan.ts";

const sizes = [1, 2, 3, 8, 30];
const spreads = [0, 0.15, 0.3, 0.6];
const factors = [1, 2, 3];

export type RolledBack = (plan: Plan, world: WorldSpec) => Promise<number>;

/** The plan's traffic on so many instances for each of its own that they serve as much together. */
export function ofSize(plan: Plan, instances: number): Plan {
  const part = plan.endpoint.instances / instances;
  const scaled = <T extends { requestsPerSecondPerInstance: number }>(needs: T): T => ({
    ...needs,
    requestsPerSecondPerInstance: needs.requestsPerSecondPerInstance * part,
  });
  const releaseTypes = Object.fromEntries(
    Object.entries(plan.releaseTypes).map(([type, needs]) => [
      type,
      needs && { ...needs, inference: scaled(needs.inference) },
    ]),
  );
  return { ...plan, releaseTypes, endpoint: { ...scaled(plan.endpoint), instances } };
}

/** Prints a row as it is known. `rolledBack` tells the share of the seeds that are. */
export async function printFleets(plan: Plan, rolledBack: RolledBack): Promise<void> {
  console.log("instances  spread  healthy  ×2     ×3     rolled back");
  for (const instances of sizes)
    for (const hostSpread of instances === 1 ? [0] : spreads) {
      const shares: string[] = [];
      for (const errorFactor of factors) {
        const description = `Instances differ by ${hostSpread}, and the candidate fails ${errorFactor} times as often.`;
        const world = WorldSpec.parse({ description, service: { hostSpread }, candidate: { errorFactor } });
        shares.push((await rolledBack(ofSize(plan, instances), world)).toFixed(3));
      }
      console.log(`${`${instances}`.padStart(9)}  ${`${hostSpread}`.padEnd(6)}  ${shares.join("    ")}`);
    }
}
