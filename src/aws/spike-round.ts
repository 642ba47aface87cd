/** What one invocation sends of a spike, and of the load after it: the load falls with no pause in which a queue could go. */
import { arrivals, chanceOf } from "../core/load/arrivals.ts";
import { isStepOver } from "../core/load/load-test.ts";
import { patienceOf } from "../core/load/step.ts";
import { counting } from "../core/load/tally.ts";
import { type Ending, mostAtOnce, notRefused, type RoundSent } from "./load-round.ts";
import { sendLoad } from "./load-sending.ts";

/** @throws AwsRefused where half of the requests are refused for what no capacity would change */
export async function sendSpike({
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
  const { step, seconds, mostRequests, spike } = slice;
  if (spike === undefined) throw new Error(`expected a spike, found ${step.name}`);
  const { after } = spike;
  const limits = { lateMs: question.plan.requirements.latencyMsP99, lostMs: patienceOf(question.plan) };
  const counter = counting(limits);
  const windows = new Map<number, ReturnType<typeof counting>>();
  const windowOf = (nth: number) => {
    const window = windows.get(nth) ?? counting(limits);
    windows.set(nth, window);
    return window;
  };
  // Ends sooner where it is answered.
  let [until, isLast] = [spike.seconds, spike.isLast];
  const windowsLeft = () => (isLast ? Math.floor((seconds - until) / after.windowSeconds + 1e-9) : 0);
  const load = await sendLoad({
    at: arrivals(
      {
        rateAt: (at) => (at < until ? step.requestsPerSecond : after.requestsPerSecond),
        most: step.requestsPerSecond,
        seconds,
      },
      chanceOf(`${seed} ${proof.rounds}`),
      arriving,
    ),
    countedFrom: 0,
    mostRequests,
    mostAtOnce: mostAtOnce(slice),
    send,
    wayMs,
    pacing,
    count: (request) => {
      if (request.at < until) return counter.add(request);
      const nth = Math.floor((request.at - until) / after.windowSeconds);
      windowOf(nth).add({ ...request, at: request.at - until - nth * after.windowSeconds });
    },
    isOver: (at) => {
      if (isEnded()) return true;
      if (at < until && isStepOver(proof, slice, counter.tally(at))) [until, isLast] = [at, true];
      return at >= until + windowsLeft() * after.windowSeconds;
    },
  });
  notRefused(load);
  const { sent, lateness } = load;
  // What was cut short by the plan's requests ends with the last of them.
  const end = sent >= mostRequests ? load.seconds : seconds;
  const whole = Math.min(windowsLeft(), Math.floor(Math.max(0, end - until) / after.windowSeconds + 1e-9));
  return {
    step,
    sent,
    lateness,
    tally: counter.tally(Math.min(until, end)),
    after: Array.from({ length: whole }, (_, nth) => windowOf(nth).tally(after.windowSeconds)),
  };
}
