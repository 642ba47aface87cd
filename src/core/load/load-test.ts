/**
 * A candidate's test under load as it goes on over several invocations, each of which sends requests for less than a minute:
 * what one is to send, and where the test stands.
 */
import * as z from "zod";
import { costOf } from "../plan/prices.ts";
import { epochMs } from "../units.ts";
import { addedBeside, BesideSeen, besideText, mostWarnings, nothingBeside, warnedText } from "./beside.ts";
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
  settling,
} from "./course.ts";
import { hasRoom, LoadPart, PartCounted } from "./senders.ts";
import { type LoadSlice, type SliceSent, sliceOf } from "./slice.ts";
import { recoverySeen, SpikeRecovery } from "./spike.ts";
import { findingOf } from "./step.ts";
import { mergedTallies, type Tally } from "./tally.ts";
import { answerText, type LoadAnswer, progressText } from "./told.ts";

export const LoadProof = z.object({
  /** `open`: ended before anything could be said; `unproven`: and the plan refuses that. `stopped`: what serves was harmed. */
  status: z.enum(["testing", "enough", "not-enough", "open", "unproven", "stopped", "raise"]),
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
  /** Between which requests per second the highest is at which the requirements are kept. */
  knee: z.object({ from: z.number(), to: z.number().optional() }).optional(),
  /** How long after a spike it answered as before, or did not. */
  recovery: SpikeRecovery.optional(),
  /** What became of requests to what serves while the candidate settled. */
  beside: BesideSeen.optional(),
  /** At what it turned slower, requests per second, and whether the candidate has settled anew since. */
  warned: z.object({ at: z.array(z.number()).readonly(), isSettled: z.boolean() }).optional(),
  /** What several invocations are to send next, and what the flow has of them once they have. */
  parts: z.array(LoadPart).readonly().optional(),
  counted: z.array(PartCounted).readonly().optional(),
  /** Why the newest rounds count for nothing, as many as there were in a row. */
  spoilt: z.array(z.string()).readonly().optional(),
});
export type LoadProof = z.infer<typeof LoadProof>;

/** Of a rate that was answered before. */
const againSeconds = 30;

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
  if (proof.answeredAt !== undefined) return undefined;
  const step = nextOf(question, proof);
  if (step === undefined || limitReached(question, proof, { takenMs, step }) !== undefined) return undefined;
  return sliceOf(question, proof, step);
}

/** Where what serves has turned slower its candidate has little load for a while, so that it is seen whether that was all. */
const nextOf = (question: LoadQuestion, { steps, warned }: LoadProof): LoadStep | undefined =>
  warned?.isSettled === false ? settling(question) : nextStep(question, steps);

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
/** Until what serves is seen as it was during the last requests: CloudWatch shows a minute some time after it is over. */
const seenSeconds = 150;

export interface LookedAt {
  readonly proof: LoadProof;
  /** What one more invocation has sent. */
  readonly slice?: SliceSent | undefined;
  /** Why what several have sent counts for nothing, and how much that was. */
  readonly spoilt?: { readonly spoilt: string; readonly sent: number } | undefined;
  /** Why nothing more may be sent: what serves is harmed. */
  readonly harm?: string | undefined;
}

/** Where the test stands. */
export function afterRound(
  question: LoadQuestion,
  { proof, slice, spoilt, harm }: LookedAt,
  takenMs: number,
): LoadProof {
  const all = slice === undefined ? withSpoilt(proof, spoilt) : withSlice(question, proof, slice);
  const harmBeside = slice?.beside?.isHarmed === true ? besideText(slice.beside) : tooOften(all);
  const { status, ...told } = standing(question, all, { takenMs, harm: harm ?? harmBeside });
  if (status === "testing") return { ...all, status, ...told };
  const answeredAt = proof.answeredAt ?? new Date(epochMs(proof.since) + takenMs).toISOString();
  const isRested = status === "stopped" || proof.answeredAt !== undefined;
  if (isRested) return { ...all, status, ...told, answeredAt, waitSeconds: 1 };
  const waitSeconds = status === "enough" || status === "open" ? restSeconds : seenSeconds;
  return { ...all, status: "testing", ...told, answeredAt, waitSeconds };
}

const tooOften = ({ warned: { at } = { at: [], isSettled: true } }: LoadProof): string | undefined =>
  at.length < mostWarnings ? undefined : warnedText(at);

/** So many rounds in a row that count for nothing end the test: whoever sends is not up to it. */
const mostSpoilt = 3;

