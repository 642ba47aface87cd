/**
 * Proves that the candidate's models are loaded before any traffic is theirs: an endpoint can be InService while
 * its containers still load. Probes reach the candidate by name, whatever the weights are.
 */
import { lambda, type Step } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { type Probe, probe } from "../src/aws/sagemaker-runtime.ts";
import { badState } from "../src/core/errors.ts";
import { Document, Warmth } from "../src/core/release/release.ts";
import { growingWaitSeconds } from "../src/core/wait.ts";

const Input = Document.pick({ schema: true, release: true, plan: true, planning: true, warmth: true });

/** Probes sent at one time: enough to meet every instance soon, too few to be a load. */
const atOnce = 5;

export const proveWarmth: Step<(typeof Input)["_output"], Warmth> = async (
  { release, plan, planning, warmth },
  { aws, now },
) => {
  const candidate = planning?.needs?.candidate;
  if (candidate === undefined)
    throw badState("planning.needs: expected what PlanCapacity found, found nothing");
  await Ledger.forward(aws, release);
  const since = warmth?.since ?? new Date(now()).toISOString();
  const target = { endpoint: plan.endpoint.name, variant: candidate.variant, warmth: plan.warmth, now };
  const probes: Probe[] = [];
  for (let left = candidate.instances * plan.warmth.probesPerInstance; left > 0; left -= atOnce)
    probes.push(
      ...(await Promise.all(Array.from({ length: Math.min(left, atOnce) }, () => probe(aws, target)))),
    );

  const limit = plan.requirements.latencyMsP99;
  const failed = probes.filter((p) => !p.answered || p.milliseconds > limit);
  const waited = now() - Date.parse(since);
  const answer = { waitSeconds: growingWaitSeconds(waited), since, rounds: (warmth?.rounds ?? 0) + 1 };
  if (failed.length === 0)
    return { status: "warm", reason: `${probes.length} probes answered within ${limit} ms`, ...answer };
  const reason = `${failed.length} of ${probes.length} probes failed or took over ${limit} ms (${failed[0]?.error ?? "slow"})`;
  const overdue = waited >= plan.rollout.capacityTimeoutMinutes * 60_000;
  return { status: overdue ? "cold" : "warming", reason, ...answer };
};

export const contract = { input: Input, output: Warmth };
export const handler = lambda(proveWarmth, contract);
