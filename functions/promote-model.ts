/**
 * Makes the candidate the one that serves, if it takes all traffic still: records the promotion and all that follows from it first, so that every way
 * out leads forward from here, and lets its fleet shrink again.
 */
import type { z } from "zod";
import { publish } from "../src/aws/event-bridge.ts";
import { lambda, type Step } from "../src/aws/lambda.ts";
import { intendLeaving, liftHold } from "../src/aws/leaving.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { servingPlatform } from "../src/aws/serving/platforms.ts";
import { drifted } from "../src/core/errors.ts";
import { Staged } from "../src/core/release/document/document.ts";
import { forward } from "../src/core/release/document/reading.ts";
import { notToPromote } from "../src/core/release/outside.ts";
import { Progress } from "../src/core/release/release.ts";

const Input = Staged.pick({ schema: true, release: true, plan: true, planning: true, stage: true });

export const promoteModel: Step<z.infer<typeof Input>, Progress> = async (
  { release, plan, planning },
  tools,
) => {
  const { needs } = planning;
  const ledger = await Ledger.open(tools.aws, release);
  if (!ledger.promoted) {
    const why = notToPromote(await servingPlatform(tools.aws).view(plan.endpoint.name, needs), needs);
    if (why !== undefined) throw drifted(why);
    await ledger.promote();
  }
  await publish(tools, release, { state: "promoted" });
  const promoted = { name: plan.endpoint.name, needs };
  await intendLeaving(tools, ledger, promoted);
  const theirs = await liftHold(tools, ledger, promoted);
  if (theirs.length > 0)
    tools.log.warn("someone else changed the candidate's scaling; only our hold on it is lifted");
  const since = new Date(tools.now()).toISOString();
  return { status: "done", reason: `${needs.candidate.variant} is promoted`, waitSeconds: 30, since };
};

export const contract = { input: Input, output: Progress, document: forward };
export const handler = lambda(promoteModel, contract);
