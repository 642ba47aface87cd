/** Training jobs of the team's own, which the world starts when its specification says: what warm pools are for. */

import type { World } from "./region.ts";
import { startJob } from "./training.ts";
import type { TrainingJob } from "./training-state.ts";

/** How long SageMaker lets a job run at most where nobody says so, seconds (StoppingCondition, API reference). */
const longestSeconds = 86_400;

export function startJobsLater(world: World): void {
  for (const [nth, job] of world.spec.training.jobs.entries()) {
    const { atMinute, minutes, fails, keepAliveMinutes } = job;
    const { name = `${world.account.model}-train-${nth + 1}` } = job;
    world.after(Math.max(0, world.startMs + atMinute * 60_000 - world.nowMs), () => {
      const like = newestPool(world);
      if (like === undefined || world.state.trainingJobs.has(name)) return;
      const { definition, instanceType, instanceCount, poolKey } = like;
      startJob(world, {
        name,
        definition,
        instanceType,
        instanceCount,
        poolKey,
        maxRuntimeSeconds: longestSeconds,
        keepAliveSeconds: keepAliveMinutes * 60,
        containerSeconds: minutes * 60,
        fails,
        isTeams: true,
      });
    });
  }
}

/** A team's job asks for what the pool has that is meant for it: the newest, be it over. */
function newestPool({ state }: World): TrainingJob | undefined {
  const pools = [...state.trainingJobs.values()].filter(({ warmPool }) => warmPool !== undefined);
  return pools.findLast(({ warmPool }) => warmPool?.status === "Available") ?? pools.at(-1);
}
