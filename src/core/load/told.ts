/** What a test under load has seen, in a sentence: where it is, and what it came to. */
import * as z from "zod";
import { holdMinutesOf } from "../plan/load-test.ts";
import {
  type AskedRate,
  answersOf,
  type LoadAnswers,
  type LoadQuestion,
  ratesOf,
  type SeenStep,
} from "./course.ts";
import { instancesSeen, keptPerInstance } from "./instances.ts";
import type { Knee } from "./knee.ts";
import { quantileOf } from "./latencies.ts";
import { spikeAskOf } from "./spike.ts";
import { findingOf, fullLoadOf, type LoadAsk, patienceOf, requirementsOf } from "./step.ts";
import type { Tally } from "./tally.ts";

/** `spoilt`: why the newest rounds count for nothing. */
export function progressText(
  question: LoadQuestion,
  steps: readonly SeenStep[],
  spoilt: readonly string[] = [],
): string {
  const why = spoilt.at(-1);
  return `${seenSoFar(question, steps)}${why === undefined ? "" : `; the last round counts for nothing: ${why}`}`;
}

function seenSoFar(question: LoadQuestion, steps: readonly SeenStep[]): string {
  const newest = steps.at(-1);
  if (newest === undefined) return "nothing was sent yet";
  const { lateMs, lostMs } = limitsOf(question);
  const seen = `${rateText(newest.requestsPerSecond)}: ${seenText(newest.tally, lateMs)}`;
  const { refusal } = answersOf(question, steps);
  const doing = doingTexts[newest.name] ?? "";
  if (refusal === undefined) return `${doing}${seen}`;
  return `${refusedText(refusal, lostMs, lateMs)}; ${doing === "" ? "looking for its knee, at " : doing}${seen}`;
}

const doingTexts: { readonly [N in SeenStep["name"]]?: string } = {
  settle: "getting warm at ",
  spike: "in a spike, at ",
  recovery: "after the spike, at ",
};

/** What is told of each rate, in the order in which they were asked first. */
export const LoadStepTold = z.object({
  name: z.string(),
  requestsPerSecond: z.number(),
  /** That were counted. */
  requests: z.int().min(0),
  /** Parts of them, 0 to 1. */
  lateShare: z.number(),
  failedShare: z.number(),
  p99Ms: z.number().optional(),
  /** Whether it is shown that what is asked at this rate is kept to. */
  answer: z.enum(["within", "exceeds", "open"]),
});
export type LoadStepTold = z.infer<typeof LoadStepTold>;

/** At full load nine of ten answers, whenever they come; in a spike what that allows; else the requirements. */
function askedOf({ plan, loadTest }: LoadQuestion, name: SeenStep["name"]): LoadAsk {
  if (name === "full") return fullLoadOf(plan, holdMinutesOf(loadTest));
  return name === "spike" && loadTest.spike !== undefined
    ? spikeAskOf(plan, loadTest.spike)
    : requirementsOf(plan);
}

export function stepsTold(question: LoadQuestion, steps: readonly SeenStep[]): LoadStepTold[] {
  return steps.map(({ name, requestsPerSecond, tally }) => {
    const ask = askedOf(question, name);
    const p99 = quantileOf(tally.latencies, 0.99);
    const part = (bad: number) => (tally.requests === 0 ? 0 : digits(bad / tally.requests));
    return {
      name,
      requestsPerSecond: digits(requestsPerSecond),
      requests: tally.requests,
      lateShare: part(tally.late.bad),
      failedShare: part(tally.failed.bad),
      ...(p99 !== undefined && { p99Ms: Math.round(p99) }),
      answer: findingOf(ask, tally).answer,
    };
  });
}

export type LoadAnswer = "enough" | "not-enough" | "open" | "unproven";

export interface Said {
  readonly answers: LoadAnswers;
  readonly knee: Knee;
  /** What ended it before its knee was known well enough. */
  readonly ended: string | undefined;
}

export function answerText(question: LoadQuestion, status: LoadAnswer, said: Said): string {
  const text = foundText(question, status, said);
  return status === "unproven" ? `${text}; loadTest.onOpen refuses what is not shown to be enough` : text;
}

