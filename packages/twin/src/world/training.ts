/**
 * Training jobs and the managed warm pools that they leave behind: there is no empty pool, only the instances of a
 * job that has ended, kept for a while for the next job that matches.
 */
import type { Clock } from "./clock.ts";
import { type Actor, called, itself, type Recorder } from "./events.ts";
import { type Launching, launch, terminate } from "./instances.ts";
import type { Process } from "./process.ts";
import type { Quotas } from "./quotas.ts";
import type { VisibleState } from "./state.ts";
import type { SecondaryStatus, TrainingJob, TrainingStatus, WarmPool } from "./training-state.ts";

/** What a job and its pool go by. */
type TrainingProcess = Process & Launching & Quotas;

export type NewJob = Pick<
  TrainingJob,
  | "name"
  | "definition"
  | "tags"
  | "instanceType"
  | "instanceCount"
  | "maxRuntimeSeconds"
  | "poolKey"
  | "keepAliveSeconds"
  | "containerSeconds"
  | "fails"
  | "isTeams"
>;

/** Seconds that a job's parts take besides provisioning and the container's own time. */
const seconds = { reusedStart: 20, download: 30, upload: 15, stop: 45 } as const;

const noCapacity =
  "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.";

/** Instances of a type that training holds: at work, and kept in pools. */
export function trainingUse(world: VisibleState, instanceType: string): { atWork: number; pooled: number } {
  const use = { atWork: 0, pooled: 0 };
  for (const job of world.state.trainingJobs.values()) {
    if (job.instanceType !== instanceType) continue;
    if (job.status === "InProgress" || job.status === "Stopping") use.atWork += job.instanceCount;
    else if (job.warmPool?.status === "Available") use.pooled += job.instanceCount;
  }
  return use;
}

/** The earlier job whose pool a job like this would get. */
export const donorOf = (world: VisibleState, poolKey: string): TrainingJob | undefined =>
  [...world.state.trainingJobs.values()].find(
    (job) => job.warmPool?.status === "Available" && job.poolKey === poolKey,
  );

/** Starts a job, on the pool of an earlier job that matches or on new instances. */
export function startJob(world: TrainingProcess, wanted: NewJob): TrainingJob {
  const donor = donorOf(world, wanted.poolKey);
  const at = world.nowMs;
  const job: TrainingJob = {
    ...wanted,
    creationMs: at,
    lastModifiedMs: at,
    status: "InProgress",
    secondaryStatus: "Starting",
    transitions: [{ status: "Starting", startMs: at }],
    instances: [],
    ...(wanted.keepAliveSeconds > 0 ? { warmPool: { status: "InUse" } } : {}),
  };
  world.state.trainingJobs.set(job.name, job);
  tell(world, job, { from: undefined, to: "InProgress", by: called("CreateTrainingJob") });
  if (donor === undefined) provision(world, job);
  else takePool(world, { donor, job });
  return job;
}

function takePool(world: TrainingProcess, hand: { donor: TrainingJob; job: TrainingJob }): void {
  const { donor, job } = hand;
  job.instances = donor.instances.splice(0);
  endPool(world, donor, { status: "Reused", reusedByJob: job.name });
  world.after(seconds.reusedStart * 1000, () => run(world, job));
}

function provision(world: TrainingProcess, job: TrainingJob): void {
  const { instanceType, instanceCount: count } = job;
  job.instances = launch(world, `training/${job.name}`, { instanceType, count });
  if (job.instances.length < count) {
    world.after(world.spec.provisioning.giveUpSeconds * 1000, () => {
      if (job.status !== "InProgress") return;
      job.failureReason = noCapacity;
      end(world, job, { status: "Failed", secondary: "Failed", by: itself("no capacity") });
    });
    return;
  }
  const lastMs = Math.max(...job.instances.map((instance) => instance.readyMs));
  world.after(lastMs - world.nowMs, () => run(world, job));
}

/** Downloading, training for as long as the container runs or may run, uploading; a stop in between wins. */
function run(world: TrainingProcess, job: TrainingJob): void {
  if (job.status !== "InProgress") return;
  job.trainingStartMs = world.nowMs;
  enter(world, job, "Downloading");
  const { containerSeconds = world.spec.training.jobSeconds, maxRuntimeSeconds } = job;
  const stages: [SecondaryStatus, number][] = [
    ["Training", seconds.download],
    ["Uploading", Math.min(containerSeconds, maxRuntimeSeconds)],
  ];
  let delayMs = 0;
  for (const [stage, after] of stages) {
    delayMs += after * 1000;
    world.after(delayMs, () => job.status === "InProgress" && enter(world, job, stage));
  }
  world.after(delayMs + seconds.upload * 1000, () => {
    if (job.status !== "InProgress") return;
    if (containerSeconds > maxRuntimeSeconds)
      end(world, job, { status: "Stopped", secondary: "MaxRuntimeExceeded", by: itself("maximum runtime") });
    else if (job.fails === true) {
      job.failureReason = "AlgorithmError: the container exited with code 1";
      end(world, job, { status: "Failed", secondary: "Failed", by: itself("the container ended") });
    } else
      end(world, job, { status: "Completed", secondary: "Completed", by: itself("the container ended") });
  });
}