function withSpoilt(proof: LoadProof, round: LookedAt["spoilt"]): LoadProof {
  if (round === undefined) return proof;
  return {
    ...proof,
    rounds: proof.rounds + 1,
    sent: proof.sent + round.sent,
    spoilt: [...(proof.spoilt ?? []), round.spoilt],
  };
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
  const { spoilt: _, warned: __, ...kept } = proof;
  return {
    ...kept,
    rounds: proof.rounds + 1,
    sent: proof.sent + sent,
    ...warnedBy(proof, slice),
    ...besideBy(proof, slice),
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

/** One that is not slower again with the next load was slower by chance, or by its own users'. */
function warnedBy({ warned }: LoadProof, { step, beside }: SliceSent): Pick<LoadProof, "warned"> {
  if (beside?.isSlower === true)
    return { warned: { at: [...(warned?.at ?? []), step.requestsPerSecond], isSettled: false } };
  return warned === undefined || step.name !== "settle" ? {} : { warned: { ...warned, isSettled: true } };
}

/** What it is like while the candidate settles: where it was slower since, as it is now. */
function besideBy({ warned, beside = nothingBeside }: LoadProof, { step, ...sent }: SliceSent) {
  if (step.name !== "settle" || sent.beside === undefined) return {};
  const { isHarmed: _, isSlower: __, ...seen } = sent.beside;
  return { beside: warned === undefined ? addedBeside(beside, seen) : seen };
}

function standing(
  question: LoadQuestion,
  proof: LoadProof,
  { takenMs, harm }: { readonly takenMs: number; readonly harm?: string | undefined },
): Pick<LoadProof, "status" | "reason" | "knee" | "recovery"> {
  const answers = answersOf(question, proof.steps);
  const asked = [answers.peak, answers.full, ...(answers.spike === undefined ? [] : [answers.spike])];
  const isEnough = asked.every(({ finding }) => finding.answer === "within");
  const found = { knee: kneeSeen(question, proof.steps), ...recoverySeen(answers.spike?.recovery) };
  const next = nextOf(question, proof);
  const ended = harm ?? limitReached(question, proof, { takenMs, step: next });
  if (proof.answeredAt === undefined && ended === undefined && next !== undefined)
    return { status: "testing", reason: progressText(question, proof.steps, proof.spoilt) };
  const said = { answers, knee: found.knee, ended: next === undefined ? undefined : ended };
  const status = statusOf(question, { ...answers, isEnough });
  if (harm !== undefined && status === "not-enough") {
    const reason = proof.answeredAt === undefined ? answerText(question, status, said) : proof.reason;
    return { status: "stopped", reason: `${reason}; ${sharedText}`, ...found };
  }
  const isStopped = harm !== undefined && answers.refusal === undefined && !isEnough;
  // What was said before the rest is said after it.
  if (proof.answeredAt !== undefined && !isStopped) return { status, reason: proof.reason, knee: proof.knee };
  if (isStopped) return { status: "stopped", reason: harm, ...found };
  return { status, reason: answerText(question, status, said), ...found };
}

const sharedText =
  "but what serves turned worse meanwhile: something that both lean on may be what is not enough, and more instances would not change that";

function statusOf(
  question: LoadQuestion,
  { refusal, isEnough }: LoadAnswers & { readonly isEnough: boolean },
): LoadAnswer {
  if (refusal !== undefined) return "not-enough";
  const { full, spike = 0, meant } = ratesOf(question);
  const open = question.loadTest.onOpen === "refuse" ? "unproven" : "open";
  return isEnough && full >= meant.full && spike >= (meant.spike ?? 0) ? "enough" : open;
}

/** Which of the plan's limits is reached; or that rounds come to nothing. */
function limitReached(
  question: LoadQuestion,
  proof: LoadProof,
  { takenMs, step }: { readonly takenMs: number; readonly step: LoadStep | undefined },
): string | undefined {
  const { plan, loadTest, fleet } = question;
  const { maxMinutes, maxRequests } = loadTest;
  const { spoilt = [] } = proof;
  if (spoilt.length >= mostSpoilt)
    return `${spoilt.length} rounds in a row that count for nothing (${spoilt.at(-1)})`;
  const maxUsd = loadTest.maxUsd ?? plan.budget.usdPerRelease / 20;
  const { usd } = costOf({ [fleet.instanceType]: (fleet.instances * takenMs) / 3_600_000 }, plan);
  if (takenMs >= maxMinutes * 60_000) return `its ${maxMinutes} minutes`;
  const isSpent = step !== undefined && !hasRoom(question, proof.steps, sliceOf(question, proof, step));
  if (proof.sent >= maxRequests || isSpent) return `its ${maxRequests} requests`;
  return usd >= maxUsd ? `its $${maxUsd.toFixed(2)}` : undefined;
}
