/** What one invocation sends, a rate or a spike, while what serves is looked after beside it. */
import { sentBeside } from "./load-beside.ts";
import { type LoadRound, type RoundSent, sendRound } from "./load-round.ts";
import { sendSpike } from "./spike-round.ts";

/** Whatever an invocation is to send. */
export async function sendSlice(round: LoadRound): Promise<RoundSent> {
  const { beside, question, slice, proof, seed, wayMs, pacing } = round;
  const send = slice.spike === undefined ? sendRound : sendSpike;
  if (beside === undefined) return send({ ...round, isEnded: () => false });
  const { seconds, step } = slice;
  const besides = {
    plan: question.plan,
    name: step.name,
    seconds,
    seed: `${seed} ${proof.rounds}`,
    wayMs,
    pacing,
  };
  const other = sentBeside(beside, besides);
  const sent = await send({ ...round, isEnded: other.isOver }).finally(other.end);
  return { ...sent, beside: await other.end() };
}
