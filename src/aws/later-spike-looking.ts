/**
 * Looks at a spike that is to come at low hours: whether its hour is there and all that must be so is so, has it sent then, and
 * tells how it ended, once. What is about to be sent is written down before, and what kept it from that is kept, to be told.
 */

import { frozenBy } from "../core/plan/freeze.ts";
import { mostPerSender } from "../core/plan/load-test.ts";
import type { LowHour } from "../core/plan/low-hours.ts";
import type { Plan } from "../core/plan/plan.ts";
import {
  chanceNow,
  type LaterSpike,
  type LaterSpikeEnd,
  putOff,
  type SpikeChance,
  sendingFrom,
  spikeTurn,
} from "../core/release/later-spike.ts";
import { endpointOf } from "../core/release/undoing.ts";
import { ifThere } from "./errors.ts";
import { publish } from "./event-bridge.ts";
import { loadOfMinutes, recentMinutes } from "./fleet-metrics.ts";
import { declaredFreezes } from "./freezes.ts";
import type { Tools } from "./lambda.ts";
import { keptSeconds, sendLaterSpike } from "./later-spike-sending.ts";
import { keepSpike } from "./later-spikes.ts";
import { readLock } from "./lock-item.ts";
import { keepFromTaking, letBeTaken } from "./locks.ts";
import { readPlan } from "./plans.ts";
import { ringingAlarms } from "./preflight.ts";
import { servingPlatform } from "./serving/platforms.ts";

/** How it ended, where it has by this look; `hasSent`: it was sent now, which has taken most of what an invocation has. */
export interface SpikeLook {
  readonly end?: LaterSpikeEnd;
  readonly hasSent?: boolean;
}

export async function lookAtSpike(tools: Tools, spike: LaterSpike): Promise<SpikeLook> {
  const { spike: now, hasSent } = spike.end === undefined ? await advanced(tools, spike) : { spike };
  if (now.end === undefined) return { ...(hasSent === true && { hasSent }) };
  await tell(tools, now, now.end);
  return { end: now.end, ...(hasSent === true && { hasSent }) };
}

interface Advanced {
  readonly spike: LaterSpike;
  readonly hasSent?: boolean;
}

async function advanced(tools: Tools, before: LaterSpike): Promise<Advanced> {
  const { aws, now } = tools;
  const turn = spikeTurn(before, now());
  if (turn.do === "leave" && before.sending !== undefined) return { spike: before };
  if (turn.do === "settle") return { spike: await keepSpike(aws, turn.kept) };
  const plan = await readPlan(aws, before.model);
  const spike = byPlan(before, plan);
  if (spike !== before) return { spike: await keepSpike(aws, spike) };
  if (turn.do === "end") return { spike: await keepSpike(aws, { ...spike, end: turn.end }) };
  if (turn.do === "see") return seen(tools, { spike, plan, hour: turn.hour });
  return { spike };
}

/** As the plan in force has it by now. */
function byPlan(spike: LaterSpike, plan: Plan | undefined): LaterSpike {
  const { times, minutes, afterPromotion } = plan?.loadTest?.spike ?? {};
  if (times === undefined || minutes === undefined || afterPromotion === undefined) return spike;
  const asked = { times, minutes, afterPromotion };
  return isSame(asked, spike.spike) ? spike : { ...spike, spike: asked };
}

function isSame(one: LaterSpike["spike"], other: LaterSpike["spike"]): boolean {
  const flat = ({ times, minutes, afterPromotion: { at, timeZone, withinDays } }: LaterSpike["spike"]) =>
    JSON.stringify([times, minutes, at, timeZone, withinDays]);
  return flat(one) === flat(other);
}

interface Seeing {
  readonly spike: LaterSpike;
  readonly plan: Plan | undefined;
  readonly hour: LowHour;
}

async function seen(tools: Tools, seeing: Seeing): Promise<Advanced> {
  const { aws, now } = tools;
  const { spike, plan, hour } = seeing;
  const { chance, instances } = await chanceOf(tools, seeing);
  const at = new Date(now()).toISOString();
  if (chance.is === "over")
    return {
      spike: await keepSpike(aws, { ...spike, end: { at, outcome: chance.outcome, reason: chance.reason } }),
    };
  const { loadTest } = plan ?? {};
  if (chance.is === "not-now" || plan === undefined || loadTest === undefined) {
    const reason = chance.is === "not-now" ? chance.reason : "no plan of the model is in force";
    if (reason === spike.putOff?.reason) return { spike };
    return { spike: await keepSpike(aws, putOff(spike, { at, reason })) };
  }
  const { requestsPerSecond, variant } = chance;
  return sent(tools, spike, {
    plan,
    loadTest,
    hour,
    variant,
    instances,
    requestsPerSecond,
    minutes: spike.spike.minutes,
  });
}

