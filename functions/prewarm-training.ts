/**
 * Raises training capacity: a short job primes a managed warm pool. The schedule that ends the lease is made
 * first, so that the raise always has its end.
 */
import type { z } from "zod";
import { asJson } from "../src/aws/as-json.ts";
import { make } from "../src/aws/changes.ts";
import { lambda, type Step } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { primerOf } from "../src/aws/sagemaker-training.ts";
import { scheduleRef } from "../src/aws/scheduler.ts";
import { badState } from "../src/core/errors.ts";
import { tagsOf } from "../src/core/plan/tags.ts";
import { PlannedPool } from "../src/core/release/document/document.ts";
import { forward } from "../src/core/release/document/reading.ts";
import { membersOf } from "../src/core/release/document/upcasters.ts";
import { minutesUntilDue } from "../src/core/release/due.ts";
import { resourceName } from "../src/core/release/names.ts";
import { Progress } from "../src/core/release/release.ts";
import { scheduleOf, trainingJobOf } from "../src/core/release/resources.ts";

const Input = PlannedPool.pick({ schema: true, route: true, release: true, plan: true, planning: true });

/** What passes without a queue or a freeze between the opening and here; a lease counts from the opening then. */
const unhinderedMs = 10 * 60_000;

export const prewarmTraining: Step<z.infer<typeof Input>, Progress> = async ({ release, plan }, tools) => {
  const pool = plan.milestones[release.milestone]?.pool;
  if (pool === undefined)
    throw badState(`milestones.${release.milestone}.pool: expected the capacity it needs, found nothing`);
  const ledger = await Ledger.forward(tools.aws, release, membersOf(asJson(pool)));
  const openedMs = Date.parse(release.openedAt);
  const begunMs = tools.now() - openedMs > unhinderedMs ? tools.now() : openedMs;
  const sinceMs = begunMs + minutesUntilDue(release, begunMs) * 60_000;
  const lease = {
    at: new Date(sinceMs + pool.holdMinutes * 60_000).toISOString().slice(0, 19),
    input: JSON.stringify({ scaleDown: { releaseId: release.id } }),
  };
  const named = { stack: tools.aws.environment.stack, ...release };
  const schedule = scheduleOf(scheduleRef(tools.aws, resourceName(named, "lease")));
  const made = await make(tools, ledger, { id: "lease-end", resource: schedule, to: lease });
  const { at = lease.at } = (made.after ?? {}) as Partial<typeof lease>;
  const job = trainingJobOf(resourceName(named, "primer"));
  await make(tools, ledger, { id: "primer", resource: job, to: primerOf(pool, tagsOf(release, plan)) });
  return {
    status: "done",
    reason: `${pool.instances} ${pool.instanceType} until ${new Date(`${at}Z`).toISOString()}`,
    waitSeconds: 60,
    since: new Date(tools.now()).toISOString(),
  };
};

export const contract = { input: Input, output: Progress, document: forward };
export const handler = lambda(prewarmTraining, contract);
