/**
 * Sends a spike on top of users' load, in one go: grown to within half a minute, looked at each second, and watched meanwhile
 * by what else says that it must not go on. No release begins while it lasts; one that waits ends it.
 */
import { SlipwayError } from "../core/errors.ts";
import { kindOf } from "../core/kpis/kinds/registry.ts";
import { arrivals, chanceOf } from "../core/load/arrivals.ts";
import {
  findingText,
  flowOfSpike,
  type LaterSpikeFinding,
  type LaterSpikeSent,
  secondsOfSpike,
  watchingSpike,
} from "../core/load/later-spike.ts";
import type { LoadTest } from "../core/plan/load-test.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { Tools } from "./lambda.ts";
import { loadInputs } from "./load-inputs.ts";
import { notRefused } from "./load-round.ts";
import { type SentLoad, sendLoad } from "./load-sending.ts";
import { wayTo } from "./load-way.ts";
import { keepOnFromTaking } from "./locks.ts";
import { ringingAlarms } from "./preflight.ts";
import { servingPlatform } from "./serving/platforms.ts";
import { stableTurned } from "./stable-watch.ts";

export interface ToSend extends LaterSpikeSent {
  readonly plan: Plan;
  readonly loadTest: LoadTest;
  readonly variant: string;
  readonly instances: number;
  /** By which its moments are drawn. */
  readonly seed: string;
  /** Until when the endpoint's lock is kept from being taken, ISO 8601. */
  readonly keptUntil: string;
}

export interface Sent {
  /** Absent: it was ended for another reason than its own, and says nothing. */
  readonly outcome?: "taken" | "not-taken" | "unknown";
  readonly reason: string;
  /** Until when the lock is kept now. */
  readonly keptUntil: string;
}

/** What ends it, whatever its requests say; `isHarm`: users are worse off since. */
interface Halt {
  readonly reason: string;
  readonly isHarm?: boolean;
}

/** For so long nobody takes the lock of one whose sender died, and so often that is put off while it lives, seconds. */
export const keptSeconds = 60;
const [renewSeconds, lookSeconds] = [15, 60];

export async function sendLaterSpike(tools: Tools, asked: ToSend): Promise<Sent> {
  const { aws } = tools;
  const { plan, loadTest, seed } = asked;
  const inputs = await loadInputs(aws, loadTest);
  if ("lacks" in inputs) return { reason: inputs.lacks, keptUntil: asked.keptUntil };
  const { payloads, arriving } = inputs;
  const { pacing } = aws;
  const bodies = chanceOf(`bodies ${seed}`);
  const platform = servingPlatform(aws);
  // Who is not answered by then is late, and nothing more is to be learnt.
  const { latencyMsP99: limitMs } = plan.requirements;
  const endpoint = plan.endpoint.name;
  const wayMs = await wayTo(aws, { endpoint, limitMs });
  const patienceMs = Math.ceil(limitMs + wayMs);
  const target = { endpoint, variant: asked.variant, now: pacing.nowMs, isLoad: true };
  const send = () =>
    platform.probe({
      ...target,
      body: { payload: payloads(bodies), contentType: loadTest.contentType },
      patienceMs,
    });
  const watch = watchingSpike(plan, asked);
  const guard = guarding(tools, asked);
  let [load, found]: [SentLoad | undefined, LaterSpikeFinding | undefined] = [undefined, undefined];
  const isOver = (seconds: number) => {
    const now = watch.find(seconds);
    if (now.answer === "exceeds") found = now;
    return found !== undefined || guard.halt() !== undefined;
  };
  try {
    load = await sendLoad({
      at: arrivals(flowOfSpike(asked), chanceOf(seed), arriving),
      countedFrom: 0,
      mostRequests: loadTest.maxRequests,
      send,
      wayMs,
      pacing,
      count: watch.add,
      isOver,
    });
  } finally {
    await guard.end();
  }
  const keptUntil = guard.keptUntil();
  const refused = refusedIn(load);
  if (refused !== undefined) return { reason: refused, keptUntil };
  const isWhole = load.sent < loadTest.maxRequests;
  const seconds = guard.halt() === undefined && isWhole ? secondsOfSpike(asked) : load.seconds;
  return { ...answered(asked, found ?? watch.find(seconds), guard.halt()), keptUntil };
}