async function chanceOf(
  { aws, now }: Tools,
  { spike, plan }: Seeing,
): Promise<{ readonly chance: SpikeChance; readonly instances: number }> {
  const name = endpointOf(spike) ?? "";
  const platform = servingPlatform(aws);
  const [lock, declared, endpoint, versions, ringing] = await Promise.all([
    readLock(aws, spike.subject),
    declaredFreezes(aws, name),
    ifThere(() => platform.look(name)),
    platform.versionsServed(name),
    ringingAlarms(aws, plan?.alarms ?? []),
  ]);
  const [variant] = endpoint?.variants ?? [];
  const nowMs = now();
  const target = { metrics: platform.metrics, endpoint: name, variants: [variant?.name ?? ""], nowMs };
  const minutes = variant === undefined ? [] : await loadOfMinutes(aws, target, recentMinutes);
  const load = minutes.length === 0 ? undefined : Math.max(...minutes.map((one) => one.requestsPerSecond));
  const frozen = plan && frozenBy(plan.freezes, declared, nowMs);
  const seenNow = {
    spike,
    plan,
    lock,
    frozen,
    endpoint,
    versions,
    ringing,
    load,
    mostPerSecond: mostPerSender,
    nowMs,
  };
  return { chance: chanceNow(seenNow), instances: variant?.currentInstances ?? 0 };
}

type Sending = Omit<Parameters<typeof sendLaterSpike>[1], "seed" | "keptUntil"> & { readonly hour: LowHour };

/** The lock is kept from being taken first; then it is written down, and then sent. */
async function sent(tools: Tools, spike: LaterSpike, { hour, ...asked }: Sending): Promise<Advanced> {
  const { aws, now } = tools;
  const nowMs = now();
  const at = new Date(nowMs).toISOString();
  let keptUntil = new Date(nowMs + keptSeconds * 1000).toISOString();
  if (!(await keepFromTaking(aws, spike.subject, { now: at, until: keptUntil }))) {
    const reason = "a release has just come for the endpoint, or its minimum is being set";
    return { spike: await keepSpike(aws, putOff(spike, { at, reason })) };
  }
  try {
    const sending = await keepSpike(aws, sendingFrom(spike, { hour, nowMs }));
    const seed = `${spike.releaseId} ${at}`;
    const { outcome, reason, ...kept } = await sendLaterSpike(tools, { ...asked, seed, keptUntil });
    keptUntil = kept.keptUntil;
    const over = new Date(now()).toISOString();
    const notBefore = new Date(hour.toMs).toISOString();
    const next = putOff(sending, { at: over, reason, notBefore });
    const ended =
      outcome === undefined
        ? next
        : { ...next, putOff: undefined, end: { at: over, outcome, reason: saidOf(spike, asked, reason) } };
    return { spike: await keepSpike(aws, ended), hasSent: true };
  } finally {
    await letBeTaken(aws, spike.subject, keptUntil);
  }
}

/** What the fleet was under, and what it came to. */
function saidOf(
  { spike: { times, minutes }, requestsPerSecond: sized }: LaterSpike,
  { requestsPerSecond, instances }: Pick<Sending, "requestsPerSecond" | "instances">,
  reason: string,
): string {
  const figure = (value: number) => Number(value.toPrecision(3)).toString();
  const users = times * sized - requestsPerSecond;
  return `${figure(times)} × ${figure(sized)} requests/s for ${figure(minutes)} min to ${instances} instances, of which up to ${figure(users)} were users': ${reason}`;
}

/** Delivery is at least once: it is told before that is written down. */
async function tell(tools: Tools, spike: LaterSpike, end: LaterSpikeEnd): Promise<void> {
  const { aws, now, count } = tools;
  const { releaseId: id, subject, model, version, milestone } = spike;
  if (end.outcome === "not-taken") count("SpikeNotTaken");
  await publish(
    tools,
    { id, subject, model, version, milestone },
    { state: "spike", outcome: end.outcome, reason: end.reason },
  );
  await keepSpike(aws, { ...spike, toldAt: new Date(now()).toISOString() });
}
