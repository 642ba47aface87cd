/**
 * The course of a test under load: the fleet settles at a low rate, the rate grows to the load that the fleet was sized for, it
 * is held at that over the utilisation, a spike is rehearsed where the plan has one, and then the knee is looked for. What comes next
 * follows from what was seen, whoever asks and however often.
 */
import * as z from "zod";
import { holdMinutesOf, type LoadTest, mostPerSecond } from "../plan/load-test.ts";
import type { Plan } from "../plan/plan.ts";
import { shareOf } from "../units.ts";
import { type Knee, kneeOf, nextRate } from "./knee.ts";
import { kneeBelief } from "./knee-belief.ts";
import { distanceOf } from "./latencies.ts";
import { aftermathOf, isSpikeOver, type Recovery, recoveryOf, spikeAskOf } from "./spike.ts";
import {
  findingOf,
  fullLoadOf,
  isLikelyAnswered,
  type LoadAsk,
  requirementsOf,
  type StepFinding,
} from "./step.ts";
import { emptyTally, mergedTallies, type SeenAt, Tally } from "./tally.ts";
import { turnsOf } from "./turns.ts";

export const stepNames = ["settle", "ramp", "peak", "full", "spike", "recovery", "knee"] as const;
export const SeenStep = z.object({ name: z.enum(stepNames), requestsPerSecond: z.number(), tally: Tally });
export type SeenStep = z.infer<typeof SeenStep>;

export interface LoadStep extends Pick<SeenStep, "name" | "requestsPerSecond"> {
  readonly ask: LoadAsk;
}

/** The fleet that is tested. */
export interface TestedFleet {
  readonly instanceType: string;
  readonly instances: number;
  /** With how many it is promoted. */
  readonly finalInstances: number;
  readonly requestsPerSecondPerInstance: number;
  /** The load that it was sized for with all of them. */
  readonly designRequestsPerSecond: number;
}

export interface LoadQuestion {
  readonly plan: Plan;
  readonly loadTest: LoadTest;
  readonly fleet: TestedFleet;
}

/** Requests per second. */
export interface LoadRates {
  readonly start: number;
  readonly peak: number;
  readonly full: number;
  /** Of the plan's spike. */
  readonly spike?: number | undefined;
  /** No more is ever sent, but in a spike that the plan has. */
  readonly cap: number;
  /** What they would be if more could be sent. */
  readonly meant: { readonly peak: number; readonly full: number; readonly spike?: number | undefined };
}

/** Of the load that the fleet was sized for. */
const startPart = 0.3;
/** So much more than that is asked for: requests come by chance, and a minute says no more of a rate than that. */
export const abovePeak = 1.03;
/** Above full load, where the plan says nothing else. */
const beyondFull = 1.1;

export function ratesOf({ plan, loadTest, fleet }: LoadQuestion): LoadRates {
  const part = Math.min(1, fleet.instances / fleet.finalInstances);
  const peak = fleet.designRequestsPerSecond * part;
  const overFull = 1 / shareOf(plan.requirements.utilisationPercent);
  const cap = Math.min(mostPerSecond, (loadTest.maxLoadFactor ?? beyondFull * overFull) * peak);
  const [full, spike] = [Math.max(abovePeak, overFull) * peak, loadTest.spike && loadTest.spike.times * peak];
  const meant = { peak: abovePeak * peak, full, spike };
  const [atPeak, atFull] = [Math.min(cap, meant.peak), Math.min(cap, meant.full)];
  const atSpike = spike && Math.min(mostPerSecond, spike);
  return { start: startPart * peak, peak: atPeak, full: atFull, spike: atSpike, cap, meant };
}

/** All that was seen, by rate: but for a spike, whose rate comes at once, and what it leaves. */
function seenByRate(steps: readonly SeenStep[]): readonly SeenAt[] {
  // The last window of settling is as warm as what follows.
  const last = steps.findLastIndex(({ name }) => name === "settle");
  const isSteady = ({ name }: SeenStep) => name !== "spike" && name !== "recovery";
  const counted = steps.filter((each, nth) => isSteady(each) && (each.name !== "settle" || nth === last));
  return [...Map.groupBy(counted, (each) => each.requestsPerSecond)].map(([requestsPerSecond, of]) => ({
    requestsPerSecond,
    tally: of.reduce((sum, { tally }) => mergedTallies(sum, tally), emptyTally),
  }));
}

