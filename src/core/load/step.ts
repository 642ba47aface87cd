/** What a load test asks of each rate, and what the answers to its requests say. */
import { shareEvidence } from "#verdict";
import { longestPatienceMs } from "../plan/load-test.ts";
import type { Plan } from "../plan/plan.ts";
import { type Share, shareOf } from "../units.ts";
import { dispersionOf, type Tally } from "./tally.ts";

/** Which parts of the requests may be bad. */
export interface Allowed {
  readonly late?: Share;
  readonly lost?: Share;
  readonly failed: Share;
}

export interface LoadAsk {
  readonly allowed: Allowed;
  /** The least time after which it may be said to be kept: queues take a while to grow, seconds. */
  readonly leastSeconds: number;
  /** After which an answer is late, seconds: the queue that makes one late makes all late that come meanwhile. */
  readonly limitSeconds: number;
}

/** At full load fleets queue however good they are: so many times the limit is what no caller waits for any more. */
const patienceTimes = 10;
const leastPatienceMs = 5_000;

export const patienceOf = ({ requirements }: Plan): number =>
  Math.min(longestPatienceMs, Math.max(leastPatienceMs, patienceTimes * requirements.latencyMsP99));

/** Of a 99th percentile one in a hundred may be beyond it. */
const lateAtPeak = 0.01;
/** Of a plan that allows no failure: that none ever comes, no test can show. */
const leastFailed = 0.001;
/** At full load a fleet may lose a tenth: an instance that serves nine tenths of what is said is within a plan's rounding. */
const lostAtFull = 0.1;

const failedOf = ({ requirements }: Plan): Share =>
  Math.max(leastFailed, shareOf(requirements.errorRatePercent));

/**
 * The requirements of a plan. What comes by a twentieth above what is served makes a queue as long as the limit within 20 times
 * the limit: kept is said after twice that, and never before queues of full fleets have had time to come and go.
 */
export const requirementsOf = (plan: Plan): LoadAsk => ({
  allowed: { late: lateAtPeak, failed: failedOf(plan) },
  leastSeconds: Math.min(120, Math.max(50, (40 * plan.requirements.latencyMsP99) / 1000)),
  limitSeconds: plan.requirements.latencyMsP99 / 1000,
});

/** Of full instances, whose latency is kept by no queue: that they serve what the plan says, for as long as a leak takes. */
export const fullLoadOf = (plan: Plan, holdMinutes: number): LoadAsk => ({
  allowed: { lost: lostAtFull, failed: Math.min(0.9, failedOf(plan) + lostAtFull) },
  leastSeconds: Math.max(requirementsOf(plan).leastSeconds, 60 * holdMinutes),
  limitSeconds: patienceOf(plan) / 1000,
});

/** Chances that enough is called not enough, and the other way round. */
const alpha = 0.01;
/** Any of what is asked on the way may refuse: two questions at each of up to eight rates. */
const refusals = 16;

export type StepAnswer = "within" | "exceeds" | "open";

export interface StepFinding {
  readonly answer: StepAnswer;
  /** Which of them, where one exceeds what is allowed. */
  readonly of?: keyof Allowed;
  /** Which of both the evidence is more for. */
  readonly leans: "within" | "exceeds";
}

/** What a rate has come to; may be asked as often as one likes. */
export const findingOf = (ask: LoadAsk, tally: Tally): StepFinding => answered(ask, tally, 1);

/** Whether a rate that is undecided would be answered after so many seconds more, if they were like those before. */
export const isLikelyAnswered = (ask: LoadAsk, tally: Tally, seconds: number): boolean =>
  tally.seconds > 0 && answered(ask, tally, 1 + seconds / tally.seconds).answer !== "open";

/** With so many times the evidence, which grows as requests do. */
function answered({ allowed, leastSeconds }: LoadAsk, tally: Tally, times: number): StepFinding {
  const asked = (["late", "lost", "failed"] as const).flatMap((of) => {
    const share = allowed[of];
    if (share === undefined) return [];
    const deflation = dispersionOf(tally, tally[of]) / times;
    return [{ of, ...shareEvidence({ requests: tally.requests, bad: tally[of].bad, deflation }, share) }];
  });
  const [worst] = asked.toSorted((a, b) => b.more - a.more);
  if (worst === undefined) return { answer: "open", leans: "within" };
  const leans = asked.every(({ more, less }) => less >= more) ? "within" : "exceeds";
  if (worst.more >= Math.log(refusals / alpha)) return { answer: "exceeds", of: worst.of, leans };
  const isWithin = asked.every(({ less }) => less >= Math.log(1 / alpha));
  return { answer: isWithin && times * tally.seconds >= leastSeconds ? "within" : "open", leans };
}

/** Where a test's limits leave no room for its answer, whatever the fleet is: what it is asked at the peak takes so many requests, all of them good. */
export function loadTestWarnings(plan: Plan): string[] {
  const { loadTest, requirements } = plan;
  if (loadTest === undefined) return [];
  const { allowed, leastSeconds } = requirementsOf(plan);
  const least = Math.min(...Object.values(allowed));
  const rate = requirements.peakRequestsPerSecond;
  const requests = Math.ceil(Math.max(rate * leastSeconds, Math.log(1 / alpha) / -Math.log(1 - least)));
  const minutes = requests / rate / 60;
  const asked = `to say that at the peak no more than ${+(100 * least).toPrecision(2)} % are late or failed takes ${requests} requests at the least`;
  const become = loadTest.onOpen === "refuse" ? "go back (onOpen)" : "go on";
  const open = `most tests will end without an answer, and their releases ${become}`;
  return [
    ...(minutes < loadTest.maxMinutes
      ? []
      : [
          `loadTest: ${asked}, ${minutes.toFixed(0)} min at ${rate} a second, and it ends after ${loadTest.maxMinutes}: ${open}`,
        ]),
    ...(requests < loadTest.maxRequests
      ? []
      : [`loadTest: ${asked}, and it ends after ${loadTest.maxRequests}: ${open}`]),
  ];
}
