/**
 * A load that is more than one invocation is trusted to send on time is sent by several at once: each sends the part of it that
 * is its own, from one moment on that all of them were told before. They cannot see one another, so that how
 * long they send is settled before, and what they counted is added up after.
 */
import * as z from "zod";
import { mostPerSender } from "../plan/load-test.ts";
import type { EpochMs } from "../units.ts";
import { BesideSeen, BesideSent, nothingBeside } from "./beside.ts";
import { type LoadQuestion, type SeenStep, seenOfStep, stepNames } from "./course.ts";
import type { LoadSlice, SliceSent } from "./slice.ts";
import { Counts, mergedCounts, talliedOf } from "./tally.ts";

/** What one of several is to send. */
export const LoadPart = z.object({
  /** Which of how many, from 1. */
  nth: z.int().min(1),
  of: z.int().min(2),
  /** By rounds as well as by senders the moments are others; one that is tried again has the same. */
  round: z.int().min(0),
  /** When all of them begin, ISO 8601. */
  startAt: z.string(),
  name: z.enum(stepNames),
  /** Of all of them together, until the seconds are over or the spike is. */
  requestsPerSecond: z.number(),
  seconds: z.number(),
  rampSeconds: z.number(),
  /** Of its own. */
  mostRequests: z.int().min(0),
  /** Of the one that looks after what serves: what was seen of it while the candidate settled. */
  beside: BesideSeen.optional(),
  /** Until when it lasts, and in what windows the load after it is compared, seconds; its rate is of all senders. */
  spike: z
    .object({
      seconds: z.number(),
      windows: z.int().min(0),
      windowSeconds: z.number(),
      requestsPerSecond: z.number(),
    })
    .optional(),
});
export type LoadPart = z.infer<typeof LoadPart>;

/** What one of them has to say. */
export const PartSent = z.object({
  sent: z.int().min(0),
  /** Why the round counts for nothing. */
  spoilt: z.string().optional(),
  /** Why there is nothing to send. */
  lacks: z.string().optional(),
  /** What the platform refused most, and how often. */
  refused: z.object({ name: z.string(), times: z.int() }).optional(),
  counts: Counts,
  /** What became of its requests to what serves. */
  beside: BesideSent.optional(),
  /** Of the load after a spike, by its windows. */
  after: z.array(Counts).readonly(),
});
export type PartSent = z.infer<typeof PartSent>;

/** What the flow has of each part; of a sender that was lost, by what. */
export const PartCounted = z.union([PartSent, z.object({ lost: z.string() })]);
export type PartCounted = z.infer<typeof PartCounted>;

export const sendersFor = ({ step }: Pick<LoadSlice, "step">): number =>
  Math.ceil(step.requestsPerSecond / mostPerSender - 1e-9);

/** Until all of them are there, cold starts and a first refusal of Lambda's among it, seconds: chosen. */
const leadSeconds = 6;
/** What is looked at of a rate near the knee before the next is chosen, seconds that are counted. */
const leastLook = 20;
/** What comes by a twentieth above what is served makes a queue as long as the limit within 20 times that; and half as long again. */
const lookOfLimit = 30;
/** Of a rate that is answered, and asked again. */
const againSeconds = 30;
const shortest = 3;

/** So long it is sent: nobody can end it early, so no longer than it is likely to be needed. */
function secondsOf(
  { plan }: LoadQuestion,
  steps: readonly SeenStep[],
  { step, seconds, rampSeconds }: LoadSlice,
): number {
  if (step.name === "knee") {
    const look = Math.max(leastLook, (lookOfLimit * plan.requirements.latencyMsP99) / 1000);
    return Math.min(seconds, rampSeconds + look);
  }
  if (step.name !== "peak" && step.name !== "full") return seconds;
  const left = step.ask.leastSeconds - seenOfStep(steps, step).seconds;
  return Math.min(
    seconds,
    rampSeconds + (left > 0 ? Math.max(leastLook, Math.ceil(left) + 1) : againSeconds),
  );
}

/** So many more may come by chance: four times the deviation of each sender's. */
const withChance = (requests: number, senders: number) => requests + 4 * Math.sqrt(requests * senders);

type Whole = Pick<LoadPart, "seconds" | "spike">;

