/**
 * Points: the addresses of a run at which something can go wrong. The same plan, world and seed give the same
 * points, so a fault found at a point is replayed by naming it.
 */

interface Place {
  readonly state: string;
  /** The index of the rollout stage the state document names, if it names one. */
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

/** `call:ShiftTraffic[2]/sagemaker.UpdateEndpoint#1@1`, `invocation:CheckKpis[0]@3`, `entry:RollBack@1`. */
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
  /^(call|invocation|entry):([A-Za-z0-9_ -]+)(?:\[(\d+)\])?(?:\/([a-z-]+\.[A-Za-z]+)#(\d+))?@(\d+)$/;

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

/** A document's stage: `stage` where it is a number, else `stage.index`, as the state documents carry it. */
export function stageOf(document: unknown): number | undefined {
  const stage = property(document, "stage");
  const index = typeof stage === "number" ? stage : property(stage, "index");
  return typeof index === "number" && Number.isInteger(index) && index >= 0 ? index : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
