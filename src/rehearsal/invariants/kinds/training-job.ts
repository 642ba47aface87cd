/** A job that primes a warm pool, as the checkers see it; one that holds no instances leaves nothing behind. */
import { textOf } from "../observation.ts";
import { type CheckedKind, isGone, isThere, moreOrLess } from "./define.ts";

type Job = { readonly status: string; readonly keepAliveSeconds: number };

export const trainingJob = {
  kind: "training-job",
  read({ world }, name) {
    const job = world.state.trainingJobs.get(name);
    return job === undefined ? null : { status: job.status, keepAliveSeconds: job.keepAliveSeconds };
  },
  // A job of the team's is nobody's to give back, whatever pool it runs on.
  names: ({ world }) =>
    [...world.state.trainingJobs.values()]
      .filter((job) => job.instances.length > 0 && job.isTeams !== true)
      .map((job) => job.name),

  calls: {
    "sagemaker.CreateTrainingJob": (call) => ({ name: textOf(call, "TrainingJobName"), leadsTo: isThere }),
    "sagemaker.StopTrainingJob": (call) => ({ name: textOf(call, "TrainingJobName"), leadsTo: isGone }),
    "sagemaker.UpdateTrainingJob": (call) => ({ name: textOf(call, "TrainingJobName"), leadsTo: isGone }),
  },
  // A pool goes from job to job: instances are held by the newest of them alone.
  makes: { operation: "sagemaker.CreateTrainingJob", most: 1, atATime: true },

  /** Jobs end by themselves: none is missed, and one that was there before is a lease's that has to end. */
  left: (looks) => moreOrLess("training-job", { ...looks, before: new Map() }),

  isOfPool: true,
} satisfies CheckedKind<Job>;