function answered(
  asked: ToSend,
  finding: LaterSpikeFinding,
  halt: Halt | undefined,
): Omit<Sent, "keptUntil"> {
  const text = findingText(finding, asked.plan);
  if (finding.answer === "exceeds") return { outcome: "not-taken", reason: text };
  if (halt?.isHarm === true) return { outcome: "not-taken", reason: `${halt.reason}; ${text}` };
  if (halt !== undefined) return { reason: halt.reason };
  return { outcome: finding.answer === "within" ? "taken" : "unknown", reason: text };
}

/** What was refused for what no capacity would change, in a sentence. */
function refusedIn(load: SentLoad): string | undefined {
  try {
    notRefused(load);
    return undefined;
  } catch (error) {
    if (error instanceof SlipwayError) return error.message;
    throw error;
  }
}

/** Keeps the lock from being taken, and looks at users' KPIs and the plan's alarms, until it is ended. */
function guarding(tools: Tools, asked: ToSend) {
  const { pacing } = tools.aws;
  const startMs = pacing.nowMs();
  let [halt, ended, keptUntil]: [Halt | undefined, boolean, string] = [undefined, false, asked.keptUntil];
  const renew = async () => {
    const until = new Date(pacing.nowMs() + keptSeconds * 1000).toISOString();
    const subject = `endpoint/${asked.plan.endpoint.name}`;
    if (!(await keepOnFromTaking(tools.aws, subject, { from: keptUntil, until })))
      return { reason: "a release came for the endpoint in the middle of it, and goes first" };
    keptUntil = until;
    return undefined;
  };
  const run = async () => {
    for (let second = 1; !ended; second++) {
      await pacing.until(startMs + second * 1000);
      if (ended || halt !== undefined) return;
      if (second % renewSeconds === 0) halt = await renew();
      if (halt === undefined && second % lookSeconds === 0) halt = await harmTo(tools, asked, startMs);
    }
  };
  const running = run().catch((error: unknown) => {
    tools.log.warn("a spike could not be watched", { error: error instanceof Error ? error : String(error) });
    const why = error instanceof Error ? error.message : String(error);
    halt = { reason: `it could not be watched any more: ${why}` };
  });
  return {
    halt: () => halt,
    keptUntil: () => keptUntil,
    end: () => {
      ended = true;
      return running;
    },
  };
}

async function harmTo(tools: Tools, asked: ToSend, sinceMs: number): Promise<Halt | undefined> {
  const { aws } = tools;
  const ringing = await ringingAlarms(aws, asked.plan.alarms);
  if (ringing.length > 0) return { reason: ringing.join("; "), isHarm: true };
  const turned = await kpisTurned(tools, asked, sinceMs);
  if (turned.length === 0) return undefined;
  return { reason: `${turned.join(" and ")} of what serves turned worse than before it`, isHarm: true };
}

/** Those in which load does not show: of the others its own requests tell. */
function kpisTurned(tools: Tools, asked: ToSend, sinceMs: number): Promise<readonly string[]> {
  const { plan, variant, instances, minutes } = asked;
  const kpis = plan.kpis.filter((kpi) => kindOf(kpi).whereUnlike(kpi) === "all");
  const own = { ...plan, kpis };
  if (kpis.length === 0) return Promise.resolve([]);
  const { metrics } = servingPlatform(tools.aws);
  const sides = { endpoint: plan.endpoint.name, stable: variant, candidate: variant, metrics };
  return stableTurned(tools, { plan: own, sides, instances, sinceMs, maxMinutes: minutes + 1 });
}
