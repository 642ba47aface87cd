/** What one invocation of a load test sends and counts, wherever it runs. */
import { awsRefused } from "../core/errors.ts";
import { type Arriving, arrivals, chanceOf, ramped } from "../core/load/arrivals.ts";
import type { LoadQuestion } from "../core/load/course.ts";
import { isStepOver, type LoadProof } from "../core/load/load-test.ts";
import { sendersFor } from "../core/load/senders.ts";
import type { LoadSlice, SliceSent } from "../core/load/slice.ts";
import { patienceOf } from "../core/load/step.ts";
import { counting } from "../core/load/tally.ts";
import type { BesideLoad } from "./load-beside.ts";
import { mostUnderWay, type Sending, type SentLoad, sendLoad } from "./load-sending.ts";

export interface LoadRound extends Pick<Sending, "send" | "wayMs" | "pacing"> {
  readonly question: LoadQuestion;
  readonly proof: LoadProof;
  readonly slice: LoadSlice;
  readonly arriving: Arriving;
  /** By seed and round: one that is tried again sends at the same moments. */
  readonly seed: string;
  /** What serves, and is to be looked after meanwhile; absent: nothing does. */
  readonly beside?: BesideLoad | undefined;
}

/** One whose end may come from elsewhere. */
export interface Ending extends LoadRound {
  readonly isEnded: () => boolean;
}

export type RoundSent = SliceSent & Pick<SentLoad, "lateness">;

/** @throws AwsRefused where half of the requests are refused for what no capacity would change */
export async function sendRound({
  question,
  proof,
  slice,
  seed,
  arriving,
  send,
  wayMs,
  pacing,
  isEnded,
}: Ending): Promise<RoundSent> {
  const { step, seconds, rampSeconds, mostRequests } = slice;
  const { plan } = question;
  const counter = counting({ lateMs: plan.requirements.latencyMsP99, lostMs: patienceOf(plan) });
  const load = await sendLoad({
    at: arrivals(
      ramped(step.requestsPerSecond, rampSeconds, seconds),
      chanceOf(`${seed} ${proof.rounds}`),
      arriving,
    ),
    countedFrom: rampSeconds,
    mostRequests,
    mostAtOnce: mostAtOnce(slice),
    send,
    wayMs,
    pacing,
    count: counter.add,
    isOver: (forSeconds) => isEnded() || isStepOver(proof, slice, counter.tally(forSeconds)),
  });
  notRefused(load);
  const { sent, lateness } = load;
  return { step, sent, tally: counter.tally(load.seconds), lateness };
}

/** A machine that sends alone what takes several invocations has under way what they would have together. */
export const mostAtOnce = (slice: LoadSlice): number => mostUnderWay * sendersFor(slice);

export function notRefused({ sent, refused }: Pick<SentLoad, "sent" | "refused">): void {
  const [[name, times] = ["", 0]] = [...refused].toSorted(([, a], [, b]) => b - a);
  if (times > 0 && times >= sent / 2)
    throw awsRefused(`the requests of the test under load are refused, ${times} of ${sent}: ${name}`);
}
