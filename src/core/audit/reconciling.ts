/**
 * Packs held against what happened: each call that changed what a subject is made of, as CloudTrail tells of it, is told by a pack, was
 * made by auto scaling, by somebody outside, or by a role of Slipway's own without anybody telling; and a pack that says of a change
 * that it was made has a call of its own.
 */
import type { ResourceRef } from "../release/change.ts";
import { same } from "../release/json-value.ts";
import { traitsOf } from "../release/resource-kinds.ts";
import { aimsOf, isOfEndpoint, type TrailAim } from "./aims.ts";
import type { AuditLine } from "./line.ts";
import { type ScaledChange, type ScalingActivity, scaledChanges } from "./scaled.ts";
import { isAutoScaling, isOwnCall, type TrailCall } from "./trail.ts";

/** A call that somebody made. */
export interface SeenCall {
  readonly at: string;
  readonly operation: string;
  /** The things that it is at. */
  readonly resources: readonly ResourceRef[];
  /** An ARN, as CloudTrail has it. */
  readonly by: string;
  /** By which CloudTrail finds it. */
  readonly eventId: string;
}

/** A call with a role of Slipway's own that no pack tells of. */
export interface OwnCall extends SeenCall {
  /** What of Slipway's other records tells of it: a minimum between releases, what the sweep deleted; or that changes were only counted. */
  readonly toldBy?: "bounds" | "sweep" | "count";
}

/** A change of Slipway's that is no release's, as the table has it. */
export interface OtherRecord {
  readonly resource: ResourceRef;
  readonly by: "bounds" | "sweep";
  /** When it was written down; absent where that is not known. */
  readonly at?: string;
}

/** A span of time, ISO 8601, both ends included. */
export interface AuditSpan {
  readonly from: string;
  readonly to: string;
}

export interface ReconciledWith {
  /** `endpoint/NAME`, or a pool. */
  readonly subject: string;
  readonly stack: { readonly stack: string; readonly region: string };
  /** By their numbers, a while longer than is reconciled. */
  readonly lines: readonly AuditLine[];
  readonly calls: readonly TrailCall[];
  readonly activities: readonly ScalingActivity[];
  readonly others: readonly OtherRecord[];
  /** What is reconciled: as far as CloudTrail knows of it, and is said to be complete. */
  readonly span: AuditSpan;
}

export interface Reconciled {
  readonly span: AuditSpan;
  /** How many calls are told by packs. */
  readonly told: number;
  /** What auto scaling has changed. */
  readonly scaled: readonly ScaledChange[];
  /** What somebody else has changed. */
  readonly outside: readonly SeenCall[];
  /** Calls by Slipway's own roles that no pack tells of. */
  readonly untold: readonly OwnCall[];
  /** Numbers of packs that say that a change was made, and of which CloudTrail has no call by Slipway's own roles. */
  readonly unseen: readonly number[];
}

/** No Lambda of Slipway's lives longer, milliseconds: a call may go out so long after it was marked as begun. */
const longestLambdaMs = 90_000;
/** Chosen: CloudTrail cuts moments off to the second, and clocks of services and Lambdas differ by as much again and more. */
const skewMs = 5_000;
/** Chosen: how long after its call a minimum between releases is written down at most, and how much before, milliseconds. */
const nearMs = 600_000;

interface Aimed {
  readonly call: TrailCall;
  readonly aims: readonly TrailAim[];
}

export function reconciled(given: ReconciledWith): Reconciled {
  const { subject, lines, span, stack, others } = given;
  const isMeant = ofSubject(subject, lines);
  const calls = given.calls
    .map((call) => ({ call, aims: aimsOf(call).filter(({ resource }) => isMeant(resource)) }))
    .filter(({ call, aims }) => aims.length > 0 && isWithin(call.at, span))
    .toSorted((one, other) => Date.parse(one.call.at) - Date.parse(other.call.at));
  const own = calls.filter(({ call }) => isOwnCall(call, stack));
  const automatic = calls.filter(({ call }) => !own.some((one) => one.call === call) && isAutoScaling(call));
  const outside = calls.filter((one) => !own.includes(one) && !automatic.includes(one));
  const byThing = Map.groupBy(lines, ({ resource }) => (resource === undefined ? "" : keyOf(resource)));
  const untold = own.filter(
    (one) => !thingsOf(one).some((thing) => byThing.get(thing)?.some((line) => tells(line, one))),
  );
  return {
    span,
    told: own.length - untold.length,
    scaled: scaledChanges(
      automatic.map(({ call }) => call),
      given.activities.filter(({ at }) => isWithin(at, span)),
    ),
    outside: outside.map(seen),
    untold: untold.map((one) => ({ ...seen(one), ...toldOtherwise(one, { lines, others }) })),
    unseen: unseenIn(
      lines.filter((line) => isJudged(line, span)),
      own,
    ),
  };
}

