/** Mutants that somebody wrote by hand and nothing noticed once: each is tried in every run, as long as its place is there. */
import type { Edit } from "./mutant.ts";

interface Known {
  readonly operator: string;
  readonly path: string;
  /** The line, or a part of it, that is changed, and what it becomes. */
  readonly line: string;
  readonly by: string;
}

const known: readonly Known[] = [
  {
    operator: "a failed end of a lease is not tried again for a week",
    path: "src/aws/leases.ts",
    line: "Math.floor(tools.now() / 600_000)",
    by: "Math.floor(tools.now() / 600_000_000)",
  },
  {
    operator: "a roll-back by hand starts no compensation",
    path: "src/aws/orders.ts",
    line: "  return rollBack(aws, found, given);",
    by: '  return all("it is being rolled back");',
  },
  {
    operator: "a share goes to instances that are still to come",
    path: "src/core/release/shift.ts",
    line: "const warm = warmOf(warmInstances, variant);",
    by: "const warm = variant.desiredInstances;",
  },
  {
    operator: "the way back does not look at the weight that is to come",
    path: "src/core/release/way-back.ts",
    line: "candidate.currentWeight > 0 || candidate.desiredWeight > 0",
    by: "candidate.currentWeight > 0",
  },
  {
    operator: "an interval is read before it is whole",
    path: "src/aws/new-observations.ts",
    line: "const settledSeconds = 60;",
    by: "const settledSeconds = 0;",
  },
  {
    operator: "late intervals count for two minutes",
    path: "src/aws/new-observations.ts",
    line: "export const lateSeconds = 900;",
    by: "export const lateSeconds = 120;",
  },
  {
    operator: "a stage is judged by an interval of before its shift",
    path: "functions/check-kpis.ts",
    line: "Math.ceil(shiftedAtSeconds / intervalSeconds)",
    by: "Math.floor(shiftedAtSeconds / intervalSeconds)",
  },
  {
    operator: "the time over a bake is in seconds",
    path: "functions/check-kpis.ts",
    line: "bakeEndsAt({ ...baking, heldFor: held })) * 1000;",
    by: "bakeEndsAt({ ...baking, heldFor: held }));",
  },
  {
    operator: "an answer to the stage before is taken for this one's",
    path: "functions/check-kpis.ts",
    line: "stage: bake.stage, shiftedAt",
    by: "stage: bake.stage - 1, shiftedAt",
  },
  {
    operator: "nobody waits until the candidate's last requests have drained",
    path: "functions/roll-back.ts",
    line: "(tools.now() - lastShift(ledger)) / 1000",
    by: "(tools.now() - lastShift(ledger))",
  },
  {
    operator: "the final configuration keeps the candidate's weight of 0",
    path: "functions/scale-down.ts",
    line: "      .map((v) => ({ ...v, InitialVariantWeight: 1 })),",
    by: "",
  },
  {
    operator: "means are those for stable as it was",
    path: "functions/shift-traffic.ts",
    line: "stable: { ...needs.stable, instances: live }",
    by: "stable: needs.stable",
  },
  {
    operator: "a dead release that still holds its lock counts as abandoned",
    path: "functions/open-release.ts",
    line: "    holder?.releaseId !== release.id &&",
    by: "",
  },
  {
    operator: "the pre-warm does not know its own update",
    path: "functions/prewarm-inference.ts",
    line: "isMoving(view) && view.pendingConfig !== needs.joinConfig",
    by: "isMoving(view)",
  },
];

export function knownEditsOf(path: string, text: string): Edit[] {
  return known.flatMap((one) => {
    const start = text.indexOf(one.line);
    if (one.path !== path || start === -1) return [];
    return [{ operator: one.operator, start, end: start + one.line.length, text: one.by }];
  });
}
