/**
 * A spike that a plan wants at low hours once its version serves: what is kept of it from the promotion on, and what comes next of
 * it. It is written down before anything is sent, so that one whose sender died is known, and not sent twice in an hour.
 */
import * as z from "zod";
import type { Fleets } from "../capacity/endpoint.ts";
import { secondsOfSpike } from "../load/later-spike.ts";
import type { Frozen } from "../plan/freeze.ts";
import { AfterPromotion, type LowHour, lowHoursSince } from "../plan/low-hours.ts";
import type { Plan } from "../plan/plan.ts";
import type { EpochMs } from "../units.ts";
import type { LockItem } from "./lock.ts";

const at = z.iso.datetime();

const spikeOutcomes = ["taken", "not-taken", "unknown", "given-up", "superseded", "withdrawn"] as const;

const Asked = z.object({ times: z.number(), minutes: z.number(), afterPromotion: AfterPromotion });

export const LaterSpike = z.object({
  releaseId: z.string(),
  model: z.string(),
  version: z.int(),
  /** What the release held, and in which milestone. */
  subject: z.string(),
  milestone: z.string(),
  /** As the plan in force says that was seen last. */
  spike: Asked,
  /** The load that the fleet was sized for. */
  requestsPerSecond: z.number(),
  /** The release's close. */
  since: at,
  /** What kept it from being sent last. */
  putOff: z.object({ at, reason: z.string() }).optional(),
  /** No hour that began before is meant any more: something was sent in it. */
  notBefore: at.optional(),
  /** It is being sent, and for good no more by then. */
  sending: z.object({ at, until: at, hourEnds: at }).optional(),
  /** When requests of it left, and for good no more: each time that it was begun. */
  sent: z.array(z.object({ at, until: at })).optional(),
  end: z.object({ at, outcome: z.enum(spikeOutcomes), reason: z.string() }).optional(),
  /** Once its end was told. */
  toldAt: at.optional(),
  /** Grows with each write. */
  written: z.int(),
});
export type LaterSpike = z.infer<typeof LaterSpike>;
export type LaterSpikeEnd = NonNullable<LaterSpike["end"]>;

const iso = (ms: EpochMs): string => new Date(ms).toISOString();

/** What was sent of it ends within its seconds, and its last answers are waited for, milliseconds. */
const answersMs = 60_000;
const neededMs = ({ spike }: LaterSpike): number => 1000 * secondsOfSpike(spike) + answersMs;
/** Chosen: how long after all of it must be over its sender is taken to be dead. */
const graceMs = 60_000;

/** The hours in which it may still come. */
export const hoursLeft = (
  { spike, since, notBefore = since }: Pick<LaterSpike, "spike" | "since" | "notBefore">,
  nowMs: EpochMs,
): LowHour[] =>
  lowHoursSince(spike.afterPromotion, Date.parse(since)).filter(
    ({ fromMs, toMs }) => toMs > nowMs && fromMs >= Date.parse(notBefore),
  );

export type SpikeTurn =
  /** Nothing at this look. */
  | { readonly do: "leave" }
  /** Somebody did not live to say what came of it. */
  | { readonly do: "settle"; readonly kept: LaterSpike }
  | { readonly do: "end"; readonly end: LaterSpikeEnd }
  /** Its hour is there: whether it may be sent is to be seen. */
  | { readonly do: "see"; readonly hour: LowHour };

export function spikeTurn(spike: LaterSpike, nowMs: EpochMs): SpikeTurn {
  const { sending } = spike;
  if (sending !== undefined && nowMs < Date.parse(sending.until)) return { do: "leave" };
  if (sending !== undefined)
    return {
      do: "settle",
      kept: putOff(spike, {
        at: sending.until,
        reason: "whatever sent it stopped in the middle of it, and nobody knows what it came to",
        notBefore: sending.hourEnds,
      }),
    };
  const [hour] = hoursLeft(spike, nowMs);
  if (hour === undefined) return { do: "end", end: givenUp(spike, nowMs) };
  if (nowMs < hour.fromMs || nowMs + neededMs(spike) > hour.toMs) return { do: "leave" };
  return { do: "see", hour };
}

function givenUp({ spike, putOff: last }: LaterSpike, nowMs: EpochMs): LaterSpikeEnd {
  const { withinDays } = spike.afterPromotion;
  const hours = withinDays === 1 ? "the one low hour" : `${withinDays} low hours`;
  const why = last?.reason ?? "nobody looked in any of them";
  return { at: iso(nowMs), outcome: "given-up", reason: `in ${hours} it could not be sent: ${why}` };
}

