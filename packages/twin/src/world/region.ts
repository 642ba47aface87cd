/** One region of one account in virtual time, as its parts and all that look at it know it. */
import type { AccountSeed } from "./account-seed.ts";
import type { Bill, InstanceHours } from "./bill.ts";
import type { Happening, WorldEvent } from "./events.ts";
import type { Past } from "./metric-state.ts";
import type { Minute, MinuteEnd } from "./minutes.ts";
import type { Streams } from "./random.ts";
import type { UnitHours } from "./scalables/scalable-state.ts";
import type { Served } from "./service-model.ts";
import type { SettledSpec } from "./settled.ts";
import type { InstanceQuota, WorldState } from "./state.ts";
import type { Rate } from "./traffic.ts";

export interface World {
  readonly seed: number;
  readonly startMs: number;
  /** In figures for this account. */
  readonly spec: SettledSpec;
  readonly account: AccountSeed;
  readonly state: WorldState;
  /** Every change of a status, a count, a weight or a bound, oldest first. */
  readonly events: readonly WorldEvent[];
  /** The world's time, epoch milliseconds. */
  readonly nowMs: number;
  /** Lives on until `atMs`; a moment already past changes nothing. */
  advanceTo(atMs: number): void;
  /** The next moment, already known, at which something changes by itself. */
  nextChangeMs(): number | undefined;
  /** One entry per whole virtual minute since the start. */
  timeline(): Minute[];
  /** What has been paid for since the start, in instance-hours: until a moment, epoch milliseconds, or until now. */
  instanceHours(untilMs?: number): InstanceHours[];
  /** The same for what a model leans on, in units of its kind. */
  unitHours(untilMs?: number): UnitHours[];
  /** What the account may have; every other quota is 0. */
  readonly quotas: readonly InstanceQuota[];
  /** The account's quota of instances of a type for a use. */
  quota(use: InstanceQuota["use"], instanceType: string): number;

  // For the parts of the world itself.
  readonly minuteEnds: MinuteEnd[];
  readonly firstTickMs: number;
  readonly seededInstanceIds: readonly string[];
  readonly streams: Streams;
  readonly rate: Rate;
  readonly bill: Bill;
  after(delayMs: number, run: () => void): void;
  mark(...atMs: number[]): void;
  record(happening: Happening): void;
  /** Requests per second that one instance of a type can take. */
  throughput(instanceType: string): number;
  /** How many instances an owner has launched so far, counting this one. */
  launched(owner: string): number;
  /** Requests sent to a variant by name (`endpoint/variant`) through the runtime since its last tick. */
  probes(key: string): Probes;
  takeProbes(key: string): Probes | undefined;
  /** What happened before the first tick. */
  readonly past: Past;
}

/** Requests that callers sent themselves, beside the trace. */
export type Probes = { -readonly [K in keyof Served]: Served[K] };
