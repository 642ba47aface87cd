/** Sides of a plan's team that a release waits for while a stage of it asks, by what its last look has written down. */
import * as z from "zod";
import type { AskedSide } from "../core/plan/team.ts";
import type { EpochMs } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { journalOf } from "./journal.ts";
import type { LockStatus } from "./lock-status.ts";
import { readRelease } from "./releases.ts";

export interface AwaitedSides {
  readonly releaseId: string;
  /** Of the rollout, from 0. */
  readonly stage: number;
  readonly sides: readonly AskedSide[];
}

/** A stage that waits is looked at more often than this. */
const newestMs = 2 * 3_600_000;

/** Of releases at work whose plans ask sides; a journal is read of no other. */
export async function awaitedSides(
  aws: Aws,
  locks: readonly LockStatus[],
  nowMs: EpochMs,
): Promise<AwaitedSides[]> {
  const found: AwaitedSides[] = [];
  for (const { holder, state } of locks) {
    if (holder === null || state !== "at-work" || !(await asksSides(aws, holder.releaseId))) continue;
    const { entries } = await journalOf(aws, holder.releaseId, new Date(nowMs - newestMs).toISOString());
    const look = entries.findLast((entry) => entry.kind === "look");
    const isLeft = entries.some(({ kind, at }) => kind === "news" && look !== undefined && at > look.at);
    if (look?.awaits !== undefined && !isLeft)
      found.push({ releaseId: holder.releaseId, stage: look.stage, sides: look.awaits });
  }
  return found;
}

const Asking = z.looseObject({
  rollout: z.looseObject({ onInconclusive: z.looseObject({ sides: z.array(z.string()).min(1) }) }),
});

async function asksSides(aws: Aws, releaseId: string): Promise<boolean> {
  const plan = (await readRelease(aws, releaseId))?.plan;
  return Asking.safeParse(plan).success;
}