/** What all of them send together; undefined where the plan's requests are not enough for it. */
function wholeOf(question: LoadQuestion, steps: readonly SeenStep[], slice: LoadSlice): Whole | undefined {
  const { step, spike, rampSeconds, mostRequests } = slice;
  const { requestsPerSecond: rate } = step;
  const senders = sendersFor(slice);
  if (spike !== undefined) {
    const { windowSeconds, requestsPerSecond } = spike.after;
    const windows = spike.isLast ? Math.floor((slice.seconds - spike.seconds) / windowSeconds + 1e-9) : 0;
    const afterSeconds = windows * windowSeconds;
    if (withChance(rate * spike.seconds + requestsPerSecond * afterSeconds, senders) > mostRequests)
      return undefined;
    const seconds = spike.seconds + afterSeconds;
    return { seconds, spike: { seconds: spike.seconds, windows, windowSeconds, requestsPerSecond } };
  }
  for (let seconds = secondsOf(question, steps, slice); seconds >= rampSeconds + shortest; seconds -= 1)
    if (withChance(rate * (seconds - rampSeconds / 2), senders) <= mostRequests) return { seconds };
  return undefined;
}

/** Whether what the plan has left of its requests is enough for a look. */
export const hasRoom = (question: LoadQuestion, steps: readonly SeenStep[], slice: LoadSlice): boolean =>
  sendersFor(slice) === 1 || wholeOf(question, steps, slice) !== undefined;

/** The parts of a slice, to begin a few seconds from now. */
export function partsOf(
  question: LoadQuestion,
  {
    steps,
    rounds,
    beside = nothingBeside,
  }: {
    readonly steps: readonly SeenStep[];
    readonly rounds: number;
    readonly beside?: BesideSeen | undefined;
  },
  { slice, nowMs }: { readonly slice: LoadSlice; readonly nowMs: EpochMs },
): readonly LoadPart[] {
  const whole = wholeOf(question, steps, slice);
  const of = sendersFor(slice);
  if (whole === undefined) return [];
  const { name, requestsPerSecond } = slice.step;
  const startAt = new Date(nowMs + leadSeconds * 1000).toISOString();
  const { rampSeconds } = slice;
  const mostRequests = Math.floor(slice.mostRequests / of);
  const shared = { of, round: rounds, startAt, name, requestsPerSecond, rampSeconds, mostRequests, ...whole };
  return Array.from({ length: of }, (_, index) => ({
    nth: index + 1,
    ...shared,
    ...(index === 0 && { beside }),
  }));
}

export type RoundCounted =
  | { readonly slice: SliceSent }
  /** What is known to have been sent, and what may have been. */
  | { readonly spoilt: string; readonly sent: number }
  | { readonly refused: string };

/** What a round of several senders came to: that of one who has sent it all, or why it counts for nothing. */
export function roundOf(parts: readonly LoadPart[], counted: readonly PartCounted[]): RoundCounted {
  const [part] = parts;
  if (part === undefined) return { spoilt: "there was nothing to send", sent: 0 };
  const answers = counted.flatMap((each) => ("lost" in each ? [] : [each]));
  const [lacks] = answers.flatMap((each) => each.lacks ?? []);
  if (lacks !== undefined) return { refused: lacks };
  const sent = answers.reduce((sum, each) => sum + each.sent, 0);
  const refused = refusedOf(answers, sent);
  if (refused !== undefined) return { refused };
  const spoilt = spoiltOf(part, counted);
  if (spoilt !== undefined) {
    const lost = part.of - answers.length;
    return { spoilt, sent: sent + Math.ceil((lost * part.requestsPerSecond * part.seconds) / part.of) };
  }
  const seconds = part.spike === undefined ? part.seconds - part.rampSeconds : part.spike.seconds;
  const { windows = 0, windowSeconds = 0 } = part.spike ?? {};
  const window = (nth: number) => mergedCounts(answers.flatMap(({ after }) => after[nth] ?? []));
  return {
    slice: {
      step: { name: part.name, requestsPerSecond: part.requestsPerSecond },
      sent,
      beside: answers[0]?.beside,
      tally: talliedOf(mergedCounts(answers.map(({ counts }) => counts)), seconds),
      ...(part.spike !== undefined && {
        after: Array.from({ length: windows }, (_, nth) => talliedOf(window(nth), windowSeconds)),
      }),
    },
  };
}

/** As of one sender: half of them refused for what no capacity would change. */
function refusedOf(answers: readonly PartSent[], sent: number): string | undefined {
  const refusals = answers.flatMap(({ refused }) => refused ?? []);
  const [most] = refusals.toSorted((a, b) => b.times - a.times);
  const times = refusals.reduce((sum, each) => sum + each.times, 0);
  if (most === undefined || times < sent / 2) return undefined;
  return `the requests of the test under load are refused, ${times} of ${sent}: ${most.name}`;
}

function spoiltOf({ of }: LoadPart, counted: readonly PartCounted[]): string | undefined {
  if (counted.length !== of) return `of ${of} senders ${counted.length} have answered`;
  for (const [index, each] of counted.entries()) {
    const who = `sender ${index + 1} of ${of}`;
    if ("lost" in each) return `${who} was lost to ${each.lost}`;
    if (each.spoilt !== undefined) return `${who} ${each.spoilt}`;
  }
  return undefined;
}