export const kneeSeen = ({ plan }: LoadQuestion, steps: readonly SeenStep[]): Knee =>
  kneeOf(seenByRate(steps), requirementsOf(plan));

/** What was seen before of what a step is about. */
export const seenOfStep = (steps: readonly SeenStep[], { name, requestsPerSecond }: LoadStep): Tally =>
  (name === "spike" ? steps.filter((each) => each.name === name) : seenByRate(steps)).find(
    (each) => each.requestsPerSecond === requestsPerSecond,
  )?.tally ?? emptyTally;

export interface AskedRate extends SeenAt {
  readonly ask: LoadAsk;
  readonly finding: StepFinding;
}

/**
 * What the release goes by: the first rate up to the peak at which too much is bad, or full load if that is too much, or the
 * plan's spike, or what is left of it a minute later.
 */
export interface LoadAnswers {
  readonly refusal?: AskedRate | undefined;
  readonly peak: AskedRate;
  readonly full: AskedRate;
  readonly spike?: (AskedRate & { readonly recovery: Recovery }) | undefined;
  readonly aftermath?: AskedRate | undefined;
  /** The highest rate below all that are too much at which more speaks for the requirements than against; 0: none. */
  readonly likely: number;
  /** The fleet is slow by turns: a rate that has met none says nothing. */
  readonly isByTurns: boolean;
}

export function answersOf(question: LoadQuestion, steps: readonly SeenStep[]): LoadAnswers {
  const { plan, loadTest } = question;
  const rates = ratesOf(question);
  const seen = seenByRate(steps);
  const at = (rate: number, ask: LoadAsk): AskedRate => {
    const tally = seen.find(({ requestsPerSecond }) => requestsPerSecond === rate)?.tally ?? emptyTally;
    return { requestsPerSecond: rate, tally, ask, finding: findingOf(ask, tally) };
  };
  const asked = requirementsOf(plan);
  const isByTurns = turnsOf(seen.toSorted((a, b) => a.requestsPerSecond - b.requestsPerSecond)) !== undefined;
  const peakAsked = at(rates.peak, asked);
  const peak = isByTurns ? whereTurnsCome(peakAsked, seen) : peakAsked;
  const full = at(rates.full, fullLoadOf(plan, holdMinutesOf(loadTest)));
  const byRate = seen.map((each) => at(each.requestsPerSecond, asked));
  const spiked = spikeAnswers(question, steps, peak);
  const refusal = [
    ...byRate.filter((each) => each.requestsPerSecond <= rates.peak),
    full,
    spiked.spike,
    spiked.aftermath,
  ].find((each) => each?.finding.answer === "exceeds");
  const over = byRate.filter(({ finding }) => finding.answer === "exceeds");
  const lowest = Math.min(...over.map((each) => each.requestsPerSecond));
  const below = byRate.filter((each) => each.requestsPerSecond < lowest && each.finding.leans === "within");
  const likely = Math.max(0, ...below.map((each) => each.requestsPerSecond));
  return { refusal, peak, full, ...spiked, likely, isByTurns };
}

/** Of a fleet that is slow by turns it is not enough that too few were late, who may have met none: the knee has to be above. */
function whereTurnsCome(peak: AskedRate, seen: readonly SeenAt[]): AskedRate {
  if (peak.finding.answer !== "within") return peak;
  const { low = 0 } = kneeBelief(seen, peak.ask) ?? {};
  if (low >= peak.requestsPerSecond / abovePeak) return peak;
  return { ...peak, finding: { ...peak.finding, answer: "open" } };
}

