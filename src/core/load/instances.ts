/** What a test under load says of instances: what each of them serves, and how many the load takes by that. */
import { launchedFor } from "../capacity/sizing.ts";
import { shareOf } from "../units.ts";
import { abovePeak, type LoadAnswers, type LoadQuestion, ratesOf } from "./course.ts";
import type { Knee } from "./knee.ts";

export interface InstancesSeen {
  /** At full load, requests per second: by the lower end of what was seen, and at most what the plan says. */
  readonly requestsPerSecondPerInstance: number;
  /** How many the load takes; more than there are of a fleet that is not enough. */
  readonly instances: number;
}

/** Undefined where more instances are no answer: nothing was answered, or what was too much has gone and is felt still. */
export function instancesSeen(
  question: LoadQuestion,
  answers: LoadAnswers,
  knee: Knee,
): InstancesSeen | undefined {
  const { plan, fleet } = question;
  const { refusal, spike, aftermath } = answers;
  const requestsPerSecondPerInstance = seenPerInstance(question, answers, knee);
  if (requestsPerSecondPerInstance <= 0 || (refusal !== undefined && refusal === aftermath)) return undefined;
  const load = { requestsPerSecond: fleet.designRequestsPerSecond, percent: 100 };
  const needed = launchedFor(plan, { requestsPerSecondPerInstance }, load);
  if (refusal === undefined) return { requestsPerSecondPerInstance, instances: needed };
  const instances = Math.max(
    needed,
    fleet.finalInstances + 1,
    refusal === spike ? forSpike(question, answers, knee) : 0,
  );
  return { requestsPerSecondPerInstance, instances };
}

/** Where no rate is likely to be kept to, so much of the lowest that is not. */
const below = 1 / 1.3;

/** Up to which rate an instance keeps to the requirements by the lower end of what was seen, requests per second. */
export const keptPerInstance = (
  { fleet }: Pick<LoadQuestion, "fleet">,
  { likely }: Pick<LoadAnswers, "likely">,
  { from, to = 0 }: Knee,
): number => (from > 0 ? from : Math.min(to, likely > 0 ? likely : below * to)) / fleet.instances;

/** So many that each is sent no more in the spike than it was seen to keep to the requirements with. */
function forSpike(question: LoadQuestion, answers: LoadAnswers, knee: Knee): number {
  const kept = keptPerInstance(question, answers, knee);
  const { meant } = ratesOf(question);
  const { finalInstances, instances } = question.fleet;
  const whole = ((meant.spike ?? 0) * finalInstances) / Math.min(finalInstances, instances);
  return kept > 0 ? Math.ceil(whole / kept - 1e-9) : 0;
}

/**
 * At most what the plan says, what it served where full load was too much, and what it keeps to the requirements with, which is as
 * full as the plan runs it; by so much less as the test asks for more than the load.
 */
function seenPerInstance(question: LoadQuestion, answers: LoadAnswers, knee: Knee): number {
  const { plan, fleet } = question;
  const { refusal, full, spike } = answers;
  const { instances, requestsPerSecondPerInstance: planned } = fleet;
  // Up to full load it serves what the plan says.
  if (refusal === undefined || refusal === spike) return planned;
  const atFull = full.tally.seconds === 0 ? planned : full.tally.answered / full.tally.seconds / instances;
  if (refusal === full) return Math.min(planned, atFull);
  if (refusal.tally.answered === 0) return 0;
  const kept = keptPerInstance(question, answers, knee) / abovePeak;
  return Math.min(planned, kept / shareOf(plan.requirements.utilisationPercent));
}
