/** Makes of auto scaling's activities what is told of a day: the endpoint's own, each once, without those that a pack tells of. */
import { dayOf } from "../evidence/days.ts";
import type { ScalingCause, ScalingDay, ScalingDayChange } from "../evidence/scaling-day.ts";
import { scalingOf } from "../release/resources.ts";
import type { AuditLine } from "./line.ts";
import type { ScalingActivity } from "./scaled.ts";
import { memberOf } from "./trail.ts";

export interface SummedOf {
  /** `endpoint/NAME` */
  readonly subject: string;
  readonly day: string;
  /** Of any endpoint and day, in any order; what lies before the day says what stood as it began. */
  readonly activities: readonly ScalingActivity[];
  /** Of the packs of the day, and of a while before and after it. */
  readonly lines: readonly AuditLine[];
  readonly retentionDays?: number | undefined;
}

/** The same whatever the order in which activities come, and however often. */
export function summed({ subject, day, activities, lines, retentionDays }: SummedOf): ScalingDay {
  const own: ScalingDay["own"] = [];
  const changes: ScalingDayChange[] = [];
  const last = new Map<string, number>();
  for (const one of eachOnce(activities.filter(({ resourceId }) => isOf(resourceId, subject)))) {
    const change = changeOf(one, last);
    if (one.status === "Successful" && change.to !== undefined) last.set(change.variant, change.to);
    if (dayOf(Date.parse(one.at)) !== day) continue;
    const line = lines.find((each) => tellsOf(each, subject, change));
    if (line === undefined) changes.push(change);
    else own.push({ ...change, number: line.number });
  }
  const by = (cause: ScalingCause["by"]) => changes.filter((one) => one.cause.by === cause).length;
  return {
    schema: 1,
    subject,
    day,
    says: changes.length === 0 ? "none" : "changes",
    changes,
    own,
    counts: {
      changes: changes.length,
      failed: changes.filter(({ status }) => status === "Failed").length,
      own: own.length,
      policy: by("policy"),
      schedule: by("schedule"),
      bounds: by("bounds"),
      unknown: by("unknown"),
    },
    ...(retentionDays !== undefined && { retentionDays }),
  };
}

/** Of a day that AWS tells of no more. */
export function forgotten({
  subject,
  day,
  retentionDays,
}: Pick<SummedOf, "subject" | "day" | "retentionDays">) {
  return {
    ...summed({ subject, day, activities: [], lines: [], retentionDays }),
    says: "not-kept",
  } satisfies ScalingDay;
}

const isOf = (resourceId: string, subject: string): boolean => resourceId.startsWith(`${subject}/variant/`);

/** By their time. What is listed twice while it goes on is told as it ended. */
function eachOnce(activities: readonly ScalingActivity[]): ScalingActivity[] {
  const isOpen = ({ status }: ScalingActivity) => (status === "Pending" || status === "InProgress" ? 1 : 0);
  const known = new Map<string, ScalingActivity>();
  for (const one of activities) {
    const other = known.get(one.id);
    const isBetter =
      other === undefined ||
      isOpen(one) < isOpen(other) ||
      (isOpen(one) === isOpen(other) && JSON.stringify(one) < JSON.stringify(other));
    if (isBetter) known.set(one.id, one);
  }
  return [...known.values()].toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

const keyOf = ({ at, id }: ScalingActivity): string => `${at} ${id}`;

/** Chosen: longer words are cut, so that a day of them stays small. */
const mostWords = 300;

function changeOf(one: ScalingActivity, last: ReadonlyMap<string, number>): ScalingDayChange {
  const { id, at, resourceId, description, cause, status } = one;
  const variant = resourceId.split("/").at(-1) ?? "";
  // "Setting desired count to 1." (user guide, scaling activities).
  const to = /^Setting desired .*count to (\d{1,9})\b/.exec(description)?.[1];
  const lastTo = last.get(variant);
  return {
    id,
    at,
    variant,
    status,
    cause: causeIn(cause),
    ...(to !== undefined && { to: Number(to) }),
    ...(lastTo !== undefined && { lastTo }),
    description: description.slice(0, mostWords),
    words: cause.slice(0, mostWords),
  };
}

/**
 * "monitor alarm NAME in state ALARM triggered policy NAME", "minimum capacity was set to 1" (user guide, scaling activities). How a
 * scheduled action is named is unconfirmed.
 */
function causeIn(words: string): ScalingCause {
  const [, alarm, policy] = /^monitor alarm (.+) in state \S+ triggered policy (.+)$/.exec(words) ?? [];
  if (alarm !== undefined && policy !== undefined) return { by: "policy", policy, alarm };
  const [, action] = /\bscheduled action (?:name )?(\S+)/.exec(words) ?? [];
  if (action !== undefined) return { by: "schedule", action };
  const [, bound, value] = /^(minimum|maximum) capacity was set to (\d{1,9})\b/.exec(words) ?? [];
  if (value !== undefined)
    return { by: "bounds", bound: bound === "minimum" ? "minimum" : "maximum", value: Number(value) };
  return { by: "unknown" };
}

/** Chosen: what bounds lead to begins at most so long after their call, milliseconds; and clocks differ by as much before it. */
const [afterMs, skewMs] = [120_000, 5_000];

/** Whether bounds that a pack tells of have led to a change. */
function tellsOf(line: AuditLine, subject: string, { at, variant, cause }: ScalingDayChange): boolean {
  const [, endpoint = ""] = subject.split("/");
  const { kind, name } = scalingOf(endpoint, variant);
  if (cause.by !== "bounds" || line.resource?.kind !== kind || line.resource.name !== name) return false;
  const atMs = Date.parse(at);
  const isNear = atMs >= Date.parse(line.since) - skewMs && atMs <= Date.parse(line.at) + afterMs;
  return isNear && memberOf(line.after, cause.bound === "minimum" ? "min" : "max") === cause.value;
}
