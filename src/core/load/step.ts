/** The steps of a load test, what each asks, and when it is answered. */
import { shareEvidence } from "#verdict";
import { launchedFor } from "../capacity/sizing.ts";
import { longestPatienceMs, mostPerSecond } from "../plan/load-test.ts";
import type { Plan } from "../plan/plan.ts";
import { type Share, shareOf } from "../units.ts";
import { dispersionOf, type Tally } from "./tally.ts";

export const stepNames = ["peak", "full"] as const;
export type StepName = (typeof stepNames)[number];

export interface LoadStep {
  readonly name: StepName;
  readonly requestsPerSecond: number;
  /** Of which no more are sent than can be, requests per second. */
  readonly meantPerSecond: number;
  /** An answer that takes longer is late, milliseconds. */
  readonly lateMs: number;
  /** Which parts of the requests may be late, and may fail. */
  readonly allowed: { readonly late: Share; readonly failed: Share };
  /** The least time after which it may be said to be enough: queues take a while to grow, seconds. */
  readonly leastSeconds: number;
}

/** The fleet that is tested. */
export interface TestedFleet {
  readonly instances: number;
  /** With how many it is promoted. */
  readonly finalInstances: number;
  readonly requestsPerSecondPerInstance: number;
  /** The load that it was sized for with all of them. */
  readonly designRequestsPerSecond: number;
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

/**
 * First whether the requirements are kept at the load that the fleet was sized for; then, at that load over the utilisation,
 * whether its instances serve what the plan says that they do at full load.
 */
export function stepsOf(plan: Plan, fleet: TestedFleet): readonly LoadStep[] {
  const { latencyMsP99, errorRatePercent, utilisationPercent } = plan.requirements;
  const part = Math.min(1, fleet.instances / fleet.finalInstances);
  const peak = fleet.designRequestsPerSecond * part;
  const failed = Math.max(leastFailed, shareOf(errorRatePercent));
  const leastSeconds = Math.min(120, Math.max(40, (40 * latencyMsP99) / 1000));
  return [
    {
      name: "peak",
      ...rateOf(peak),
      lateMs: latencyMsP99,
      allowed: { late: lateAtPeak, failed },
      leastSeconds,
    },
    {
      name: "full",
      ...rateOf(peak / shareOf(utilisationPercent)),
      lateMs: patienceOf(plan),
      allowed: { late: lostAtFull, failed: Math.min(0.9, failed + lostAtFull) },
      leastSeconds,
    },
  ];
}

const rateOf = (meantPerSecond: number): Pick<LoadStep, "requestsPerSecond" | "meantPerSecond"> => ({
  requestsPerSecond: Math.min(mostPerSecond, meantPerSecond),
  meantPerSecond,
});

/** Chances that enough is called not enough, and the other way round. */
const alpha = 0.01;
/** Each of two steps asks two questions, any of which refuses; all of them have to be answered well. */
const questions = 4;

export type StepAnswer = "within" | "exceeds" | "open";

export interface StepFinding {
  readonly answer: StepAnswer;
  /** Which of them, where one exceeds what is allowed. */
  readonly of?: "late" | "failed";
}

/** What a step has come to; may be asked as often as one likes. */
export function findingOf({ allowed, leastSeconds }: LoadStep, tally: Tally): StepFinding {
  const evidence = (["late", "failed"] as const).map((of) => {
    const deflation = dispersionOf(tally, tally[of]);
    return { of, ...shareEvidence({ requests: tally.requests, bad: tally[of].bad, deflation }, allowed[of]) };
  });
  const worse = evidence.find(({ more }) => more >= Math.log(questions / alpha));
  if (worse !== undefined) return { answer: "exceeds", of: worse.of };
  const isWithin = evidence.every(({ less }) => less >= Math.log(1 / alpha));
  return { answer: isWithin && tally.seconds >= leastSeconds ? "within" : "open" };
}

/** What each instance was seen to serve, requests per second; what was answered while more came than could be. */
export const servedPerInstanceOf = ({ answered, seconds }: Tally, { instances }: TestedFleet): number =>
  seconds === 0 || instances === 0 ? 0 : answered / seconds / instances;

/** How many instances the load takes by what was seen; undefined where nothing was answered. */
export function instancesByTest(plan: Plan, tally: Tally, fleet: TestedFleet): number | undefined {
  const requestsPerSecondPerInstance = Math.min(
    fleet.requestsPerSecondPerInstance,
    servedPerInstanceOf(tally, fleet),
  );
  if (requestsPerSecondPerInstance <= 0) return undefined;
  const load = { requestsPerSecond: fleet.designRequestsPerSecond, percent: 100 };
  return launchedFor(plan, { requestsPerSecondPerInstance }, load);
}
