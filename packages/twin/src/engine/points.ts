/**
 * Points: the addresses of a run at which something can go wrong. The same application, world and seed give the same
 * points, so a fault found at a point is replayed by naming it.
 */

interface Place {
  readonly state: string;
  /** Which part of the flow the document is in, where the application tells. */
  readonly stage: number | undefined;
  /** How many times this place had been reached before, plus one. */
  readonly occurrence: number;
}

/** A wire call, the invocation of a step's Lambda, or the entry into a state. */
export type Point =
  | (Place & {
      readonly at: "call";
      /** `service.Operation` */
      readonly operation: string;
      /** The place of the call among the calls of its invocation, from 1. */
      readonly ordinal: number;
    })
  | (Place & { readonly at: "invocation" })
  | (Place & { readonly at: "entry" });

/** `call:Charge[2]/dynamodb.PutItem#1@1`, `invocation:Charge[0]@3`, `entry:GiveBack@1`. */
export function formatPoint(point: Point): string {
  return `${keyOf(point)}@${point.occurrence}`;
}

/** All of a point but its occurrence. */
export function keyOf(point: Point): string {
  const stage = point.stage === undefined ? "" : `[${point.stage}]`;
  const call = point.at === "call" ? `/${point.operation}#${point.ordinal}` : "";
  return `${point.at}:${point.state}${stage}${call}`;
}

const pattern =
  /^(call|invocation|entry):([A-Za-z0-9_ -]+)(?:\[(\d+)\])?(?:\/([a-z0-9-]+\.[A-Za-z]+)#(\d+))?@(\d+)$/;

/** Reads what `formatPoint` wrote; undefined when `text` is no point. */
export function parsePoint(text: string): Point | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, at, state = "", stage, operation, ordinal, occurrence] = match;
  const place = {
    state,
    stage: stage === undefined ? undefined : Number(stage),
    occurrence: Number(occurrence),
  };
  if (at === "call")
    return operation === undefined ? undefined : { at, ...place, operation, ordinal: Number(ordinal) };
  if (operation !== undefined) return undefined;
  return at === "invocation" ? { at, ...place } : { at: "entry", ...place };
}
