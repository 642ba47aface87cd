/** What Application Auto Scaling has changed by itself: its activities of six weeks, beside its calls that CloudTrail knows for longer. */
import type { ResourceRef } from "../release/change.ts";
import { countOf } from "../release/resources.ts";
import { aimsOf } from "./aims.ts";
import type { TrailCall } from "./trail.ts";

/** As it tells of it (DescribeScalingActivities, API reference). */
export interface ScalingActivity {
  readonly id: string;
  readonly at: string;
  /** `endpoint/NAME/variant/NAME` */
  readonly resourceId: string;
  readonly description: string;
  readonly cause: string;
  readonly status: string;
  /** The day of the summary that tells of it, where one does. */
  readonly summary?: string;
}

export interface ScaledChange {
  /** Of its activity, where that is known. */
  readonly id?: string;
  readonly at: string;
  readonly resource: ResourceRef;
  /** The policy that it followed, where it says so. */
  readonly policy?: string;
  /** In its own words; absent where no more is known than that it called. */
  readonly cause?: string;
  readonly description?: string;
  readonly status?: string;
  /** The day in whose summary it is. */
  readonly summary?: string;
}

/** Chosen: an activity begins at most so long before or after its call, milliseconds. */
const apartMs = 120_000;

/** Each activity with the call that it came to, if that is known; and calls of which no activity is known any more. */
export function scaledChanges(
  calls: readonly TrailCall[],
  activities: readonly ScalingActivity[],
): ScaledChange[] {
  const open = calls.flatMap((call) => aimsOf(call).map(({ resource }) => ({ at: call.at, resource })));
  const told = activities.filter(({ status }) => status !== "Failed").map(changeOf);
  for (const { at, resource } of told) {
    const near = open
      .filter((one) => one.resource.kind === resource.kind && one.resource.name === resource.name)
      .map((one) => ({ one, apart: Math.abs(Date.parse(one.at) - Date.parse(at)) }))
      .filter(({ apart }) => apart <= apartMs)
      .toSorted((a, b) => a.apart - b.apart)[0];
    if (near !== undefined) open.splice(open.indexOf(near.one), 1);
  }
  return [...told, ...open].toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

export function changeOf({
  id,
  at,
  resourceId,
  description,
  cause,
  status,
  summary,
}: ScalingActivity): ScaledChange {
  const [, endpoint = "", , variant = ""] = resourceId.split("/");
  // "monitor alarm web-app-cpu-lt-25 in state ALARM triggered policy web-app-cpu-lt-25" (user guide, scaling activities).
  const policy = / triggered policy (.+)$/.exec(cause)?.[1];
  return {
    id,
    at,
    resource: countOf(endpoint, variant),
    ...(policy !== undefined && { policy }),
    cause,
    description,
    status,
    ...(summary !== undefined && { summary }),
  };
}