/** Stops a job in progress. */
export function stopJob(world: TrainingProcess, job: TrainingJob): void {
  setStatus(world, job, "Stopping", called("StopTrainingJob"));
  enter(world, job, "Stopping");
  world.after(seconds.stop * 1000, () =>
    end(world, job, { status: "Stopped", secondary: "Stopped", by: called("StopTrainingJob") }),
  );
}

/** Changes how long a pool is kept, counted from the job's end; a time that is over ends the pool now. */
export function keepAlive(world: TrainingProcess, job: TrainingJob, keepAliveSeconds: number): void {
  job.keepAliveSeconds = keepAliveSeconds;
  job.lastModifiedMs = world.nowMs;
  if (job.warmPool?.status === "Available") watchPool(world, job);
}

function end(
  world: TrainingProcess,
  job: TrainingJob,
  to: { status: TrainingStatus; secondary: SecondaryStatus; by: Actor },
): void {
  job.trainingEndMs = world.nowMs;
  enter(world, job, to.secondary);
  setStatus(world, job, to.status, to.by);
  if (job.warmPool === undefined) {
    terminate(world, job.instances.splice(0));
    return;
  }
  job.warmPool.keptFromMs = world.nowMs;
  const room =
    world.quota("training warm pool", job.instanceType) - trainingUse(world, job.instanceType).pooled;
  if (!leavesPool(job, to.status) || room < job.instanceCount) {
    endPool(world, job, { status: "Terminated" });
    return;
  }
  setPool(world, job, "Available");
  watchPool(world, job);
}

/**
 * A job that is stopped leaves its pool all the same, once its cluster had been launched (developer guide, "Warm pool
 * creation"); that one which ran out of time counts as stopped is unconfirmed.
 */
const leavesPool = ({ trainingStartMs }: TrainingJob, status: TrainingStatus): boolean =>
  status === "Completed" || (status === "Stopped" && trainingStartMs !== undefined);

function watchPool(world: TrainingProcess, job: TrainingJob): void {
  const untilMs = (job.warmPool?.keptFromMs ?? 0) + job.keepAliveSeconds * 1000;
  const check = () => {
    const due = (job.warmPool?.keptFromMs ?? 0) + job.keepAliveSeconds * 1000 <= world.nowMs;
    if (job.warmPool?.status === "Available" && due) endPool(world, job, { status: "Terminated" });
  };
  if (untilMs <= world.nowMs) check();
  else world.after(untilMs - world.nowMs, check);
}

function endPool(
  world: TrainingProcess,
  job: TrainingJob,
  to: { status: "Reused" | "Terminated"; reusedByJob?: string },
): void {
  if (job.warmPool === undefined) return;
  job.warmPool.keptUntilMs = world.nowMs;
  if (to.reusedByJob !== undefined) job.warmPool.reusedByJob = to.reusedByJob;
  setPool(world, job, to.status);
  terminate(world, job.instances.splice(0));
}

function setPool(world: Recorder, job: TrainingJob, to: WarmPool["status"]): void {
  if (job.warmPool === undefined) return;
  tell(world, job, { from: `pool ${job.warmPool.status}`, to: `pool ${to}`, by: itself("warm pool") });
  job.warmPool.status = to;
}

function setStatus(world: Recorder, job: TrainingJob, to: TrainingStatus, by: Actor): void {
  tell(world, job, { from: job.status, to, by });
  job.status = to;
}

function enter(world: Clock, job: TrainingJob, status: SecondaryStatus): void {
  const last = job.transitions.at(-1);
  if (last !== undefined) last.endMs = world.nowMs;
  job.transitions.push({ status, startMs: world.nowMs });
  job.secondaryStatus = status;
  job.lastModifiedMs = world.nowMs;
}

type Told = { readonly from: string | undefined; readonly to: string; readonly by: Actor };

const tell = (world: Recorder, { name }: TrainingJob, told: Told): void =>
  world.record({ kind: "training", subject: name, ...told });
