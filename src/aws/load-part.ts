/** What one of several senders sends of a load, beside the others and without seeing them: as long as it was told, from the moment on. */
import { type Arriving, arrivals, chanceOf, ownOf, ramped } from "../core/load/arrivals.ts";
import type { LoadPart, PartSent } from "../core/load/senders.ts";
import { type Counts, counting } from "../core/load/tally.ts";
import { type BesideLoad, type BesideRound, type BesideSending, sentBeside } from "./load-beside.ts";
import { type Sending, type SentLoad, sendLoad } from "./load-sending.ts";

export interface PartSending extends Pick<Sending, "send" | "wayMs" | "pacing"> {
  readonly part: LoadPart;
  /** When an answer is late, and when it is lost, milliseconds. */
  readonly limits: { readonly lateMs: number; readonly lostMs: number };
  readonly arriving: Arriving;
  /** Of the release's attempt. */
  readonly seed: string;
  /** What serves, where it is this one that looks after it. */
  readonly beside?: (BesideLoad & Pick<BesideRound, "plan">) | undefined;
}

/** Later than this part of what may be late, and a sender's own lateness is counted as the model's. */
const latePart = 1 / 10;

export const nothingSent = (why: Pick<PartSent, "spoilt" | "lacks">): PartSent => ({
  sent: 0,
  ...why,
  counts: { blocks: [], paces: [], answered: 0, latencies: [] },
  after: [],
});

export async function sendPart(sending: PartSending): Promise<PartSent> {
  const { part, limits, seed, arriving, send, wayMs, pacing } = sending;
  const startMs = Date.parse(part.startAt);
  const behindMs = pacing.nowMs() - startMs;
  if (behindMs > 0)
    return nothingSent({ spoilt: `began ${(behindMs / 1000).toFixed(1)} s after the others were to begin` });
  const { requestsPerSecond: most, round, seconds, rampSeconds, mostRequests, spike } = part;
  const flow =
    spike === undefined
      ? ramped(most, rampSeconds, seconds)
      : {
          rateAt: (at: number) => (at < spike.seconds ? most : spike.requestsPerSecond),
          most,
          seconds,
        };
  // All of them are the same for each, so that they need not see one another to send it all.
  const all = arrivals(flow, chanceOf(`${seed} ${round}`), arriving);
  const counter = counting(limits);
  const windows = Array.from({ length: spike?.windows ?? 0 }, () => counting(limits));
  const other = besideOf(sending);
  const load = await sendLoad({
    startMs,
    at: ownOf(all, part, chanceOf(`${seed} ${round}, whose`)),
    countedFrom: rampSeconds,
    mostRequests,
    send,
    wayMs,
    pacing,
    count: (request) => {
      if (spike === undefined || request.at < spike.seconds) return counter.add(request);
      const nth = Math.floor((request.at - spike.seconds) / spike.windowSeconds);
      windows[nth]?.add({ ...request, at: request.at - spike.seconds - nth * spike.windowSeconds });
    },
    isOver: () => other?.isOver() ?? false,
  }).finally(other?.end);
  const spoilt = spoiltOf(load, part, limits.lateMs);
  const refused = mostRefused(load);
  return {
    sent: load.sent,
    ...(spoilt !== undefined && { spoilt }),
    ...(refused !== undefined && { refused }),
    counts: counter.counts(),
    ...(other && { beside: await other.end() }),
    after: windows.map((window): Counts => window.counts()),
  };
}

function besideOf({ part, seed, wayMs, pacing, beside }: PartSending): BesideSending | undefined {
  if (beside === undefined) return undefined;
  const { plan } = beside;
  const { name, seconds, round } = part;
  return sentBeside(beside, { plan, name, seconds, seed: `${seed} ${round}`, wayMs, pacing });
}

function spoiltOf(
  { sent, lateness }: SentLoad,
  { mostRequests }: LoadPart,
  lateMs: number,
): string | undefined {
  const p99 = lateness.toSorted((a, b) => a - b)[Math.floor(0.99 * lateness.length)] ?? 0;
  if (p99 > latePart * lateMs)
    return `sent one in a hundred requests more than ${Math.round(p99)} ms after their moments`;
  return sent >= mostRequests ? `had no more than ${mostRequests} requests to send` : undefined;
}

function mostRefused({ refused }: SentLoad): PartSent["refused"] {
  const [most] = [...refused].toSorted(([, a], [, b]) => b - a);
  return most === undefined ? undefined : { name: most[0], times: most[1] };
}