/** None of a plan without a spike. */
function spikeAnswers(
  question: LoadQuestion,
  steps: readonly SeenStep[],
  peak: AskedRate,
): Pick<LoadAnswers, "spike" | "aftermath"> {
  const { plan, loadTest } = question;
  const { spike: rate, peak: base } = ratesOf(question);
  if (loadTest.spike === undefined || rate === undefined) return {};
  const ask = spikeAskOf(plan, loadTest.spike);
  const tally = seenOfStep(steps, { name: "spike", requestsPerSecond: rate, ask });
  const windows = steps.filter(({ name }) => name === "recovery").map((each) => each.tally);
  const seen = { tally, windows, before: peak.tally.latencies };
  return {
    spike: {
      requestsPerSecond: rate,
      tally,
      ask,
      finding: findingOf(ask, tally),
      recovery: recoveryOf(seen),
    },
    aftermath: { requestsPerSecond: base, ask: requirementsOf(plan), ...aftermathOf(plan, seen) },
  };
}

/** So many windows at most until a fleet is taken to be as warm as it gets. */
const mostSettling = 4;

/** Whether two windows in a row have answered alike: by the distance of Kolmogorov and Smirnov at one in a hundred. */
function isSettled(steps: readonly SeenStep[]): boolean {
  const windows = steps.filter(({ name }) => name === "settle").map(({ tally }) => tally.latencies);
  if (windows.length >= mostSettling) return true;
  const [newest, before] = [windows.at(-1), windows.at(-2)];
  if (newest === undefined || before === undefined) return false;
  const { distance, critical } = distanceOf(newest, before);
  return distance <= Math.max(0.1, critical);
}

/** So much longer full load is held where it is undecided: at once where that is likely to answer it, else once the knee is known. */
const undecidedSeconds = 150;

export const settling = (question: LoadQuestion): LoadStep => ({
  name: "settle",
  requestsPerSecond: ratesOf(question).start,
  ask: requirementsOf(question.plan),
});

/** What is asked next; undefined where nothing is left to ask. */
export function nextStep(question: LoadQuestion, steps: readonly SeenStep[]): LoadStep | undefined {
  const rates = ratesOf(question);
  const ask = requirementsOf(question.plan);
  if (!isSettled(steps)) return settling(question);
  const answers = answersOf(question, steps);
  const { refusal, peak, full } = answers;
  // Whether it has met its turns is not waited for.
  const isPeakKept = findingOf(ask, peak.tally).answer === "within";
  const held = (seconds: number): LoadStep | undefined => {
    const isHeld = full.tally.seconds >= full.ask.leastSeconds + seconds;
    if (refusal !== undefined || !isPeakKept || full.finding.answer !== "open" || isHeld) return undefined;
    return { name: "full", requestsPerSecond: rates.full, ask: full.ask };
  };
  const hold = held(isLikelyAnswered(full.ask, full.tally, undecidedSeconds) ? undecidedSeconds : 0);
  if (hold !== undefined) return hold;
  // One that was begun is gone through before anything else is looked for.
  const isBegun = answers.spike !== undefined && answers.spike.tally.seconds > 0;
  const first = isPeakKept || isBegun ? nextOfSpike(question, answers) : undefined;
  if (first !== undefined) return first;
  const rate = nextRate(seenByRate(steps), ask, { start: rates.start, cap: rates.cap, stop: rates.peak });
  const isPeakOver = rate === undefined || rate > rates.peak;
  const spiked = isPeakOver ? nextOfSpike(question, answers) : undefined;
  if (spiked !== undefined) return spiked;
  if (rate === undefined) return held(undecidedSeconds);
  const name = rate === rates.peak ? "peak" : rate < rates.peak && refusal === undefined ? "ramp" : "knee";
  return { name, requestsPerSecond: rate, ask };
}

/**
 * The spike comes once the load that the fleet was sized for is over, unless that was too much: what a spike shows is soon shown,
 * while a fleet that is all but what it has to be stays undecided for long. It is gone through until it is as before.
 */
function nextOfSpike(question: LoadQuestion, answers: LoadAnswers): LoadStep | undefined {
  const { refusal, peak, spike, aftermath } = answers;
  if (spike === undefined) return undefined;
  const { requestsPerSecond, ask, tally, recovery } = spike;
  if (refusal !== undefined && tally.seconds === 0) return undefined;
  if (!isSpikeOver(ask, tally)) return { name: "spike", requestsPerSecond, ask };
  if (recovery.isOver || (refusal !== undefined && refusal === aftermath)) return undefined;
  return { name: "recovery", requestsPerSecond: peak.requestsPerSecond, ask: requirementsOf(question.plan) };
}
