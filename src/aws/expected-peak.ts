/**
 * The load that a release is to be sized for where its plan has that forecast. A past that cannot be read, or not in time,
 * keeps no release from being planned: it is sized for the plan's peak then.
 */

import { awsUnavailable, SlipwayError } from "../core/errors.ts";
import { until } from "../core/forecast/load-history.ts";
import { type ExpectedPeak, expectedPeakOf } from "../core/outlook/expected-peak.ts";
import type { Plan, ReleaseType } from "../core/plan/plan.ts";
import type { Aws } from "./clients.ts";
import { endpointPast } from "./endpoint-past.ts";
import { named } from "./errors.ts";
import { spikesSent } from "./later-spikes.ts";
import { keepDays } from "./load-past.ts";

/** Chosen: what a step of 80 seconds has to spare; a call that is under way then is waited for. */
const patienceMs = 15_000;

interface Asked {
  readonly plan: Plan;
  readonly releaseType: ReleaseType;
  /** The variants that serve. */
  readonly serving: readonly string[];
  /** Whether they have auto scaling, which gives the candidate's fleet afterwards what other hours take. */
  readonly scales: boolean;
  /** Whether the days that were are kept, for a release whose shares go by them: not by who only looks. */
  readonly keeps: boolean;
}

/** Undefined where the plan's peak is what counts; otherwise what is expected, or why that is not known. */
export async function expectedPeak(
  { aws, now }: { readonly aws: Aws; readonly now: () => number },
  { plan, releaseType, serving, scales, keeps }: Asked,
): Promise<ExpectedPeak | { readonly lack: string } | undefined> {
  if (plan.requirements.load !== "forecast") return undefined;
  if (!scales) return { lack: "what serves has no auto scaling, and is to carry all hours" };
  const nowMs = now();
  const isInTime = () => {
    if (now() - nowMs > patienceMs) throw awsUnavailable(`it took longer than ${patienceMs / 1000} s`);
  };
  try {
    const endpoint = plan.endpoint.name;
    const whose = { endpoint, model: plan.model, nowMs, own: await spikesSent(aws, endpoint) };
    const { history } = await endpointPast(aws, whose, { serving, isInTime });
    const expected = expectedPeakOf(plan, releaseType, history);
    // Its shares go by it as well, and are looked at every minute.
    if (keeps && !("lack" in expected)) await keepDays(aws, whose, { history: until(history, nowMs), nowMs });
    return expected;
  } catch (error) {
    const known = named(error);
    if (known instanceof SlipwayError) return { lack: `its past could not be read: ${known.message}` };
    throw error;
  }
}