/** What the subject's name says is its own, and what its packs name. */
function ofSubject(subject: string, lines: readonly AuditLine[]): (resource: ResourceRef) => boolean {
  const [kind, endpoint = ""] = subject.split("/");
  const named = new Set(lines.flatMap(({ resource }) => (resource === undefined ? [] : [keyOf(resource)])));
  return (resource) =>
    named.has(keyOf(resource)) || (kind === "endpoint" && isOfEndpoint(resource, endpoint));
}

const keyOf = ({ kind, name }: ResourceRef): string => `${kind} ${name}`;

const thingsOf = ({ aims }: Aimed): string[] => [...new Set(aims.map(({ resource }) => keyOf(resource)))];

const isWithin = (at: string, { from, to }: AuditSpan): boolean =>
  Date.parse(at) >= Date.parse(from) && Date.parse(at) <= Date.parse(to);

const seen = ({ call, aims }: Aimed): SeenCall => ({
  at: call.at,
  operation: call.operation,
  resources: aims.map(({ resource }) => resource),
  by: call.by,
  eventId: call.id,
});

/** Whether a call lies in the time of a line, and is at its thing. */
function isNear({ resource, since, at }: AuditLine, { call, aims }: Aimed): readonly TrailAim[] {
  if (resource === undefined) return [];
  const atMs = Date.parse(call.at);
  if (atMs < Date.parse(since) - skewMs || atMs > Date.parse(at) + longestLambdaMs + skewMs) return [];
  return aims.filter((aim) => keyOf(aim.resource) === keyOf(resource));
}

/**
 * Whether a line tells of a call. One that says `begun`, and one of what nobody had said was made, speak of calls to either state:
 * what went out was to the one, or had to be taken back.
 */
function tells(line: AuditLine, one: Aimed): boolean {
  const { what, unsaid, before, after, cut = [] } = line;
  const state = (name: "before" | "after") => (cut.includes(name) ? undefined : line[name]);
  return isNear(line, one).some(({ leadsTo }) => {
    if (leadsTo(state("after"))) return true;
    if (isBegun(what) || unsaid !== undefined || cut.includes("unsaid")) return leadsTo(state("before"));
    return what === "put-back" && same(before ?? null, after ?? null) && leadsTo(state("before"));
  });
}

/** What became of it cannot be told. */
export const isBegun = (what: string): boolean => what === "begun" || what === "adjustment-begun";

const made: ReadonlySet<string> = new Set(["made", "put-back", "adjusted"]);

function toldOtherwise(
  one: Aimed,
  { lines, others }: Pick<ReconciledWith, "lines" | "others">,
): Pick<OwnCall, "toldBy"> {
  const atMs = Date.parse(one.call.at);
  const record = others.find(
    ({ resource, at }) =>
      one.aims.some((aim) => keyOf(aim.resource) === keyOf(resource)) &&
      (at === undefined || Math.abs(Date.parse(at) - atMs) <= nearMs),
  );
  if (record !== undefined) return { toldBy: record.by };
  const isCounted = lines.some(
    ({ count, since, at }) =>
      count !== undefined &&
      atMs >= Date.parse(since) - skewMs &&
      atMs <= Date.parse(at) + longestLambdaMs + skewMs,
  );
  return isCounted ? { toldBy: "count" } : {};
}

/** Whether CloudTrail must know of a call for a line: from its first moment until its last may have gone out. */
function isJudged({ what, resource, since, at }: AuditLine, span: AuditSpan): boolean {
  if (resource === undefined || !made.has(what)) return false;
  const { isLease, goesByItself, goesLast } = traitsOf(resource.kind);
  // Leases are in force by what all lean on together; what holds a group is an item of the table.
  if (isLease || goesLast || (what === "put-back" && goesByItself)) return false;
  if (what === "put-back" && traitsOf(resource.kind).endsInSteps) return false;
  const last = new Date(Date.parse(at) + longestLambdaMs + skewMs).toISOString();
  return isWithin(since, span) && isWithin(last, span);
}

/** Lines that are left without a call once as many as can be have one each (augmenting paths). */
function unseenIn(lines: readonly AuditLine[], own: readonly Aimed[]): number[] {
  const byThing = new Map<string, Aimed[]>();
  for (const one of own)
    for (const thing of thingsOf(one)) byThing.set(thing, [...(byThing.get(thing) ?? []), one]);
  const takenBy = new Map<Aimed, AuditLine>();
  function place(line: AuditLine, tried: Set<Aimed>): boolean {
    const near = line.resource === undefined ? [] : (byThing.get(keyOf(line.resource)) ?? []);
    for (const one of near) {
      if (tried.has(one) || !tells(line, one)) continue;
      tried.add(one);
      const other = takenBy.get(one);
      if (other !== undefined && !place(other, tried)) continue;
      takenBy.set(one, line);
      return true;
    }
    return false;
  }
  return lines.filter((line) => !place(line, new Set())).map(({ number }) => number);
}
