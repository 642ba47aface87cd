/**
 * Proves that the candidate's models are loaded before any traffic is theirs: an endpoint can be InService while
 * its containers still load. Probes reach the candidate by name, whatever the weights are.
 */
import type { z } from "zod";
import { lambda, type Step } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { servingPlatform } from "../src/aws/serving/platforms.ts";
import { probeBody } from "../src/core/plan/warmth.ts";
import { Planned } from "../src/core/release/document/document.ts";
import { forward } from "../src/core/release/document/reading.ts";
import { polling } from "../src/core/release/polling.ts";
import { Warmth } from "../src/core/release/release.ts";
import type { Probe } from "../src/core/release/serving-platform.ts";
import type { EpochMs } from "../src/core/units.ts";

const Input = Planned.pick({ schema: true, release: true, plan: true, planning: true, warmth: true });

/** Probes on their way at one time: one for each instance, within bounds, so that none of them is a load. */
const atOnce = { least: 5, most: 25 };
/** How long one invocation probes, milliseconds; what it does not get to is left to the next. Under the function's time-out. */
const roundMs = 70_000;
/** An answer is waited for for twice as long as it may take, but a cold container is given time to load and answer. */
const patience = { times: 2, leastMs: 5_000, mostMs: 60_000 };
/** A probe is timed by its caller: below this, the way there and back may take longer than the model does. */
const leastLimitMs = 250;

export const proveWarmth: Step<z.infer<typeof Input>, Warmth> = async (
  { release, plan, planning, warmth: last },
  { aws, now },
) => {
  // Raised since, it is proven anew, all of its instances.
  const warmth = last?.status === "warm" ? undefined : last;
  const { candidate } = planning.needs;
  await Ledger.forward(aws, release);
  const poll = polling(warmth, now);
  const limitMs = Math.max(plan.requirements.latencyMsP99, leastLimitMs);
  const patienceMs = Math.min(patience.mostMs, Math.max(patience.leastMs, patience.times * limitMs));
  const target = { endpoint: plan.endpoint.name, variant: candidate.variant, body: probeBody(plan.warmth) };
  const platform = servingPlatform(aws);
  const needed = candidate.instances * plan.warmth.probesPerInstance;
  const before = warmth?.proven ?? 0;
  const probes = await probed(
    { wanted: needed - before, width: candidate.instances, untilMs: now() + roundMs - patienceMs, now },
    () => platform.probe({ ...target, now, patienceMs }),
  );

  const found = judged(probes, { limitMs, needed, before });
  const at = new Date(now()).toISOString();
  const coldAt = found.proven === 0 ? at : warmth?.coldAt;
  const isLate = found.status === "warming" && poll.isOverdue(plan.rollout.capacityTimeoutMinutes);
  return {
    ...found,
    ...(isLate ? { status: "cold" as const } : {}),
    // A round that only ran out of time goes on at once.
    waitSeconds: found.proven > 0 ? 1 : poll.waitSeconds(),
    since: poll.since,
    rounds: (warmth?.rounds ?? 0) + 1,
    ...(coldAt !== undefined && { coldAt }),
    ...(found.status === "warm" && { warmAt: warmth?.warmAt ?? at }),
    // How long its model took to load is what was seen of it first.
    ...(last?.warmAt !== undefined && { coldAt: last.coldAt, warmAt: last.warmAt }),
  };
};

interface Round {
  readonly wanted: number;
  /** Instances that are probed. */
  readonly width: number;
  /** When the last probe may leave, epoch milliseconds. */
  readonly untilMs: EpochMs;
  readonly now: () => number;
}

/** As many probes as are wanted and as there is time for. */
async function probed({ wanted, width, untilMs, now }: Round, send: () => Promise<Probe>): Promise<Probe[]> {
  const probes: Probe[] = [];
  let left = wanted;
  const work = async () => {
    while (left > 0 && now() <= untilMs) {
      left -= 1;
      probes.push(await send());
    }
  };
  const side = Math.min(wanted, Math.max(atOnce.least, Math.min(width, atOnce.most)));
  await Promise.all(Array.from({ length: side }, work));
  return probes;
}

/** Warm is who answers all probes in time without one that fails between; a failure puts the count back to none. */
function judged(
  probes: readonly Probe[],
  { limitMs, needed, before }: { limitMs: number; needed: number; before: number },
): Pick<Warmth, "status" | "reason" | "proven"> {
  const failed = probes.filter((p) => !p.answered || p.milliseconds > limitMs);
  const [first] = failed;
  if (first !== undefined)
    return {
      status: "warming",
      reason: `${failed.length} of ${probes.length} probes failed or took over ${limitMs} ms (${first.error ?? "slow"})`,
      proven: 0,
    };
  const proven = before + probes.length;
  if (proven >= needed)
    return { status: "warm", reason: `${needed} probes answered within ${limitMs} ms`, proven };
  return {
    status: "warming",
    reason: `${proven} of ${needed} probes answered within ${limitMs} ms so far`,
    proven,
  };
}

export const contract = { input: Input, output: Warmth, document: forward };
export const handler = lambda(proveWarmth, contract);
