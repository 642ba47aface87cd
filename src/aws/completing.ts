/** Work of the team's has ended: what leases it completes are ended, each in an execution of its own. */
import { completes, completionIn, titles, type Work } from "../core/plan/completion.ts";
import type { Opening } from "../core/release/opening.ts";
import { type CapacityLease, leaseWorkName } from "../core/release/reaping.ts";
import { startMachine } from "./executions.ts";
import type { Tools } from "./lambda.ts";
import { allLeases } from "./leases.ts";
import { readRelease } from "./releases.ts";

/** Several events may come of one change (SageMaker developer guide): the same name starts nothing twice. */
export async function completeBy(tools: Tools, work: Work): Promise<Opening> {
  const { aws, now } = tools;
  const why = `${titles[work.of]} ${work.name} is ${work.status}`;
  // Names of what a stack makes begin with its own: a job that primes a pool completes nothing.
  if (work.name.startsWith(`${aws.environment.stack}-`))
    return { route: "ignored", reason: `${why}: it is our own` };
  const started: string[] = [];
  for (const lease of await allLeases(aws)) {
    if (!(await isCompleted(tools, lease, work))) continue;
    const name = leaseWorkName("give-back", lease, { stack: aws.environment.stack, nowMs: now() });
    await startMachine(aws, name, { scaleDown: { releaseId: lease.releaseId, why } });
    started.push(name);
  }
  const [to] = started;
  if (to === undefined) return { route: "ignored", reason: `${why}: no lease waits for it` };
  const reason = `${why}: ${started.join(", ")} ${started.length === 1 ? "gives" : "give"} back what it completes`;
  return { route: "handed-over", reason, handOver: { outcome: "handed-over", reason, to } };
}

/** By the plan that its release was claimed with, as far as that can be read. */
async function isCompleted({ aws }: Tools, { releaseId }: CapacityLease, work: Work): Promise<boolean> {
  const record = await readRelease(aws, releaseId);
  if (record === undefined) return false;
  const { milestone = "", openedAt } = record.release;
  return completes(work, completionIn(record.plan, milestone), openedAt);
}
