/**
 * A candidate's test under load: which step it is at, what was seen in each, and whether that is enough. It goes on over
 * several invocations, each of which sends requests for less than a minute.
 */
import * as z from "zod";
import type { LoadTest } from "../plan/load-test.ts";
import type { Plan } from "../plan/plan.ts";
import { costOf } from "../plan/prices.ts";
import { epochMs } from "../units.ts";
import { quantileOf } from "./latencies.ts";
import {
  findingOf,
  instancesByTest,
  type LoadStep,
  patienceOf,
  type StepFinding,
  servedPerInstanceOf,
  stepNames,
  type TestedFleet,
} from "./step.ts";
import { emptyTally, mergedTallies, Tally } from "./tally.ts";

export const LoadProof = z.object({
  /** `open`: a limit was reached before anything could be said. `stopped`: what serves was harmed by it. */
  status: z.enum(["testing", "enough", "not-enough", "open", "stopped"]),
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
  steps: z
    .array(z.object({ name: z.enum(stepNames), requestsPerSecond: z.number(), tally: Tally }))
    .readonly(),
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
}

/** What one came to. */
export interface SliceSent {
  readonly step: LoadStep;
  readonly sent: number;
  readonly tally: Tally;
}

export interface LoadQuestion {
  readonly plan: Plan;
  readonly loadTest: LoadTest;
  readonly fleet: TestedFleet & { readonly instanceType: string };
  readonly steps: readonly LoadStep[];
}

/** Caches and connections are cold at first, and a fleet that has stood idle for a moment is. */
const rampSeconds = 8;
const longestSliceSeconds = 50;
/** Of an invocation's 80 s what is left for looking at what serves, and for its beginning and end. */
const besidesSeconds = 12;
const invocationSeconds = 80;

export function begun(question: LoadQuestion, since: string): LoadProof {
  const { instances } = question.fleet;
  return { status: "testing", reason: "", waitSeconds: 1, since, rounds: 0, sent: 0, instances, steps: [] };
}

/** What is to be sent next; undefined where all is answered, or a limit is reached. */
export function nextSlice(question: LoadQuestion, proof: LoadProof, takenMs: number): LoadSlice | undefined {
  const { plan, loadTest, steps } = question;
  if (proof.answeredAt !== undefined) return undefined;
  const step = steps.find((each) => findingOf(each, tallyIn(proof, each)).answer !== "within");
  if (step === undefined || limitReached(question, proof, takenMs) !== undefined) return undefined;
  if (findingOf(step, tallyIn(proof, step)).answer === "exceeds") return undefined;
  const seconds = Math.min(
    longestSliceSeconds,
    invocationSeconds - besidesSeconds - Math.ceil(patienceOf(plan) / 1000),
  );
  return { step, seconds, rampSeconds, mostRequests: loadTest.maxRequests - proof.sent };
}

/**
 * Auto scaling follows the requests of the last minutes, whoever sent them, and CloudWatch fills up a minute without any by
 * older ones: until then the candidate, which comes to scale as stable does with its first traffic, is left alone.
 */
const restSeconds = 240;

/** With what one more invocation has sent, and where the test stands. */
export function after(
  question: LoadQuestion,
  { proof, slice }: { readonly proof: LoadProof; readonly slice?: SliceSent | undefined },
  takenMs: number,
): LoadProof {
  const all = slice === undefined ? proof : withSlice(proof, slice);
  const { status, reason } = standing(question, all, takenMs);
  if (status === "testing") return { ...all, status, reason };
  const answeredAt = proof.answeredAt ?? new Date(epochMs(proof.since) + takenMs).toISOString();
  const isRested = status === "not-enough" || proof.answeredAt !== undefined;
  if (isRested) return { ...all, status, reason, answeredAt, waitSeconds: 1 };
  return { ...all, status: "testing", reason, answeredAt, waitSeconds: restSeconds };
}

function withSlice(proof: LoadProof, { step, sent, tally }: SliceSent): LoadProof {
  const { name, requestsPerSecond } = step;
  const others = proof.steps.filter((each) => each.name !== name);
  const merged = mergedTallies(tallyIn(proof, step), tally);
  return {
    ...proof,
    rounds: proof.rounds + 1,
    sent: proof.sent + sent,
    steps: [...others, { name, requestsPerSecond, tally: merged }],
  };
}

const tallyIn = ({ steps }: Pick<LoadProof, "steps">, { name }: LoadStep): Tally =>
  steps.find((each) => each.name === name)?.tally ?? emptyTally;

function standing(
  question: LoadQuestion,
  proof: LoadProof,
  takenMs: number,
): Pick<LoadProof, "status" | "reason"> {
  for (const step of question.steps) {
    const tally = tallyIn(proof, step);
    const finding = findingOf(step, tally);
    if (finding.answer === "exceeds")
      return { status: "not-enough", reason: notEnough(question, { step, tally, finding }) };
    if (finding.answer === "within") continue;
    const limit = limitReached(question, proof, takenMs);
    const seen = `${rateText(step)}: ${seenText(step, tally)}`;
    return limit === undefined
      ? { status: "testing", reason: seen }
      : {
          status: "open",
          reason: `the test under load ended at ${limit} before it could be said; at ${seen}`,
        };
  }
  const all = question.steps.map((step) => `${rateText(step)}: ${seenText(step, tallyIn(proof, step))}`);
  const seen = `at ${all.join("; at ")}`;
  const beyond = question.steps.findLast(
    ({ meantPerSecond, requestsPerSecond }) => meantPerSecond > requestsPerSecond,
  );
  if (beyond === undefined) return { status: "enough", reason: `enough under load; ${seen}` };
  const meant = figure(beyond.meantPerSecond);
  return { status: "open", reason: `more than ${rateText(beyond)} cannot be sent, of ${meant}; ${seen}` };
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

const rateText = ({ requestsPerSecond }: LoadStep): string => `${figure(requestsPerSecond)} requests/s`;

function seenText({ lateMs }: LoadStep, { requests, late, failed, latencies }: Tally): string {
  if (requests === 0) return "nothing was sent yet";
  const p99 = quantileOf(latencies, 0.99);
  const slowest = p99 === undefined ? "" : `, p99 ${Math.round(p99)} ms`;
  const of = `of ${requests.toLocaleString("en-US")}`;
  return `${percentOf(late.bad, requests)} ${of} later than ${lateMs} ms, ${percentOf(failed.bad, requests)} failed${slowest}`;
}

function notEnough(
  { plan, fleet }: LoadQuestion,
  { step, tally, finding }: { readonly step: LoadStep; readonly tally: Tally; readonly finding: StepFinding },
): string {
  const allowed = finding.of === undefined ? 0 : step.allowed[finding.of];
  const served = servedPerInstanceOf(tally, fleet);
  const needed = instancesByTest(plan, tally, fleet);
  const means =
    needed === undefined
      ? "nothing was answered"
      : `each of its ${fleet.instances} instances served ${figure(served)} requests/s, and the plan says ${figure(fleet.requestsPerSecondPerInstance)}: the load takes ${Math.max(needed, fleet.finalInstances + 1)} instances instead of ${fleet.finalInstances}`;
  return `not enough under load; at ${rateText(step)}: ${seenText(step, tally)}, where ${figure(100 * allowed)} % may be ${finding.of ?? "so"}; ${means}`;
}

const percentOf = (part: number, whole: number): string => `${figure((100 * part) / whole)} %`;
const figure = (value: number): string => Number(value.toPrecision(3)).toString();