function foundText(question: LoadQuestion, status: LoadAnswer, { answers, knee, ended }: Said): string {
  const { lateMs, lostMs } = limitsOf(question);
  const { refusal, peak, full, spike } = answers;
  const kneeSaid = kneeText(question, knee) + byTurnsText(answers);
  if (refusal !== undefined)
    return `not enough under load; ${whereText(answers)} ${refusedText(refusal, lostMs, lateMs)}; ${meansText(question, answers, knee)}${recoveryText(answers)}${kneeSaid}`;
  const seen = [
    ...(peak.tally.requests === 0
      ? []
      : [`at ${rateText(peak.requestsPerSecond)}: ${seenText(peak.tally, lateMs)}`]),
    ...(full.tally.requests === 0 || full.requestsPerSecond === peak.requestsPerSecond
      ? []
      : [`at ${rateText(full.requestsPerSecond)}: ${seenText(full.tally, lostMs, "lost")}`]),
    ...(spike === undefined || !isBegun(spike)
      ? []
      : [
          `in a spike, at ${rateText(spike.requestsPerSecond)}: ${seenText(spike.tally, lateMs)}${recoveryText(answers)}`,
        ]),
  ].join("; ");
  if (status === "enough") return `enough under load; ${seen}${kneeSaid}`;
  const { meant, cap, spike: sent = 0 } = ratesOf(question);
  if (ended === undefined && (meant.spike ?? 0) > sent)
    return `more than ${rateText(sent)} cannot be sent, of ${figure(meant.spike ?? 0)} in a spike; ${seen}`;
  if (ended === undefined && meant.full > cap)
    return `more than ${rateText(cap)} cannot be sent, of ${figure(meant.full)}; ${seen}`;
  return `the test under load ended at ${ended ?? "its last step"} before it could be said; ${seen === "" ? "nothing was answered at the peak" : seen}${kneeSaid}`;
}

const byTurnsText = ({ isByTurns }: LoadAnswers): string =>
  isByTurns
    ? "; it is slow by turns, so that only what a rate has kept to in such a turn is known of it"
    : "";

function kneeText({ fleet }: LoadQuestion, { from, to }: Knee): string {
  if (from === 0 && to === undefined) return "";
  const each = (rate: number) => `${figure(rate / fleet.instances)} an instance`;
  if (to === undefined) return `; its knee is at ${rateText(from)} or above, ${each(from)}`;
  if (from === 0) return `; its knee is below ${rateText(to)}, ${each(to)}`;
  return `; its knee is between ${figure(from)} and ${rateText(to)}, ${each(from)} to ${figure(to / fleet.instances)}`;
}

function meansText(question: LoadQuestion, answers: LoadAnswers, knee: Knee): string {
  const { refusal, spike, aftermath } = answers;
  if (refusal !== undefined && refusal === aftermath)
    return "what the spike did to it stays, and more instances would not change that";
  const seen = instancesSeen(question, answers, knee);
  if (seen === undefined) return "nothing was answered";
  const { instances, finalInstances, requestsPerSecondPerInstance } = question.fleet;
  if (refusal !== undefined && refusal === spike)
    return `each of its ${instances} instances keeps to the requirements up to ${figure(keptPerInstance(question, answers, knee))} requests/s: such a spike takes ${seen.instances} instances instead of ${finalInstances}`;
  return `each of its ${instances} instances serves ${figure(seen.requestsPerSecondPerInstance)} requests/s, and the plan says ${figure(requestsPerSecondPerInstance)}: by the lower end of that, and in proportion, the load takes ${seen.instances} instances instead of ${finalInstances}`;
}

const isBegun = ({ tally }: Pick<AskedRate, "tally">): boolean => tally.requests > 0;

/** Where a rate was that is refused. */
function whereText({ refusal, spike, aftermath }: LoadAnswers): string {
  if (refusal !== undefined && refusal === spike) return "in a spike, at";
  return refusal !== undefined && refusal === aftermath ? "a minute after the spike, at" : "at";
}

/** How long until it answered as before; empty where nothing was sent after it. */
function recoveryText({ spike }: LoadAnswers): string {
  if (spike === undefined || spike.recovery.seconds === 0) return "";
  const { seconds, isRecovered } = spike.recovery;
  const minutes = `${figure(seconds / 60)} min`;
  return isRecovered
    ? `; it answered as before within ${minutes} after the spike`
    : `; ${minutes} after the spike it did not answer as before`;
}

function refusedText(
  { requestsPerSecond, tally, ask, finding }: AskedRate,
  lostMs: number,
  lateMs: number,
): string {
  const { of = "failed" } = finding;
  const allowed = ask.allowed[of] ?? 0;
  const isLost = of === "lost";
  return `${rateText(requestsPerSecond)}: ${seenText(tally, isLost ? lostMs : lateMs, isLost ? "lost" : "late")}, where ${figure(100 * allowed)} % may be ${of}`;
}

const limitsOf = ({ plan }: LoadQuestion) => ({
  lateMs: plan.requirements.latencyMsP99,
  lostMs: patienceOf(plan),
});

const rateText = (requestsPerSecond: number): string => `${figure(requestsPerSecond)} requests/s`;

function seenText(
  { requests, failed, latencies, ...bad }: Tally,
  limitMs: number,
  of: "late" | "lost" = "late",
): string {
  if (requests === 0) return "nothing was sent yet";
  const p99 = quantileOf(latencies, 0.99);
  const slowest = p99 === undefined ? "" : `, p99 ${Math.round(p99)} ms`;
  const all = requests.toLocaleString("en-US");
  return `${percentOf(bad[of].bad, requests)} of ${all} later than ${limitMs} ms, ${percentOf(failed.bad, requests)} failed${slowest}`;
}

const percentOf = (part: number, whole: number): string => `${figure((100 * part) / whole)} %`;
const digits = (value: number): number => Number(value.toPrecision(3));
const figure = (value: number): string => digits(value).toString();
