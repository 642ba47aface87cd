/** What SageMaker tells the default bus of training jobs: an event of each change of a job's status. */
import type { World } from "../world/region.ts";
import { arn } from "../world/state.ts";
import type { TrainingJob } from "../world/training-state.ts";
import type { Publish } from "./event-bridge.ts";

export const jobArn = (name: string): string => arn("sagemaker", `training-job/${name}`);

const statuses: ReadonlySet<string> = new Set(["InProgress", "Completed", "Failed", "Stopping", "Stopped"]);

/** From here on. Of a pool there is no event of its own. */
export function tellOfJobs(world: World, publish: Publish): void {
  world.listen(({ kind, subject, to, atMs }) => {
    const job = kind === "training" ? world.state.trainingJobs.get(subject) : undefined;
    if (job !== undefined && typeof to === "string" && statuses.has(to)) tell(publish, job, { atMs, to });
  });
}

/** "Training job state change" (developer guide, events that SageMaker sends); its times are epoch milliseconds there. */
function tell(publish: Publish, job: TrainingJob, { atMs, to }: { atMs: number; to: string }): void {
  publish({
    source: "aws.sagemaker",
    "detail-type": "SageMaker Training Job State Change",
    resources: [jobArn(job.name)],
    atMs,
    detail: {
      TrainingJobName: job.name,
      TrainingJobArn: jobArn(job.name),
      TrainingJobStatus: to,
      SecondaryStatus: job.secondaryStatus,
      CreationTime: job.creationMs,
      LastModifiedTime: job.lastModifiedMs,
    },
  });
}
