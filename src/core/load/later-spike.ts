/**
 * A spike on top of users' load, as it goes: what its own requests come to, second by second, so that it ends as soon as they
 * show that the fleet does not take it. Users wait in the same queues, so what its requests meet, theirs do.
 */
import { shareEvidence } from "#verdict";
import type { Plan } from "../plan/plan.ts";
import type { Share } from "../units.ts";
import { type LoadFlow, ramped } from "./arrivals.ts";
import { findingOf, type LoadAsk, requirementsOf } from "./step.ts";
import { counting, dispersionOf, type SentRequest, type Tally } from "./tally.ts";

/**
 * It grows to its height for so long, seconds: a queue grows the slower the less comes above what a fleet serves, so that fewer
 * users have waited by the time that it is seen; and scaling by one-minute metrics, which a spike is to outrun, is no help within it.
 */
export const rampSeconds = 30;
/** Looked at by themselves: what was good before must not hide what has just turned. */
const pieceSeconds = 5;
/** Of any such seconds no more than a tenth may be bad, whatever all minutes come to. */
const tooMuch: Share = 0.1;
/** The chance that a fleet is stopped at that keeps to it, over all pieces and both of late and failed. */
const alpha = 0.01;

export interface LaterSpikeSent {
  readonly minutes: number;
  /** Of its own, at its height; users' load is not in it. */
  readonly requestsPerSecond: number;
}

export const secondsOfSpike = ({ minutes }: Pick<LaterSpikeSent, "minutes">): number =>
  rampSeconds + 60 * minutes;

export const flowOfSpike = (sent: LaterSpikeSent): LoadFlow =>
  ramped(sent.requestsPerSecond, rampSeconds, secondsOfSpike(sent));

export interface LaterSpikeFinding {
  readonly answer: "within" | "exceeds" | "open";
  /** Of what that was seen: all at its height, or the seconds in which it turned. */
  readonly of: Tally;
  readonly allowed: Share;
  readonly kind: "late" | "failed";
  /** Since when those seconds were, from the first request on; absent: all at its height. */
  readonly fromSeconds?: number;
}

export interface SpikeWatch {
  readonly add: (request: SentRequest) => void;
  /** Asked as often as one likes, of how many seconds requests were sent so far. */
  readonly find: (seconds: number) => LaterSpikeFinding;
}

export function watchingSpike(plan: Plan, sent: LaterSpikeSent): SpikeWatch {
  const lateMs = plan.requirements.latencyMsP99;
  const limits = { lateMs, lostMs: lateMs };
  const height = counting(limits);
  const pieces = new Map<number, ReturnType<typeof counting>>();
  const asked = requirementsOf(plan);
  const ask: LoadAsk = { ...asked, leastSeconds: 60 * sent.minutes };
  const logThreshold = Math.log((2 * Math.ceil(secondsOfSpike(sent) / pieceSeconds)) / alpha);
  const badPiece = (seconds: number): LaterSpikeFinding | undefined => {
    for (const [nth, counter] of pieces) {
      // All of it is answered, or late, and was looked at.
      if (nth * pieceSeconds < seconds - 2 * pieceSeconds - lateMs / 1000) continue;
      const tally = counter.tally(Math.min(pieceSeconds, seconds - nth * pieceSeconds));
      const bad = exceeding(tally, asked, logThreshold);
      if (bad !== undefined) return { answer: "exceeds", of: tally, fromSeconds: nth * pieceSeconds, ...bad };
    }
    return undefined;
  };
  return {
    add: (request) => {
      const nth = Math.floor(request.at / pieceSeconds);
      const piece = pieces.get(nth) ?? counting(limits);
      pieces.set(nth, piece);
      piece.add({ ...request, at: request.at - nth * pieceSeconds });
      if (request.at >= rampSeconds) height.add({ ...request, at: request.at - rampSeconds });
    },
    find: (seconds) => {
      const tally = height.tally(Math.max(0, seconds - rampSeconds));
      const { answer, of: kind } = findingOf(ask, tally);
      const worst = kind === "failed" ? "failed" : "late";
      const own = { of: tally, kind: worst, allowed: asked.allowed[worst] ?? 0 } as const;
      if (answer === "exceeds") return { answer, ...own };
      return badPiece(seconds) ?? { answer, ...own };
    },
  };
}

function exceeding(
  tally: Tally,
  { allowed }: LoadAsk,
  logThreshold: number,
): Pick<LaterSpikeFinding, "kind" | "allowed"> | undefined {
  if (tally.requests === 0) return undefined;
  for (const kind of ["late", "failed"] as const) {
    const share = Math.min(0.9, Math.max(tooMuch, 2 * (allowed[kind] ?? 0)));
    const deflation = dispersionOf(tally, tally[kind]);
    const { more } = shareEvidence({ requests: tally.requests, bad: tally[kind].bad, deflation }, share);
    if (more >= logThreshold) return { kind, allowed: share };
  }
  return undefined;
}

/** The piece's requests and how many of them were bad, or those of all its minutes. */
export function findingText({ of, kind, allowed, fromSeconds }: LaterSpikeFinding, plan: Plan): string {
  const { requests } = of;
  const bad = of[kind].bad;
  const what = kind === "late" ? `later than ${plan.requirements.latencyMsP99} ms` : "failed";
  const where = fromSeconds === undefined ? "" : ` of ${pieceSeconds} s`;
  return `${bad.toLocaleString("en-US")} of ${requests.toLocaleString("en-US")} requests${where} ${what}, ${figure((100 * bad) / Math.max(1, requests))} % where ${figure(100 * allowed)} % may be`;
}

const figure = (value: number): string => Number(value.toPrecision(3)).toString();
