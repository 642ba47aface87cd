/**
 * A candidate's test under load as it goes on over several invocations, each of which sends requests for less than a minute:
 * what one is to send, and where the test stands.
 */
import * as z from "zod";
import { costOf } from "../plan/prices.ts";
import { epochMs } from "../units.ts";
import {
  answersOf,
  kneeSeen,
  type LoadAnswers,
  type LoadQuestion,
  type LoadStep,
  nextStep,
  ratesOf,
  SeenStep,
  seenOfStep,
} from "./course.ts";
import { climbRequests, climbSeconds } from "./knee.ts";
import { SpikeRecovery } from "./spike.ts";
import { type SpikeSlice, spikeSlice } from "./spike-slice.ts";
import { findingOf, patienceOf } from "./step.ts";
import { mergedTallies, type Tally } from "./tally.ts";
import { answerText, progressText } from "./told.ts";

export const LoadProof = z.object({
  /**
   * `open`: a limit was reached before anything could be said. `stopped`: what serves was harmed by it. `raise`: it was not enough,
   * and is to be raised.
   */
  status: z.enum(["testing", "enough", "not-enough", "open", "stopped", "raise"]),
  reason: z.string(),
  waitSeconds: z.int().min(1),
  since: z.string(),
  /** When it was answered, ISO 8601. */
  answeredAt: z.string().optional(),
  /** Invocations that have sent requests. */
  rounds: z.int().min(0),
  /** Requests that were sent, those that are not counted among them. */
  sent: z.int().min(0),
  /** Instances that were tested. */
  instances: z.int().min(0),
  steps: z.array(SeenStep).readonly(),
  /** By tests before this one: from and to how many instances, and since when it was tested, ISO 8601. */
  raises: z
    .array(z.object({ from: z.int(), to: z.int(), since: z.string() }))
    .readonly()
    .default([]),
  /** Requests per second up to which the requirements are kept: the highest that was seen to be, and the lowest that was not. */
  knee: z.object({ from: z.number(), to: z.number().optional() }).optional(),
  /** How long after a spike it answered as before, or did not. */
  recovery: SpikeRecovery.optional(),
});
export type LoadProof = z.infer<typeof LoadProof>;

/** What one invocation is to send. */
export interface LoadSlice {
  readonly step: LoadStep;
  /** How long it sends, and for how long of that its requests are not counted yet, seconds. */
  readonly seconds: number;
  readonly rampSeconds: number;
  /** How many requests it may send at most. */
  readonly mostRequests: number;
  /** Of a spike: after how long, seconds, it is over for this time, and what comes once it is over for good. */
  readonly spike?: SpikeSlice | undefined;
}

/** What one came to. */
export interface SliceSent {
  readonly step: Pick<LoadStep, "name" | "requestsPerSecond">;
  readonly sent: number;
  readonly tally: Tally;
  /** Of the load after a spike, by its windows. */
  readonly after?: readonly Tally[] | undefined;
}

/** Caches and connections are cold at first, and a fleet that has stood idle for a moment is. */
const rampSeconds = 5;
const againSeconds = 30;
const longestSliceSeconds = 60;
/** Of an invocation's 80 s what is left for looking at what serves, and for its beginning and end. */
const besidesSeconds = 12;
const invocationSeconds = 80;

export const begun = (
  { fleet: { instances } }: LoadQuestion,
  since: string,
  raises: LoadProof["raises"] = [],
): LoadProof => {
  const [status, reason, waitSeconds] = ["testing" as const, "", 1];
  return { status, reason, waitSeconds, since, rounds: 0, sent: 0, instances, steps: [], raises };
};

/** What is to be sent next; undefined where all is answered, or a limit is reached. */
export function nextSlice(question: LoadQuestion, proof: LoadProof, takenMs: number): LoadSlice | undefined {
  const { plan, loadTest } = question;
  if (proof.answeredAt !== undefined || limitReached(question, proof, takenMs) !== undefined)
    return undefined;
  const step = nextStep(question, proof.steps);
  if (step === undefined) return undefined;
  const longest = Math.min(
    longestSliceSeconds,
    invocationSeconds - besidesSeconds - Math.ceil(patienceOf(plan) / 1000),
  );
  const mostRequests = loadTest.maxRequests - proof.sent;
  if (step.name === "spike" || step.name === "recovery")
    return { step, rampSeconds: 0, mostRequests, ...spikeSlice(question, proof.steps, { step, longest }) };
  const isShort = step.name === "settle" || step.name === "ramp";
  const looked = Math.max(climbSeconds, climbRequests / step.requestsPerSecond);
  const seconds = isShort ? Math.min(longest, Math.ceil(rampSeconds + looked) + 1) : longest;
  return { step, seconds, rampSeconds, mostRequests };
}

/** Whether what an invocation has counted so far answers its step. */
export function isStepOver({ steps }: LoadProof, { step }: LoadSlice, counted: Tally): boolean {
  const { name } = step;
  if (name === "settle" || name === "recovery") return false;
  const before = seenOfStep(steps, step);
  // Where it was answered before, more is asked for.
  if (findingOf(step.ask, before).answer !== "open") return counted.seconds >= againSeconds;
  const { answer } = findingOf(step.ask, mergedTallies(before, counted));
  return answer === "exceeds" || (name !== "ramp" && answer === "within");
}

