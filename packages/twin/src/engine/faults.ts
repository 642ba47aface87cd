/**
 * Faults at the wire, at a Lambda and at the engine, and what somebody else does. Each is addressed by a point and happens, or begins, once; the
 * recorder lists the points of a run in the order they were reached, so that an explorer can try each.
 */
import type { HandKind } from "./hands.ts";
import { type LastingFault, lastingAt } from "./lasting-faults.ts";
import { formatPoint, keyOf, type Point, parsePoint } from "./points.ts";

export const wireFaults = [
  /** AWS refuses: too many requests. */
  "throttled",
  /** AWS fails on its side, and has done nothing. */
  "server-error",
  /** The request never arrives; the client waits, then gives up. */
  "time-out-before",
  /** The effect is applied; the connection breaks before the answer. */
  "response-lost",
  /** The effect is applied; the answer takes long. */
  "slow",
  /** The sandbox dies before it sends this call. */
  "crash-before-call",
  /** The sandbox dies after the effect, before the answer. */
  "crash-after-call",
  /** The effect is applied; the answer takes long, and the execution is stopped meanwhile: the sandbox works on. */
  "stopped-meanwhile",
] as const;
export type WireFault = (typeof wireFaults)[number];
export const lambdaFaults = ["crash-before", "crash-after", "lambda-time-out"] as const;
export type LambdaFault = (typeof lambdaFaults)[number];
/** The execution is stopped as StopExecution does it, on entering the state. */
export const engineFaults = ["stop"] as const;
export type EngineFault = (typeof engineFaults)[number];
export type FaultKind = WireFault | LambdaFault | EngineFault | LastingFault | HandKind;

export interface Fault {
  readonly kind: FaultKind;
  readonly point: Point;
}

/** The faults that can happen at a point and are over with it. */
export function passingAt(point: Point): readonly FaultKind[] {
  return { call: wireFaults, invocation: lambdaFaults, entry: engineFaults }[point.at];
}

/** The faults that can happen at a point, those that can begin there, and the hands that can be laid on the account. */
function faultsAt(point: Point, hands: readonly HandKind[]): readonly FaultKind[] {
  const lasting = point.at === "call" ? lastingAt(point.operation) : [];
  return [...passingAt(point), ...lasting, ...(point.at === "invocation" ? [] : hands)];
}

/** `kind=point`, as the command line takes it. */
export const formatFault = (fault: Fault): string => `${fault.kind}=${formatPoint(fault.point)}`;

/**
 * Reads what `formatFault` wrote; undefined when `text` is no fault, or none that can happen at its point. `hands` are
 * those that there are.
 */
export function parseFault(text: string, hands: readonly HandKind[] = []): Fault | undefined {
  const cut = text.indexOf("=");
  const point = parsePoint(text.slice(cut + 1));
  const kinds = point === undefined ? [] : faultsAt(point, hands);
  const kind = kinds.find((each) => each === text.slice(0, cut));
  return point === undefined || kind === undefined ? undefined : { kind, point };
}

type PlaceOf<P> = P extends Point ? Omit<P, "occurrence"> : never;

export interface FaultInjector {
  /** Counts a point and tells which fault is to happen there, if any. */
  reach(place: PlaceOf<Point>): FaultKind | undefined;
  /** All points reached so far, in order. */
  readonly points: readonly Point[];
  /** The faults that have happened. */
  readonly applied: readonly Fault[];
}

/** Throws on a fault that cannot happen at its point. */
export function createFaultInjector(
  faults: readonly Fault[],
  hands: readonly HandKind[] = [],
): FaultInjector {
  for (const { kind, point } of faults) {
    const kinds = faultsAt(point, hands);
    if (!kinds.includes(kind))
      throw new Error(`expected one of ${kinds.join(", ")} at ${formatPoint(point)}, found ${kind}`);
  }
  const waiting = new Map<string, Fault[]>();
  for (const fault of faults) {
    const key = formatPoint(fault.point);
    waiting.set(key, [...(waiting.get(key) ?? []), fault]);
  }
  const occurrences = new Map<string, number>();
  const points: Point[] = [];
  const applied: Fault[] = [];
  return {
    points,
    applied,
    reach(place) {
      const key = keyOf({ ...place, occurrence: 0 } as Point);
      const occurrence = (occurrences.get(key) ?? 0) + 1;
      occurrences.set(key, occurrence);
      points.push({ ...place, occurrence } as Point);
      const fault = waiting.get(`${key}@${occurrence}`)?.shift();
      if (fault !== undefined) applied.push(fault);
      return fault?.kind;
    },
  };
}