/** Told why not; `notBefore` where something was sent in the hour that ends then. */
export function putOff(
  { sending: _, ...spike }: LaterSpike,
  { notBefore, ...why }: { readonly at: string; readonly reason: string; readonly notBefore?: string },
): LaterSpike {
  return { ...spike, putOff: why, ...(notBefore !== undefined && { notBefore }) };
}

/** Written before the first request. */
export function sendingFrom(
  { putOff: _, ...spike }: LaterSpike,
  { hour, nowMs }: { readonly hour: LowHour; readonly nowMs: EpochMs },
): LaterSpike {
  const [from, until] = [iso(nowMs), iso(nowMs + neededMs(spike) + graceMs)];
  const sent = [...(spike.sent ?? []), { at: from, until }];
  return { ...spike, sent, sending: { at: from, until, hourEnds: iso(hour.toMs) } };
}

export interface SeenForSpike {
  readonly spike: LaterSpike;
  /** In force now. */
  readonly plan: Plan | undefined;
  readonly lock: LockItem;
  readonly frozen: Frozen | undefined;
  /** Undefined where it is gone. */
  readonly endpoint: Fleets | undefined;
  /** The versions that serve, where they are known. */
  readonly versions: readonly number[];
  /** The plan's alarms that ring or are not there, a sentence each. */
  readonly ringing: readonly string[];
  /** The highest minute of late, requests per second; undefined where none is published. */
  readonly load: number | undefined;
  /** What one sender is trusted with. */
  readonly mostPerSecond: number;
  readonly nowMs: EpochMs;
}

export type SpikeChance =
  | { readonly is: "now"; readonly requestsPerSecond: number; readonly variant: string }
  | { readonly is: "not-now"; readonly reason: string }
  | { readonly is: "over"; readonly outcome: "superseded" | "withdrawn"; readonly reason: string };

/** Chosen: with half of what the fleet was sized for and more, users are not few. */
const lowPart = 0.5;

/** Whether it may be sent as things are. What serves is asked only where no release is at it. */
export function chanceNow(seen: SeenForSpike): SpikeChance {
  const { spike, plan, lock, frozen, endpoint, versions, ringing } = seen;
  const notNow = (reason: string): SpikeChance => ({ is: "not-now", reason });
  if (plan?.loadTest?.spike?.afterPromotion === undefined)
    return { is: "over", outcome: "withdrawn", reason: "the plan in force asks for none any more" };
  const release = lock.holder ?? lock.queue?.[0];
  if (release !== undefined) return notNow(`the release ${release.releaseId} has the endpoint`);
  if (frozen !== undefined) return notNow(frozen.reason);
  if (endpoint?.status !== "InService")
    return notNow(`the endpoint is ${endpoint === undefined ? "not there" : endpoint.status}`);
  const [variant, ...others] = endpoint.variants;
  if (variant === undefined || others.length > 0) return notNow("several variants are on the endpoint");
  const [version] = versions;
  if (version === undefined) return notNow("it is not known which version serves");
  if (versions.length > 1 || version !== spike.version)
    return { is: "over", outcome: "superseded", reason: `version ${versions.join(" and ")} serves` };
  if (ringing.length > 0) return notNow(ringing.join("; "));
  return byLoad(seen, variant.name);
}

function byLoad(
  { spike: { requestsPerSecond: sized, spike }, load, mostPerSecond }: SeenForSpike,
  variant: string,
): SpikeChance {
  const notNow = (reason: string): SpikeChance => ({ is: "not-now", reason });
  if (load === undefined)
    return notNow("no request of the last ten minutes is published: how many users there are is not known");
  if (load > lowPart * sized)
    return notNow(
      `${figure(load)} requests/s came in the busiest of the last ten minutes, more than half of the ${figure(sized)} that the fleet is sized for`,
    );
  const requestsPerSecond = spike.times * sized - load;
  if (requestsPerSecond > mostPerSecond)
    return notNow(
      `${figure(requestsPerSecond)} requests/s are to be sent, and one invocation is trusted with ${mostPerSecond}`,
    );
  return { is: "now", requestsPerSecond, variant };
}

const figure = (value: number): string => Number(value.toPrecision(3)).toString();