/**
 * Auto scaling follows the requests of the last minutes, whoever sent them, and CloudWatch fills up a minute without any by
 * older ones: until then the candidate, which comes to scale as stable does with its first traffic, is left alone.
 */
const restSeconds = 240;

export interface LookedAt {
  readonly proof: LoadProof;
  /** What one more invocation has sent. */
  readonly slice?: SliceSent | undefined;
  /** Why nothing more may be sent: what serves is harmed. */
  readonly harm?: string | undefined;
}

/** Where the test stands. */
export function afterRound(
  question: LoadQuestion,
  { proof, slice, harm }: LookedAt,
  takenMs: number,
): LoadProof {
  const all = slice === undefined ? proof : withSlice(question, proof, slice);
  const { status, ...told } = standing(question, all, { takenMs, harm });
  if (status === "testing") return { ...all, status, ...told };
  const answeredAt = proof.answeredAt ?? new Date(epochMs(proof.since) + takenMs).toISOString();
  const isRested = status === "not-enough" || status === "stopped" || proof.answeredAt !== undefined;
  if (isRested) return { ...all, status, ...told, answeredAt, waitSeconds: 1 };
  return { ...all, status: "testing", ...told, answeredAt, waitSeconds: restSeconds };
}

/** Each window of these is looked at by itself. */
const windowed: ReadonlySet<string> = new Set<SeenStep["name"]>(["settle", "recovery"]);

function withSlice(question: LoadQuestion, proof: LoadProof, slice: SliceSent): LoadProof {
  const { sent, tally, after = [] } = slice;
  const { name, requestsPerSecond } = slice.step;
  const isSame = (each: SeenStep) =>
    !windowed.has(name) && each.name === name && each.requestsPerSecond === requestsPerSecond;
  const before = proof.steps.find(isSame);
  const merged = { name, requestsPerSecond, tally: before ? mergedTallies(before.tally, tally) : tally };
  return {
    ...proof,
    rounds: proof.rounds + 1,
    sent: proof.sent + sent,
    steps: [
      ...(before ? proof.steps.map((each) => (each === before ? merged : each)) : [...proof.steps, merged]),
      ...after.map((each) => ({
        name: "recovery" as const,
        requestsPerSecond: ratesOf(question).peak,
        tally: each,
      })),
    ],
  };
}

interface Now {
  readonly takenMs: number;
  readonly harm?: string | undefined;
}

function standing(
  question: LoadQuestion,
  proof: LoadProof,
  { takenMs, harm }: Now,
): Pick<LoadProof, "status" | "reason" | "knee" | "recovery"> {
  const answers = answersOf(question, proof.steps);
  const asked = [answers.peak, answers.full, ...(answers.spike === undefined ? [] : [answers.spike])];
  const isEnough = asked.every(({ finding }) => finding.answer === "within");
  const found = { knee: kneeSeen(question, proof.steps), ...recoverySeen(answers) };
  const next = nextStep(question, proof.steps);
  const ended = harm ?? limitReached(question, proof, takenMs);
  if (proof.answeredAt === undefined && ended === undefined && next !== undefined)
    return { status: "testing", reason: progressText(question, proof.steps) };
  const said = { answers, knee: found.knee, ended: next === undefined ? undefined : ended };
  const isStopped = harm !== undefined && answers.refusal === undefined && !isEnough;
  const status = statusOf(question, { ...answers, isEnough });
  // What was said before the rest is said after it.
  if (proof.answeredAt !== undefined && !isStopped) return { status, reason: proof.reason, knee: proof.knee };
  if (isStopped) return { status: "stopped", reason: harm, ...found };
  return { status, reason: answerText(question, status, said), ...found };
}

/** Nothing where there was no spike, or nothing after it. */
function recoverySeen({ spike }: LoadAnswers): Pick<LoadProof, "recovery"> {
  if (spike === undefined || spike.recovery.seconds === 0) return {};
  const { seconds, isRecovered } = spike.recovery;
  return { recovery: { minutes: Math.round(seconds / 0.6) / 100, isRecovered } };
}

function statusOf(
  question: LoadQuestion,
  { refusal, isEnough }: LoadAnswers & { readonly isEnough: boolean },
): "enough" | "not-enough" | "open" {
  if (refusal !== undefined) return "not-enough";
  const { full, spike = 0, meant } = ratesOf(question);
  return isEnough && full >= meant.full && spike >= (meant.spike ?? 0) ? "enough" : "open";
}

/** Which of the plan's limits is reached. */
function limitReached(
  { plan, loadTest, fleet }: LoadQuestion,
  { sent }: Pick<LoadProof, "sent">,
  takenMs: number,
): string | undefined {
  const { maxMinutes, maxRequests } = loadTest;
  const maxUsd = loadTest.maxUsd ?? plan.budget.usdPerRelease / 20;
  const { usd } = costOf({ [fleet.instanceType]: (fleet.instances * takenMs) / 3_600_000 }, plan);
  if (takenMs >= maxMinutes * 60_000) return `its ${maxMinutes} minutes`;
  if (sent >= maxRequests) return `its ${maxRequests} requests`;
  return usd >= maxUsd ? `its $${maxUsd.toFixed(2)}` : undefined;
}
