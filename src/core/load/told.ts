/** What a test under load has seen, in a sentence: where it is, and what it came to. */
import * as z from "zod";
import { launchedFor } from "../capacity/sizing.ts";
import { shareOf } from "../units.ts";
import {
  type AskedRate,
  answersOf,
  type LoadAnswers,
  type LoadQuestion,
  ratesOf,
  type SeenStep,
} from "./course.ts";
import type { Knee } from "./knee.ts";
import { quantileOf } from "./latencies.ts";
import { findingOf, patienceOf, requirementsOf } from "./step.ts";
import type { Tally } from "./tally.ts";

export function progressText(question: LoadQuestion, steps: readonly SeenStep[]): string {
  const newest = steps.at(-1);
  if (newest === undefined) return "nothing was sent yet";
  const { lateMs, lostMs } = limitsOf(question);
  const seen = `${rateText(newest.requestsPerSecond)}: ${seenText(newest.tally, lateMs)}`;
  const { refusal } = answersOf(question, steps);
  if (refusal === undefined) return newest.name === "settle" ? `getting warm at ${seen}` : seen;
  return `${refusedText(refusal, lostMs, lateMs)}; looking for its knee, at ${seen}`;
}

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
  /** Whether it is shown that the requirements are kept to at this rate. */
  answer: z.enum(["within", "exceeds", "open"]),
});
export type LoadStepTold = z.infer<typeof LoadStepTold>;

export function stepsTold({ plan }: LoadQuestion, steps: readonly SeenStep[]): LoadStepTold[] {
  const ask = requirementsOf(plan);
  return steps.map(({ name, requestsPerSecond, tally }) => {
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

export interface Said {
  readonly answers: LoadAnswers;
  readonly knee: Knee;
  /** What ended it before its knee was known well enough. */
  readonly ended: string | undefined;
}

export function answerText(
  question: LoadQuestion,
  status: "enough" | "not-enough" | "open",
  { answers, knee, ended }: Said,
): string {
  const { lateMs, lostMs } = limitsOf(question);
  const { refusal, peak, full } = answers;
  const kneeSaid = kneeText(question, knee);
  if (refusal !== undefined)
    return `not enough under load; at ${refusedText(refusal, lostMs, lateMs)}; ${meansText(question, answers, knee)}${kneeSaid}`;
  const seen = [
    ...(peak.tally.requests === 0
      ? []
      : [`at ${rateText(peak.requestsPerSecond)}: ${seenText(peak.tally, lateMs)}`]),
    ...(full.tally.requests === 0 || full.requestsPerSecond === peak.requestsPerSecond
      ? []
      : [`at ${rateText(full.requestsPerSecond)}: ${seenText(full.tally, lostMs, "lost")}`]),
  ].join("; ");
  if (status === "enough") return `enough under load; ${seen}${kneeSaid}`;
  const { meant, cap } = ratesOf(question);
  if (ended === undefined && meant.full > cap)
    return `more than ${rateText(cap)} cannot be sent, of ${figure(meant.full)}; ${seen}`;
  return `the test under load ended at ${ended ?? "its last step"} before it could be said; ${seen === "" ? "nothing was answered at the peak" : seen}${kneeSaid}`;
}

function kneeText({ fleet }: LoadQuestion, { from, to }: Knee): string {
  if (from === 0 && to === undefined) return "";
  const each = (rate: number) => `${figure(rate / fleet.instances)} an instance`;
  if (to === undefined) return `; its knee is at ${rateText(from)} or above, ${each(from)}`;
  if (from === 0) return `; its knee is below ${rateText(to)}, ${each(to)}`;
  return `; its knee is between ${figure(from)} and ${rateText(to)}, ${each(from)} to ${figure(to / fleet.instances)}`;
}

/**
 * What an instance serves at full load by what was seen, requests per second: at most what the plan says, what it served where
 * full load was too much, and what it keeps to the requirements with, which is as full as the plan runs it.
 */
function seenPerInstance(
  { plan, fleet }: LoadQuestion,
  { refusal, full }: LoadAnswers,
  { from, to = 0 }: Knee,
): number {
  const { instances, requestsPerSecondPerInstance: planned } = fleet;
  if (refusal === undefined) return planned;
  const atFull = full.tally.seconds === 0 ? planned : full.tally.answered / full.tally.seconds / instances;
  if (refusal === full) return Math.min(planned, atFull);
  if (refusal.tally.answered === 0) return 0;
  const kept = (from > 0 ? from : to) / instances;
  return Math.min(planned, kept / shareOf(plan.requirements.utilisationPercent));
}

/** How many instances the load takes by what was seen; undefined where nothing was answered. */
function instancesSeen(question: LoadQuestion, answers: LoadAnswers, knee: Knee): number | undefined {
  const { plan, fleet } = question;
  const requestsPerSecondPerInstance = seenPerInstance(question, answers, knee);
  if (requestsPerSecondPerInstance <= 0) return undefined;
  const load = { requestsPerSecond: fleet.designRequestsPerSecond, percent: 100 };
  const needed = launchedFor(plan, { requestsPerSecondPerInstance }, load);
  return answers.refusal === undefined ? needed : Math.max(needed, fleet.finalInstances + 1);
}

function meansText(question: LoadQuestion, answers: LoadAnswers, knee: Knee): string {
  const needed = instancesSeen(question, answers, knee);
  if (needed === undefined) return "nothing was answered";
  const { instances, finalInstances, requestsPerSecondPerInstance } = question.fleet;
  const seen = figure(seenPerInstance(question, answers, knee));
  return `each of its ${instances} instances serves ${seen} requests/s, and the plan says ${figure(requestsPerSecondPerInstance)}: the load takes ${needed} instances instead of ${finalInstances}`;
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
